// Mirrors `_outline` of humanseg/pictures/overlay.py: octagons along the border of a mask.

/** Runs of a mask's border pixels, as y, first x, last x, one after the other. */
const borderRuns = ({ levels, around }, level, width, height) => {
    const runs = [];
    for (let y = 0, row = 0; y < height; y++, row += width) {
        for (let x = 0; x < width; x++) {
            if (around[row + x] >= level || levels[row + x] < level) continue;
            const from = x;
            while (x < width && around[row + x] < level && levels[row + x] >= level) x++;
            runs.push(y, from, x - 1);
        }
    }
    return runs;
};

/** Paints octagons of a radius around the runs. */
const stamp = (runs, radius, width, height, out, paint) => {
    const reach = radius + Math.floor(0.414 * radius + 0.5);
    for (let n = 0; n < runs.length; n += 3) {
        const bottom = Math.min(radius, height - 1 - runs[n]);
        for (let dy = -Math.min(radius, runs[n]); dy <= bottom; dy++) {
            const half = Math.min(radius, reach - Math.abs(dy));
            const row = (runs[n] + dy) * width;
            const end = row + Math.min(width - 1, runs[n + 2] + half);
            const start = row + Math.max(0, runs[n + 1] - half);
            for (let i = start; i <= end; i++) out[i] = paint;
        }
    }
};

/** Radii of the black, the white and the coloured line. */
const lineRadii = (width, height) => {
    const line = Math.max(1, roundEven(Math.max(width, height) / 500));
    return [3 * line - 1, 2 * line - 1, line - 1];
};
