"""What a visitor can change about the pictures of a photo."""

from dataclasses import dataclass, replace
from typing import TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from humanseg import OptionError, Segmentation
from humanseg.photos.images import RGBImage
from humanseg.pictures.colors import to_rgb
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY, OverlayStyle
from humanseg.results import Picture, ResultOptions, clean, draw
from humanseg.segmentation import DEFAULT_THRESHOLD
from humanseg.segmenter import Detail

Pixels: TypeAlias = npt.NDArray[np.uint8]

PICTURES: dict[str, Picture] = {"Cut-out": "cutout", "Overlay": "overlay", "Mask": "mask"}
"""By the names they have everywhere on the page."""

MARGIN = 0.04
"""Room around people in a trimmed cut-out, as a share of its long side."""

SPECK, HOLE = 0.001, 0.005
"""Parts and holes up to this share of the photo are cleaned up."""


@dataclass(frozen=True)
class Options:
    """How pictures are made from a result.

    Attributes:
        threshold: Probability from which a pixel is part of a person, in [0, 1].
        detail: "fast" or "fine"; all else changes without running the network again.
        refine: Whether edges follow the photo's.
        clean_up: Whether specks are dropped and small holes filled.
        largest_only: Whether only the largest person is kept.
        overlay_style: "fill" or "outline".
        overlay_color: As in CSS.
        overlay_opacity: Of the tint, in [0, 1].
        background: Of the cut-out: "transparent", "blur", a colour as in CSS, or a
            picture, uint8 RGB (H, W, 3).
        trim: Whether a downloaded cut-out ends where the people do.
    """

    threshold: float = DEFAULT_THRESHOLD
    detail: Detail = "fast"
    refine: bool = True
    clean_up: bool = False
    largest_only: bool = False
    overlay_style: OverlayStyle = "fill"
    overlay_color: str = OVERLAY_COLOR
    overlay_opacity: float = OVERLAY_OPACITY
    background: str | RGBImage = "transparent"
    trim: bool = False

    def __post_init__(self) -> None:
        """Checks all values, since they may come from any program.

        Raises:
            OptionError: One is out of its range.
        """
        for name in ("threshold", "overlay_opacity"):
            value = getattr(self, name)
            _check(_is_share(value), name, "a number between 0 and 1", value)
        for name in ("refine", "clean_up", "largest_only", "trim"):
            value = getattr(self, name)
            _check(isinstance(value, bool), name, "true or false", value)
        for name, choices in (
            ("detail", get_args(Detail)),
            ("overlay_style", get_args(OverlayStyle)),
        ):
            value = getattr(self, name)
            _check(value in choices, name, " or ".join(map(repr, choices)), value)
        to_rgb(self.overlay_color)
        if not isinstance(self.background, np.ndarray) and self.background not in (
            "transparent",
            "blur",
        ):
            to_rgb(self.background)

    def clean(self, result: Segmentation) -> Segmentation:
        """The result with these options' clean-up."""
        return clean(result, self._for_results())

    def draw(self, cleaned: Segmentation, picture: str) -> Pixels:
        """Makes one of `PICTURES` from what `clean` returned, untrimmed.

        Returns:
            uint8, (H, W), (H, W, 3) or, before a transparent background, (H, W, 4).
        """
        # Untrimmed, since before-and-after pictures align.
        return draw(cleaned, PICTURES[picture], replace(self._for_results(), margin=None))

    def draw_for_download(self, cleaned: Segmentation, picture: str) -> Pixels:
        """The same as `draw`, trimmed if that is wanted."""
        return draw(cleaned, PICTURES[picture], self._for_results())

    def _for_results(self) -> ResultOptions:
        transparent = isinstance(self.background, str) and self.background == "transparent"
        return ResultOptions(
            threshold=self.threshold,
            min_area=SPECK if self.clean_up else 0.0,
            max_hole_area=HOLE if self.clean_up else 0.0,
            largest_only=self.largest_only,
            overlay_style=self.overlay_style,
            overlay_color=self.overlay_color,
            overlay_opacity=self.overlay_opacity,
            background=None if transparent else self.background,
            margin=MARGIN if self.trim else None,
        )


def _check(right: bool, name: str, range_of: str, value: object) -> None:
    if not right:
        raise OptionError(f"{name} must be {range_of}. Received: {value!r}")


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
