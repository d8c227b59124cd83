"""Runs the Keras network with TensorFlow, where LiteRT is missing."""

import contextlib
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.weights import Weights
from humanseg.engines.threads import available_cores

SIZES_KEPT = 16
"""Network inputs of so many sizes are kept traced."""


class TensorFlowEngine:
    """The Keras network in a `tf.function` for each input size.

    Args:
        model: A `keras.Model` from `humanseg.network.model.build_model`.
    """

    name = "TensorFlow"

    def __init__(self, model: Any):
        self._model = model
        self._forward = lru_cache(SIZES_KEPT)(self._trace)

    def __call__(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        forward = self._forward(*images.shape[1:3])
        probability: npt.NDArray[np.float32] = forward(images.astype(np.float32)).numpy()
        return probability[..., 0]

    def _trace(self, height: int, width: int) -> Any:
        import tensorflow as tf

        # The size is fixed: UpSampling2D cannot be traced with an unknown one.
        images = tf.TensorSpec((None, height, width, 3), tf.float32)
        forward = tf.function(
            lambda images: self._model(images, training=False), input_signature=[images]
        )
        return forward.get_concrete_function()


def load_tensorflow_engine(weights: Weights) -> TensorFlowEngine:
    """Loads the network with Keras, to run on all cores this process may use.

    Raises:
        WeightsError: The file is not what its JSON file says.
    """
    import tensorflow as tf

    with contextlib.suppress(RuntimeError):  # TensorFlow is in use, and keeps its threads
        tf.config.threading.set_intra_op_parallelism_threads(available_cores())
    return TensorFlowEngine(load_model(weights))
