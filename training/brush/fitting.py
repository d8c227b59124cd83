"""Fits the numbers of the brush on photos that a user corrects, and measures it."""

from collections.abc import Iterable

import numpy as np

from humanseg.corrections.brush import Scorer, fitted
from humanseg.corrections.geodesic import geodesic_distance
from humanseg.corrections.look import Look
from humanseg.corrections.scores import Layers, score
from humanseg.corrections.view import View
from training.brush.cases import STROKES, Case, Float, play
from training.brush.layers import Samples, fit

ROUGH = 40
"""Photos that are enough for a rough brush."""

FLOODED = 0.5
"""How far a brush floods that is not fitted at all."""

PIXELS = 400
"""Taken of the window of each stroke."""

WORSE = 0.02
"""Of IoU, that a stroke may take away at most to be none that makes it worse."""


def fit_brush(cases: Iterable[Case]) -> Layers:
    """Fits the layers on strokes of a user who sees what a rough brush makes of them.

    The rough one is fitted on strokes of a user who sees how far their colours flood.
    """
    cases = list(cases)
    rough = fit(_collect(cases[:ROUGH], flood))
    return fit(_collect(cases, lambda _, seen: score(rough, seen.features)))


def flood(view: View, seen: Look) -> Float:
    """Scores by how far it is from the stroke, along the colours of the photo."""
    lab = view.lab[seen.window]
    across, down = (
        np.linalg.norm(np.diff(lab, axis=axis), axis=2)[None] / 20 + np.float32(0.02)
        for axis in (1, 0)
    )
    way = geodesic_distance(seen.stroke, across, down, rounds=4)[0]
    return np.asarray(0.5 ** (way / FLOODED), np.float32)


def measure(cases: Iterable[Case], scorer: Scorer = fitted) -> tuple[list[float], int, int]:
    """Plays the user on photos.

    Returns:
        Mean IoU after 0 to 5 strokes, strokes that made it worse by more than `WORSE`,
        and all strokes.
    """
    rows, worse, total = [], 0, 0
    for case in cases:
        row = [case.iou(case.probability >= 0.5)]
        row += [case.iou(mask) for mask in play(case, scorer)]
        steps = np.diff(row)
        worse, total = worse + int(np.count_nonzero(steps < -WORSE)), total + len(steps)
        rows.append(row + row[-1:] * (STROKES + 1 - len(row)))
    return np.mean(rows, axis=0).tolist(), worse, total


def _collect(cases: list[Case], scorer: Scorer) -> Samples:
    """Has the user correct photos, and takes some pixels around each stroke that is scored."""
    rng = np.random.default_rng(0)
    found = list[Samples]()
    for case in cases:

        def recorded(view: View, seen: Look, case: Case = case) -> Float:
            found.append(_sample(case, seen, rng))
            return scorer(view, seen)

        for _ in play(case, recorded):
            pass
    return Samples(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _sample(case: Case, seen: Look, rng: np.random.Generator) -> Samples:
    """Takes pixels at random; each photo weighs by its people's area."""
    taken = np.flatnonzero(case.counts[seen.window] & (seen.open | seen.stroke))
    share = max(1.0, taken.size / PIXELS)
    taken = rng.permutation(taken)[:PIXELS]
    union = int(np.count_nonzero(case.truth | (case.probability >= 0.5)))
    return Samples(
        seen.features.reshape(len(seen.features), -1).T[taken].astype(np.float16, order="C"),
        (case.truth[seen.window] == seen.keep).ravel()[taken],
        np.full(len(taken), share / max(200, union), np.float32),
    )
