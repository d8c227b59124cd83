// Mirrors humanseg/edges/alpha.py; CONSTANTS are Python's own.
const { SOFTNESS, CELLS } = CONSTANTS;

/** Opacity of each level, in [0, 1]. */
const alphaTable = (threshold) => {
    const first = toLevel(threshold);
    const width = Math.min(SOFTNESS, Math.max(first, 1) - 0.5, TOP + 0.5 - first);
    return Float32Array.from({ length: TOP + 1 }, (_, level) =>
        Math.min(1, Math.max(0, 0.5 + (level - (first - 0.5)) / (2 * width))),
    );
};

/** The `highest` level in each square cell of a map, and what `cellOf` needs. */
const toCells = (levels, width, height) => {
    const side = Math.ceil(Math.max(width, height) / CELLS);
    const columns = Math.ceil(width / side);
    const highest = new Uint8Array(columns * Math.ceil(height / side));
    for (let y = 0, i = 0; y < height; y++) {
        const row = Math.floor(y / side) * columns;
        for (let x = 0; x < width; x++, i++) {
            const cell = row + Math.floor(x / side);
            if (levels[i] > highest[cell]) highest[cell] = levels[i];
        }
    }
    return { highest, columns, side, width };
};

/** The cell that a pixel is in. */
const cellOf = (i, { columns, side, width }) =>
    ((i / (width * side)) | 0) * columns + (((i % width) / side) | 0);

/** 1 for cells that hang together with one of the mask, through cells that are not transparent. */
const shownCells = ({ highest, columns }, alpha) => {
    const shown = new Uint8Array(highest.length);
    const edge = [];
    for (let cell = 0; cell < highest.length; cell++) {
        if (alpha[highest[cell]] >= 0.5) edge.push(cell);
    }
    for (const cell of edge) shown[cell] = 1;
    while (edge.length) {
        const cell = edge.pop();
        const x = cell % columns;
        for (const row of [cell - columns, cell, cell + columns]) {
            for (let near = row - (x > 0); near <= row + (x < columns - 1); near++) {
                if (!shown[near] && alpha[highest[near]] > 0) {
                    shown[near] = 1;
                    edge.push(near);
                }
            }
        }
    }
    return shown;
};

/** Opacity of each pixel. */
const toAlpha = (levels, threshold, width, height) => {
    const table = alphaTable(threshold);
    const cells = toCells(levels, width, height);
    const shown = shownCells(cells, table);
    return Float32Array.from(levels, (level, i) => (shown[cellOf(i, cells)] ? table[level] : 0));
};
