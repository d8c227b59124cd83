// What corrects the mask of a photo, and the way to the server, which makes a map of it.
const RECOLOR_AFTER = 400; // ms without a stroke

class Corrections {
    /** `shown` is called when something changed, `said` with what was refused. */
    constructor(viewer, watch, { shown, said }) {
        const { props } = viewer;
        Object.assign(this, { viewer, shown, said, history: new History(), waiting: [], last: Promise.resolve() });
        Object.assign(this, { photos: new Map(), turn: 0 });
        watch("corrected", () => this.answered(props.corrected));
        watch("recolored", () => this.recolored(props.recolored));
    }

    /** Takes another photo, with what was done to it before, and says so; or another map. */
    opened({ key }) {
        const isOther = key !== this.key;
        if (isOther) {
            const { photos, history, confirmed } = this;
            photos.set(this.key, { history, confirmed });
            const before = photos.get(key) ?? { history: new History(), confirmed: null };
            Object.assign(this, { ...before, key, sent: null });
            this.settle();
        }
        this.stale = Boolean(this.sent || this.confirmed);
        if (this.stale || this.history.now.length) this.send();
        return isOther;
    }

    add(edit) {
        this.history.add([...this.history.now, edit]);
        this.send();
    }

    step(step) {
        this.history.step(step);
        this.said("");
        this.send();
    }

    /** What the map does not show yet. */
    get unseen() {
        return this.history.now.filter((edit) => !this.confirmed?.includes(edit));
    }

    /** Sends all that was done, unless an answer is awaited; the rest follows it. */
    send() {
        clearTimeout(this.timer);
        if (!this.sent && (this.history.now !== this.confirmed || this.stale)) {
            this.sent = this.history.now;
            this.stale = false;
            this.viewer.root.dataset.brush = "correcting";
            this.viewer.tell.correct({ photo: this.key, edits: this.sent, turn: ++this.turn });
        }
        this.shown();
    }

    /** Takes the map, or goes back to what it shows. */
    async answered({ turn, levels, said }) {
        const { sent, key } = this;
        if (turn !== this.turn || !sent) return;
        if (levels) await this.replace({ levels });
        if (key !== this.key) return;
        this.sent = null;
        if (levels) {
            this.confirmed = sent;
            this.send();
        } else {
            this.history.returnTo(this.confirmed);
            this.shown();
            this.said(said);
        }
        if (!this.sent) this.settle();
    }

    /** The map stays as it is; what was done can be done again. */
    failed() {
        this.answered({ turn: this.turn, said: "The server did not answer, so this was taken back; please try again." });
    }

    /** Once no answer is awaited; colours follow when there is time. */
    settle() {
        for (const resolve of this.waiting.splice(0)) resolve();
        const { key, confirmed, viewer } = this;
        viewer.root.dataset.brush = confirmed ? "recoloring" : "";
        if (confirmed) this.timer = setTimeout(() => viewer.tell.recolor({ photo: key }), RECOLOR_AFTER);
    }

    settled() {
        return this.sent ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
    }

    async recolored({ photo, colors }) {
        if (photo !== this.key) return;
        await this.replace({ colors });
        if (!this.sent) this.viewer.root.dataset.brush = "done";
    }

    /** Gives the viewer another map, or other colours, one after the other. */
    replace(files) {
        const { viewer, viewer: { seen } } = this;
        const take = async () => {
            const [levels, colors] = await Promise.all([files.levels, files.colors].map((file) => file && fetchPixels(file)));
            // The helper may have got another photo, or map, already.
            if (viewer.seen !== seen || viewer.files !== seen) return;
            const { photo } = viewer;
            const changed = { ...photo, levels: levels ? grey(levels) : photo.levels, colors: colors ?? photo.colors };
            const map = await viewer.worker.ask("take", changed);
            if (viewer.photo !== photo) return;
            Object.assign(viewer, { photo: changed, map, mapKey: "", blurKey: null });
            viewer.changed();
        };
        this.last = this.last.then(take).catch(() => {
            viewer.state = "failed";
        });
        return this.last;
    }
}
