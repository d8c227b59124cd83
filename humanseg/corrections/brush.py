"""What strokes make of the small copy of a photo.

Each stroke is scored by itself, so that their order does not matter, in two turns: first
those that say what the mask does not, then those that take back where these went too far.
What keeps only adds, what erases only removes, and only what touches the stroke.
"""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.features import Look, around, look
from humanseg.corrections.scores import load_stages, score, with_surroundings
from humanseg.corrections.strokes import Stroke
from humanseg.corrections.view import View

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Scorer = Callable[[View, Look], Float]
"""Gives the probability that each pixel is as its stroke says, float32 (h, w)."""


class Change(NamedTuple):
    """What the strokes of one turn say of each pixel, float32 in [0, 1]; 0 is nothing."""

    keep: Float
    erase: Float

    def apply(self, probability: Float) -> Float:
        """Probabilities with the change, where the edge of the mask is at 0.5."""
        more, less = np.maximum(probability, self.keep), np.minimum(probability, 1 - self.erase)
        return np.where(self.keep >= self.erase, more, less)


def fitted(view: View, seen: Look) -> Float:
    """Scores with the fitted numbers of this release."""
    first, second = load_stages()
    return score(second, with_surroundings(view, seen, score(first, seen.features)))


class Brush:
    """Strokes on one photo. Each is scored once, as long as it is among those that are given.

    Args:
        view: The small copy.
        probability: On it, float32 (h, w) in [0, 1], 0.5 at the edge of the mask.
        scorer: Scores the pixels around a stroke.
    """

    def __init__(self, view: View, probability: Float, scorer: Scorer = fitted):
        self._view = view
        self._probability = probability
        self._scorer = scorer
        self._known: dict[bytes, Float] = {}
        self._before = self._known

    def changes(self, strokes: list[Stroke]) -> list[Change]:
        """What strokes change, one turn after the other."""
        self._before, self._known = self._known, {}
        painted = {keep: np.zeros(self._probability.shape, bool) for keep in (True, False)}
        for stroke in strokes:
            painted[stroke.keep] |= stroke.pixels
        turns: tuple[list[Stroke], list[Stroke]] = ([], [])
        for stroke in strokes:
            turns[takes_back(stroke, self._probability)].append(stroke)
        probability, changes = self._probability, []
        for turn in turns:
            change = Change(np.zeros_like(probability), np.zeros_like(probability))
            for stroke in turn:
                window = around(stroke.pixels)
                part = (change.keep if stroke.keep else change.erase)[window]
                scores = self._score(probability, stroke, painted[not stroke.keep], window)
                np.maximum(part, scores, out=part)
            changes.append(change)
            probability = change.apply(probability)
            probability[painted[True]], probability[painted[False]] = 1, 0
        return changes

    def _score(
        self, probability: Float, stroke: Stroke, barred: Mask, window: tuple[slice, slice]
    ) -> Float:
        key = hashlib.blake2b(bytes([stroke.keep]))
        for array in (probability, stroke.pixels, barred[window]):
            key.update(array.tobytes())
        scores = self._before.get(key.digest())
        if scores is None:
            seen = look(self._view, probability, stroke, barred)
            scores = touching(seen, self._scorer(self._view, seen))
        self._known[key.digest()] = scores
        return scores


def takes_back(stroke: Stroke, probability: Float) -> bool:
    """Whether most of a stroke says what the mask says already, so that others changed it."""
    return bool(np.mean((probability >= 0.5)[stroke.pixels] == stroke.keep) > 0.5)


def touching(seen: Look, scores: Float) -> Float:
    """The scores of what hangs together with a stroke, its soft edge included."""
    scores = np.where(seen.open, scores, np.float32(0))
    scores[seen.stroke] = 1
    inside = scores >= 0.5
    _, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=4)
    part = np.isin(labels, np.unique(labels[seen.stroke]))
    near = cv2.dilate(part.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(part | (near & ~inside), scores, np.float32(0))
