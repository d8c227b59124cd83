// A photo, what is made of it, and everything that changes it without the server.
class Viewer {
    constructor(element, props, watch, upload, tell) {
        Object.assign(this, { element, props, upload, tell });
        this.root = element.querySelector(".viewer");
        this.form = element.querySelector("form");
        this.stage = new Stage(element.querySelector(".stage"));
        const [before, after] = element.querySelectorAll("canvas");
        this.before = before;
        this.painter = new Painter(after);
        this.worker = new Helper();
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
            this.root.dataset.state = "empty";
            return;
        }
        try {
            const photo = await fetchPhoto(files);
            const map = await this.worker.ask("take", photo);
            if (this.files !== files) return;
            const same = this.photo?.width === photo.width && this.photo.height === photo.height;
            Object.assign(this, { photo, map, mapKey: "", blurred: photo.pixels, blurKey: null });
            this.painter.take(photo);
            [this.before.width, this.before.height] = [photo.width, photo.height];
            const shown = new ImageData(new Uint8ClampedArray(photo.pixels.buffer), photo.width);
            this.before.getContext("2d").putImageData(shown, 0, 0);
            this.root.dataset.state = "done";
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
            if (this.files === files) this.root.dataset.state = "failed";
        }
    }

    /** What is chosen, as Python reads it. */
    get settings() {
        return readChoices(this.form.elements, this.behindPath);
    }

    /** Draws what is chosen now; what takes longer follows. */
    changed() {
        const { settings, root } = this;
        const view = this.form.elements.view.value;
        Object.assign(root.dataset, { view, background: settings.background, style: settings.overlay_style });
        offerFormats(this.form.elements.suffix, view, settings.background);
        describe(this, settings, view);
        if (!this.photo) return;
        this.look = {
            view,
            threshold: settings.threshold,
            style: settings.overlay_style,
            rgb: toRgb(settings.overlay_color),
            opacity: settings.overlay_opacity,
            behind: this.brush?.tool ? null : this.behind(settings),
        };
        this.painter.draw(this.map, this.look);
        this.work();
    }

    behind({ background, background_color: color }) {
        return {
            transparent: null,
            white: WHITE,
            color: pack(toRgb(color)),
            blur: this.blurred,
            picture: this.picture ?? null,
        }[background];
    }

    /** What is to be done by the helper, if anything is. */
    job() {
        const { settings, photo } = this;
        if (!photo) return null;
        const { threshold, clean_up: tidy, largest_only: largestOnly } = settings;
        const mapKey = tidy || largestOnly ? `${threshold} ${tidy} ${largestOnly}` : "";
        if (mapKey !== this.mapKey) {
            return ["clean", { threshold, cleanUp: tidy, largestOnly }, "Cleaning up…", (map) => Object.assign(this, { map, mapKey })];
        }
        const blurKey = `${threshold} ${mapKey}`;
        if (this.look.view === "cutout" && settings.background === "blur" && blurKey !== this.blurKey) {
            return ["blur", { threshold }, "Blurring…", (blurred) => Object.assign(this, { blurred, blurKey })];
        }
        return null;
    }

    async work() {
        if (this.working) return;
        this.working = true;
        try {
            for (let job = this.job(); job; job = this.job()) {
                const [what, given, name, take] = job;
                const { photo } = this;
                this.busy(name);
                const answer = await this.worker.ask(what, given);
                if (photo !== this.photo) continue;
                take(answer);
                this.changed();
            }
        } catch (error) {
            this.root.dataset.state = "failed";
        }
        this.busy("");
        this.working = false;
    }

    busy(name) {
        this.root.setAttribute("aria-busy", String(Boolean(name)));
        this.element.querySelector(".busy").textContent = name;
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

    /** Takes settings over, as `settings` gives them; others stay as they are. */
    choose({ background_picture: path, ...chosen }) {
        for (const [name, value] of Object.entries(chosen)) {
            const field = this.form.elements[name];
            if (typeof value === "boolean") field.checked = value;
            else field.value = value;
        }
        this.behindPath = path ?? this.behindPath;
        this.changed();
    }
}
