// What is drawn of a photo, as it is chosen, without the server.
class Drawing {
    constructor(element) {
        this.element = element;
        this.root = element.querySelector(".viewer");
        this.form = element.querySelector("form");
        const [before, after] = element.querySelectorAll("canvas");
        this.before = before;
        this.painter = new Painter(after);
        this.worker = new Helper();
    }

    /** "empty", "done" or "failed"; without a picture there is nothing to choose, with no key either. */
    set state(name) {
        this.root.dataset.state = name;
        this.form.inert = name !== "done";
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
            this.state = "failed";
        }
        this.busy("");
        this.working = false;
    }

    busy(name) {
        this.root.setAttribute("aria-busy", String(Boolean(name)));
        this.element.querySelector(".busy").textContent = name;
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
