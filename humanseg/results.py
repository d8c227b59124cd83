"""The pictures and files that are made for a photo, and the options they are made with."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from humanseg.photos.images import RGBImage
from humanseg.pictures.colors import Color
from humanseg.pictures.encoding import encode, encode_probability, trim
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY, OverlayStyle
from humanseg.segmentation import Segmentation
from humanseg.soft_mask import DEFAULT_THRESHOLD

Picture: TypeAlias = Literal["mask", "alpha", "overlay", "cutout"]

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
        only: x and y, in pixels of the upright photo, of a point: only the connected part
            that holds it, or is nearest to it, is kept; None to keep all.
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
    only: tuple[float, float] | None = None
    overlay_style: OverlayStyle = "fill"
    overlay_color: Color = OVERLAY_COLOR
    overlay_opacity: float = OVERLAY_OPACITY
    background: Color | RGBImage | None = None
    margin: float | None = None
    suffix: str = ".png"


def clean(result: Segmentation, options: ResultOptions) -> Segmentation:
    """The result without specks, holes and other people, as far as the options say so.

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
    if options.only is not None:
        result = result.only(*options.only, options.threshold)
    return result


def draw(result: Segmentation, picture: Picture, options: ResultOptions) -> npt.NDArray[np.uint8]:
    """Draws a picture of what `clean` returned.

    Returns:
        uint8: a mask (H, W) of 0 and 255, alpha (H, W) as grey, an overlay (H, W, 3), or a cut-out,
        (H, W, 3) before a background and else (H, W, 4), smaller if it is trimmed.

    Raises:
        OptionError: An option is outside its range.
    """
    if picture in ("mask", "alpha"):
        return result.picture(picture, options.threshold)
    if picture == "overlay":
        return result.overlay(
            options.threshold,
            color=options.overlay_color,
            opacity=options.overlay_opacity,
            style=options.overlay_style,
        )
    cutout = _before_background(result, options)
    if options.margin is None:
        return cutout
    return trim(cutout, result.alpha(options.threshold), options.margin)


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
    result = clean(result, options)
    for kind in kinds:
        yield ending(kind, options), KINDS[kind](result, options)


def _before_background(result: Segmentation, options: ResultOptions) -> npt.NDArray[np.uint8]:
    if options.background is None:
        return result.cutout(options.threshold)
    if isinstance(options.background, str) and options.background == "blur":
        return result.blur_background(threshold=options.threshold)
    return result.replace_background(options.background, options.threshold)


def _picture(picture: Picture, result: Segmentation, options: ResultOptions) -> bytes:
    suffix = options.suffix if picture in FORMATTED else ".png"
    return encode(draw(result, picture, options), suffix)


def _probability(result: Segmentation, options: ResultOptions) -> bytes:
    return encode_probability(result.probability, ".png")


def _regions(result: Segmentation, options: ResultOptions) -> bytes:
    return json.dumps(result.to_dict(options.threshold)).encode()


KINDS: dict[str, Callable[[Segmentation, ResultOptions], bytes]] = {
    "mask": partial(_picture, "mask"),
    "alpha": partial(_picture, "alpha"),
    "overlay": partial(_picture, "overlay"),
    "cutout": partial(_picture, "cutout"),
    "probability": _probability,
    "regions": _regions,
}
"""What can be made, by name, and how its file's content is made."""

FORMATTED = ("overlay", "cutout")
"""Kinds that are made in the format that was chosen."""


def ending(kind: str, options: ResultOptions) -> str:
    """The end of a file's name, such as "mask.png"."""
    if kind == "regions":
        return "regions.json"
    return f"{kind}{options.suffix if kind in FORMATTED else '.png'}"


def is_called_like_a_result(name: str) -> bool:
    """Whether a file has a name such as those of an earlier run's pictures."""
    path = Path(name)
    kind = path.stem.rpartition("-")[2]
    return kind in KINDS and path.suffix in (SUFFIXES if kind in FORMATTED else (".png",))
