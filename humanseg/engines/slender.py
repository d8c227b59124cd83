"""Slender people, as those who stand: few pixels across, they gain most by one more look."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.hysteresis import MASK
from humanseg.engines.looks import look, round_to_stride

SLENDER = 1.6
"""How many times as long as wide the box around the largest part is, or as wide as long."""

BETWEEN = 4 / 5
"""Size of that look, as a share of the first one's: between those of the first two."""


def is_slender(probability: npt.NDArray[np.float32]) -> bool:
    """Whether the largest connected part of the mask of a map (h, w) is slender."""
    found = (probability >= MASK).astype(np.uint8)
    parts = cv2.connectedComponentsWithStats(found)[2][1:]
    if not len(parts):
        return False
    sides = parts[parts[:, cv2.CC_STAT_AREA].argmax(), 2:4]
    return bool(sides.max() > SLENDER * sides.min())


def look_between(
    engine: Engine, image: npt.NDArray[np.uint8], probability: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Takes a look at the photo in a size between those of two into their mean.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        probability: Of the two, in the size of the larger, float32 (h, w).

    Returns:
        float32 (h, w) in [0, 1].
    """
    height, width = probability.shape
    between = look(engine, image, round_to_stride(BETWEEN * max(height, width)))
    return np.asarray((2 * probability + cv2.resize(between, (width, height))) / 3, np.float32)
