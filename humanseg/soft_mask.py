"""Where people are in a photo: the probability map, and every mask made from it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.brush import Brush
from humanseg.corrections.correct import correct
from humanseg.edges.alpha import to_alpha
from humanseg.edges.foreground import Colors, estimate_colors
from humanseg.edges.levels import TOP, Levels, to_level, to_levels
from humanseg.edges.refine import refine as refine_edges
from humanseg.errors import OptionError
from humanseg.masks import cleanup, regions
from humanseg.masks.regions import RLE, Region
from humanseg.photos.images import Opacity, RGBImage

DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True, eq=False, repr=False)
class SoftMask:
    """A photo and, for each of its pixels, the probability that it shows a person.

    Probabilities are as the network gives them: a photo without people comes out
    empty. All thresholds are made from them without running it again.

    Attributes:
        image: The upright photo, uint8 RGB (H, W, 3), on white where it is transparent.
        probability: float32 (H, W) in [0, 1].
        opacity: Of the photo itself, uint8 (H, W), 255 where it is opaque; None if it is
            so everywhere. What is transparent in it stays so in the cut-out.
    """

    image: RGBImage
    probability: npt.NDArray[np.float32]
    opacity: Opacity | None = None

    @classmethod
    def from_network(
        cls,
        image: RGBImage,
        output: npt.NDArray[np.float32],
        *,
        refine: bool = True,
        opacity: Opacity | None = None,
    ) -> Self:
        """Brings what the network said of a photo to the photo's own size.

        Args:
            image: The upright photo, uint8 RGB (H, W, 3).
            output: Probabilities, float32 (h, w) in [0, 1].
            refine: Whether edges follow the photo's (see `humanseg.edges.refine`), or are
                interpolated between the network's pixels.
            opacity: Of the photo, uint8 (H, W). Where it is 0 nobody is to be seen, and
                the probability is 0.
        """
        if refine:
            probability = refine_edges(output, image)
        else:
            image_wh = (image.shape[1], image.shape[0])
            resized = cv2.resize(output, image_wh, interpolation=cv2.INTER_LINEAR)
            probability = np.asarray(resized, np.float32)
        if opacity is not None:
            probability[opacity == 0] = 0
        return cls(image, probability, opacity)

    @cached_property
    def levels(self) -> Levels:
        """How many steps of 0.01 each probability passes, uint8 (H, W) in [0, 100].

        Masks and alpha of all thresholds are made from it; see `humanseg.edges.levels`.
        """
        return to_levels(self.probability)

    @cached_property
    def colors(self) -> Colors:
        """Colours of people and background, the same for all thresholds and clean-ups."""
        surest = self.levels.max() / TOP
        return estimate_colors(self.image, self.alpha(min(DEFAULT_THRESHOLD, surest)))

    def mask(self, threshold: float = DEFAULT_THRESHOLD) -> npt.NDArray[np.bool_]:
        """Pixels with at least this probability, in steps of 0.01, bool (H, W).

        A threshold between two steps counts as the next one.

        Raises:
            OptionError: `threshold` is outside [0, 1].
        """
        return self.levels >= to_level(_checked(threshold))

    def coverage(self, threshold: float = DEFAULT_THRESHOLD) -> float:
        """Share of the photo that shows people, in [0, 1]."""
        return float(np.count_nonzero(self.mask(threshold))) / self.probability.size

    def alpha(self, threshold: float = DEFAULT_THRESHOLD) -> npt.NDArray[np.float32]:
        """Opacity of the people, soft at the edge, float32 (H, W) in [0, 1].

        At least one half exactly where the mask is, unless the photo itself is transparent
        there; see `humanseg.edges.alpha`. The command's alpha is this times 255, rounded.
        """
        alpha = to_alpha(self.levels, _checked(threshold))
        if self.opacity is not None:
            alpha *= self.opacity / np.float32(255)
        return alpha

    def __repr__(self) -> str:
        height, width = self.probability.shape
        name = type(self).__name__
        return f"<{name} {width} x {height}, people cover {self.coverage():.1%}>"

    def regions(self, threshold: float = DEFAULT_THRESHOLD, tolerance: float = 0.0) -> list[Region]:
        """Connected parts, the largest first, with area, box and polygons."""
        return regions.find_regions(self.mask(threshold), tolerance)

    def rle(self, threshold: float = DEFAULT_THRESHOLD) -> RLE:
        """Run lengths of the mask, as in COCO."""
        return regions.encode_rle(self.mask(threshold))

    def to_dict(
        self, threshold: float = DEFAULT_THRESHOLD, tolerance: float = 0.0
    ) -> dict[str, Any]:
        """The mask as data in types that JSON knows: coverage, run lengths and regions."""
        return {
            "threshold": float(threshold),
            "coverage": self.coverage(threshold),
            "rle": self.rle(threshold),
            "regions": [region.to_dict() for region in self.regions(threshold, tolerance)],
        }

    def cleaned(
        self,
        threshold: float = DEFAULT_THRESHOLD,
        *,
        min_area: float = 0.0,
        max_hole_area: float = 0.0,
        largest_only: bool = False,
    ) -> Self:
        """The same without specks, holes or bystanders; see `humanseg.masks.cleanup.clean_up`."""
        step = to_level(_checked(threshold)) / TOP
        probability = cleanup.clean_up(
            self.probability, step, min_area, max_hole_area, largest_only
        )
        result = replace(self, probability=probability)
        result.__dict__["colors"] = self.colors  # the same, whatever is dropped
        return result

    def correct(
        self, corrections: npt.NDArray[np.uint8], threshold: float = DEFAULT_THRESHOLD
    ) -> Self:
        """The same with what a user painted on it; see `humanseg.corrections`.

        Strokes are hints: the mask follows the photo's edges near them. Give all of them
        each time, to the result as the network gave it: their order does not matter, and those
        of the call before cost little. Where only is kept, nothing is removed, and where only
        is erased, nothing is added.

        Args:
            corrections: uint8 (H, W), of the photo's size: 255 where people are to be kept,
                0 where they are to be erased, 64 to 191 elsewhere; at most 500 strokes.
            threshold: At which the mask was seen when they were painted.

        Raises:
            OptionError: `corrections` is something else, or `threshold` outside [0, 1].
        """
        step = to_level(_checked(threshold)) / TOP
        probability = correct(self.image, self.probability, corrections, step, self._brushes)
        if self.opacity is not None:
            probability[self.opacity == 0] = 0
        return replace(self, probability=probability)

    @cached_property
    def _brushes(self) -> dict[float, Brush]:
        return {}

    def only(self, x: float, y: float, threshold: float = DEFAULT_THRESHOLD) -> Self:
        """The same with one person alone, or one group of people who touch.

        Args:
            x: Of a point in the part to keep, or nearer to it than to any other: pixels
                from the left of the upright photo, from 0 up to W.
            y: Pixels from its top, from 0 up to H.
            threshold: At which parts are connected or not.

        Raises:
            OptionError: The point lies outside the photo, or `threshold` outside [0, 1].
        """
        step = to_level(_checked(threshold)) / TOP
        part = cleanup.keep_part(self.probability >= step, x, y)
        return replace(self, probability=cleanup.apply_mask(self.probability, part, step))


def _checked(threshold: float) -> float:
    if not 0.0 <= threshold <= 1.0:
        raise OptionError(f"threshold must be between 0 and 1. Received: {threshold}")
    return threshold
