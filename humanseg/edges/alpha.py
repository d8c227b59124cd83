"""Opacity of the people, made of levels and a threshold; mirrored in the page's alpha.js.

Alpha is one half at the threshold and rises evenly on either side of it, so that edges are
soft where the network's answer is. What stays below the threshold and hangs together with
no pixel of the mask is no soft edge of anything, only a suspicion: it does not shine through.
"""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.edges.levels import TOP, Levels, to_level
from humanseg.photos.strips import strips

SOFTNESS = 15
"""Levels on either side of the threshold over which alpha rises."""

CELLS = 160
"""Along the long side of a photo, at most: squares in which it is told what hangs together."""


def to_alpha(levels: Levels, threshold: float) -> npt.NDArray[np.float32]:
    """Opacity of each pixel: at least one half exactly where the mask is.

    Args:
        levels: uint8 (H, W) in [0, 100].
        threshold: In [0, 1].

    Returns:
        float32 (H, W) in [0, 1].
    """
    table = alpha_table(threshold)
    alpha = table[levels]
    highest = highest_in_cells(levels)
    shown = shown_cells(highest, table)
    if not shown[table[highest] > 0].all():
        side = cell_side(*levels.shape)
        columns = np.arange(levels.shape[1]) // side
        for rows in strips(len(alpha)):
            row_cells = np.arange(rows.start, rows.stop) // side
            alpha[rows] *= shown[row_cells][:, columns]
    return alpha


def alpha_table(threshold: float) -> npt.NDArray[np.float32]:
    """Opacity of each level: at least one half from the threshold on, and less below.

    It rises evenly over `SOFTNESS` levels on either side of the threshold, or over as many
    as there are: level 0 is transparent unless the threshold is 0, level 100 opaque.

    Args:
        threshold: In [0, 1].

    Returns:
        float32 (101,) in [0, 1].
    """
    first = to_level(threshold)
    width = min(SOFTNESS, max(first, 1) - 0.5, TOP + 0.5 - first)
    ramp = 0.5 + (np.arange(TOP + 1) - (first - 0.5)) / (2 * width)
    return ramp.clip(0, 1).astype(np.float32)


def cell_side(height: int, width: int) -> int:
    """Pixels along each side of a cell."""
    return -(-max(height, width) // CELLS)


def highest_in_cells(levels: Levels) -> Levels:
    """The highest level in each cell of a map, the last row and column of them cut short."""
    side = cell_side(*levels.shape)
    rows = np.stack([levels[y : y + side].max(0) for y in range(0, levels.shape[0], side)])
    return np.stack([rows[:, x : x + side].max(1) for x in range(0, levels.shape[1], side)], 1)


def shown_cells(highest: Levels, table: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """The cells that hang together with one of the mask, through cells that are not transparent.

    Args:
        highest: Level of each cell, uint8 (h, w).
        table: Of `alpha_table`.

    Returns:
        bool (h, w).
    """
    _, parts = cv2.connectedComponents((table[highest] > 0).astype(np.uint8))
    return np.asarray((parts > 0) & np.isin(parts, parts[table[highest] >= 0.5]))
