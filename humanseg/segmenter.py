"""The way of an image: file -> RGB -> network input -> probability map -> result."""

from pathlib import Path
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engine import Engine, load_engine
from humanseg.images import ImageSource, RGBImage, load_image
from humanseg.letterbox import letterbox, unletterbox
from humanseg.refine import refine
from humanseg.segmentation import Segmentation
from humanseg.threads import available_cores
from humanseg.weights import Weights, resolve_weights


class Segmenter:
    """Finds the people in photos.

    Args:
        engine: Runs the network.
        input_size: Pixels of the photo's long side in the network's input, a
            multiple of 32. Larger finds smaller people and takes longer.
        weights: What the engine was made from, if it is known.
    """

    def __init__(self, engine: Engine, input_size: int = 320, weights: Weights | None = None):
        self.engine = engine
        self.input_size = input_size
        self.weights = weights

    @classmethod
    def from_pretrained(cls, source: str | Path | None = None) -> Self:
        """Loads trained weights, and readies them for all processor cores there are.

        Args:
            source: None for the weights of this release, `owner/name` or
                `owner/name@revision` of the Hugging Face Hub, or the path of a
                `.keras` file.

        Raises:
            WeightsError: The weights cannot be found, verified or loaded.
        """
        cv2.setNumThreads(available_cores())
        weights = resolve_weights(source)
        return cls(load_engine(weights), weights.input_size, weights)

    def __call__(self, image: ImageSource) -> Segmentation:
        """Finds the people in one photo, at the photo's own resolution.

        Args:
            image: A path, the bytes of a file, a PIL image, or a uint8 RGB array.

        Raises:
            ImageError: The picture cannot be read, or is too large.
        """
        rgb = load_image(image)
        return Segmentation(rgb, refine(self.run_network(rgb), rgb))

    def run_network(self, image: RGBImage) -> npt.NDArray[np.float32]:
        """Probabilities at the resolution of the network, before refinement.

        Args:
            image: uint8 RGB (H, W, 3).

        Returns:
            float32 (h, w) in [0, 1], with a long side of `input_size`.
        """
        network_input, content_wh = letterbox(image, self.input_size)
        return unletterbox(self.engine(network_input[None])[0], content_wh)
