// What a threshold does: heat map, errors against a true mask, and curves that follow it.
class TuningViewer extends Viewer {
    constructor(...given) {
        super(...given);
        const drag = (event) => event.buttons && this.pointAt(event);
        for (const type of ["pointerdown", "pointermove"]) this.curves.addEventListener(type, drag);
    }

    get curves() {
        return this.element.querySelector(".curves");
    }

    changed() {
        const { photo, root, form } = this;
        if (photo && photo !== this.charted) {
            this.charted = photo;
            this.curves.innerHTML = photo.chart;
            const truth = String(Boolean(photo.truth));
            if (truth !== root.dataset.truth) form.elements.view.value = photo.truth ? "errors" : "heat";
            root.dataset.truth = truth;
            const { best } = photo.curves;
            const button = this.element.querySelector("[data-tune=best]");
            button.hidden = best === null;
            button.textContent = `Go to the best, ${best?.toFixed(2)}`;
        }
        super.changed();
        if (photo) this.mark(this.settings.threshold);
    }

    /** Moves the curves' marker, and says what they are there. */
    mark(threshold) {
        const { left, right } = this.curves.querySelector("svg").dataset;
        const mark = this.curves.querySelector(".now");
        const x = Number(left) + threshold * (right - left);
        mark.setAttribute("transform", `translate(${x.toFixed(1)})`);
        mark.querySelector("text").textContent = threshold.toFixed(2);
        const { thresholds, lines } = this.photo.curves;
        const at = thresholds.findIndex((other) => Math.abs(other - threshold) < 0.005);
        for (const [n, value] of Object.values(lines).entries()) {
            this.curves.querySelector(`li.curve-${n} b`).textContent = `${(100 * value[at]).toFixed(1)}%`;
        }
    }

    /** Takes the threshold under a pointer on the curves. */
    pointAt(event) {
        const svg = this.curves.querySelector("svg");
        if (!svg?.contains(event.target)) return;
        event.preventDefault();
        const { left, right } = svg.dataset;
        const x = new DOMPoint(event.clientX, 0).matrixTransform(svg.getScreenCTM().inverse()).x;
        this.choose({ threshold: Math.min(0.99, Math.max(0.01, (x - left) / (right - left))) });
    }

    clicked(button) {
        super.clicked(button);
        const { tune } = button?.dataset ?? {};
        if (tune === "best") this.choose({ threshold: this.photo.curves.best });
        if (tune !== "use") return;
        const { threshold, detail, refine } = this.settings;
        const single = document.querySelector("#single-viewer .viewer").parentElement.viewer;
        single.choose({ threshold, detail, refine });
        this.tell.use(this.settings);
    }
}
