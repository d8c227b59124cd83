"""How sure it is that a pixel belongs to a stroke, from what is known of it: fitted numbers."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]
Layers = Sequence[tuple[Float, Float]]
"""Weights (n, m) and biases (m,) of layers with rectified linear units between them."""

FITTED = Path(__file__).with_name("brush.npz")
"""The fitted numbers."""


@cache
def load_layers() -> Layers:
    """The layers, as `save_layers` wrote them."""
    with np.load(FITTED) as file:
        return [(file[f"{i}/weights"], file[f"{i}/biases"]) for i in range(len(file) // 2)]


def save_layers(layers: Layers, path: Path = FITTED) -> None:
    """Writes layers."""
    arrays = {}
    for i, (weights, biases) in enumerate(layers):
        arrays[f"{i}/weights"], arrays[f"{i}/biases"] = weights, biases
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def score(layers: Layers, features: Float) -> Float:
    """Probability that each pixel is as its stroke says, float32 (h, w) in [0, 1].

    Args:
        layers: As fitted.
        features: float32 (n, h, w).
    """
    hidden = features.reshape(len(features), -1)
    for weights, biases in layers[:-1]:
        hidden = weights.T @ hidden
        hidden += biases[:, None]
        np.maximum(hidden, 0, out=hidden)
    weights, biases = layers[-1]
    logit = (weights[:, 0] @ hidden + biases).clip(-30, 30)
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32).reshape(features.shape[1:])
