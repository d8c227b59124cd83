// One of several photos: which it is, and the way to those beside it.
let lastOpened = null;

class SlideViewer extends Viewer {
    constructor(...given) {
        super(...given);
        document.addEventListener("keydown", (event) => this.onKey(event));
    }

    async open(files) {
        if (files?.chosen) this.choose(files.chosen);
        await super.open(files);
        this.busy("");
        if (!files || this.files !== files) return;
        lastOpened = this;
        this.at = files.at;
        this.element.querySelector(".place").textContent = `${files.title} · ${files.at + 1} of ${files.of}`;
        this.root.scrollIntoView({ behavior: "smooth", block: "nearest" });
    }

    clicked(button) {
        super.clicked(button);
        if (button?.dataset.step) this.step(Number(button.dataset.step));
    }

    onKey(event) {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        const isTaken = event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey;
        if (!by || isTaken || lastOpened !== this || !this.root.checkVisibility()) return;
        if (event.target.closest("input, select, textarea, [role=slider], [role=tab]")) return;
        event.preventDefault();
        this.step(by);
    }

    /** At once, however fast they follow each other: the server opens the last one. */
    step(by) {
        const { of } = this.files;
        this.at = (this.at + by + of) % of;
        this.busy("Opening…");
        this.tell.step({ to: this.at });
    }
}
