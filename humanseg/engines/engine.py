"""Runs the network on arrays: with LiteRT, or with TensorFlow where that is missing."""

import contextlib
import logging
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from humanseg.checkpoints.weights import Weights
from humanseg.engines.threads import available_cores

logger = logging.getLogger(__name__)

SIZES_KEPT = 16
"""Network inputs of so many sizes are kept traced."""


class Engine(Protocol):
    """Something that runs the network. It may be called from several threads.

    Attributes:
        name: Of the library that does the work.
    """

    name: str

    def __call__(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Returns probabilities in [0, 1], (B, H, W), for RGB images (B, H, W, 3).

        H and W are multiples of 32.
        """
        ...


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


def load_engine(weights: Weights) -> Engine:
    """Makes the network ready to run, on all processor cores this process may use.

    TensorFlow is imported only where LiteRT is missing, or where the network has
    not been compiled for it yet; see `humanseg.engines.compiled`.

    Raises:
        WeightsError: The file is not what its JSON file says.
    """
    try:
        from humanseg.engines.compiled import get_compiled
        from humanseg.engines.litert import LiteRTEngine
    except ImportError as error:
        logger.warning("LiteRT cannot be used (%s); TensorFlow is slower.", error)
        return _load_tensorflow_engine(weights)
    return LiteRTEngine(get_compiled(weights), available_cores())


def _load_tensorflow_engine(weights: Weights) -> TensorFlowEngine:
    import tensorflow as tf

    with contextlib.suppress(RuntimeError):  # TensorFlow is in use, and keeps its threads
        tf.config.threading.set_intra_op_parallelism_threads(available_cores())
    return TensorFlowEngine(load_model(weights))


def load_model(weights: Weights) -> Any:
    """Builds the network with Keras and loads its weights.

    Returns:
        `keras.Model`; see `humanseg.network.model.build_model`.

    Raises:
        WeightsError: The file is not what its JSON file says.
    """
    from humanseg.checkpoints.archive import load_weights
    from humanseg.network.model import build_model

    model = build_model(weights.architecture)
    load_weights(model, weights.path)
    return model
