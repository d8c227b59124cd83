"""Small copies of large pictures."""

from typing import TypeVar

import cv2
import numpy as np

Array = TypeVar("Array", bound=np.ndarray)

HALVED_FROM = 3
"""How many times smaller the copy is from which the picture is halved first."""


def shrink(array: Array, wh: tuple[int, int]) -> Array:
    """Shrinks a picture or map by the mean of what falls into each pixel.

    What is much larger is halved first, as in a mipmap, which takes a quarter of the time:
    the mean of two by two pixels is what OpenCV is fastest at.

    Args:
        array: (H, W) or (H, W, C), uint8 or float32.
        wh: Width and height of the copy, not larger.
    """
    while min(array.shape[1] / wh[0], array.shape[0] / wh[1]) >= HALVED_FROM:
        half = (-(-array.shape[1] // 2), -(-array.shape[0] // 2))
        array = cv2.resize(array, half, interpolation=cv2.INTER_LINEAR)
    return cv2.resize(array, wh, interpolation=cv2.INTER_AREA)
