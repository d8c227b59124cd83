// One of several photos: which it is, and the way to those beside it.
let lastOpened = null;
document.addEventListener("keydown", (event) => lastOpened?.onKey(event));

class SlideViewer extends Viewer {
    /** `chosen` comes with a photo that was clicked, and null with one that was stepped to. */
    async open(files) {
        this.stepping = false;
        if (files?.chosen) {
            this.at = files.at;
            this.choose(files.chosen);
        } else if (files && files.at !== this.at) return this.send();
        await super.open(files);
        this.busy("");
        if (!files || this.files !== files) return undefined;
        lastOpened = this;
        this.element.querySelector(".place").textContent = `${files.title} · ${files.at + 1} of ${files.of}`;
        return this.root.scrollIntoView({ behavior: "smooth", block: "nearest" });
    }

    /** Until a photo that was clicked comes, no step overtakes it. */
    wait() {
        this.stepping = true;
        this.busy("Opening…");
    }

    /** Where the other photo does not come, as Gradio says. */
    stay() {
        this.stepping = false;
        this.at = this.files?.at;
        this.busy("");
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

    /** However fast steps follow each other, one at a time is asked for, and the last one shown. */
    step(by) {
        if (!this.files) return; // it could not be opened
        const { of } = this.files;
        this.at = (this.at + by + of) % of;
        if (!this.stepping) this.send();
    }

    async send() {
        this.wait();
        await this.brush.corrections.settled(); // or the last stroke would be lost
        this.tell.step({ to: this.at });
    }
}
