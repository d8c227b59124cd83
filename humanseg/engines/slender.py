"""Slender people, as those who stand: few pixels across, they gain most by one more look."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.hysteresis import MASK
from humanseg.engines.letterbox import fit
from humanseg.engines.looks import look

SLENDER = 1.6
"""How many times as long as wide the box around the largest part is, or as wide as long."""


def is_slender(probability: npt.NDArray[np.float32]) -> bool:
    """Whether the largest connected part of the mask of a map (h, w) is slender."""
    found = (probability >= MASK).astype(np.uint8)
    parts = cv2.connectedComponentsWithStats(found)[2][1:]
    if not len(parts):
        return False
    sides = parts[parts[:, cv2.CC_STAT_AREA].argmax(), 2:4]
    return bool(sides.max() > SLENDER * sides.min())


def look_mirrored(
    engine: Engine, image: npt.NDArray[np.uint8], probability: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Takes a look at the mirror image, in the size of the first, into the mean of two.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        probability: Of two looks, float32 (h, w); the long side is a multiple of 32.

    Returns:
        float32 (h, w) in [0, 1].
    """
    size = max(probability.shape)
    mirrored = look(engine, fit(image, size), size, mirrored=True)
    return np.asarray((2 * probability + mirrored) / 3, np.float32)
