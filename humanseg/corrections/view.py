"""A small copy of a photo, with what all strokes on it need."""

from typing import NamedTuple, Self

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.likelihood import Bins, to_bins
from humanseg.photos.images import RGBImage
from humanseg.photos.shrink import shrink_within

Float = npt.NDArray[np.float32]

LONG_SIDE = 256
"""Of the copy, in pixels: enough for what a brush can say, and fast."""


class View(NamedTuple):
    """The copy.

    Attributes:
        lab: CIELAB, float32 (h, w, 3): lightness in [0, 100], a and b about 0.
        bins: Of its colours, int32 (h, w); see `humanseg.corrections.likelihood`.
        texture: Standard deviation of lightness around each pixel, float32 (h, w).
    """

    lab: Float
    bins: Bins
    texture: Float

    @classmethod
    def of(cls, image: RGBImage) -> Self:
        """Makes the copy of a photo, uint8 RGB (H, W, 3)."""
        small = shrink_within(image, LONG_SIDE)
        lab = np.asarray(cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB))
        light = np.ascontiguousarray(lab[..., 0])
        mean = cv2.blur(light, (7, 7))
        variance = cv2.blur(light * light, (7, 7)) - mean * mean
        return cls(lab, to_bins(lab), np.sqrt(np.maximum(variance, 0)))
