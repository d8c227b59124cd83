"""Fits a photo of any size to the network's input, and its output back."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.photos.shrink import scaled_wh, shrink_within

STRIDE = 32
"""Height and width of the network input must be multiples of this."""


class Letterbox(NamedTuple):
    """A network input and where in it the photo lies.

    Attributes:
        image: uint8 RGB (H, W, 3); H and W are multiples of 32.
        content_wh: Width and height of the photo in it, from the top left corner.
    """

    image: npt.NDArray[np.uint8]
    content_wh: tuple[int, int]


def fit(image: npt.NDArray[np.uint8], long_side: int) -> npt.NDArray[np.uint8]:
    """Resizes a photo to `long_side`, keeping its aspect ratio.

    Args:
        image: uint8 RGB (H, W, 3), any size from 1x1.
        long_side: Pixels.
    """
    if max(image.shape[:2]) > long_side:
        return shrink_within(image, long_side)
    wh = scaled_wh(image, long_side)
    return np.asarray(cv2.resize(image, wh, interpolation=cv2.INTER_LINEAR), np.uint8)


def letterbox(image: npt.NDArray[np.uint8], long_side: int) -> Letterbox:
    """Fits a photo to `long_side`, and pads it to the stride.

    Padding repeats the photo's last row and column, to the right and below: an edge
    of another colour there would be taken for the end of a person.

    Args:
        image: uint8 RGB (H, W, 3), any size from 1x1.
        long_side: Pixels, a multiple of 32.
    """
    content = fit(image, long_side)
    height, width = content.shape[:2]
    padded = cv2.copyMakeBorder(
        content, 0, -height % STRIDE, 0, -width % STRIDE, cv2.BORDER_REPLICATE
    )
    return Letterbox(np.asarray(padded, np.uint8), (width, height))


def unletterbox(
    probability: npt.NDArray[np.float32], content_wh: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Cuts the padding off a network output (H, W)."""
    width, height = content_wh
    return probability[:height, :width]
