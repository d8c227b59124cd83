"""The photo with people marked on it."""

from typing import Literal, TypeAlias, get_args

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import OptionError
from humanseg.photos.images import RGBImage
from humanseg.pictures.colors import Color, to_rgb

OverlayStyle: TypeAlias = Literal["fill", "outline"]

OVERLAY_COLOR = "#dc00ff"
"""Differs most from people and what is around them, for whichever of normal, protan,
deutan and tritan sight it differs least: skin, clothes and landscapes are not violet."""

OVERLAY_OPACITY = 0.5


def overlay(
    image: RGBImage,
    mask: npt.NDArray[np.bool_],
    color: Color = OVERLAY_COLOR,
    opacity: float = OVERLAY_OPACITY,
    style: OverlayStyle = "fill",
) -> RGBImage:
    """Tints the masked pixels of a photo, or draws a line around them.

    Args:
        image: uint8 RGB (H, W, 3).
        mask: bool (H, W).
        color: RGB, each in [0, 255], or as in CSS.
        opacity: Of the tint: 0 leaves the photo as it is, 1 covers it.
        style: "fill" tints; "outline" draws an opaque line edged in white and
            black, so that it is seen on any background.

    Returns:
        uint8 RGB (H, W, 3).

    Raises:
        OptionError: An option is outside its range.
    """
    if not 0.0 <= opacity <= 1.0:
        raise OptionError(f"opacity must be between 0 and 1. Received: {opacity}")
    if style not in get_args(OverlayStyle):
        raise OptionError(f"style must be 'fill' or 'outline'. Received: {style!r}")
    rgb = to_rgb(color)
    if style == "outline":
        paint, where = _outline(mask, rgb)
    else:
        levels = np.arange(256)[:, None] * (1.0 - opacity) + np.multiply(rgb, opacity)
        paint = cv2.LUT(image, np.round(levels).astype(np.uint8)[:, None])
        where = mask.astype(np.uint8)
    return np.asarray(cv2.copyTo(paint, where, image.copy()), np.uint8)


def _outline(
    mask: npt.NDArray[np.bool_], rgb: tuple[int, int, int]
) -> tuple[RGBImage, npt.NDArray[np.uint8]]:
    """Draws the contours in a colour, edged in white and then black; also returns where."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    width = max(1, round(max(mask.shape) / 500))
    lines = np.zeros((*mask.shape, 3), np.uint8)
    drawn = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(drawn, contours, -1, 1, 6 * width - 1)
    for paint, thickness in (((255, 255, 255), 4 * width - 1), (rgb, 2 * width - 1)):
        cv2.drawContours(lines, contours, -1, paint, thickness)
    return lines, drawn
