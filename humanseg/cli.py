"""The command `python -m humanseg`: photos and folders in, masks and pictures out."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from tqdm import tqdm

from humanseg.batch import PixelBudget, find_photos, overlapped, unique_stems
from humanseg.colors import Color, to_rgb
from humanseg.errors import HumanSegError, ImageError, OptionError
from humanseg.images import RGBImage, load_image
from humanseg.memory import release_free_memory
from humanseg.overlay import OverlayStyle
from humanseg.results import KINDS, SUFFIXES, ResultOptions, make_files
from humanseg.segmenter import Detail, Segmenter
from humanseg.threads import available_cores

LARGE = 4_000_000
"""Pixels above which memory is given back after each file, which takes time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Returns:
        Exit code: 0 if all went well, 1 if a photo could not be read or weights
        could not be loaded.
    """
    options = _parse(arguments)
    logging.basicConfig(format="humanseg: %(message)s")
    logging.getLogger("humanseg").setLevel(logging.INFO)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return 130
    except (HumanSegError, OSError) as error:
        print(f"humanseg: {error}", file=sys.stderr)
        return 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m humanseg",
        description="Finds the people in photos. Of each photo it writes NAME-mask.png, "
        "NAME-overlay.png and NAME-cutout.png, at the photo's own size.",
    )
    add = parser.add_argument
    add("photos", nargs="+", type=Path, metavar="PHOTO_OR_FOLDER", help="folders with subfolders")
    add("--out", type=Path, required=True, metavar="DIR", help="made if it is missing")
    add(
        "--save",
        nargs="+",
        choices=KINDS,
        default=["mask", "overlay", "cutout"],
        help="what to write: probability is a 16-bit PNG, regions are areas, boxes, polygons and "
        "COCO run lengths as JSON (default: %(default)s)",
    )
    add("--weights", metavar="SOURCE", help="a .keras file, or owner/name on the Hugging Face Hub")
    mask = parser.add_argument_group("mask").add_argument
    mask(
        "--detail",
        choices=get_args(Detail),
        default="fast",
        help="fine finds more of small people, and takes the network several times as long",
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
    mask("--min-area", type=_share, default=0.0, metavar="SHARE", help="drop smaller parts")
    mask("--max-hole-area", type=_share, default=0.0, metavar="SHARE", help="fill smaller holes")
    mask("--largest-only", action="store_true", help="keep only the largest part")
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
        type=_background,
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


def _background(text: str) -> Color | RGBImage:
    if text == "blur":
        return text
    if not Path(text).is_file():
        return _color(text)
    try:
        return load_image(text)
    except ImageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _run(options: argparse.Namespace) -> int:
    problems = 0

    def report(problem: str) -> None:
        nonlocal problems
        problems += 1
        tqdm.write(f"humanseg: {problem}", file=sys.stderr)

    photos: list[Path] = []
    names: list[Path] = []
    for source in options.photos:
        try:
            found = [photo for photo in find_photos(source) if not _is_result(photo, options.out)]
        except ImageError as error:
            report(str(error))
            continue
        photos += found
        names += [photo.relative_to(source if source.is_dir() else photo.parent) for photo in found]
    if not photos:
        return 1

    segmenter = Segmenter.from_pretrained(options.weights)
    chosen = ResultOptions(
        threshold=options.threshold,
        min_area=options.min_area,
        max_hole_area=options.max_hole_area,
        largest_only=options.largest_only,
        overlay_style=options.overlay_style,
        overlay_color=options.overlay_color,
        overlay_opacity=options.overlay_opacity,
        background=options.background,
        margin=options.margin,
        suffix=f".{options.format}",
    )
    budget = PixelBudget()

    def segment(job: tuple[Path, Path]) -> None:
        photo, target = job
        with budget.hold(photo) as pixels:
            result = segmenter(photo, detail=options.detail, refined=options.refined)
            files = make_files(result, options.save, chosen)
            target.parent.mkdir(parents=True, exist_ok=True)
            for ending, content in files:
                target.with_name(f"{target.name}-{ending}").write_bytes(content)
                del content
                if pixels > LARGE:
                    release_free_memory()

    jobs = zip(photos, (options.out / stem for stem in unique_stems(names)), strict=True)
    done = 0
    with tqdm(total=len(photos), unit="photo", file=sys.stderr) as progress:
        finished = overlapped(segment, jobs, available_cores())
        for photo, future in zip(photos, finished, strict=True):
            progress.update()
            try:
                future.result()
                done += 1
            except ImageError as error:
                report(f"{photo.parent}: {error}")
    print(f"{done} of {len(photos)} photos done; results are in {options.out}")
    return 1 if problems else 0


def _is_result(photo: Path, out: Path) -> bool:
    """Whether an earlier run wrote this file: a folder may hold photos and results."""
    is_named_so = any(photo.stem.endswith(f"-{kind}") for kind in KINDS)
    return is_named_so and photo.resolve().is_relative_to(out.resolve())
