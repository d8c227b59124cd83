"""Trivial baselines, to know what a score is worth."""

import numpy as np
import numpy.typing as npt

from humanseg.photos.images import RGBImage


def nobody(image: RGBImage) -> npt.NDArray[np.float32]:
    """Marks nothing."""
    return np.zeros(image.shape[:2], np.float32)


def everybody(image: RGBImage) -> npt.NDArray[np.float32]:
    """Marks everything."""
    return np.ones(image.shape[:2], np.float32)


def centre_ellipse(image: RGBImage) -> npt.NDArray[np.float32]:
    """Marks an ellipse half as wide and eight tenths as high as the photo."""
    height, width = image.shape[:2]
    y, x = np.ogrid[:height, :width]
    inside = ((x / width - 0.5) / 0.25) ** 2 + ((y / height - 0.5) / 0.4) ** 2 <= 1
    return inside.astype(np.float32)


BASELINES = {"nobody": nobody, "everybody": everybody, "centre ellipse": centre_ellipse}
"""By the names that tables give them."""
