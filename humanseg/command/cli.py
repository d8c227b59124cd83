"""The command `python -m humanseg`: photos and folders in, masks and pictures out."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from humanseg.command.options import parse_options
from humanseg.engines.memory import release_free_memory
from humanseg.engines.threads import available_cores
from humanseg.errors import HumanSegError, ImageError
from humanseg.photos.batch import PixelBudget, find_photos, overlapped, unique_stems
from humanseg.results import KINDS, ResultOptions, make_files
from humanseg.segmenter import Segmenter

LARGE = 4_000_000
"""Pixels above which memory is given back after each file, which takes time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Returns:
        Exit code: 0 if all went well, 1 if a photo could not be read or weights
        could not be loaded.
    """
    options = parse_options(arguments)
    logging.basicConfig(format="humanseg: %(message)s")
    logging.getLogger("humanseg").setLevel(logging.INFO)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return 130
    except (HumanSegError, OSError) as error:
        print(f"humanseg: {error}", file=sys.stderr)
        return 1


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
            found = find_photos(source)
        except ImageError as error:
            report(str(error))
            continue
        if source.is_dir():
            found = [photo for photo in found if not _is_result(photo, options.out)]
            if not found:
                report(f"In {str(source)!r} there are only results of an earlier run.")
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
                path = target.with_name(f"{target.name}-{ending}")
                with path.open("wb" if options.overwrite else "xb") as file:
                    file.write(content)
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
            except HumanSegError as error:
                report(f"{photo}: {error}")
            except FileExistsError as error:
                report(f"{error.filename} exists: give --overwrite, or another --out")
    print(f"{done} of {len(photos)} photos done; results are in {options.out}")
    return 1 if problems else 0


def _is_result(photo: Path, out: Path) -> bool:
    """Whether an earlier run wrote this file: a folder may hold photos and results."""
    is_named_so = any(photo.stem.endswith(f"-{kind}") for kind in KINDS)
    return is_named_so and photo.resolve().is_relative_to(out.resolve())
