// Draws a photo in one of its looks; of what is drawn, only levels that look different anew.
const pack = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red);
const BLACK = pack([0, 0, 0]);
const WHITE = pack([255, 255, 255]);
const HEAT = CONSTANTS.HEAT.map(pack);
const [MISSED, FALSE] = [CONSTANTS.MISSED, CONSTANTS.FALSE].map(pack);

/**
 * A look: `view` is "cutout", "overlay", "mask", "heat" or "errors"; `threshold`; of an overlay
 * `style`, `rgb` and `opacity`; `behind` a cut-out null, a colour as a number, or a Int32Array
 * of pixels.
 */
class Painter {
    constructor(canvas) {
        this.canvas = canvas;
        this.context = canvas.getContext("2d", { willReadFrequently: true });
    }

    /** Takes another photo: `width`, `height`, and `pixels` as a Int32Array. */
    take(photo) {
        this.photo = photo;
        this.canvas.width = photo.width;
        this.canvas.height = photo.height;
        this.frame = this.context.createImageData(photo.width, photo.height);
        this.out = new Int32Array(this.frame.data.buffer);
        this.last = null;
    }

    draw(map, look) {
        const { threshold } = look;
        const now = { map, look, alpha: alphaTable(threshold), level: toLevel(threshold) };
        if (look.view === "cutout") now.shown = shownCells(map.cells, now.alpha);
        if (look.view === "overlay" && look.style === "outline") this.outline(now);
        else {
            const partly = this.last && isSameButThreshold(this.last, now) ? this.last : null;
            const tints = look.view === "overlay" ? tintTables(look) : null;
            for (let level = 0; level <= TOP; level++) {
                if (partly && this.looksSame(level, partly, now)) continue;
                if (look.view === "cutout") this.cutout(level, now);
                else this.fill(level, now, tints);
            }
        }
        this.last = now;
        this.context.putImageData(this.frame, 0, 0);
    }

    looksSame(level, before, now) {
        if (now.look.view === "heat") return true;
        return now.look.view === "cutout"
            ? before.alpha[level] === now.alpha[level] && (now.alpha[level] === 0 || now.alpha[level] >= 0.5)
            : level >= before.level === level >= now.level;
    }

    fill(level, { map, look, level: first }, tints) {
        const { order, starts } = map;
        const { out, photo } = this;
        const on = level >= first;
        if (look.view === "errors") this.errors(starts[level], starts[level + 1], on, order);
        else if (look.view === "mask" || look.view === "heat") {
            const mask = on ? WHITE : BLACK;
            const value = look.view === "heat" ? HEAT[level] : mask;
            for (let n = starts[level]; n < starts[level + 1]; n++) out[order[n]] = value;
        } else if (!on) {
            for (let n = starts[level]; n < starts[level + 1]; n++) out[order[n]] = photo.pixels[order[n]];
        } else {
            const [red, green, blue] = tints;
            for (let n = starts[level]; n < starts[level + 1]; n++) {
                const pixel = photo.pixels[order[n]];
                out[order[n]] = red[pixel & 255] | green[(pixel >> 8) & 255] | blue[(pixel >> 16) & 255];
            }
        }
    }

    /** Against the true mask: 255 where people are, 127 where nothing is said. */
    errors(from, to, on, order) {
        const { out, photo: { pixels, truth } } = this;
        for (let n = from; n < to; n++) {
            const i = order[n];
            const pixel = pixels[i];
            const light = (77 * (pixel & 255) + 150 * ((pixel >> 8) & 255) + 29 * ((pixel >> 16) & 255)) >> 9;
            const grey = (255 << 24) | ((light + 64) * 0x010101);
            if (truth[i] === 127) out[i] = grey;
            else if (on) out[i] = truth[i] ? grey : FALSE;
            else out[i] = truth[i] ? MISSED : grey;
        }
    }

