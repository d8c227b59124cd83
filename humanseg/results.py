"""The files that are written for a photo, and the options they are made with."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from humanseg.colors import Color
from humanseg.export import encode, encode_probability, trim
from humanseg.images import RGBImage
from humanseg.overlay import OVERLAY_COLOR, OVERLAY_OPACITY, OverlayStyle
from humanseg.segmentation import DEFAULT_THRESHOLD, Segmentation

SUFFIXES = (".png", ".webp", ".jpg")
"""Of overlay and cut-out; the first two are lossless."""


@dataclass(frozen=True)
class ResultOptions:
    """How results are made from probabilities.

    Attributes:
        threshold: Probability from which a pixel is part of a person, in [0, 1].
        min_area: Smaller parts are dropped; a share of the photo.
        max_hole_area: Holes up to this area are filled; a share of the photo.
        largest_only: Whether only the largest part is kept.
        overlay_style: "fill" or "outline".
        overlay_color: Of the overlay, RGB or as in CSS.
        overlay_opacity: Of its tint, in [0, 1].
        background: Behind the people in the cut-out: None for transparent, "blur", a
            colour, RGB or as in CSS, or a uint8 RGB picture.
        margin: Room left around people when the cut-out is trimmed to them, a share
            of its long side; None not to trim.
        suffix: Of overlay and cut-out, one of `SUFFIXES`.
    """

    threshold: float = DEFAULT_THRESHOLD
    min_area: float = 0.0
    max_hole_area: float = 0.0
    largest_only: bool = False
    overlay_style: OverlayStyle = "fill"
    overlay_color: Color = OVERLAY_COLOR
    overlay_opacity: float = OVERLAY_OPACITY
    background: Color | RGBImage | None = None
    margin: float | None = None
    suffix: str = ".png"


def make_files(
    result: Segmentation, kinds: Sequence[str], options: ResultOptions
) -> Iterator[tuple[str, bytes]]:
    """Makes the files of one photo, one at a time.

    Args:
        result: Of the photo.
        kinds: Keys of `KINDS`.
        options: For all of them.

    Yields:
        The end of its name, such as "mask.png", and the content of each file.

    Raises:
        OptionError: An option is outside its range.
    """
    if options.min_area or options.max_hole_area or options.largest_only:
        result = result.cleaned(
            options.threshold,
            min_area=options.min_area,
            max_hole_area=options.max_hole_area,
            largest_only=options.largest_only,
        )
    for kind in kinds:
        yield KINDS[kind](result, options)


def _mask(result: Segmentation, options: ResultOptions) -> tuple[str, bytes]:
    return "mask.png", encode(result.mask(options.threshold).astype(np.uint8) * 255, ".png")


def _overlay(result: Segmentation, options: ResultOptions) -> tuple[str, bytes]:
    picture = result.overlay(
        options.threshold,
        color=options.overlay_color,
        opacity=options.overlay_opacity,
        style=options.overlay_style,
    )
    return f"overlay{options.suffix}", encode(picture, options.suffix)


def _cutout(result: Segmentation, options: ResultOptions) -> tuple[str, bytes]:
    picture = _before_background(result, options)
    if options.margin is not None:
        picture = trim(picture, result.alpha(options.threshold), options.margin)
    return f"cutout{options.suffix}", encode(picture, options.suffix)


def _before_background(result: Segmentation, options: ResultOptions) -> npt.NDArray[np.uint8]:
    if options.background is None:
        return result.cutout(options.threshold)
    if isinstance(options.background, str) and options.background == "blur":
        return result.blur_background(threshold=options.threshold)
    return result.replace_background(options.background, options.threshold)


def _probability(result: Segmentation, options: ResultOptions) -> tuple[str, bytes]:
    return "probability.png", encode_probability(result.probability, ".png")


def _regions(result: Segmentation, options: ResultOptions) -> tuple[str, bytes]:
    return "regions.json", json.dumps(result.to_dict(options.threshold)).encode()


KINDS: dict[str, Callable[[Segmentation, ResultOptions], tuple[str, bytes]]] = {
    "mask": _mask,
    "overlay": _overlay,
    "cutout": _cutout,
    "probability": _probability,
    "regions": _regions,
}
"""What can be made, by name: the end of its file's name, and its content."""
