"""What is known of each pixel around a stroke: the numbers by which it is scored.

A stroke that erases is a stroke that keeps what is no person, so all is told from the side
of the stroke: `own` is the probability of what it stands for, and pixels that have it are
settled already.
"""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.arrays import distance, mean
from humanseg.corrections.likelihood import histogram
from humanseg.corrections.state import Side
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import View

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def of_probability(own: Float, network: Float) -> list[Float]:
    """What the mask and the network say of it and of what is around it."""
    logit, first = (np.log((p + 0.01) / (1.01 - p)) for p in (own, network))
    return [own, logit, mean(logit, 5), mean(logit, 15), first, mean(first, 5), mean(first, 15)]


def of_place(
    pixels: Mask, known: Mask, from_stroke: Float, area: float, radius: float, side: int
) -> list[Float]:
    """Where a pixel is: from the stroke, from the mask's edge, and what it hangs together with."""
    root = float(np.sqrt(area))
    may = (~known | pixels).astype(np.uint8)
    depth = distance(~known | pixels)
    _, labels = cv2.connectedComponents(may, connectivity=8)
    joined = np.isin(labels, np.unique(labels[pixels]))
    return [
        *_of_axes(pixels, root, radius),
        np.minimum(from_stroke / root, 6),
        np.log1p(from_stroke / radius),
        np.minimum(from_stroke / side * 10, 5),
        np.log1p(depth),
        depth / (radius + 1),
        np.minimum(np.log1p(distance(~known)), 4),
        joined,
        np.log(np.count_nonzero(joined) / area),
    ]


def _of_axes(pixels: Mask, root: float, radius: float) -> list[Float]:
    """Below or above the stroke, further along it than it goes, or beside it."""
    painted = np.argwhere(pixels).astype(np.float32)
    middle = painted.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((painted - middle).T, ddof=0) + np.eye(2))
    height, width = pixels.shape
    down = (np.arange(height, dtype=np.float32) - middle[0])[:, None]
    right = (np.arange(width, dtype=np.float32) - middle[1])[None]
    beside, along = (np.abs(axis[0] * down + axis[1] * right) for axis in axes.T)
    length = float(np.abs((painted - middle) @ axes[:, 1]).max()) + 1
    return [
        (down / root).clip(-4, 4),
        np.minimum(along / length, 6),
        np.log1p(along / radius),
        np.log1p(beside / radius),
        np.float32(np.log(length / radius)),
    ]


def of_photo(window: tuple[slice, slice], shape: tuple[int, ...]) -> list[Float]:
    """Where in the photo a pixel is: how far down, and how far from the middle."""
    down, right = (
        np.arange(part.start, part.stop, dtype=np.float32) / size
        for part, size in zip(window, shape, strict=True)
    )
    return [down[:, None], np.abs(right - 0.5)[None]]


def of_colors(
    view: View,
    window: tuple[slice, slice],
    whole: Float,
    pixels: Mask,
    from_stroke: Float,
    area: float,
) -> list[Float]:
    """How its colour fits the stroke, what is settled, and what is open around it."""
    own, bins, lab = whole[window], view.bins[window], view.lab[window]
    known = own >= 0.5
    afar = (from_stroke / (2 * float(np.sqrt(area)))).clip(0, 1)
    stroke = np.log(histogram(bins[pixels]))[bins]
    settled = np.log(histogram(bins, known.astype(np.float32)))[bins]
    others = np.log(histogram(bins, (1 - own) * afar * ~known))[bins]
    photo = np.log(histogram(view.bins, whole) / histogram(view.bins, 1 - whole))[bins]
    features = []
    for ratio in (stroke - others, stroke - settled, settled - others, photo, stroke):
        features += [ratio, mean(ratio, 7)]
    usual = lab[pixels].mean(axis=0)
    features += [mean(stroke - others, 13), np.linalg.norm(lab - usual, axis=2) / 20]
    return [*features, np.abs(lab[..., 0] - usual[0]) / 20, view.texture[window] / 10]


def of_strokes(
    view: View, window: tuple[slice, slice], side: Side, stroke: Stroke, from_stroke: Float
) -> list[Float]:
    """Where the strokes before it are, and how its colour fits those of either kind."""
    features = [np.asarray(np.log1p(side.strokes), np.float32)]
    for painted in (side.same, side.other):
        away = distance(~painted[window])
        features += [np.log1p(away), np.log((from_stroke + 1) / (away + 1))]
    same = (side.same | stroke.pixels) + 0.001 * side.now
    other = side.other + 0.001 * (1 - side.now) * ~stroke.pixels
    ratio = np.log(histogram(view.bins, same) / histogram(view.bins, other))[view.bins[window]]
    return [*features, ratio, mean(ratio, 7)]
