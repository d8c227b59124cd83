"""What the command does with each photo: reads, segments, and writes what is missing."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from humanseg.command.options import result_options
from humanseg.engines.memory import release_free_memory
from humanseg.errors import OptionError
from humanseg.photos.batch import PixelBudget
from humanseg.results import ending, make_files
from humanseg.segmenter import Segmenter
from humanseg.whole import write_whole

LARGE = 4_000_000
"""Pixels above which memory is given back after each file, which takes time."""


class Job(NamedTuple):
    """A photo, and what its results' names begin with."""

    photo: Path
    stem: Path

    def result(self, end: str) -> Path:
        """Path of a result whose name ends like this."""
        return self.stem.with_name(f"{self.stem.name}-{end}")


class Worker:
    """Does one photo at a time; may be called from several threads.

    Args:
        options: Of the command.
        inputs: Files that are never replaced.

    Attributes:
        segmenter: To be set before the first call.
    """

    segmenter: Segmenter

    def __init__(self, options: argparse.Namespace, inputs: Iterable[Path]):
        self._options = options
        self._results = result_options(options)
        self._inputs = {identity for path in inputs if (identity := _identify(path))}
        self._budget = PixelBudget()

    def missing(self, job: Job) -> list[str]:
        """Kinds of results that are to be made; the photo is not read for that."""
        if not self._options.skip_existing:
            return list(self._options.save)
        ends = {kind: ending(kind, self._results) for kind in self._options.save}
        return [kind for kind, end in ends.items() if not has_content(job.result(end))]

    def __call__(self, job: Job) -> None:
        """Segments a photo and writes its results.

        Raises:
            HumanSegError: It cannot be read, or a result must not be written.
            OSError: A result cannot be written.
        """
        kinds = self.missing(job)
        for kind in kinds:
            self._check(job.result(ending(kind, self._results)))
        with self._budget.hold(job.photo) as pixels:
            result = self.segmenter(
                job.photo, detail=self._options.detail, refine=self._options.refine
            )
            job.stem.parent.mkdir(parents=True, exist_ok=True)
            for end, content in make_files(result, kinds, self._results):
                path = job.result(end)
                write_whole(path, content, replace=may_replace(self._options, path))
                del content
                if pixels > LARGE:
                    release_free_memory()

    def _check(self, path: Path) -> None:
        """Raises an error if something is there that is to stay."""
        if _identify(path) in self._inputs:
            raise OptionError(f"{path} is itself a photo of this run: give another --out")
        if path.exists() and not may_replace(self._options, path):
            raise OptionError(f"{path} exists: give --overwrite, --skip-existing or another --out")


def _identify(path: Path) -> tuple[int, int] | None:
    """What says that two paths lead to the same file; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def may_replace(options: argparse.Namespace, path: Path) -> bool:
    """Whether what is at this path may be replaced, an empty file for example."""
    return options.overwrite or (options.skip_existing and not has_content(path))


def has_content(path: Path) -> bool:
    """Whether there is a file that is not empty, as one is that a full disk left behind."""
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False
