"""Photos on which a brush is fitted and measured, at the size it works at."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.brush import Brush, Change, Scorer, takes_back
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import View, shrink
from humanseg.photos.images import RGBImage
from training.brush.user import draw_stroke, largest_error

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

STROKES = 5
"""So many a user draws on each photo."""

MENDED = 0.7
"""Of an error, by a brush that is not fitted yet: what is nearest to the stroke."""


class Case(NamedTuple):
    """A photo, what the network said of it, and the truth.

    Attributes:
        view: Of the photo.
        probability: float32 (h, w).
        truth: bool (h, w).
        counts: Where the truth is known, bool (h, w).
    """

    view: View
    probability: Float
    truth: Mask
    counts: Mask

    @classmethod
    def of(cls, image: RGBImage, probability: Float, truth: npt.NDArray[np.uint8]) -> Self:
        """Shrinks a photo, a map and a mask of the same size; 255 are people, 127 not known."""
        people = shrink((truth == 255).astype(np.float32))
        known = shrink((truth != 127).astype(np.float32))
        small = np.asarray(shrink(probability), np.float32)
        return cls(View.of(image), small, people >= 0.5, known >= 0.5)

    def iou(self, mask: Mask) -> float:
        """Of a mask with the truth, as far as it is known."""
        union = np.count_nonzero((mask | self.truth) & self.counts)
        return float(np.count_nonzero(mask & self.truth & self.counts) / max(1, union))


class Move(NamedTuple):
    """One stroke, and the probabilities before it and around the other strokes.

    Attributes:
        probability: What the stroke is to change, float32 (h, w).
        stroke: The newest.
        barred: Strokes of the other kind, bool (h, w).
        mask: What came out with it, bool (h, w).
    """

    probability: Float
    stroke: Stroke
    barred: Mask
    mask: Mask


def play(case: Case, scorer: Scorer | None) -> Iterator[Move]:
    """Has the user correct a photo.

    Args:
        case: The photo.
        scorer: Of the brush; None for one that mends what is nearest to the stroke.
    """
    mask, strokes = case.probability >= 0.5, list[Stroke]()
    brush = Brush(case.view, case.probability, scorer) if scorer else None
    for _ in range(STROKES):
        error = largest_error(mask, case.truth, case.counts)
        if error is None:
            return
        stroke = Stroke(draw_stroke(error.region), error.missing)
        strokes.append(stroke)
        others = [s.pixels for s in strokes if s.keep is not stroke.keep]
        barred = np.logical_or.reduce(others) if others else np.zeros_like(mask)
        if brush is None:
            before, mask = case.probability, _mend_nearest(mask, error.region, stroke)
        else:
            changes = brush.changes(strokes)
            turns = changes[: takes_back(stroke, case.probability)]
            before = _painted(case.probability, turns, strokes[:-1])
            mask = _painted(case.probability, changes, strokes) >= 0.5
        yield Move(before, stroke, barred, mask)


def _painted(probability: Float, changes: list[Change], strokes: list[Stroke]) -> Float:
    probability = probability.copy()
    for change in changes:
        probability = change.apply(probability)
    for stroke in strokes:
        probability[stroke.pixels] = stroke.keep
    return probability


def _mend_nearest(mask: Mask, region: Mask, stroke: Stroke) -> Mask:
    away = cv2.distanceTransform((~stroke.pixels).astype(np.uint8), cv2.DIST_L2, 5)
    return np.where(region & (away <= np.quantile(away[region], MENDED)), stroke.keep, mask)
