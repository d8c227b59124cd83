// Pixels in the order of their levels, and the colours that soft ones mix.

/**
 * @returns levels, the lowest `around` each, the highest in `cells`, their `order`, where each
 *     level `starts` in it, and from `first` on the `soft` colours of people and background,
 *     times 256.
 */
const toPixelMap = (levels, photo) => {
    const starts = new Uint32Array(TOP + 2);
    for (let i = 0; i < levels.length; i++) starts[levels[i] + 1]++;
    for (let level = 0; level <= TOP; level++) starts[level + 1] += starts[level];
    const next = starts.slice();
    const order = new Uint32Array(levels.length);
    for (let i = 0; i < levels.length; i++) order[next[levels[i]]++] = i;
    const first = starts[1];
    const end = photo.opacity ? levels.length : starts[TOP]; // certain people are opaque then
    const soft = mixedColors(order.subarray(first, end), photo);
    const cells = toCells(levels, photo.width, photo.height);
    return { levels, around: lowestAround(levels, photo), cells, order, starts, first, soft };
};

/** Of each pixel's four neighbours the lowest level, 0 at the photo's edge. */
const lowestAround = (levels, { width, height }) => {
    const lowest = new Uint8Array(levels.length);
    for (let y = 1; y < height - 1; y++) {
        for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
            const across = Math.min(levels[i - 1], levels[i + 1]);
            lowest[i] = Math.min(across, levels[i - width], levels[i + width]);
        }
    }
    return lowest;
};

/** Bilinear, as `resize_rows` of humanseg/photos/strips.py. */
const mixedColors = (places, { width, height, colors }) => {
    const [w, h] = [colors.width, colors.height / 2]; // people above, background below
    const xs = axis(width, w);
    const ys = axis(height, h);
    const data = colors.data;
    const soft = new Uint16Array(6 * places.length);
    for (let n = 0; n < places.length; n++) {
        const y = (places[n] / width) | 0;
        const x = places[n] - y * width;
        const [x0, x1, fx] = [xs.from[x] * 4, xs.to[x] * 4, xs.weight[x]];
        const [y0, y1, fy] = [ys.from[y], ys.to[y], ys.weight[y]];
        for (let half = 0; half < 2; half++) {
            const above = (y0 + half * h) * w * 4;
            const below = (y1 + half * h) * w * 4;
            for (let c = 0; c < 3; c++) {
                const top = data[above + x0 + c] * (1 - fx) + data[above + x1 + c] * fx;
                const bottom = data[below + x0 + c] * (1 - fx) + data[below + x1 + c] * fx;
                soft[6 * n + 3 * half + c] = 256 * (top * (1 - fy) + bottom * fy) + 0.5;
            }
        }
    }
    return soft;
};

/** For each pixel of a side the two of a smaller one that it lies between. */
const axis = (size, small) => {
    const [from, to] = [new Uint32Array(size), new Uint32Array(size)];
    const weight = new Float32Array(size);
    for (let i = 0; i < size; i++) {
        const at = Math.min(Math.max((i + 0.5) * (small / size) - 0.5, 0), small - 1);
        from[i] = at;
        to[i] = Math.min(from[i] + 1, small - 1);
        weight[i] = at - from[i];
    }
    return { from, to, weight };
};
