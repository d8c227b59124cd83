"""Small things that are done to maps."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def between(cost: Float, axis: int) -> Float:
    """Cost of a step between two pixels, of what each of them costs."""
    ahead, behind = np.delete(cost, 0, axis), np.delete(cost, -1, axis)
    return np.asarray((ahead + behind) / 2)


def coarse(array: Float, factor: int) -> Float:
    """The same with so many times fewer pixels along each side."""
    wh = (-(-array.shape[1] // factor), -(-array.shape[0] // factor))
    return np.asarray(cv2.resize(array, wh, interpolation=cv2.INTER_AREA))


def mean(array: Float, size: int) -> Float:
    """Mean of the window around each pixel, of this many pixels in a row."""
    return np.asarray(cv2.blur(np.asarray(array, np.float32), (size, size)))


def distance(mask: Mask) -> Float:
    """How far each pixel of a mask is from those outside it, at most 100 pixels."""
    return np.minimum(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5), 100)


def stack(maps: Sequence[npt.ArrayLike], shape: tuple[int, ...]) -> Float:
    """Maps of this shape (h, w), or numbers for all of their pixels, as float32 (n, h, w)."""
    stacked = np.empty((len(maps), *shape), np.float32)
    for place, each in zip(stacked, maps, strict=True):
        place[:] = each
    return stacked
