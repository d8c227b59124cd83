"""The way of an image: file -> RGB -> network input -> probability map -> result."""

import warnings
from collections.abc import Iterable, Iterator, Sized
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from humanseg.checkpoints.weights import Weights, resolve_weights
from humanseg.engines.detail import Detail, look_closely
from humanseg.engines.engine import Engine, load_engine
from humanseg.engines.hysteresis import doubt_unsure
from humanseg.engines.threads import available_cores
from humanseg.errors import ImageError, OptionError
from humanseg.photos.batch import overlapped
from humanseg.photos.images import ImageSource, RGBImage, is_single, load_photo
from humanseg.segmentation import Segmentation


class Segmenter:
    """Finds the people in photos.

    May be used from several threads. Pickled, it is its weights, which are loaded anew.

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
        """Loads trained weights.

        Args:
            source: None for the weights of this release, `owner/name` or
                `owner/name@revision` of the Hugging Face Hub, or the path of a
                `.keras` file.

        Raises:
            WeightsError: The weights cannot be found, verified or loaded.
        """
        return cls._from_weights(resolve_weights(source))

    @classmethod
    def _from_weights(cls, weights: Weights) -> Self:
        return cls(load_engine(weights), weights.input_size, weights)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and other processes load the weights anew: an engine cannot be sent."""
        if self.weights is None:
            return type(self), (self.engine, self.input_size)
        return type(self)._from_weights, (self.weights,), {"input_size": self.input_size}

    def __call__(
        self,
        image: ImageSource,
        *,
        detail: Detail = "auto",
        refine: bool = True,
        refined: bool | None = None,
    ) -> Segmentation:
        """Finds the people in one photo, at the photo's own resolution.

        Args:
            image: As `humanseg.photos.images.load_image` takes it.
            detail: As for `humanseg.engines.detail.look_closely`.
            refine: Whether edges follow the photo's; see `humanseg.edges.refine`.
            refined: The older name of `refine`, which will be dropped.

        Raises:
            ImageError: The picture cannot be read, or is too large.
            OptionError: `detail` is something else.
        """
        if refined is not None:
            warnings.warn("refined is called refine now", DeprecationWarning, stacklevel=2)
            refine = refined
        rgb, opacity = load_photo(image)
        output = self.run_network(rgb, detail)
        return Segmentation.from_network(rgb, output, refine=refine, opacity=opacity)

    def map(
        self,
        images: Iterable[ImageSource],
        *,
        detail: Detail = "auto",
        refine: bool = True,
        progress: bool = False,
    ) -> Iterator[Segmentation | ImageError]:
        """Finds the people in many photos: while one is in the network, others are read.

        No more than a few are ahead of what was taken, so that memory does not grow with
        their number.

        Args:
            images: As for a single one.
            detail: As for `humanseg.engines.detail.look_closely`.
            refine: As for a single one.
            progress: Whether to show a bar on standard error.

        Yields:
            In order, for each photo its result; or the error, if it cannot be read, as
            the others still can.

        Raises:
            OptionError: `images` is a single photo, or `detail` something else.
        """
        if is_single(images):
            raise OptionError(
                "map takes many photos, as a list; a single one is given to the segmenter itself. "
                f"Received: {type(images).__name__}"
            )

        def segment(image: ImageSource) -> Segmentation | ImageError:
            try:
                return self(image, detail=detail, refine=refine)
            except ImageError as error:
                return error

        total = len(images) if isinstance(images, Sized) else None
        done = overlapped(segment, images, available_cores())
        for future in tqdm(done, "segmenting", total, disable=not progress, unit="photo"):
            yield future.result()

    def run_network(self, image: RGBImage, detail: Detail = "auto") -> npt.NDArray[np.float32]:
        """Probabilities at the resolution of the network, float32 (h, w) in [0, 1].

        Parts that are nowhere sure are lowered; see `humanseg.engines.hysteresis`.

        Args:
            image: uint8 RGB (H, W, 3).
            detail: As for `humanseg.engines.detail.look_closely`.

        Raises:
            OptionError: `detail` is something else.
        """
        return doubt_unsure(look_closely(self.engine, image, self.input_size, detail))
