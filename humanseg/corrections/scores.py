"""How sure it is that a pixel belongs to a stroke: a network of fitted numbers.

It sees all of a stroke's window at once, in a grid of few cells, so that what is far apart
and belongs together is found together. What it makes of each cell is told to the pixels,
beside what is known of them, so that edges stay where the photo has them. A window grows
with its stroke, so cells do too: near and far are so for large strokes as for small ones.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]
Layers = Sequence[tuple[Float, Float]]
"""Weights (..., n, m) and biases (m,) of layers that are followed by rectified linear units."""

FITTED = Path(__file__).with_name("brush.npz")
"""The fitted numbers."""

GRID = 24
"""Cells of a window along each side."""

DILATIONS = (1, 2, 4, 8)
"""Cells between those that each layer of the window sees, and adds to what it was told."""


class Numbers(NamedTuple):
    """The fitted numbers, of `n` features.

    Attributes:
        window: Layers of cells: (n, c), then (3, 3, c, c) for each of `DILATIONS`.
        pixel: Layers of pixels: (n + c, m), ..., (k, 1).
    """

    window: Layers
    pixel: Layers


@cache
def load_numbers() -> Numbers:
    """The numbers, as `save_numbers` wrote them."""
    with np.load(FITTED) as file:
        parts = [
            [
                (file[f"{part}/{i}/weights"], file[f"{part}/{i}/biases"])
                for i in range(sum(name.startswith(part) for name in file) // 2)
            ]
            for part in Numbers._fields
        ]
    return Numbers(*parts)


def save_numbers(numbers: Numbers, path: Path = FITTED) -> None:
    """Writes numbers."""
    arrays = {}
    for part, layers in numbers._asdict().items():
        for i, (weights, biases) in enumerate(layers):
            arrays[f"{part}/{i}/weights"], arrays[f"{part}/{i}/biases"] = weights, biases
    with path.open("wb") as file:  # to a name NumPy would add an ending
        np.savez_compressed(file, **arrays)


def score(numbers: Numbers, features: Float) -> Float:
    """Probability that each pixel is as its stroke says, float32 (h, w) in [0, 1].

    Args:
        numbers: As fitted.
        features: float32 (n, h, w).
    """
    count, height, width = features.shape
    told = see_window(numbers.window, to_grid(features))
    (weights, biases), *others = numbers.pixel
    hidden = features.reshape(count, -1).T @ weights[:count]
    hidden += cv2.resize(told @ weights[count:] + biases, (width, height)).reshape(hidden.shape)
    for weights, biases in others:
        hidden = np.maximum(hidden, 0, out=hidden) @ weights + biases
    logit = hidden.reshape(height, width).clip(-30, 30)
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


def to_grid(features: Float) -> Float:
    """Features (n, h, w) of the cells of a window, float32 (GRID, GRID, n)."""
    cells = [cv2.resize(each, (GRID, GRID), interpolation=cv2.INTER_AREA) for each in features]
    return np.stack(cells, axis=2)


def see_window(layers: Layers, cells: Float) -> Float:
    """What is told to the pixels of each cell, float32 (GRID, GRID, c), of `to_grid`'s."""
    (weights, biases), *others = layers
    told = np.maximum(cells @ weights + biases, 0)
    for (weights, biases), dilation in zip(others, DILATIONS, strict=True):
        padded = np.pad(told, ((dilation, dilation), (dilation, dilation), (0, 0)))
        steps = [slice(i * dilation, i * dilation + GRID) for i in range(3)]
        seen = np.concatenate([padded[down, right] for down in steps for right in steps], axis=2)
        told = told + np.maximum(seen @ weights.reshape(-1, len(biases)) + biases, 0)
    return told
