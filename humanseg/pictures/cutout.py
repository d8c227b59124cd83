"""The people alone, with a soft edge."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.edges.foreground import estimate_foreground
from humanseg.photos.images import RGBImage

SOFTNESS = 0.15
"""Probabilities this far from the threshold become opaque or transparent."""


def soft_alpha(
    probability: npt.NDArray[np.float32], threshold: float = 0.5
) -> npt.NDArray[np.float32]:
    """Turns probabilities into opacity: one half at the threshold, soft around it.

    Args:
        probability: float32 (H, W) in [0, 1].
        threshold: In [0, 1].

    Returns:
        float32 (H, W) in [0, 1].
    """
    softness = min(SOFTNESS, threshold, 1.0 - threshold)
    if softness == 0.0:
        return (probability >= threshold).astype(np.float32)
    scale, shift = 0.5 / softness, 0.5 - 0.5 * threshold / softness
    ramp: npt.NDArray[np.float32] = probability * np.float32(scale) + np.float32(shift)
    return np.clip(ramp, 0.0, 1.0, out=ramp)


def cutout(image: RGBImage, alpha: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Cuts the people out, without the old background shining through at their edge.

    Args:
        image: uint8 RGB (H, W, 3).
        alpha: Opacity, float32 (H, W) in [0, 1].

    Returns:
        RGBA uint8 (H, W, 4), alpha not premultiplied; RGB is 0 where alpha is 0.
    """
    rgba = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2RGBA), np.uint8)
    estimate_foreground(image, alpha, out=rgba[..., :3])
    rgba[..., 3] = cv2.convertScaleAbs(alpha, alpha=255)
    rgba *= rgba[..., 3:] > 0
    return rgba
