"""The network's answer in 101 levels, and opacity as one table of them.

All that a slider with steps of 0.01 can ask of a photo is held by one byte a pixel: how
many steps its probability passes. A mask is a comparison with it, and alpha is a table
of 101 entries, so that a browser draws the same as this package from the same map.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.photos.strips import strips

Levels = npt.NDArray[np.uint8]
"""uint8 (H, W): level k has a probability of at least k / 100, and less than (k + 1) / 100."""

TOP = 100
"""The highest level: certainly a person."""

STEPS = (np.arange(256) / TOP).astype(np.float32)
"""Probability from which a pixel has each level, of which bytes could count more."""

SOFTNESS = 15
"""Levels on either side of the threshold over which alpha rises."""


def to_levels(probability: npt.NDArray[np.float32]) -> Levels:
    """Counts the steps of 0.01 that each probability passes, 0 not among them.

    Args:
        probability: float32 (H, W) in [0, 1].

    Returns:
        uint8 (H, W) in [0, 100]: `to_levels(p) >= k` is `p >= k / 100` for each step k.
    """
    levels = np.empty(probability.shape, np.uint8)
    for rows in strips(len(probability)):
        # Products are rounded: those just below a step are taken back.
        near = cv2.convertScaleAbs(probability[rows], alpha=TOP, beta=1e-3 - 0.5)
        levels[rows] = near - (probability[rows] < cv2.LUT(near, STEPS))
    return levels


def to_level(threshold: float) -> int:
    """The lowest level of a mask; thresholds between two steps count as the next one."""
    return math.ceil(round(threshold * TOP, 6))


def alpha_table(threshold: float, highest: int = TOP) -> npt.NDArray[np.float32]:
    """Opacity of each level: at least one half from the threshold on, and less below.

    It rises evenly over `SOFTNESS` levels on either side of the threshold, or over as many
    as there are: level 0 is transparent unless the threshold is 0, level 100 opaque. Where
    nobody is found nothing shines through: a suspicion is no soft edge of anything.

    Args:
        threshold: In [0, 1].
        highest: The highest level in the map.

    Returns:
        float32 (101,) in [0, 1].
    """
    first = to_level(threshold)
    if highest < first:
        return np.zeros(TOP + 1, np.float32)
    width = min(SOFTNESS, max(first, 1) - 0.5, TOP + 0.5 - first)
    ramp = 0.5 + (np.arange(TOP + 1) - (first - 0.5)) / (2 * width)
    return ramp.clip(0, 1).astype(np.float32)
