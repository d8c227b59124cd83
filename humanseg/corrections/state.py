"""What strokes made of the small copy so far."""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from humanseg.corrections.strokes import Stroke

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class Side(NamedTuple):
    """It, as a stroke of one kind sees it: one that erases keeps what is no person.

    Attributes:
        network: What the network said, float32 (h, w): probability of what it stands for.
        now: The same, after the strokes so far.
        same: Painted so far with strokes of its kind, bool (h, w).
        other: With those of the other kind.
        strokes: So many there were so far.
    """

    network: Float
    now: Float
    same: Mask
    other: Mask
    strokes: int


class State(NamedTuple):
    """Probabilities of people, 0.5 at the edge of the mask, float32 (h, w), and strokes so far.

    Attributes:
        network: What the network said.
        now: What it is after the strokes.
        kept: Painted to be kept, bool (h, w).
        erased: Painted to be erased.
        strokes: So many there were.
    """

    network: Float
    now: Float
    kept: Mask
    erased: Mask
    strokes: int

    @classmethod
    def of(cls, probability: Float) -> Self:
        """The state before the first stroke."""
        nothing = np.zeros(probability.shape, bool)
        return cls(probability, probability, nothing, nothing, 0)

    def side(self, keep: bool) -> Side:
        """As a stroke of this kind sees it."""
        if keep:
            return Side(self.network, self.now, self.kept, self.erased, self.strokes)
        return Side(1 - self.network, 1 - self.now, self.erased, self.kept, self.strokes)

    def after(self, stroke: Stroke, window: tuple[slice, slice], scores: Float) -> Self:
        """With one more stroke.

        Args:
            stroke: The stroke.
            window: Rows and columns around it.
            scores: In the window, the probability that a pixel is as the stroke says.
        """
        now = self.now.copy()
        part = now[window]
        if stroke.keep:
            part[:] = np.maximum(part, scores)
        else:
            part[:] = np.where(scores > 1 - part, 1 - scores, part)
        kept = self.kept | stroke.pixels if stroke.keep else self.kept
        erased = self.erased if stroke.keep else self.erased | stroke.pixels
        now[kept], now[erased] = 1, 0
        return self._replace(now=now, kept=kept, erased=erased, strokes=self.strokes + 1)