    cutout(level, now) {
        const { order, starts } = now.map;
        const { out, photo } = this;
        const { behind } = now.look;
        const alpha = now.alpha[level];
        const [from, to] = [starts[level], starts[level + 1]];
        if (alpha > 0 && (alpha < 1 || photo.opacity)) this.soft(from, to, alpha, now);
        else if (alpha > 0) for (let n = from; n < to; n++) out[order[n]] = photo.pixels[order[n]];
        else if (behind instanceof Int32Array) {
            for (let n = from; n < to; n++) out[order[n]] = behind[order[n]];
        } else for (let n = from; n < to; n++) out[order[n]] = behind ?? 0;
    }

    /** Mirrors `add_detail` of humanseg/edges/foreground.py, and `composite`. */
    soft(from, to, opaque, { map: { order, soft, first, cells }, shown: cellsShown, look: { behind } }) {
        const { out, photo: { pixels, opacity } } = this;
        const several = behind instanceof Int32Array;
        const clear = behind === null;
        let back = behind ?? 0;
        let mix = mixing(opaque, clear);
        for (let n = from, at = 6 * (from - first); n < to; n++, at += 6) {
            const i = order[n];
            const pixel = pixels[i];
            if (several) back = behind[i];
            if (opaque < 0.5 && !cellsShown[cellOf(i, cells)]) {
                out[i] = back;
                continue;
            }
            if (opacity) {
                mix = mixing(Math.fround(opaque * Math.fround(opacity[i] / 255)), clear);
                if (mix.a === 0 || mix.a === 1) {
                    out[i] = mix.a ? pixel : back;
                    continue;
                }
            }
            const { people, shown, old, seen, over, under } = mix;
            let red = soft[at] * people + (pixel & 255) * shown - soft[at + 3] * old;
            let green = soft[at + 1] * people + ((pixel >> 8) & 255) * shown - soft[at + 4] * old;
            let blue = soft[at + 2] * people + ((pixel >> 16) & 255) * shown - soft[at + 5] * old;
            red = red <= 0 ? 0 : red >= 255 ? 255 : (red + 0.5) | 0;
            green = green <= 0 ? 0 : green >= 255 ? 255 : (green + 0.5) | 0;
            blue = blue <= 0 ? 0 : blue >= 255 ? 255 : (blue + 0.5) | 0;
            if (!clear) {
                red = (red * over + (back & 255) * under + 0.5) | 0;
                green = (green * over + ((back >> 8) & 255) * under + 0.5) | 0;
                blue = (blue * over + ((back >> 16) & 255) * under + 0.5) | 0;
            }
            out[i] = seen && (seen << 24) | (blue << 16) | (green << 8) | red;
        }
    }

    outline({ map, look, level }) {
        const { out, photo: { pixels, width, height } } = this;
        out.set(pixels);
        const runs = borderRuns(map, level, width, height);
        const paints = [BLACK, WHITE, pack(look.rgb)];
        lineRadii(width, height).forEach((radius, n) => stamp(runs, radius, width, height, out, paints[n]));
    }
}

/** What a soft pixel is the sum of: colours of people and background times 256, and its own. */
const mixing = (a, clear) => {
    const share = a / (a * a + (1 - a) * (1 - a));
    return {
        a,
        people: (1 - share * a) / 256,
        shown: share,
        old: (share * (1 - a)) / 256,
        seen: clear ? roundEven(Math.fround(a * 255)) : 255,
        over: a / 1.00001,
        under: (1 - a) / 1.00001,
    };
};

const isSameButThreshold = (before, now) =>
    before.map === now.map &&
    ["view", "style", "opacity", "behind"].every((key) => before.look[key] === now.look[key]) &&
    String(before.look.rgb) === String(now.look.rgb);

/** What a tint makes of each value of red, green and blue, at their place in a pixel. */
const tintTables = ({ rgb, opacity }) =>
    rgb.map((color, channel) =>
        Int32Array.from({ length: 256 }, (_, value) => {
            const mixed = roundEven(value * (1 - opacity) + color * opacity) << (8 * channel);
            return (mixed | (channel ? 0 : 255 << 24));
        }),
    );
