"""Scores the averaged weights after each epoch, and keeps the best network."""

import math
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from humanseg.checkpoints.config import Scores, read_config, write_config
from humanseg.engines.letterbox import letterbox
from humanseg.network.architecture import Architecture
from training.data.batches import TrainingBatches
from training.data.photos import IGNORE, Photo, PhotoCache
from training.scoring.scores import score_map, summarize_by_source

BATCH = 16


class ValidationSet:
    """Validation photos, letterboxed once to squares of the network's size.

    A quick stand-in for `training.evaluate`, at network resolution, to choose the
    best epoch by.
    """

    def __init__(self, photos: list[Photo], cache: PhotoCache, size: int):
        self.photos = photos
        self.size = size
        self.images = np.zeros((len(photos), size, size, 3), np.uint8)
        self.labels = np.full((len(photos), size, size), IGNORE, np.uint8)
        for i, photo in enumerate(photos):
            array = cache.load(photo)
            image, (width, height) = letterbox(np.ascontiguousarray(array[..., :3]), size)
            self.images[i, : image.shape[0], : image.shape[1]] = image
            rows = (np.arange(height) + 0.5) * array.shape[0] / height
            columns = (np.arange(width) + 0.5) * array.shape[1] / width
            mask = array[..., 3][np.ix_(rows.astype(int), columns.astype(int))]
            self.labels[i, :height, :width] = mask

    def score(self, model: keras.Model) -> dict[str, dict[str, float]]:
        """Scores of a network, as from `training.scoring.scores.summarize_by_source`."""
        scores = []
        for start in range(0, len(self.photos), BATCH):
            batch = slice(start, start + BATCH)
            predicted = model.predict_on_batch(self.images[batch].astype(np.float32))
            for photo, labels, probability in zip(
                self.photos[batch], self.labels[batch], predicted[..., 0], strict=True
            ):
                scores.append(score_map(probability, labels, photo))
        return summarize_by_source(scores)


class ScoreAveragedWeights(keras.callbacks.Callback):
    """Validates with the optimizer's moving average of the weights.

    The average is copied into a second network, so that training goes on
    untouched. BatchNormalization statistics belong to the weights they were
    measured with and are measured again on a few training batches.

    Args:
        plain: A network of the same architecture, to hold the averaged weights.
        architecture: What it was built from.
        batches: Training batches to measure the statistics on.
        validation: What to score on.
        folder: Where `best.keras` and `last.keras` are kept, each with its JSON file.
        statistics_batches: How many batches are measured.
    """

    def __init__(
        self,
        plain: keras.Model,
        architecture: Architecture,
        batches: TrainingBatches,
        validation: ValidationSet,
        folder: Path,
        statistics_batches: int,
    ):
        super().__init__()
        self.plain, self.architecture = plain, architecture
        self.batches, self.validation = batches, validation
        self.folder, self.statistics_batches = folder, statistics_batches
        self.meter = StatisticsMeter(plain)

    def on_epoch_end(self, epoch, logs=None):
        if not is_number(logs["loss"]):  # keep what there was
            return
        copy_averaged_weights(self.model, self.plain)
        self.meter.measure(self.batches, self.statistics_batches)
        scores = self.validation.score(self.plain)
        for source, summary in scores.items():
            shown = {name: summary[name] for name in ("iou", "clean") if name in summary}
            logs.update({f"val_{source}_{name}": value for name, value in shown.items()})
        self._save(self.folder / "last.keras", scores)
        best = self.folder / "best.keras"
        if not best.exists() or scores["all"]["iou"] > read_config(best).scores["all"]["iou"]:
            self._save(best, scores)

    def _save(self, path: Path, scores: Scores) -> None:
        self.plain.save(path)
        write_config(path, self.architecture, self.validation.size, scores=scores)


def is_number(loss: float) -> bool:
    """Whether training can go on from a loss."""
    return math.isfinite(loss)


def copy_averaged_weights(model: keras.Model, plain: keras.Model) -> None:
    """Copies a network's weights into `plain`, averaged ones where there are any."""
    plain.set_weights(model.get_weights())
    averages = {
        variable.path: average
        for variable, average in zip(
            model.optimizer._trainable_variables,
            model.optimizer._model_variables_moving_average,
            strict=True,
        )
    }
    for source, target in zip(model.weights, plain.weights, strict=True):
        if source.path in averages:
            target.assign(averages[source.path])


class StatisticsMeter:
    """Measures the BatchNormalization statistics of a network afresh.

    Args:
        model: The network; statistics of layers that are not trainable stay.
        momentum: Of the average over batches.
    """

    def __init__(self, model: keras.Model, momentum: float = 0.9):
        self.momentum = momentum
        self.norms = [
            layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)
        ]
        self.forward = tf.function(lambda images: model(images, training=True))

    def measure(self, batches: TrainingBatches, count: int) -> None:
        """Updates the statistics on the first `count` training batches."""
        usual = [norm.momentum for norm in self.norms]
        for norm in self.norms:
            norm.momentum = self.momentum
        for step in range(count):
            self.forward(tf.convert_to_tensor(batches.batch(step)[0]))
        for norm, momentum in zip(self.norms, usual, strict=True):
            norm.momentum = momentum
