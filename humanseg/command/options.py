"""What the command `python -m humanseg` can be told."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from humanseg.errors import HumanSegError, OptionError
from humanseg.photos.images import RGBImage, load_image
from humanseg.pictures.colors import Color, to_rgb
from humanseg.pictures.overlay import OverlayStyle
from humanseg.results import KINDS, SUFFIXES, ResultOptions
from humanseg.segmenter import Detail


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Reads the command line; ends the process if it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m humanseg",
        description="Finds the people in photos. Of each photo it writes NAME-mask.png, "
        "NAME-overlay.png and NAME-cutout.png, at the photo's own size.",
    )
    add = parser.add_argument
    add(
        "photos",
        nargs="+",
        type=Path,
        metavar="PHOTO_OR_FOLDER",
        help="folders are taken with their subfolders, but for what is hidden",
    )
    add("--out", type=Path, required=True, metavar="DIR", help="made if it is missing")
    add(
        "--save",
        nargs="+",
        choices=KINDS,
        default=["mask", "overlay", "cutout"],
        help="what to write: alpha is the soft matte as 8-bit grey, probability a 16-bit PNG, "
        "regions are areas, boxes, polygons and COCO run lengths as JSON (default: %(default)s)",
    )
    there = parser.add_mutually_exclusive_group().add_argument
    there("--overwrite", action="store_true", help="replace files that are there already")
    there(
        "--skip-existing",
        action="store_true",
        help="leave out what is there already: goes on with a run that was interrupted",
    )
    add("--weights", metavar="SOURCE", help="a .keras file, or owner/name on the Hugging Face Hub")
    mask = parser.add_argument_group("mask").add_argument
    mask(
        "--detail",
        choices=get_args(Detail),
        default="fast",
        help="fine finds more of small people, and takes the network several times as long "
        "(default: %(default)s)",
    )
    mask(
        "--no-refine",
        dest="refined",
        action="store_false",
        help="leave edges as coarse as the network's",
    )
    mask(
        "--threshold",
        type=_share,
        default=ResultOptions.threshold,
        help="probability from which a pixel is part of a person, 0 to 1 (default: %(default)s)",
    )
    mask(
        "--min-area",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="drop parts below this share of the photo",
    )
    mask(
        "--max-hole-area",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="fill holes up to this share of the photo",
    )
    mask(
        "--largest-only",
        action="store_true",
        help="keep only the largest person, or group of people who touch",
    )
    pictures = parser.add_argument_group("pictures").add_argument
    pictures("--overlay-style", choices=get_args(OverlayStyle), default="fill")
    pictures("--overlay-color", type=_color, default=ResultOptions.overlay_color, metavar="COLOR")
    pictures(
        "--overlay-opacity",
        type=_share,
        default=ResultOptions.overlay_opacity,
        metavar="SHARE",
        help="of the tint: 0 leaves the photo as it is, 1 covers it (default: %(default)s)",
    )
    pictures(
        "--background",
        metavar="COLOR_OR_PICTURE",
        help="of the cut-out: a colour such as white or #dc00ff, a picture, or blur "
        "(default: transparent)",
    )
    pictures(
        "--trim",
        type=_share,
        dest="margin",
        metavar="MARGIN",
        help="cut the cut-out to the people, with this share of their size around them",
    )
    pictures(
        "--format",
        choices=[suffix[1:] for suffix in SUFFIXES],
        default="png",
        help="of overlay and cut-out; png and webp are lossless (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    options.background_file = None
    if options.background is not None:
        if options.background not in ("transparent", "blur") and Path(options.background).is_file():
            options.background_file = Path(options.background)
        try:
            options.background = _background(options.background, options.background_file)
        except HumanSegError as error:
            parser.error(f"argument --background: {error}")
    if options.out.exists() and not options.out.is_dir():
        parser.error(f"--out must be a folder. Received: {options.out}")
    if options.format == "jpg" and options.background is None and "cutout" in options.save:
        parser.error("--format jpg has no transparency; give a --background too")
    return options


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"must be between 0 and 1. Received: {text}")
    return value


def _color(text: str) -> Color:
    try:
        return to_rgb(text)
    except OptionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _background(text: str, file: Path | None) -> Color | RGBImage | None:
    if file is not None:
        return load_image(file)
    if text in ("transparent", "blur"):
        return None if text == "transparent" else text
    try:
        return to_rgb(text)
    except OptionError:
        raise OptionError(
            f"must be a colour, the path of a picture, blur or transparent. Received: {text}"
        ) from None
