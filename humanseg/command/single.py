"""One photo in, one file out: `humanseg photo.jpg -o cutout.png`."""

import argparse
import sys
from pathlib import Path

from humanseg.command.jobs import has_content, may_replace
from humanseg.command.options import result_options
from humanseg.errors import OptionError
from humanseg.results import make_files
from humanseg.segmenter import Segmenter
from humanseg.whole import write_whole

STANDARD = Path("-")
"""Stands for standard input or output."""


def run_single(options: argparse.Namespace) -> int:
    """Segments the photo and writes its result.

    Returns:
        Exit code 0.

    Raises:
        HumanSegError: The photo cannot be read, or the file must not be written.
        OSError: It cannot be written.
    """
    (photo,) = options.photos
    _check_free(options, photo)
    if options.skip_existing and has_content(options.output):
        return 0
    segmenter = Segmenter.from_pretrained(options.weights)
    source = sys.stdin.buffer.read() if photo == STANDARD else photo
    result = segmenter(source, detail=options.detail, refine=options.refine)
    ((_, content),) = make_files(result, options.save, result_options(options))
    if options.output == STANDARD:
        sys.stdout.buffer.write(content)
    else:
        write_whole(options.output, content, replace=may_replace(options, options.output))
    return 0


def _check_free(options: argparse.Namespace, photo: Path) -> None:
    """Raises an error if something is there that is to stay."""
    path: Path = options.output
    if path == STANDARD or not path.exists():
        return
    for read, what in ((photo, "photo"), (options.background_file, "background")):
        if read is not None and read.exists() and path.samefile(read):
            raise OptionError(f"{path} is the {what} itself: give another -o")
    if not (options.overwrite or options.skip_existing):
        raise OptionError(f"{path} exists: give --overwrite, --skip-existing or another -o")
