"""What is known of each pixel around a stroke: the numbers by which it is scored.

A stroke that erases is a stroke that keeps what is no person, so all is told from the side
of the stroke: `own` is the probability of what it stands for, and pixels that have it are
settled already.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.arrays import between, coarse, distance, mean
from humanseg.corrections.geodesic import geodesic_distance
from humanseg.corrections.likelihood import histogram
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import View

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

GROW = 4.0
"""The window reaches so many times the root of the stroke's area beyond the stroke: colours
of larger ones say more about the photo than about what was meant."""

LARGE = 5000
"""Windows of more pixels are walked through in steps of two: ways are smooth."""

STEP = 0.02
"""Cost of a step where nothing changes."""


@dataclass(frozen=True)
class Look:
    """A stroke and what is around it.

    Attributes:
        window: Rows and columns of the copy.
        stroke: bool (h, w), in the window.
        own: Probability of what the stroke stands for, float32 (h, w).
        open: Pixels that it may change, bool (h, w).
        features: float32 (h, w, n).
    """

    window: tuple[slice, slice]
    stroke: Mask
    own: Float
    open: Mask
    features: Float

    def is_of(self, stroke: Stroke) -> bool:
        """Whether it is a look at this stroke."""
        same = self.window == around(stroke.pixels)
        return same and np.array_equal(self.stroke, stroke.pixels[self.window])


def look(view: View, probability: Float, stroke: Stroke, barred: Mask) -> Look:
    """Looks at the surroundings of a stroke.

    Args:
        view: The small copy.
        probability: Of people, float32 (h, w), 0.5 at the edge of the mask.
        stroke: On the copy.
        barred: Strokes of the other kind, bool (h, w), which it does not change.
    """
    window = around(stroke.pixels)
    whole = probability if stroke.keep else 1 - probability
    own, pixels = whole[window], stroke.pixels[window]
    known = own >= 0.5
    area = float(np.count_nonzero(pixels))
    radius = float(cv2.distanceTransform(np.pad(_bytes(pixels), 1), cv2.DIST_L2, 3).max())
    from_stroke = distance(~pixels)
    stroke_colors = np.log(histogram(view.bins[window][pixels]))[view.bins[window]]
    unlike = stroke_colors.max() - stroke_colors
    features = [
        *_of_probability(own),
        *_of_place(pixels, known, from_stroke, area, radius, max(whole.shape)),
        *_of_colors(view, window, whole, pixels, from_stroke, area),
        *_of_ways(view.lab[window], own, pixels, unlike, _rim(view, window)),
    ]
    sizes = [radius / max(whole.shape) * 50, area / whole.size * 1000]
    features += [np.full(own.shape, np.log(size)) for size in sizes]
    features += [np.full(own.shape, stroke.keep), np.full(own.shape, radius / np.sqrt(area))]
    stacked = np.stack([feature.astype(np.float32) for feature in features], axis=-1)
    return Look(window, pixels, own, ~known & ~pixels & ~barred[window], stacked)


def _of_probability(own: Float) -> list[Float]:
    logit = np.log((own + 0.01) / (1.01 - own))
    return [own, logit, mean(logit, 5), mean(logit, 15)]


def _of_place(
    pixels: Mask, known: Mask, from_stroke: Float, area: float, radius: float, side: int
) -> list[Float]:
    """Where a pixel is: from the stroke, from the mask's edge, and what it hangs together with."""
    root = float(np.sqrt(area))
    may = _bytes(~known | pixels)
    depth = distance(~known | pixels)
    _, labels = cv2.connectedComponents(may, connectivity=8)
    joined = np.isin(labels, np.unique(labels[pixels]))
    rows, _ = np.nonzero(pixels)
    higher = (np.arange(len(pixels), dtype=np.float32) - rows.mean()) / root
    return [
        np.minimum(from_stroke / root, 6),
        np.log1p(from_stroke / radius),
        np.minimum(from_stroke / side * 10, 5),
        np.log1p(depth),
        depth / (radius + 1),
        np.minimum(np.log1p(distance(~known)), 4),
        joined,
        np.full(pixels.shape, np.log(np.count_nonzero(joined) / area)),
        np.broadcast_to(higher.clip(-4, 4)[:, None], pixels.shape),
    ]


def _of_colors(
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


def _of_ways(lab: Float, own: Float, pixels: Mask, unlike: Float, rim: Mask) -> list[Float]:
    """How far it is, along the photo, from the stroke, the window's rim and what is settled."""
    wh = (own.shape[1], own.shape[0])
    factor = 1 if own.size <= LARGE else 2
    if factor > 1:
        lab, own, unlike = (coarse(array, factor) for array in (lab, own, unlike))
        pixels, rim = (coarse(mask.astype(np.float32), factor) > 0 for mask in (pixels, rim))
    steps = []
    for axis in (1, 0):
        edge = np.linalg.norm(np.diff(lab, axis=axis), axis=2) / 20
        change = np.abs(np.diff(own, axis=axis))
        through = between(unlike, axis) * (factor / 5)
        kinds = np.stack([edge, change * 2, edge + change, through]).astype(np.float32)
        steps.append(kinds + np.float32(factor * STEP))
    by_color = [step[[0, 3]] for step in steps]
    edge, change, both, through = geodesic_distance(pixels, steps[0], steps[1], rounds=4)
    known = own >= 0.5
    from_rim = geodesic_distance(rim & ~known, by_color[0], by_color[1], rounds=3)
    from_known = geodesic_distance(known & ~pixels, by_color[0], by_color[1], rounds=3)
    features = [np.minimum(way, top) for way, top in ((edge, 8), (change, 4), (both, 8))]
    features += [np.sqrt(np.minimum(way, 25)) for way in (edge, change, through)]
    features += [np.minimum(through, 10)]
    features += [np.sqrt(np.minimum(way, 9)) for way in from_known]
    features += [
        np.log((way + 0.1) / (np.minimum(other, 100) + 0.1))
        for way, other in ((edge, from_rim[0]), (through, from_rim[1]), (edge, from_known[0]))
    ]
    return [np.asarray(cv2.resize(feature, wh)) for feature in features]


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
    x, y, width, height = cv2.boundingRect(_bytes(pixels))
    margin = round(GROW * np.sqrt(np.count_nonzero(pixels))) + 2
    bottom, right = min(len(pixels), y + height + margin), min(pixels.shape[1], x + width + margin)
    return slice(max(0, y - margin), bottom), slice(max(0, x - margin), right)


def _bytes(mask: Mask) -> npt.NDArray[np.uint8]:
    return mask.astype(np.uint8)
