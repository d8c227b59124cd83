"""The average of the weights over the last steps: better weights than those of any step."""

from collections.abc import Iterable
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from humanseg.checkpoints.config import Scores, write_config
from humanseg.network.architecture import Architecture
from training.learning.trainee import CLASS_HEAD

PIECE = 16
"""Photos that statistics are measured on at a time."""


class AveragedNetwork:
    """A network that holds the averaged weights of one in training.

    Training goes on untouched. BatchNormalization statistics belong to the weights
    they were measured with, and are measured again.

    Args:
        plain: A network of the same architecture.
        architecture: What it was built from.
        images: Training photos to measure the statistics on, (N, S, S, 3); without any, those
            of the network in training are taken over.
        input_size: What its JSON file says that photos are reduced to.
    """

    def __init__(
        self,
        plain: keras.Model,
        architecture: Architecture,
        images: npt.NDArray[np.uint8],
        input_size: int,
    ):
        self.plain, self.architecture = plain, architecture
        self.images, self.input_size = images, input_size
        self.meter = StatisticsMeter(plain)

    def update(self, model: keras.Model) -> None:
        """Takes over the averages of a network in training.

        Raises:
            FloatingPointError: They are no longer numbers.
        """
        copy_averaged_weights(model, self.plain)
        if not all(np.isfinite(weights).all() for weights in self.plain.get_weights()):
            raise FloatingPointError
        self.meter.measure(
            self.images[start : start + PIECE] for start in range(0, len(self.images), PIECE)
        )

    def save(self, path: Path, scores: Scores | None = None) -> None:
        """Writes a `.keras` file, whole or not at all, and its JSON file."""
        partial = path.with_name(f"partial-{path.name}")
        self.plain.save(partial)
        partial.replace(path)
        write_config(path, self.architecture, self.input_size, scores=scores)


def copy_averaged_weights(model: keras.Model, plain: keras.Model) -> None:
    """Copies a network's weights into `plain`, averaged ones where there are any."""
    averages = {
        variable.path: average
        for variable, average in zip(
            model.optimizer._trainable_variables,
            model.optimizer._model_variables_moving_average,
            strict=True,
        )
    }
    own = [weight for weight in model.weights if not weight.path.startswith(CLASS_HEAD)]
    for source, target in zip(own, plain.weights, strict=True):
        value = keras.ops.convert_to_numpy(averages.get(source.path, source))
        # A copy: JAX would share the memory, and reuse it in the next step of either network.
        target.assign(value.copy())


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
        self.training_mode = TrainingMode(model)

    def measure(self, batches: Iterable[npt.NDArray[np.uint8]]) -> None:
        """Updates the statistics on batches of photos, (B, S, S, 3)."""
        usual = [norm.momentum for norm in self.norms]
        for norm in self.norms:
            norm.momentum = self.momentum
        for images in batches:
            self.training_mode.predict_on_batch(images)
        for norm, momentum in zip(self.norms, usual, strict=True):
            norm.momentum = momentum


class TrainingMode(keras.Model):
    """A network whose predictions update its statistics, compiled on every backend."""

    def __init__(self, model: keras.Model):
        super().__init__()
        self.model = model

    def call(self, images):
        return self.model(images, training=True)
