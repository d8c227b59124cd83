// Mirrors humanseg/masks/cleanup.py on a map of levels.

/** Levels without specks, holes or bystanders. */
const cleanUp = (levels, width, height, { threshold, cleanUp: tidy, largestOnly }) => {
    const level = toLevel(threshold);
    const before = Uint8Array.from(levels, (value) => (value >= level ? 1 : 0));
    const mask = before.slice();
    const size = levels.length;
    if (tidy) {
        const holes = components(mask, 0, width, height, false);
        const open = new Set();
        for (let x = 0; x < width; x++) open.add(holes.labels[x]).add(holes.labels[size - 1 - x]);
        for (let y = 0; y < height; y++) {
            open.add(holes.labels[y * width]).add(holes.labels[(y + 1) * width - 1]);
        }
        keep(mask, 1, holes, (label) => holes.areas[label] <= CONSTANTS.HOLE * size && !open.has(label));
        const parts = components(mask, 1, width, height, true);
        keep(mask, 0, parts, (label) => parts.areas[label] < CONSTANTS.SPECK * size);
    }
    if (largestOnly) {
        const parts = components(mask, 1, width, height, true);
        const largest = parts.areas.indexOf(Math.max(...parts.areas.slice(1)), 1);
        keep(mask, 0, parts, (label) => label !== largest);
    }
    const dropped = around(before, 1, (i) => before[i] && !mask[i], width, height);
    const filled = around(before, 0, (i) => !before[i] && mask[i], width, height);
    return levels.map((value, i) => (filled?.(i) ? TOP : dropped?.(i) ? 0 : value));
};

/** Sets what has labels that pass to a value. */
const keep = (mask, value, { labels, areas }, passes) => {
    const hit = areas.map((_, label) => label > 0 && passes(label));
    for (let i = 0; i < mask.length; i++) if (hit[labels[i]]) mask[i] = value;
};

/** Connected parts of pixels of one value: a label for each pixel, 0 for others, and areas. */
const components = (mask, value, width, height, diagonal) => {
    const labels = new Int32Array(mask.length);
    const areas = [0];
    const waiting = new Int32Array(mask.length);
    for (let seed = 0; seed < mask.length; seed++) {
        if (mask[seed] !== value || labels[seed]) continue;
        const label = areas.length;
        let [count, end] = [0, 1];
        labels[waiting[0] = seed] = label;
        while (count < end) {
            const i = waiting[count++];
            const y = (i / width) | 0;
            const x = i - y * width;
            for (let dy = y ? -1 : 0; dy <= (y < height - 1 ? 1 : 0); dy++) {
                for (let dx = x ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) {
                    const j = i + dy * width + dx;
                    if ((diagonal || !dx || !dy) && mask[j] === value && !labels[j]) {
                        labels[waiting[end++] = j] = label;
                    }
                }
            }
        }
        areas.push(count);
    }
    return { labels, areas };
};

const STEP = 65536; // of OpenCV's distances, over (dx, dy): 1 along, 1.4 across, 2.1969 a knight's move
const NEAR = [[-1, -2, 2.1969], [1, -2, 2.1969], [-2, -1, 2.1969], [-1, -1, 1.4], [0, -1, 1],
    [1, -1, 1.4], [2, -1, 2.1969], [-1, 0, 1]].map(([x, y, d]) => [x, y, Math.round(d * STEP)]);

/** Whether the nearest pixel of a value is in a part, as a function; null if the part is empty. */
const around = (mask, value, isInPart, width, height) => {
    const wide = width + 4;
    const distance = new Int32Array(wide * (height + 4)).fill(1 << 30);
    const inPart = new Uint8Array(distance.length);
    let any = false;
    const at = (i) => i + 2 + 2 * wide + 4 * ((i / width) | 0);
    for (let i = 0; i < mask.length; i++) {
        if (mask[i] !== value) continue;
        distance[at(i)] = 0;
        if (isInPart(i)) any = inPart[at(i)] = true;
    }
    if (!any) return null;
    for (const back of [1, -1]) {
        const steps = NEAR.map(([x, y, d]) => [back * (x + y * wide), d]);
        for (let n = 0; n < mask.length; n++) {
            const i = at(back > 0 ? n : mask.length - 1 - n);
            if (back > 0 ? !distance[i] : distance[i] <= STEP) continue;
            for (const [shift, d] of steps) {
                if (distance[i + shift] + d < distance[i]) {
                    distance[i] = distance[i + shift] + d;
                    inPart[i] = inPart[i + shift];
                }
            }
        }
    }
    return (i) => inPart[at(i)];
};
