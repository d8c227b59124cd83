"""Fits the numbers of the brush on photos that a user corrects, and measures it."""

from collections.abc import Iterable

import numpy as np

from humanseg.corrections.brush import Scorer, fitted
from humanseg.corrections.features import Look
from humanseg.corrections.scores import Layers, score, with_surroundings
from humanseg.corrections.view import View
from training.brush.cases import STROKES, Case, Float, play
from training.brush.layers import Samples, fit

PIXELS = 500
"""Taken of the window of each stroke."""

WORSE = 0.02
"""Of IoU, that a stroke may take away at most to be none that makes it worse."""


def fit_brush(cases: Iterable[Case]) -> tuple[Layers, Layers]:
    """Fits both stages, each on strokes that a user draws on what the one before left."""
    cases = list(cases)
    first = fit(_collect(cases, lambda view, seen: seen.features, None))

    def with_first(view: View, seen: Look) -> Float:
        return with_surroundings(view, seen, score(first, seen.features))

    return first, fit(_collect(cases, with_first, first))


def measure(cases: Iterable[Case], scorer: Scorer = fitted) -> tuple[list[float], int, int]:
    """Plays the user on photos.

    Returns:
        Mean IoU after 0 to 5 strokes, strokes that made it worse by more than `WORSE`,
        and all strokes.
    """
    rows, worse, total = [], 0, 0
    for case in cases:
        row = [case.iou(case.probability >= 0.5)]
        row += [case.iou(move.mask) for move in play(case, scorer)]
        steps = np.diff(row)
        worse, total = worse + int(np.count_nonzero(steps < -WORSE)), total + len(steps)
        rows.append(row + row[-1:] * (STROKES + 1 - len(row)))
    return np.mean(rows, axis=0).tolist(), worse, total


def _collect(cases: list[Case], features: Scorer, scorer: Layers | None) -> Samples:
    """Takes some pixels around each stroke; each photo weighs by its people's area."""
    rng = np.random.default_rng(0)
    found, looks = [], list[tuple[Look, Float]]()

    def recorded(view: View, seen: Look) -> Float:
        looks.append((seen, features(view, seen)))
        return np.zeros_like(seen.own) if scorer is None else score(scorer, seen.features)

    for case in cases:
        for move in play(case, recorded, mends=scorer is not None):
            for seen, values in looks:
                if seen.is_of(move.stroke):
                    found.append(_sample(case, seen, move.stroke.keep, values, rng))
            looks.clear()
    return Samples(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _sample(case: Case, seen: Look, keep: bool, values: Float, rng: np.random.Generator) -> Samples:
    taken = np.flatnonzero(case.counts[seen.window] & (seen.open | seen.stroke))
    share = max(1.0, taken.size / PIXELS)
    taken = rng.permutation(taken)[:PIXELS]
    union = int(np.count_nonzero(case.truth | (case.probability >= 0.5)))
    return Samples(
        values.reshape(-1, values.shape[-1])[taken].astype(np.float16),
        (case.truth[seen.window] == keep).ravel()[taken],
        np.full(len(taken), share / max(200, union), np.float32),
    )
