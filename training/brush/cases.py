"""Photos on which a brush is fitted and measured, at the size it works at."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from humanseg.corrections.brush import Brush, Scorer
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import LONG_SIDE, View
from humanseg.photos.images import RGBImage
from humanseg.photos.shrink import shrink_within
from training.brush.user import draw_stroke, largest_error

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

STROKES = 5
"""So many a user draws on each photo."""


class Case(NamedTuple):
    """A photo, what the network said of it, and the truth.

    Attributes:
        view: Of the photo.
        probability: float32 (h, w), rounded to half precision, in which it can be kept.
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
        people = shrink_within((truth == 255).astype(np.float32), LONG_SIDE)
        known = shrink_within((truth != 127).astype(np.float32), LONG_SIDE)
        small = shrink_within(probability, LONG_SIDE).astype(np.float16).astype(np.float32)
        return cls(View.of(image), small, people >= 0.5, known >= 0.5)

    def iou(self, mask: Mask) -> float:
        """Of a mask with the truth, as far as it is known."""
        union = int(np.count_nonzero((mask | self.truth) & self.counts))
        return int(np.count_nonzero(mask & self.truth & self.counts)) / max(1, union)


def play(case: Case, scorer: Scorer) -> Iterator[Mask]:
    """Has the user correct a photo, and gives the mask after each stroke, bool (h, w).

    Args:
        case: The photo.
        scorer: Of the brush.
    """
    mask, strokes = case.probability >= 0.5, list[Stroke]()
    brush = Brush(case.view, case.probability, scorer)
    for _ in range(STROKES):
        error = largest_error(mask, case.truth, case.counts)
        if error is None:
            return
        strokes.append(Stroke(draw_stroke(error.region), error.missing))
        mask = brush.draw(strokes).now >= 0.5
        yield mask
