"""Fits a few layers of numbers, with Adam, to say yes or no of each sample."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from humanseg.corrections.scores import Layers

Float = npt.NDArray[np.float32]


class Samples(NamedTuple):
    """What is fitted.

    Attributes:
        features: float16 or float32 (N, n).
        yes: bool (N,).
        weight: How much each counts, float32 (N,).
    """

    features: npt.NDArray[np.floating]
    yes: npt.NDArray[np.bool_]
    weight: Float


def fit(
    samples: Samples,
    hidden: tuple[int, ...] = (48, 24),
    epochs: int = 6,
    batch: int = 2048,
    rate: float = 4e-3,
    decay: float = 1e-4,
    seed: int = 0,
) -> Layers:
    """Fits layers by weighted cross-entropy, along a cosine from `rate` to 0.

    The scale of the features becomes part of the first layer.
    """
    rng = np.random.default_rng(seed)
    center = samples.features.mean(0, dtype=np.float32)
    scale = samples.features.std(0, dtype=np.float32) + np.float32(1e-3)
    sizes = (len(center), *hidden, 1)
    layers = [
        (rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in pairwise(sizes)
    ]
    flat = [array for layer in layers for array in layer]
    first, second = ([np.zeros_like(array) for array in flat] for _ in range(2))
    weight = samples.weight / samples.weight.mean()
    steps = epochs * (len(weight) // batch)
    order = np.concatenate([rng.permutation(len(weight)) for _ in range(epochs)])
    for step in range(steps):
        some = order[step * batch : (step + 1) * batch]
        seen = (samples.features[some].astype(np.float32) - center) / scale
        gradients = _gradients(layers, seen, samples.yes[some], weight[some] / batch, decay)
        now = np.float32(rate / 2 * (1 + np.cos(np.pi * step / steps)))
        size = now / np.float32(1 - 0.9 ** (step + 1))
        unbiased = np.float32(1 - 0.999 ** (step + 1))
        for i, gradient in enumerate(gradients):
            first[i] += np.float32(0.1) * (gradient - first[i])
            second[i] += np.float32(0.001) * (gradient * gradient - second[i])
            flat[i] -= size * first[i] / (np.sqrt(second[i] / unbiased) + np.float32(1e-8))
    weights, biases = layers[0]
    layers[0] = (weights / scale[:, None], biases - (center / scale) @ weights)
    return layers


def _gradients(
    layers: Layers, features: Float, yes: npt.NDArray[np.bool_], weight: Float, decay: float
) -> list[Float]:
    """Of the loss, for the weights and biases of all layers, in their order."""
    inputs = [features]
    for weights, biases in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ weights + biases, 0))
    weights, biases = layers[-1]
    chance = 1 / (1 + np.exp(-(inputs[-1] @ weights + biases).clip(-30, 30)))
    back = (chance - yes[:, None]) * weight[:, None]
    gradients: list[Float] = []
    for i in reversed(range(len(layers))):
        weights, seen = layers[i][0], inputs[i]
        gradients = [seen.T @ back + np.float32(decay) * weights, back.sum(0), *gradients]
        if i:
            back = (back @ weights.T) * (seen > 0)
    return gradients
