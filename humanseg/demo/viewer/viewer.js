// A photo, and what the server makes for it.
class Viewer extends Drawing {
    constructor(element, props, watch, upload, tell) {
        super(element);
        Object.assign(this, { props, upload, tell });
        this.stage = new Stage(element.querySelector(".stage"));
        this.brush = this.root.querySelector(".brush") && new Brush(this, watch);
        this.form.addEventListener("submit", (event) => event.preventDefault());
        this.form.addEventListener("input", () => this.changed());
        this.form.addEventListener("change", ({ target }) => this.chosen(target));
        element.addEventListener("click", ({ target }) => this.clicked(target.closest("button")));
        watch("value", () => this.open(props.value));
        watch("remapped", () => this.remap(props.remapped));
        watch("behind", () => this.takeBehind(props.behind));
        this.open(props.value);
    }

    open(files) {
        return this.show(files);
    }

    /** Takes another map of the photo; that of one which is seen no more comes too late. */
    remap(files) {
        if (files.key === this.files?.key) this.show({ ...this.files, ...files });
    }

    /** Where there is no other map, what is chosen is again what is seen. */
    stayAtLook() {
        if (this.files) this.choose({ detail: this.files.detail, refine: this.files.refine });
    }

    /** Shows another photo, or none. */
    async show(files) {
        this.files = files;
        if (!files) {
            this.photo = null;
            this.brush?.use(null);
            this.state = "empty";
            return;
        }
        try {
            const photo = await fetchPhoto(files);
            const map = await this.worker.ask("take", photo);
            if (this.files !== files) return;
            const same = this.photo?.width === photo.width && this.photo.height === photo.height;
            Object.assign(this, { seen: files, photo, map, mapKey: "", blurred: photo.pixels, blurKey: null });
            this.painter.take(photo);
            [this.before.width, this.before.height] = [photo.width, photo.height];
            const shown = new ImageData(new Uint8ClampedArray(photo.pixels.buffer), photo.width);
            this.before.getContext("2d").putImageData(shown, 0, 0);
            this.state = "done";
            const isPhone = matchMedia("(max-width: 860px)").matches;
            if (isPhone) this.root.scrollIntoView({ behavior: "smooth" });
            if (!same) {
                this.picture = null;
                this.stage.reset(photo.width, photo.height);
                this.askBehind();
            }
            this.changed();
            this.brush?.opened(files);
            const { detail, refine } = this.settings;
            if (files.detail !== detail || files.refine !== refine) this.tell.look(this.settings);
        } catch (error) {
            if (this.files === files) this.state = "failed";
        }
    }

    /** After a choice that the server must know of. */
    async chosen({ name, files }) {
        if (name === "detail" || name === "refine") {
            await this.brush?.corrections.settled();
            this.tell.look(this.settings);
        }
        if (name !== "picture_file" || !files.length) return undefined;
        this.busy("Fetching the background…");
        try {
            const { path } = await this.upload(files[0]);
            this.form.elements.background.value = "picture";
            this.tell.behind({ background_picture: path });
        } catch (error) {
            this.busy(""); // Gradio says why
        }
        return undefined;
    }

    askBehind() {
        if (this.behindPath) this.tell.behind({ background_picture: this.behindPath });
    }

    /** Of a picture that cannot be read there is no file; the one before stays. */
    async takeBehind({ path, file }) {
        if (file) this.behindPath = path;
        const picture = file && (await fetchPixels(file));
        this.busy("");
        const { width, height } = this.photo ?? {};
        if (!picture || picture.width !== width || picture.height !== height) return;
        this.picture = asPixels(picture);
        this.changed();
    }

    async clicked(button) {
        const { save, stage } = button?.dataset ?? {};
        if (save) {
            this.saving(button);
            await this.brush?.corrections.settled();
            const view = this.form.elements.view.value;
            this.tell.save({ ...this.settings, picture: save === "view" ? view : save });
        }
        if (stage === "fullscreen") toggleFullscreen(this.root);
        else if (stage) this.stage.zoom({ in: 1.5, out: 1 / 1.5 }[stage]);
    }

    saving(button) {
        for (const other of this.element.querySelectorAll("[data-save]")) {
            other.classList.toggle("saving", other === button);
        }
    }
}
