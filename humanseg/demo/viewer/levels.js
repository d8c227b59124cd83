// Mirrors humanseg/edges/levels.py; CONSTANTS are Python's own.
const { TOP } = CONSTANTS;

/** The lowest level of a mask. */
const toLevel = (threshold) => Math.ceil(Number((threshold * TOP).toFixed(6)));

/** Rounds halves to even, as Python does. */
const roundEven = (value) => {
    const below = Math.floor(value);
    if (value - below !== 0.5) return Math.round(value);
    return below % 2 ? below + 1 : below;
};
