"""Runs the network on arrays: with LiteRT, or with TensorFlow where that is missing."""

import logging
from typing import Protocol

import numpy as np
import numpy.typing as npt

from humanseg.checkpoints.weights import Weights
from humanseg.engines.threads import available_cores

logger = logging.getLogger(__name__)


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
        from humanseg.engines.tensorflow_engine import load_tensorflow_engine

        return load_tensorflow_engine(weights)
    return LiteRTEngine(get_compiled(weights), available_cores())
