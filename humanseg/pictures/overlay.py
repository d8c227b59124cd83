"""The photo with people marked on it."""

from typing import Literal, TypeAlias, get_args

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import OptionError
from humanseg.photos.images import RGBImage
from humanseg.pictures.colors import Color, to_rgb

OverlayStyle: TypeAlias = Literal["fill", "outline"]
Filled: TypeAlias = npt.NDArray[np.uint8]

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


def _outline(mask: npt.NDArray[np.bool_], rgb: tuple[int, int, int]) -> tuple[RGBImage, Filled]:
    """Draws the contours in a colour, edged in white and then black; also returns where."""
    line = max(1, round(max(mask.shape) / 500))
    filled = mask.astype(np.uint8)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    border = filled - cv2.erode(filled, cross, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    lines = np.zeros((*mask.shape, 3), np.uint8)
    lines[_widen(border, 2 * line - 1) > 0] = 255
    lines[_widen(border, line - 1) > 0] = rgb
    return lines, _widen(border, 3 * line - 1)


def _widen(mask: Filled, radius: int) -> Filled:
    """All pixels in regular octagons of a radius around those of a mask, uint8 (H, W).

    An octagon is a square widened by a diamond, and a diamond grows by up to its own size
    when it is laid on its corners.
    """
    square = int(0.414 * radius + 0.5)
    wide = cv2.dilate(mask, np.ones((2 * square + 1, 2 * square + 1), np.uint8))
    done, diamond = 0, radius - square
    while done < diamond:
        step = max(1, min(done, diamond - done))
        corners = np.zeros((2 * step + 1, 2 * step + 1), np.uint8)
        corners[[0, step, step, step, -1], [step, 0, step, -1, step]] = 1
        wide = cv2.dilate(wide, corners)
        done += step
    return np.asarray(wide, np.uint8)
