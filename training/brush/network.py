"""Fits the network of the brush, with Keras."""

from typing import NamedTuple

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from humanseg.corrections.scores import DILATIONS, GRID, Numbers

Float = npt.NDArray[np.floating]

CELL, PIXEL = 24, (48, 24)
"""Widths of the layers that see the window, and of those that score a pixel."""

SEED = 0
"""Of first weights, order and mirror images."""


class Samples(NamedTuple):
    """What is fitted: N windows, and P pixels of each.

    Attributes:
        cells: float16 (N, GRID, GRID, n), as `humanseg.corrections.scores.to_grid` gives them.
        features: Of the pixels, float16 (N, P, n).
        places: x and y of the pixels, as shares of the window, float32 (N, P, 2).
        worth: What it costs to leave a pixel out, and to let it in, float32 (N, P, 2): one of
            them is 0.
    """

    cells: Float
    features: Float
    places: Float
    worth: Float


def fit(samples: Samples, epochs: int = 7, batch: int = 16, rate: float = 4e-3) -> Numbers:
    """Fits numbers, along a cosine from `rate` to 0.

    The scale of the features becomes part of the first layers.
    """
    keras.utils.set_random_seed(SEED)
    flat = samples.features.reshape(-1, samples.features.shape[2])
    center = flat.mean(0, dtype=np.float32)
    scale = flat.std(0, dtype=np.float32) + np.float32(1e-3)
    worth = samples.worth / samples.worth.sum(-1).mean()
    batches = _Batches(samples._replace(worth=worth), center, scale, batch)
    network = _build(len(center))
    steps = epochs * len(batches)
    decay = keras.optimizers.schedules.CosineDecay(
        rate / 10, steps, warmup_target=rate, warmup_steps=steps // 20
    )
    optimizer = keras.optimizers.AdamW(decay, weight_decay=1e-3)
    network.compile(optimizer, loss, jit_compile=False)
    network.fit(batches, epochs=epochs, verbose=2)
    window, pixel = (_layers(network, name) for name in Numbers._fields)
    for layers in (window, pixel):
        weights, biases = layers[0]
        of_features = weights[: len(center)] / scale[:, None]
        told = weights[len(center) :]
        layers[0] = (np.concatenate([of_features, told]), biases - center @ of_features)
    return Numbers(window, pixel)


def loss(worth: Float, logit: Float) -> Float:
    """Cross-entropy and the worth of the pixels that are wrong, as far as they are."""
    signs = ops.convert_to_tensor([-1.0, 1.0])
    wrong = signs * logit
    return ops.mean(ops.sum(worth * (ops.softplus(wrong) + ops.sigmoid(wrong)), -1))


def _build(features: int) -> keras.Model:
    """Logits (B, P, 1) of cells, features and places: the same as `score`."""
    cells, pixels, places = (
        keras.Input(shape) for shape in ((GRID, GRID, features), (None, features), (None, 2))
    )
    told = keras.layers.Dense(CELL, activation="relu", name="window_0")(cells)
    for i, dilation in enumerate(DILATIONS, start=1):
        layer = keras.layers.Conv2D(
            CELL, 3, padding="same", dilation_rate=dilation, activation="relu", name=f"window_{i}"
        )
        told = told + layer(told)
    hidden = ops.concatenate([pixels, _at(told, places)], -1)
    for i, width in enumerate(PIXEL):
        hidden = keras.layers.Dense(width, activation="relu", name=f"pixel_{i}")(hidden)
    logit = keras.layers.Dense(1, name=f"pixel_{len(PIXEL)}")(hidden)
    return keras.Model([cells, pixels, places], logit)


def _at(told: keras.KerasTensor, places: keras.KerasTensor) -> keras.KerasTensor:
    """What cells tell, between their middles, as OpenCV enlarges: (B, P, c)."""
    flat = ops.reshape(told, (-1, GRID * GRID, CELL))
    place = ops.clip(places * GRID - 0.5, 0, GRID - 1)
    low = ops.minimum(ops.floor(place), GRID - 2)
    share = place - low
    first = ops.cast(low[..., 1] * GRID + low[..., 0], "int32")
    total = 0
    for right in (0, 1):
        for down in (0, 1):
            near = ops.take_along_axis(flat, first[..., None] + (down * GRID + right), axis=1)
            part = (share if right else 1 - share)[..., :1]
            total += near * part * (share if down else 1 - share)[..., 1:]
    return total


def _layers(network: keras.Model, part: str) -> list[tuple[Float, Float]]:
    """Weights and biases of the layers with this name."""
    return [tuple(layer.get_weights()) for layer in network.layers if layer.name.startswith(part)]


class _Batches(keras.utils.PyDataset):
    """Samples in random order, each as it is or as its mirror image."""

    def __init__(self, samples: Samples, center: Float, scale: Float, batch: int):
        super().__init__()
        self._samples, self._center, self._scale, self._batch = samples, center, scale, batch
        self._rng = np.random.default_rng(SEED)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self._order) // self._batch

    def __getitem__(self, i: int) -> tuple[tuple[Float, Float, Float], Float]:
        some = self._order[i * self._batch : (i + 1) * self._batch]
        cells, features, places, worth = Samples(*(part[some] for part in self._samples))
        mirrored = self._rng.random(len(some)) < 0.5
        cells[mirrored] = cells[mirrored, :, ::-1]
        places[mirrored, :, 0] = 1 - places[mirrored, :, 0]
        return (self._scaled(cells), self._scaled(features), places), worth

    def _scaled(self, features: Float) -> Float:
        return np.asarray((features - self._center) / self._scale, np.float32)

    def on_epoch_end(self) -> None:
        self._order = self._rng.permutation(len(self._samples.cells))
