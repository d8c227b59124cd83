// The tools that correct a mask: two brushes, and a click on a person. Strokes are seen as
// they are painted until the map follows them.
const PAINTS = { keep: "#0072b2", erase: "#d55e00", only: "#ffffff" };
const HINTS = {
    keep: "Paint roughly over what is missing; the mask finds the edge.",
    erase: "Paint roughly over what does not belong; the mask finds the edge.",
    only: "Click on the person to keep. People who touch stay together.",
};
const SPACING = 0.25; // of the radius, between the points of a stroke
const MOST_RADIUS = 0.25; // of the picture's long side, as in humanseg/demo/edits.py

class Brush {
    constructor(viewer, watch) {
        const { root, element } = viewer;
        Object.assign(this, { viewer, root, tool: null, drawing: null, hint: "" });
        this.bar = root.querySelector(".brush");
        this.canvas = root.querySelector("canvas.strokes");
        this.cursor = root.querySelector(".brush-cursor");
        this.words = root.querySelector(".brush-words");
        this.size = this.bar.querySelector("input");
        this.corrections = new Corrections(viewer, watch, {
            shown: () => this.show(),
            said: (words) => this.say(words),
        });
        this.bar.addEventListener("click", ({ target }) => {
            const { tool, edit } = target.closest("button")?.dataset ?? {};
            if (tool) this.use(tool === this.tool ? null : tool);
            if (edit) this.corrections.step(edit);
        });
        element.addEventListener("keydown", (event) => this.onKey(event));
    }

    opened(files) {
        if (!this.corrections.opened(files)) return;
        const { width, height } = this.viewer.photo;
        [this.canvas.width, this.canvas.height] = [width, height];
        this.use(null);
    }

    use(tool) {
        this.tool = tool;
        this.drawing = null;
        for (const button of this.bar.querySelectorAll("[data-tool]")) {
            button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
        }
        if (tool) this.root.dataset.tool = tool;
        else delete this.root.dataset.tool;
        this.say(HINTS[tool] ?? "");
        this.cursor.hidden = true;
        this.viewer.stage.use(tool ? this : null);
        this.viewer.changed();
        if (tool) this.corrections.send(); // the first time nothing, so that the server is ready
        else this.show();
    }

    /** Says something until the next stroke; where nothing is said, that an answer is awaited. */
    say(hint) {
        this.hint = hint;
        const waiting = !hint && !this.drawing && Boolean(this.corrections.sent);
        this.words.classList.toggle("waiting", waiting);
        this.words.textContent = waiting ? "Correcting…" : hint;
    }

    onKey(event) {
        const { key, ctrlKey, metaKey, shiftKey } = event;
        if (key === "Escape" && this.tool) this.use(null);
        const step = (ctrlKey || metaKey) && { z: shiftKey ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
        if (!step || !this.viewer.photo) return;
        event.preventDefault();
        this.corrections.step(step);
    }

    /** Follows the pointer, in pixels of the stage; on the screen a brush keeps its size. */
    hover([x, y]) {
        const size = `${this.size.value}px`;
        this.cursor.hidden = this.tool === "only";
        Object.assign(this.cursor.style, { left: `${x}px`, top: `${y}px`, width: size, height: size });
    }

    leave() {
        this.cursor.hidden = true;
    }

    /** Begins a stroke at a point, in pixels of the picture. */
    down(at) {
        const { canvas, size, tool, viewer } = this;
        const radius = Number(size.value) / 2 / viewer.stage.scale / Math.max(canvas.width, canvas.height);
        this.drawing = {
            tool,
            points: [],
            radius: Math.min(MOST_RADIUS, radius),
            threshold: viewer.settings.threshold,
        };
        this.say("");
        this.move(at);
    }

    move([x, y]) {
        const { canvas: { width, height }, drawing: { tool, points, radius } } = this;
        if (x < 0 || y < 0 || x > width || y > height) return;
        const [beforeX, beforeY] = points.slice(-2);
        const away = Math.hypot(beforeX * width - x, beforeY * height - y);
        const near = away < SPACING * radius * Math.max(width, height);
        if (points.length && (tool === "only" || near)) return;
        points.push(...[x / width, y / height].map((share) => Number(share.toFixed(4))));
        this.paint({ ...this.drawing, points: points.slice(-4) });
    }

    up() {
        const { drawing } = this;
        this.drawing = null;
        if (drawing.points.length) this.corrections.add(drawing);
    }

    /** Two fingers zoom, and paint nothing. */
    cancel() {
        this.drawing = null;
        this.show();
    }

    paint({ tool, radius, points }) {
        const { canvas, canvas: { width, height }, viewer } = this;
        const reach = tool === "only" ? 10 / viewer.stage.scale : radius * Math.max(width, height);
        const context = canvas.getContext("2d");
        context.fillStyle = context.strokeStyle = PAINTS[tool];
        context.lineWidth = 2 * reach;
        context.lineCap = context.lineJoin = "round";
        const line = new Path2D();
        for (let n = 0; n < points.length; n += 2) line.lineTo(points[n] * width, points[n + 1] * height);
        context.stroke(line);
        const dot = new Path2D();
        dot.arc(points[0] * width, points[1] * height, reach, 0, 7);
        context.fill(dot);
    }

    /** What the map does not show yet, and what can be undone. */
    show() {
        const { canvas, corrections: { history, unseen }, drawing } = this;
        canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
        for (const edit of unseen) this.paint(edit);
        if (drawing?.points.length) this.paint(drawing);
        for (const button of this.bar.querySelectorAll("[data-edit]")) {
            // Not disabled, which would take the keyboard's focus away.
            button.setAttribute("aria-disabled", String(!history.can(button.dataset.edit)));
        }
        this.root.classList.toggle("corrected", history.steps.length > 1);
        this.say(this.hint);
    }
}
