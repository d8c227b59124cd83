// What the viewer says and offers, the helper that works beside it, and the screen it may fill.

/** Says in words what is seen, for eyes and ears. */
const describe = (viewer, { threshold, overlay_opacity: opacity }, view) => {
    const { element, form, root, photo, map, files } = viewer;
    const said = threshold.toFixed(2);
    const names = { cutout: "cut-out", overlay: "overlay", mask: "mask", heat: "probability", errors: "errors" };
    element.querySelector(".save-view").textContent = `Download ${names[view]}`;
    element.querySelector(".threshold output").value = said;
    form.elements.overlay_opacity.setAttribute("aria-valuetext", `${Math.round(100 * opacity)}%`);
    const slider = form.elements.threshold;
    slider.setAttribute("aria-valuetext", said);
    if (!photo) return;
    const coverage = 1 - map.starts[toLevel(threshold)] / photo.pixels.length;
    const nobody = coverage < 0.0005;
    const found = nobody ? "nobody found" : `people cover ${(100 * coverage).toFixed(1)}%`;
    slider.setAttribute("aria-valuetext", `${said}, ${found}`);
    element.querySelector(".found").textContent =
        `${files.width} x ${files.height} pixels: ${found} at threshold ${said}.`;
    root.classList.toggle("nobody", nobody);
    element.querySelectorAll("canvas")[1].setAttribute("aria-label", `The ${names[view]} of the photo: ${found}`);
};

/** What is chosen in the form, and the picture chosen as a background. */
const readChoices = (elements, behindPath) => ({
    threshold: Number(elements.threshold.value),
    detail: elements.detail.value,
    refine: elements.refine.checked,
    clean_up: elements.clean_up.checked,
    largest_only: elements.largest_only.checked,
    overlay_style: elements.overlay_style.value,
    overlay_color: elements.overlay_color.value,
    overlay_opacity: Number(elements.overlay_opacity.value),
    background: elements.background.value,
    background_color: elements.background_color.value,
    background_picture: behindPath ?? null,
    trim: elements.trim.checked,
    suffix: elements.suffix.value,
});

/** Masks are PNG alone, and JPEG has no transparency. */
const offerFormats = (select, view, background) => {
    const jpeg = select.querySelector("[value='.jpg']");
    jpeg.disabled = view === "cutout" && background === "transparent";
    if (jpeg.disabled && jpeg.selected) select.value = ".png";
    select.disabled = view === "mask";
};

/** A worker; each question is answered in its turn. */
class Helper {
    constructor() {
        this.open = new Map();
        this.asked = 0;
        this.worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
        this.worker.onmessage = ({ data: { id, answer, error } }) => {
            const [resolve, reject] = this.open.get(id);
            this.open.delete(id);
            if (error) reject(new Error(error));
            else resolve(answer);
        };
    }

    end() {
        this.worker.terminate();
    }

    ask(what, given) {
        return new Promise((resolve, reject) => {
            this.open.set(++this.asked, [resolve, reject]);
            this.worker.postMessage({ id: this.asked, what, given });
        });
    }
}

/** Phones that give no element the whole screen fill the window. */
const toggleFullscreen = (root) => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (root.requestFullscreen) root.requestFullscreen();
    else root.classList.toggle("fills-window");
};
