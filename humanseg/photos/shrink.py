"""Small copies of large pictures."""

from typing import TypeVar

import cv2
import numpy as np

Array = TypeVar("Array", bound=np.ndarray)

HALVED_FROM = 3
"""How many times smaller the copy is from which the picture is halved first."""


def scaled_wh(array: Array, long_side: int) -> tuple[int, int]:
    """Width and height, at least 1, of a copy of a picture whose long side is this."""
    height, width = array.shape[:2]
    scale = long_side / max(height, width)
    return max(1, round(width * scale)), max(1, round(height * scale))


def shrink_within(array: Array, long_side: int) -> Array:
    """Shrinks a picture or map to a long side of at most this; a smaller one stays as it is."""
    if max(array.shape[:2]) <= long_side:
        return array
    return shrink(array, scaled_wh(array, long_side))


def shrink(array: Array, wh: tuple[int, int]) -> Array:
    """Shrinks a picture or map by the mean of what falls into each pixel.

    What is much larger is halved first, as in a mipmap, which takes a quarter of the time:
    the mean of two by two pixels is what OpenCV is fastest at. Odd sides are halved nearly so.

    Args:
        array: (H, W) or (H, W, C), uint8 or float32.
        wh: Width and height of the copy, not larger.
    """
    while min(array.shape[1] / wh[0], array.shape[0] / wh[1]) >= HALVED_FROM:
        half = (-(-array.shape[1] // 2), -(-array.shape[0] // 2))
        array = cv2.resize(array, half, interpolation=cv2.INTER_LINEAR)
    return cv2.resize(array, wh, interpolation=cv2.INTER_AREA)
