"""The people alone, with a soft edge."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.edges.foreground import Colors, add_detail, estimate_colors
from humanseg.photos.images import RGBImage


def cutout(
    image: RGBImage, alpha: npt.NDArray[np.float32], colors: Colors | None = None
) -> npt.NDArray[np.uint8]:
    """Cuts the people out, without the old background shining through at their edge.

    Args:
        image: uint8 RGB (H, W, 3).
        alpha: Opacity, float32 (H, W) in [0, 1].
        colors: Of the photo, if `humanseg.edges.foreground.estimate_colors` was asked before.

    Returns:
        RGBA uint8 (H, W, 4), alpha not premultiplied; RGB is 0 where alpha is 0.
    """
    rgba = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2RGBA), np.uint8)
    add_detail(image, alpha, colors or estimate_colors(image, alpha), out=rgba[..., :3])
    rgba[..., 3] = cv2.convertScaleAbs(alpha, alpha=255)
    rgba.view(np.uint32)[..., 0] *= rgba[..., 3] > 0  # all four at once
    return rgba
