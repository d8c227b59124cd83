// Where the picture is looked at: zoom, pan, and the divider between before and after.
const MOST = 16; // times the size at which all of the picture is seen
const KEY_STEP = 0.05;

class Stage {
    constructor(root) {
        this.root = root;
        this.layers = [...root.querySelectorAll("canvas")];
        this.handle = root.querySelector(".divider");
        this.divider = 0.5;
        this.pointers = new Map();
        this.reset(1, 1);
        new ResizeObserver(() => this.show()).observe(root);
        root.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
        root.addEventListener("dblclick", (event) => {
            if (!this.brush) this.zoom(this.zoomed > 1 ? 1 / this.zoomed : 3, event);
        });
        // Or the page might scroll along with two fingers, and the browser would end the zoom.
        const alone = (event) => event.touches.length > 1 && event.preventDefault();
        root.addEventListener("touchstart", alone, { passive: false });
        root.addEventListener("pointerdown", (event) => this.onDown(event));
        root.addEventListener("pointermove", (event) => this.onMove(event));
        for (const end of ["pointerup", "pointercancel"]) {
            root.addEventListener(end, ({ pointerId }) => {
                this.pointers.delete(pointerId);
                if (this.brush?.drawing) this.brush[end === "pointerup" ? "up" : "cancel"]();
            });
        }
        root.addEventListener("pointerleave", () => this.brush?.leave());
        this.handle.addEventListener("keydown", (event) => {
            const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
            const ends = { Home: 0, End: 1 }[event.key];
            if (direction === undefined && ends === undefined) return;
            event.preventDefault();
            this.divide(ends ?? this.divider + direction * KEY_STEP);
        });
        root.addEventListener("keydown", (event) => {
            if (event.target !== root) return;
            const pan = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
            const by = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 1 / this.zoomed }[event.key];
            if (pan && this.zoomed > 1) this.pan(...pan);
            else if (by) this.zoom(by);
            else return;
            event.preventDefault();
        });
    }

    /** Takes a picture of another size. */
    reset(width, height) {
        [this.width, this.height] = [width, height];
        this.zoomed = 1;
        this.center = [width / 2, height / 2]; // what is seen in the middle, in the picture's pixels
        this.show();
    }

    /** Paints with a brush instead of moving the divider, until it is given null. */
    use(brush) {
        this.brush = brush;
        this.show();
    }

    get scale() {
        const { clientWidth, clientHeight } = this.root;
        return this.zoomed * Math.min(clientWidth / this.width, clientHeight / this.height);
    }

    show() {
        const { scale, root: { clientWidth, clientHeight } } = this;
        if (!scale) return;
        this.center = [[this.width, clientWidth], [this.height, clientHeight]].map(([size, seen], n) => {
            const half = Math.min(size, seen / scale) / 2;
            return Math.min(Math.max(this.center[n], half), size - half);
        });
        const left = clientWidth / 2 - this.center[0] * scale;
        const top = clientHeight / 2 - this.center[1] * scale;
        this.corner = [left, top];
        for (const layer of this.layers) layer.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
        const [from, to] = this.span;
        const x = from + this.divider * (to - from);
        const cut = Math.min(Math.max((x - left) / scale, 0), this.width);
        this.layers[0].style.clipPath = this.brush ? "" : `inset(0 ${this.width - cut}px 0 0)`;
        this.layers[1].style.clipPath = this.brush ? "" : `inset(0 0 0 ${cut}px)`;
        this.handle.style.left = `${x}px`;
        this.handle.setAttribute("aria-valuenow", Math.round(100 * this.divider));
        this.root.style.setProperty("--square", `${8 / scale}px`);
        this.root.classList.toggle("zoomed", this.zoomed > 1);
        this.root.classList.toggle("magnified", scale > 3);
    }

    /** Left and right end of what is seen of the picture. */
    get span() {
        const { clientWidth } = this.root;
        const half = Math.min(clientWidth, this.width * this.scale) / 2;
        return [clientWidth / 2 - half, clientWidth / 2 + half];
    }

    divide(share) {
        this.divider = Math.min(1, Math.max(0, share));
        this.show();
    }

    pan(dx, dy) {
        this.center = [this.center[0] - dx / this.scale, this.center[1] - dy / this.scale];
        this.show();
    }

    /** Zooms by a factor; what is under the pointer stays there. */
    zoom(by, pointer) {
        const { left, top, width, height } = this.root.getBoundingClientRect();
        const off = pointer ? [pointer.clientX - left - width / 2, pointer.clientY - top - height / 2] : [0, 0];
        const before = this.scale;
        this.zoomed = Math.min(MOST, Math.max(1, this.zoomed * by));
        this.center = this.center.map((at, n) => at + off[n] * (1 / before - 1 / this.scale));
        this.show();
    }

    onWheel(event) {
        if (this.zoomed === 1 && event.deltaY > 0) return; // the page scrolls on
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), event);
    }

    /** Where a pointer is, in pixels from the stage's corner. */
    at({ clientX, clientY }) {
        const { left, top } = this.root.getBoundingClientRect();
        return [clientX - left - this.root.clientLeft, clientY - top - this.root.clientTop];
    }

    /** The same in the picture's pixels. */
    inPicture(event) {
        return this.at(event).map((value, n) => (value - this.corner[n]) / this.scale);
    }

    onDown(event) {
        if (event.target.closest("button")) return;
        this.root.setPointerCapture(event.pointerId);
        this.pointers.set(event.pointerId, event);
        if (this.pointers.size > 1) this.brush?.cancel();
        else if (event.button === 0) this.brush?.down(this.inPicture(event));
        this.divides = !this.brush && (this.zoomed === 1 || event.target.closest(".divider") !== null);
        if (this.divides && event.pointerType === "mouse") this.divideAt(event);
    }

    onMove(event) {
        this.brush?.hover(this.at(event));
        const before = this.pointers.get(event.pointerId);
        if (!before) return;
        const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
        this.pointers.set(event.pointerId, event);
        if (other) {
            const apart = (pointer) => Math.hypot(pointer.clientX - other.clientX, pointer.clientY - other.clientY);
            const [clientX, clientY] = [(event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2];
            this.zoom(apart(event) / Math.max(1, apart(before)), { clientX, clientY });
            this.pan((event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
        } else if (this.brush?.drawing) {
            const steps = event.getCoalescedEvents?.() ?? [];
            for (const step of steps.length ? steps : [event]) this.brush.move(this.inPicture(step));
        } else if (this.divides) this.divideAt(event);
        else this.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    }

    divideAt({ clientX }) {
        const [from, to] = this.span;
        this.divide((clientX - this.root.getBoundingClientRect().left - from) / (to - from));
    }
}
