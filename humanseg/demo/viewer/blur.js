// Mirrors `_blur_around` of humanseg/pictures/backgrounds.py.

/** The photo blurred around the people, as pixels. */
const blurAround = (photo, levels, threshold) => {
    const { width, height, pixels, opacity } = photo;
    const sigma = CONSTANTS.BLUR * Math.max(width, height);
    const scale = Math.min(1, 4 / sigma);
    const w = Math.max(1, roundEven(width * scale));
    const h = Math.max(1, roundEven(height * scale));
    photo.small ??= [0, 8, 16].map((shift) =>
        shrink(Float32Array.from(pixels, (pixel) => (pixel >> shift) & 255), width, height, w, h).map(Math.round),
    );
    const alpha = toAlpha(levels, threshold, width, height);
    if (opacity) for (let i = 0; i < alpha.length; i++) alpha[i] *= opacity[i] / 255;
    const weight = shrink(alpha, width, height, w, h).map((a) => (1 - a) ** 2 + 1e-4);
    const total = gaussian(weight, w, h, sigma * scale);
    const out = new Int32Array(width * height).fill(255 << 24);
    photo.small.forEach((plane, channel) => {
        const blurred = gaussian(plane.map((value, i) => value * weight[i]), w, h, sigma * scale);
        const rounded = blurred.map((value, i) => clip(value / total[i]));
        const large = enlarge(rounded, w, h, width, height);
        for (let i = 0; i < large.length; i++) out[i] |= clip(large[i]) << (8 * channel);
    });
    return out;
};

const clip = (value) => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0);

/** A plane with rows as columns. */
const transpose = (plane, width, height) => {
    const turned = new Float32Array(plane.length);
    for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) turned[x * height + y] = plane[i];
    }
    return turned;
};

/** Makes each row anew: `taps[x]` lists [place, share] of what pixel x is the sum of. */
const alongRows = (plane, width, height, taps) => {
    const size = taps.length;
    const ends = [];
    const [places, shares] = [[], []];
    for (const list of taps) {
        for (const [place, share] of list) {
            places.push(place);
            shares.push(share);
        }
        ends.push(places.length);
    }
    const out = new Float32Array(size * height);
    for (let y = 0; y < height; y++) {
        for (let x = 0, n = 0; x < size; x++) {
            let sum = 0;
            for (; n < ends[x]; n++) sum += plane[y * width + places[n]] * shares[n];
            out[y * size + x] = sum;
        }
    }
    return out;
};

/** Makes rows anew, and then columns. */
const resample = (plane, width, height, across, down) => {
    const rows = alongRows(plane, width, height, across);
    const columns = alongRows(transpose(rows, across.length, height), height, across.length, down);
    return transpose(columns, down.length, across.length);
};

const shrink = (plane, width, height, w, h) =>
    resample(plane, width, height, areaTaps(width, w), areaTaps(height, h));

const areaTaps = (size, small) =>
    Array.from({ length: small }, (_, x) => {
        const [from, to] = [(x * size) / small, ((x + 1) * size) / small];
        const list = [];
        for (let i = Math.floor(from); i < Math.min(size, Math.ceil(to)); i++) {
            list.push([i, (Math.min(i + 1, to) - Math.max(i, from)) / (to - from)]);
        }
        return list;
    });

const enlarge = (plane, w, h, width, height) =>
    resample(plane, w, h, cubicTaps(w, width), cubicTaps(h, height));

/** OpenCV's INTER_CUBIC. */
const cubicTaps = (small, size) =>
    Array.from({ length: size }, (_, x) => {
        const at = (x + 0.5) * (small / size) - 0.5;
        const left = Math.floor(at);
        const [f, A] = [at - left, -0.75];
        const shares = [
            ((A * (f + 1) - 5 * A) * (f + 1) + 8 * A) * (f + 1) - 4 * A,
            ((A + 2) * f - (A + 3)) * f * f + 1,
            ((A + 2) * (1 - f) - (A + 3)) * (1 - f) * (1 - f) + 1,
        ];
        shares.push(1 - shares[0] - shares[1] - shares[2]);
        return shares.map((share, n) => [Math.min(Math.max(left - 1 + n, 0), small - 1), share]);
    });

/** OpenCV's GaussianBlur of floats. */
const gaussian = (plane, w, h, sigma) => {
    const radius = Math.round(sigma * 8 + 1) >> 1;
    const kernel = Array.from({ length: 2 * radius + 1 }, (_, n) => Math.exp(-((n - radius) ** 2) / (2 * sigma * sigma)));
    const total = kernel.reduce((sum, value) => sum + value);
    const taps = (size) =>
        Array.from({ length: size }, (_, x) => kernel.map((value, n) => [mirror(x + n - radius, size), value / total]));
    return resample(plane, w, h, taps(w), taps(h));
};

const mirror = (at, size) => {
    if (size === 1) return 0;
    const turn = Math.abs(at) % (2 * (size - 1));
    return turn < size ? turn : 2 * (size - 1) - turn;
};
