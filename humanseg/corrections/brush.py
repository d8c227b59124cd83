"""What strokes make of the small copy of a photo.

What keeps only adds, what erases only removes, and only what touches the stroke. Each
stroke sees what those before it made of the photo. In which order they were drawn is not
known, but people correct what is most wrong first.
"""

import hashlib
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.look import Look, look
from humanseg.corrections.scores import load_numbers, score
from humanseg.corrections.state import State
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import View

Float = npt.NDArray[np.float32]
Scorer = Callable[[View, Look], Float]
"""Gives the probability that each pixel is as its stroke says, float32 (h, w)."""

AGAINST = 0.25
"""Share of a stroke that must contradict the mask for more than the stroke to be changed."""


def fitted(_: View, seen: Look) -> Float:
    """Scores with the fitted numbers of this release."""
    return score(load_numbers(), seen.features)


class Brush:
    """Strokes on one photo. Each is scored once, as long as those before it stay.

    Args:
        view: The small copy.
        probability: On it, float32 (h, w) in [0, 1], 0.5 at the edge of the mask.
        scorer: Scores the pixels around a stroke.
    """

    def __init__(self, view: View, probability: Float, scorer: Scorer = fitted):
        self._view = view
        self._start = State.of(probability)
        self._scorer = scorer
        self._known: dict[bytes, State] = {}

    def draw(self, strokes: list[Stroke]) -> State:
        """What strokes make of the copy: the one first that contradicts the mask most."""
        state, known, key = self._start, self._known, b""
        left = [(stroke, np.flatnonzero(stroke.pixels)) for stroke in strokes]
        self._known = {}
        while left:
            mask = state.now.ravel() >= 0.5
            against = [contradicted(places, stroke.keep, mask) for stroke, places in left]
            stroke, _ = left.pop(int(np.argmax(against)))
            if max(against) == 0:
                nothing = np.zeros_like(state.now)
                for each in (stroke, *(other for other, _ in left)):
                    state = state.after(each, (slice(None), slice(None)), nothing)
                break
            key = hashlib.blake2b(key + bytes([stroke.keep]) + stroke.pixels.tobytes()).digest()
            if key in known:
                state = known[key]
            else:
                seen = look(self._view, state, stroke)
                scores = touching(seen, self._scorer(self._view, seen))
                state = state.after(stroke, seen.window, scores)
            self._known[key] = state
        return state


def contradicted(places: npt.NDArray[np.intp], keep: bool, mask: npt.NDArray[np.bool_]) -> int:
    """Pixels of a stroke of which the mask says something else; none if it is a small share.

    Args:
        places: Of the stroke, in the flattened mask.
        keep: Whether people are to be there.
        mask: bool (h * w,).
    """
    wrong = int(np.count_nonzero(mask[places] != keep))
    return wrong if wrong > AGAINST * len(places) else 0


def touching(seen: Look, scores: Float) -> Float:
    """The scores of what hangs together with a stroke, its soft edge included."""
    scores = np.where(seen.open, scores, np.float32(0))
    scores[seen.stroke] = 1
    inside = scores >= 0.5
    _, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=4)
    part = np.isin(labels, np.unique(labels[seen.stroke]))
    near = cv2.dilate(part.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(part | (near & ~inside), scores, np.float32(0))
