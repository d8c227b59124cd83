"""The network's answer in 101 levels.

All that a slider with steps of 0.01 can ask of a photo is held by one byte a pixel: how
many steps its probability passes. A mask is a comparison with it, and alpha is made of it
(`humanseg.edges.alpha`), so that a browser draws the same as this package from the same map.
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
    """The lowest level of a mask; thresholds between two steps count as the next one.

    Steps may be float32, as of an array, whose 0.3 is a little more than 0.3.
    """
    return math.ceil(round(float(threshold) * TOP, 4))
