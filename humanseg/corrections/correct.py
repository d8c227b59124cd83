"""Probabilities of a photo, corrected by strokes."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.brush import Brush
from humanseg.corrections.state import State
from humanseg.corrections.strokes import ERASE, KEEP, check, find_strokes
from humanseg.corrections.view import LONG_SIDE, View
from humanseg.edges.refine import refine
from humanseg.photos.images import RGBImage
from humanseg.photos.shrink import shrink_within

Float = npt.NDArray[np.float32]

PAD = 4
"""Pixels of the small copy around a change, so that its edge can follow the photo's."""


def correct(
    image: RGBImage,
    probability: Float,
    corrections: npt.NDArray[np.uint8],
    threshold: float,
    brushes: dict[float, Brush] | None = None,
) -> Float:
    """Makes probabilities follow strokes, and their edges the photo's edges near them.

    Args:
        image: uint8 RGB (H, W, 3).
        probability: float32 (H, W) in [0, 1].
        corrections: uint8 (H, W): 255 keep, 0 erase, 64 to 191 nothing.
        threshold: At which the mask was seen when the strokes were drawn, in [0, 1].
        brushes: What earlier calls left, for the same photo and probabilities, of the strokes
            they were given: these are not scored again.

    Returns:
        float32 (H, W) in [0, 1]: 1 on what was painted to be kept, 0 on what was erased.

    Raises:
        OptionError: `corrections` are something else, or too many strokes.
    """
    check(corrections, probability.shape)
    small = shrink_within(probability, LONG_SIDE)
    strokes = find_strokes(corrections, (small.shape[1], small.shape[0]))
    result = probability.copy()
    if not strokes:
        return result
    brushes = {} if brushes is None else brushes
    brush = brushes.get(threshold) or Brush(View.of(image), _center(small, threshold))
    brushes.clear()  # strokes are drawn at one threshold, and then at another
    brushes[threshold] = brush
    _enlarge(brush.draw(strokes), image, result, threshold)
    result[corrections == KEEP] = 1
    result[corrections == ERASE] = 0
    return result


def _enlarge(state: State, image: RGBImage, result: Float, threshold: float) -> None:
    """Applies what changed on the small copy to the photo's own probabilities, in place."""
    height, width = state.now.shape
    keep = np.where(state.now > state.network, state.now, np.float32(0))
    erase = np.where(state.now < state.network, 1 - state.now, np.float32(0))
    x, y, w, h = cv2.boundingRect((np.maximum(keep, erase) > 0).astype(np.uint8))
    if not w:
        return
    rows = slice(max(0, y - PAD), min(height, y + h + PAD))
    columns = slice(max(0, x - PAD), min(width, x + w + PAD))
    large = (
        _scale(rows, len(result) / height),
        _scale(columns, result.shape[1] / width),
    )
    keep, erase = (
        refine(part[rows, columns], image[large]) if part.any() else np.zeros_like(result[large])
        for part in (keep, erase)
    )
    before = result[large]
    more = np.maximum(before, _decenter(keep, threshold))
    less = np.minimum(before, _decenter(1 - erase, threshold))
    result[large] = np.where(keep >= erase, more, less)


def _scale(part: slice, by: float) -> slice:
    return slice(round(part.start * by), round(part.stop * by))


def _center(probability: Float, threshold: float) -> Float:
    """Moves the threshold to 0.5, evenly on both sides of it."""
    below = probability / np.float32(2 * threshold or 1)
    above = 1 - (1 - probability) / np.float32(2 * (1 - threshold) or 1)
    return np.where(probability >= threshold, above, below)


def _decenter(centered: Float, threshold: float) -> Float:
    """The way back from `_center`."""
    below = centered * np.float32(2 * threshold)
    above = 1 - (1 - centered) * np.float32(2 * (1 - threshold))
    return np.where(centered >= 0.5, above, below)
