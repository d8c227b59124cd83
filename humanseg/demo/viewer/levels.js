// Mirrors humanseg/edges/levels.py; CONSTANTS are Python's own.
const { TOP, SOFTNESS } = CONSTANTS;

/** The lowest level of a mask. */
const toLevel = (threshold) => Math.ceil(Number((threshold * TOP).toFixed(6)));

/** Opacity of each level, in [0, 1], in a map with this highest one. */
const alphaTable = (threshold, highest) => {
    const first = toLevel(threshold);
    if (highest < first) return new Float32Array(TOP + 1);
    const width = Math.min(SOFTNESS, Math.max(first, 1) - 0.5, TOP + 0.5 - first);
    return Float32Array.from({ length: TOP + 1 }, (_, level) =>
        Math.min(1, Math.max(0, 0.5 + (level - (first - 0.5)) / (2 * width))),
    );
};

/** Rounds halves to even, as Python does. */
const roundEven = (value) => {
    const below = Math.floor(value);
    if (value - below !== 0.5) return Math.round(value);
    return below % 2 ? below + 1 : below;
};
