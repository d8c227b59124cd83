"""The command `humanseg`, or `python -m humanseg`: photos in, masks and pictures out."""

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from humanseg.command.jobs import Job, Worker
from humanseg.command.options import parse_options
from humanseg.command.single import run_single
from humanseg.engines.process import ready_process
from humanseg.engines.threads import available_cores
from humanseg.errors import HumanSegError
from humanseg.photos.batch import overlapped, unique_stems
from humanseg.photos.folders import find_photos
from humanseg.results import is_called_like_a_result
from humanseg.segmenter import Segmenter

NAMED = 5
"""So many of the photos that are left out are named."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Returns:
        Exit code: 0 if all went well, 1 if a photo could not be read or weights
        could not be loaded.
    """
    for stream in (sys.stdout, sys.stderr):  # which may not have all characters of a name
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["demo"]:
        from humanseg.serve import main as serve

        serve(arguments[1:])
        return 0
    logging.basicConfig(format="humanseg: %(message)s")
    logging.getLogger("humanseg").setLevel(logging.INFO)
    try:
        options = parse_options(arguments)
        ready_process()
        return run_single(options) if options.output else _Run(options).run()
    except KeyboardInterrupt:
        print("humanseg: stopped; with --skip-existing it goes on from here", file=sys.stderr)
        return 130
    except (HumanSegError, OSError) as error:
        print(f"humanseg: {error}", file=sys.stderr)
        return 1


class _Run:
    """One call of the command; what goes wrong with one photo is told, and the others done."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.problems = 0

    def run(self) -> int:
        jobs = self._find_jobs()
        if not jobs:
            return 1
        behind = self.options.background_file
        worker = Worker(self.options, [*(job.photo for job in jobs), *([behind] * bool(behind))])
        to_do = [job for job in jobs if worker.missing(job)]
        done = len(jobs) - len(to_do)
        earlier = f", {done} of them before" if done else ""
        if to_do:
            worker.segmenter = Segmenter.from_pretrained(self.options.weights)
        with tqdm(total=len(to_do), unit="photo", file=sys.stderr) as progress:
            finished = overlapped(worker, to_do, available_cores())
            for job, future in zip(to_do, finished, strict=True):
                progress.update()
                try:
                    future.result()
                    done += 1
                except HumanSegError as error:
                    self._report(f"{job.photo}: {error}")
                except OSError as error:
                    reason = error.strerror or error
                    self._report(f"{job.photo}: its results cannot be written ({reason})")
                except Exception as error:  # the other photos can still be done
                    self._report(f"{job.photo}: {type(error).__name__}: {error}")
        out = self.options.out
        print(f"{done} of {len(jobs)} photos done{earlier}; results are in {out}")
        return 1 if self.problems else 0

    def _find_jobs(self) -> list[Job]:
        photos: list[Path] = []
        names: list[Path] = []
        for source in self.options.photos:
            try:
                found = find_photos(source)
            except HumanSegError as error:
                self._report(str(error))
                continue
            except OSError as error:
                self._report(f"{source} cannot be looked at ({error.strerror}).")
                continue
            for problem in found.problems:
                self._report(problem)
            self._tell_left_out(found.hidden, "hidden")
            results = [photo for photo in found.photos if self._is_result(photo, source)]
            self._tell_left_out(results, "results of an earlier run")
            taken = sorted({*found.photos} - {*results})
            if results and not taken:
                self._report(f"In {str(source)!r} there are only results of an earlier run.")
            photos += taken
            folder = source if source.is_dir() else source.parent
            names += [photo.relative_to(folder) for photo in taken]
        out = self.options.out
        stems = [out / stem for stem in unique_stems(names)]
        return [Job(*pair) for pair in zip(photos, stems, strict=True)]

    def _is_result(self, photo: Path, source: Path) -> bool:
        """Whether an earlier run wrote this file: a folder may hold photos and results."""
        return (
            source.is_dir()
            and is_called_like_a_result(photo.name)
            and _real(photo).is_relative_to(_real(self.options.out))
        )

    def _tell_left_out(self, photos: list[Path], why: str) -> None:
        if photos:
            more = f" and {len(photos) - NAMED} more" if len(photos) > NAMED else ""
            names = ", ".join(map(str, photos[:NAMED]))
            print(f"humanseg: left out as {why}: {names}{more}", file=sys.stderr)

    def _report(self, problem: str) -> None:
        self.problems += 1
        tqdm.write(f"humanseg: {problem}", file=sys.stderr)


def _real(path: Path) -> Path:
    """Where a path leads; a link that leads to itself, which `resolve` refuses, is such a place."""
    return Path(os.path.realpath(path))
