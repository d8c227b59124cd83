"""Fits the network of the brush on photos that a user corrects, and measures it."""

from collections.abc import Iterable
from itertools import chain, islice

import numpy as np

from humanseg.corrections.brush import Scorer, fitted
from humanseg.corrections.geodesic import geodesic_distance
from humanseg.corrections.look import Look
from humanseg.corrections.scores import Numbers, score, to_grid
from humanseg.corrections.view import View
from training.brush.cases import STROKES, Case, Float, Mask, play
from training.brush.network import Samples, fit

ROUGH = 100
"""Photos that are enough for a rough brush."""

FLOODED = 0.5
"""How far a brush floods that is not fitted at all."""

PIXELS = 400
"""Taken of the window of each stroke."""

WORSE = 0.02
"""Of IoU, that a stroke may take away at most to be none that makes it worse."""

NOTHING = "There are no photos whose masks are worth correcting: give --data with more."
"""What is said where there is nothing to fit or to measure."""


def fit_brush(cases: Iterable[Case]) -> Numbers:
    """Fits the network on strokes of a user who sees what a rough brush makes of them.

    The rough one is fitted on strokes of a user who sees how far their colours flood.

    Raises:
        SystemExit: There are no cases.
    """
    cases = iter(cases)
    first = list(islice(cases, ROUGH))
    if not first:
        raise SystemExit(NOTHING)
    rough = fit(collect(first, flood), epochs=6)
    return fit(collect(chain(first, cases), lambda _, seen: score(rough, seen.features)))


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

    Raises:
        SystemExit: There are no cases.
    """
    rows, worse, total = [], 0, 0
    for case in cases:
        row = [case.iou(case.probability >= 0.5)]
        row += [case.iou(mask) for mask in play(case, scorer)]
        steps = np.diff(row)
        worse, total = worse + int(np.count_nonzero(steps < -WORSE)), total + len(steps)
        rows.append(row + row[-1:] * (STROKES + 1 - len(row)))
    if not rows:
        raise SystemExit(NOTHING)
    return np.mean(rows, axis=0).tolist(), worse, total


def collect(cases: Iterable[Case], scorer: Scorer) -> Samples:
    """Has the user correct photos, and takes what is fitted of each stroke that is scored."""
    found = [sample for case in cases for sample in _samples(case, scorer)]
    return Samples(*(np.stack(parts) for parts in zip(*found, strict=True)))


def _samples(case: Case, scorer: Scorer) -> list[Samples]:
    """Of the strokes on one photo."""
    mask, found = case.probability >= 0.5, list[Samples]()

    def recorded(view: View, seen: Look) -> Float:
        found.append(_sample(case, mask, seen))
        return scorer(view, seen)

    for mask in play(case, recorded):  # noqa: B007 - the mask on which the next one is drawn
        pass
    return found


def _sample(case: Case, mask: Mask, seen: Look) -> Samples:
    """Takes some pixels at random, worth what they change of the IoU of the mask.

    Of people, what is right is counted twice, in the intersection and by its absence from the
    union: to add what is none costs IoU times what adding people gains.
    """
    taken = np.flatnonzero(case.counts[seen.window] & (seen.open | seen.stroke))
    some = np.random.default_rng(0).choice(taken, PIXELS, replace=len(taken) < PIXELS)
    places = np.stack(np.unravel_index(some, seen.own.shape)[::-1], 1) + 0.5
    yes = (case.truth[seen.window] == seen.keep).ravel()[some]
    people = yes == seen.keep
    union = int(np.count_nonzero((case.truth | mask) & case.counts))
    worth = np.where(people, 1, case.iou(mask)) * len(taken) / max(200, union)
    return Samples(
        to_grid(seen.features).astype(np.float16),
        seen.features.reshape(len(seen.features), -1).T[some].astype(np.float16),
        (places / seen.own.shape[::-1]).astype(np.float32),
        np.stack([worth * yes, worth * ~yes], 1).astype(np.float32),
    )
