"""Long photos, such as panoramas, a window at a time: whole, people in them would be tiny."""

from math import ceil

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.letterbox import STRIDE
from humanseg.engines.looks import SMALLER, look

LONG = 3.0
"""A photo is long if its sides are in this ratio; it is looked at in windows."""

WINDOW, OVERLAP = 1.5, 0.25
"""Of a window: the ratio of its sides, and the share that it has in common with the next."""

WINDOWS_COST = 4.0
"""All windows together cost at most so many times what "fast" costs."""

MOST = 256
"""Windows of one photo: those of a line of a million pixels are longer, or they would have no
end. They have as few pixels as the network takes long before."""


def look_in_windows(
    engine: Engine, image: npt.NDArray[np.uint8], input_size: int
) -> npt.NDArray[np.float32]:
    """Probabilities of a long photo, float32 (h, w): windows side by side that fade over.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        input_size: Of the long side of a window, at most.
    """
    is_wide = image.shape[1] >= image.shape[0]
    short, long = sorted(image.shape[:2])
    starts, length = windows(long, short)
    affordable = (WINDOWS_COST * (1 + SMALLER**2) / len(starts)) ** 0.5
    side = max(STRIDE, STRIDE * int(min(1.0, affordable) * input_size / STRIDE))
    scale = side / length
    total = np.zeros((max(1, round(short * scale)), round(long * scale)), np.float32)
    weights = np.zeros(total.shape[1], np.float32)
    fade = np.minimum(np.arange(side) + 1, np.arange(side)[::-1] + 1).astype(np.float32)
    for start in starts:
        part = image[:, start : start + length] if is_wide else image[start : start + length]
        seen = look(engine, part, side)
        upright = seen if is_wide else seen.T
        at = min(round(start * scale), total.shape[1] - side)
        total[:, at : at + side] += fade * cv2.resize(upright, (side, total.shape[0]))
        weights[at : at + side] += fade
    total /= weights
    return total if is_wide else np.ascontiguousarray(total.T)


def windows(long: int, short: int) -> tuple[list[int], int]:
    """Where the windows along the long side of a photo start, and their length, in pixels."""
    least = ceil(long / (1 + (1 - OVERLAP) * (MOST - 1)))
    length = min(long, max(round(WINDOW * short), least))
    count = 1 + ceil((long - length) / ((1 - OVERLAP) * length))
    return [round(start) for start in np.linspace(0, long - length, count)], length
