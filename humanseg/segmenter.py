"""The way of an image: file -> RGB -> network input -> probability map -> result."""

import math
from pathlib import Path
from typing import Literal, Self, TypeAlias, get_args

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engine import Engine, load_engine
from humanseg.errors import OptionError
from humanseg.images import ImageSource, RGBImage, load_image
from humanseg.letterbox import STRIDE, letterbox, unletterbox
from humanseg.segmentation import Segmentation
from humanseg.threads import available_cores
from humanseg.weights import Weights, resolve_weights

Detail: TypeAlias = Literal["fast", "fine"]

FINE_SCALE = 1.5
"""How much larger a copy of the photo the network also sees for a "fine" result."""


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

    def __call__(
        self, image: ImageSource, *, detail: Detail = "fast", refined: bool = True
    ) -> Segmentation:
        """Finds the people in one photo, at the photo's own resolution.

        Args:
            image: A path, the bytes of a file, a PIL image, or a uint8 RGB array.
            detail: As for `run_network`.
            refined: Whether edges follow the photo's; see `humanseg.refine`.

        Raises:
            ImageError: The picture cannot be read, or is too large.
            OptionError: `detail` is something else.
        """
        rgb = load_image(image)
        return Segmentation.from_network(rgb, self.run_network(rgb, detail), refined=refined)

    def run_network(self, image: RGBImage, detail: Detail = "fast") -> npt.NDArray[np.float32]:
        """Probabilities at the resolution of the network.

        Args:
            image: uint8 RGB (H, W, 3).
            detail: "fast" looks at the photo once. "fine" also looks at its mirror image
                and, if the photo has the pixels, at both at a larger size, and takes
                the mean: it finds more, of small people above all.

        Returns:
            float32 (h, w) in [0, 1]; the long side is `input_size` pixels, and more if
            fine.

        Raises:
            OptionError: `detail` is something else.
        """
        if detail not in get_args(Detail):
            raise OptionError(f"detail must be 'fast' or 'fine'. Received: {detail!r}")
        if detail == "fast":
            return self._look(image, self.input_size)
        probability = self._look_twice(image, self.input_size)
        wanted = min(FINE_SCALE * self.input_size, max(image.shape[:2]))
        larger_size = math.ceil(wanted / STRIDE) * STRIDE
        if larger_size > self.input_size:
            larger = self._look_twice(image, larger_size)
            larger += cv2.resize(probability, larger.shape[::-1], interpolation=cv2.INTER_LINEAR)
            probability = larger * np.float32(0.5)
        return probability

    def _look_twice(self, image: RGBImage, long_side: int) -> npt.NDArray[np.float32]:
        mirrored = np.ascontiguousarray(image[:, ::-1])
        both = self._look(image, long_side) + self._look(mirrored, long_side)[:, ::-1]
        return np.asarray(both * np.float32(0.5))

    def _look(self, image: RGBImage, long_side: int) -> npt.NDArray[np.float32]:
        network_input, content_wh = letterbox(image, long_side)
        return unletterbox(self.engine(network_input[None])[0], content_wh)
