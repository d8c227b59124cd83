"""What the command `python -m humanseg` can be told."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from humanseg import __version__
from humanseg.command.values import background, color, path, share
from humanseg.errors import HumanSegError
from humanseg.options import OPTIONS
from humanseg.results import FORMATTED, KINDS, SUFFIXES, ResultOptions


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Reads the command line; ends the process if it is wrong."""
    parser = argparse.ArgumentParser(
        prog="humanseg",
        description="Finds the people in photos, and writes what --save says of each, at the "
        "photo's own size. `humanseg demo` starts the page instead.",
    )
    add = parser.add_argument
    add(
        "photos",
        nargs="+",
        type=path,
        metavar="PHOTO_OR_FOLDER",
        help="folders are taken with their subfolders, but for what is hidden; - is standard "
        "input, with -o",
    )
    add("--version", action="version", version=f"%(prog)s {__version__}")
    where = parser.add_mutually_exclusive_group(required=True).add_argument
    where(
        "-o",
        "--output",
        type=path,
        metavar="FILE",
        help="write one result of one photo; FILE's suffix is its format, - is standard output",
    )
    where(
        "--out",
        type=path,
        metavar="DIR",
        help="write the results of many photos, as NAME-mask.png and so on; made if it is missing",
    )
    add(
        "--save",
        nargs="+",
        choices=KINDS,
        help="what to write: alpha is the soft matte as 8-bit grey, probability a 16-bit PNG, "
        "regions are areas, boxes, polygons and COCO run lengths as JSON (default: mask, overlay "
        "and cutout; the cut-out with -o)",
    )
    there = parser.add_mutually_exclusive_group().add_argument
    there("--overwrite", action="store_true", help="replace files that are there already")
    there(
        "--skip-existing",
        action="store_true",
        help="leave out what is there already: goes on with a run that was interrupted",
    )
    add("--weights", metavar="SOURCE", help="a .keras file, or owner/name on the Hugging Face Hub")
    mask_group = parser.add_argument_group("mask")
    mask = mask_group.add_argument
    for name in ("threshold", "detail", "refine"):
        _add_option(mask, name)
    mask(
        "--min-area",
        type=share,
        default=0.0,
        metavar="SHARE",
        help="drop parts below this share of the photo",
    )
    mask(
        "--max-hole-area",
        type=share,
        default=0.0,
        metavar="SHARE",
        help="fill holes up to this share of the photo",
    )
    people = mask_group.add_mutually_exclusive_group().add_argument
    _add_option(people, "largest_only")
    people(
        "--only",
        nargs=2,
        type=float,
        metavar=("X", "Y"),
        help="keep only the person at this point, in pixels of the upright photo from its top "
        "left, or else the nearest",
    )
    pictures = parser.add_argument_group("pictures").add_argument
    for name in ("overlay_style", "overlay_color", "overlay_opacity"):
        _add_option(pictures, name)
    pictures(
        "--background",
        metavar="COLOR_OR_PICTURE",
        help="of the cut-out: a colour such as white or #dc00ff, a picture, or blur "
        "(default: transparent)",
    )
    pictures(
        "--trim",
        type=share,
        dest="margin",
        metavar="MARGIN",
        help="cut the cut-out to the people, with this share of their size around them",
    )
    pictures(
        "--format",
        choices=[suffix[1:] for suffix in SUFFIXES],
        help="of overlay and cut-out; png and webp are lossless (default: png)",
    )
    options = parser.parse_args(arguments)
    options.background_file = None
    if options.background is not None:
        if options.background not in ("transparent", "blur") and Path(options.background).is_file():
            options.background_file = Path(options.background)
        try:
            options.background = background(options.background, options.background_file)
        except HumanSegError as error:
            parser.error(f"argument --background: {error}")
    if options.output:
        _check_single(parser, options)
    elif options.out.exists() and not options.out.is_dir():
        parser.error(f"--out must be a folder. Received: {options.out}")
    options.save = options.save or ["mask", "overlay", "cutout"]
    options.format = options.format or "png"
    if options.format == "jpg" and options.background is None and "cutout" in options.save:
        parser.error("--format jpg has no transparency; give a --background too")
    return options


def result_options(options: argparse.Namespace) -> ResultOptions:
    """How results are made, as the command line says."""
    return ResultOptions(
        threshold=options.threshold,
        min_area=options.min_area,
        max_hole_area=options.max_hole_area,
        largest_only=options.largest_only,
        only=tuple(options.only) if options.only else None,
        overlay_style=options.overlay_style,
        overlay_color=options.overlay_color,
        overlay_opacity=options.overlay_opacity,
        background=options.background,
        margin=options.margin,
        suffix=f".{options.format}",
    )


def _check_single(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Reads off -o what to write, and in which format."""
    suffix = options.output.suffix.lower().replace(".jpeg", ".jpg")
    if len(options.photos) != 1 or options.photos[0].is_dir():
        parser.error("-o takes one photo; --out DIR takes many")
    options.save = options.save or ["regions" if suffix == ".json" else "cutout"]
    if len(options.save) != 1:
        parser.error(f"-o writes one result. Received: --save {' '.join(options.save)}")
    (kind,) = options.save
    accepted = {"regions": (".json",)}.get(kind, SUFFIXES if kind in FORMATTED else (".png",))
    if str(options.output) == "-":
        return
    if suffix not in accepted:
        parser.error(
            f"-o must end with {' or '.join(accepted)} for {kind}. Received: {options.output}"
        )
    if options.format not in (None, suffix[1:]):
        parser.error(f"-o and --format differ. Received: {options.output}, {options.format}")
    if kind in FORMATTED:
        options.format = suffix[1:]


def _add_option(add: Callable[..., Any], name: str) -> None:
    """Adds one of `OPTIONS`, as it is everywhere."""
    option = OPTIONS[name]
    how: dict[str, Any] = {"choices": option.choices}
    if option.type is bool:
        how = {"action": argparse.BooleanOptionalAction}
    elif option.type is float:
        how = {"type": share, "metavar": "SHARE"}
    elif option.is_color:
        how = {"type": color, "metavar": "COLOR"}
    told = option.help[0].lower() + option.help[1:].rstrip(".")
    flag = f"--{name.replace('_', '-')}"
    add(flag, default=option.default, help=f"{told} (default: %(default)s)", **how)
