"""A look at a stroke and what is around it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.arrays import distance, stack
from humanseg.corrections.features import (
    of_colors,
    of_photo,
    of_place,
    of_probability,
    of_strokes,
)
from humanseg.corrections.likelihood import histogram
from humanseg.corrections.state import State
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import View
from humanseg.corrections.ways import of_ways

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

GROW = 4.0
"""The window reaches so many times the root of the stroke's area beyond the stroke: colours
of larger ones say more about the photo than about what was meant."""


@dataclass(frozen=True)
class Look:
    """A stroke and what is around it.

    Attributes:
        window: Rows and columns of the copy.
        stroke: bool (h, w), in the window.
        keep: What it says.
        own: Probability of what the stroke stands for, float32 (h, w).
        open: Pixels that it may change, bool (h, w).
        features: float32 (n, h, w).
    """

    window: tuple[slice, slice]
    stroke: Mask
    keep: bool
    own: Float
    open: Mask
    features: Float


def look(view: View, state: State, stroke: Stroke) -> Look:
    """Looks at the surroundings of a stroke.

    Args:
        view: The small copy.
        state: What the strokes before it made of it.
        stroke: On the copy.
    """
    window = around(stroke.pixels)
    side = state.side(stroke.keep)
    own, pixels = side.now[window], stroke.pixels[window]
    known, barred = own >= 0.5, side.other[window]
    area = float(np.count_nonzero(pixels))
    radius = float(cv2.distanceTransform(np.pad(pixels.astype(np.uint8), 1), cv2.DIST_L2, 3).max())
    from_stroke = distance(~pixels)
    stroke_colors = np.log(histogram(view.bins[window][pixels]))[view.bins[window]]
    unlike = stroke_colors.max() - stroke_colors
    features = [
        *of_probability(own, side.network[window]),
        *of_place(pixels, known, from_stroke, area, radius, max(view.bins.shape)),
        *of_colors(view, window, side.now, pixels, from_stroke, area),
        *of_photo(window, view.bins.shape),
        *of_strokes(view, window, side, stroke, from_stroke),
        *of_ways(view.lab[window], own, pixels, unlike, _rim(view, window), barred),
    ]
    sizes = [radius / max(view.bins.shape) * 50, area / view.bins.size * 1000]
    whole = [*np.log(sizes), float(stroke.keep), radius / np.sqrt(area)]
    changed = ~known & ~pixels & ~barred
    return Look(window, pixels, stroke.keep, own, changed, stack([*features, *whole], own.shape))


def _rim(view: View, window: tuple[slice, slice]) -> Mask:
    """The pixels beyond which the photo goes on, outside of the window."""
    height, width = view.bins.shape
    rows, columns = window
    rim = np.zeros((rows.stop - rows.start, columns.stop - columns.start), bool)
    rim[0], rim[-1] = rows.start > 0, rows.stop < height
    rim[:, 0] |= columns.start > 0
    rim[:, -1] |= columns.stop < width
    return rim


def around(pixels: Mask) -> tuple[slice, slice]:
    """The window of a stroke: rows and columns."""
    x, y, width, height = cv2.boundingRect(pixels.astype(np.uint8))
    margin = round(GROW * np.sqrt(np.count_nonzero(pixels))) + 2
    bottom, right = min(len(pixels), y + height + margin), min(pixels.shape[1], x + width + margin)
    return slice(max(0, y - margin), bottom), slice(max(0, x - margin), right)
