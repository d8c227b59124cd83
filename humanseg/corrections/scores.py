"""How sure it is that a pixel belongs to a stroke, from what is known of it.

Twice a few layers of fitted numbers: the first sees each pixel by itself, the second also
what the first made of its surroundings and of the whole.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.arrays import between, coarse, mean
from humanseg.corrections.features import LARGE, Look
from humanseg.corrections.geodesic import geodesic_distance
from humanseg.corrections.likelihood import histogram
from humanseg.corrections.view import View

Float = npt.NDArray[np.float32]
Layers = Sequence[tuple[Float, Float]]
"""Weights (n, m) and biases (m,) of layers with rectified linear units between them."""

FITTED = Path(__file__).with_name("brush.npz")
"""The fitted numbers."""


@cache
def load_stages() -> tuple[Layers, Layers]:
    """The layers of both stages, as `save_stages` wrote them."""
    with np.load(FITTED) as file:
        stages = [
            [(file[f"{stage}/{i}/weights"], file[f"{stage}/{i}/biases"]) for i in range(3)]
            for stage in ("first", "second")
        ]
    first, second = ([(w.astype(np.float32), b) for w, b in stage] for stage in stages)
    return first, second


def save_stages(first: Layers, second: Layers, path: Path = FITTED) -> None:
    """Writes both stages."""
    arrays = {}
    for stage, layers in (("first", first), ("second", second)):
        for i, (weights, biases) in enumerate(layers):
            arrays[f"{stage}/{i}/weights"], arrays[f"{stage}/{i}/biases"] = weights, biases
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def score(layers: Layers, features: Float) -> Float:
    """Probability that each pixel is as its stroke says, float32 (h, w) in [0, 1].

    Args:
        layers: Of a stage.
        features: float32 (h, w, n).
    """
    hidden = features.reshape(-1, features.shape[-1])
    for weights, biases in layers[:-1]:
        hidden = np.maximum(hidden @ weights + biases, 0)
    weights, biases = layers[-1]
    logit = (hidden @ weights + biases).clip(-30, 30)
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32).reshape(features.shape[:-1])


def with_surroundings(view: View, seen: Look, first: Float) -> Float:
    """The features of the second stage: those of the first, and what it made of them.

    Args:
        view: The small copy of the photo.
        seen: Of the stroke.
        first: Scores of the first stage, float32 (h, w).
    """
    scores = np.where(seen.open, first, np.float32(0))
    scores[seen.stroke] = 1
    bins, light = view.bins[seen.window], view.lab[seen.window][..., 0]
    ratio = np.log(histogram(bins, scores) / histogram(bins, 1 - scores))[bins]
    sure, along = _ways(seen.stroke, 1 - scores, light)
    area = np.count_nonzero(seen.stroke)
    rim = np.concatenate([scores[0], scores[-1], scores[:, 0], scores[:, -1]])
    features = [
        np.log((scores + 0.01) / (1.01 - scores)),
        *(mean(scores, size) for size in (5, 11, 21)),
        ratio,
        *(mean(ratio, size) for size in (5, 11)),
        np.minimum(sure, 10),
        np.minimum(along, 10),
        np.sqrt(np.minimum(sure, 25)),
        np.full(scores.shape, np.log((scores.sum() + 1) / area)),
        np.full(scores.shape, np.log((np.count_nonzero(scores >= 0.5) + 1) / area)),
        np.full(scores.shape, rim.mean()),
    ]
    stacked = np.stack([feature.astype(np.float32) for feature in features], axis=-1)
    return np.concatenate([seen.features, stacked], axis=-1)


def _ways(stroke: npt.NDArray[np.bool_], doubt: Float, light: Float) -> list[Float]:
    """How far it is from the stroke through what is doubtful, float32 (h, w) each."""
    wh = (doubt.shape[1], doubt.shape[0])
    factor = 1 if doubt.size <= LARGE else 2
    if factor > 1:
        doubt, light = coarse(doubt, factor), coarse(light, factor)
        stroke = coarse(stroke.astype(np.float32), factor) > 0
    steps = []
    for axis in (1, 0):
        through = between(doubt, axis) * factor
        edge = np.abs(np.diff(light, axis=axis)) / 20
        steps.append(np.stack([through, through / 2 + edge]) + np.float32(0.01 * factor))
    ways = geodesic_distance(stroke, steps[0], steps[1], rounds=4)
    return [np.asarray(cv2.resize(way, wh)) for way in ways]
