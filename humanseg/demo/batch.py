"""Many uploads at once: a ZIP of what is made of each, and a line for each file."""

import logging
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from humanseg import HumanSegError, OptionError, Segmenter
from humanseg.demo import files, turns, uploads
from humanseg.demo.arguments import MISTAKE
from humanseg.demo.batch_photo import make, new_row
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.schema import BatchRow
from humanseg.demo.uploads import MAX_FILES
from humanseg.engines.threads import available_cores
from humanseg.photos.batch import overlapped, unique_stems
from humanseg.photos.images import count_pixels
from humanseg.results import KINDS

DEFAULT_KINDS = ("mask", "overlay", "cutout")
ARCHIVE, TABLE = "humanseg-results.zip", "results.csv"
CANCELLED = "Cancelled before its turn."

logger = logging.getLogger(__name__)


class ArchiveError(OSError):
    """The ZIP cannot be written."""


@dataclass(frozen=True)
class Batch:
    """The results of many files.

    Attributes:
        rows: One for each file that is done, in the order of upload.
        previews: Path of an overlay for each row, if wanted, and None for errors.
        archive: Path of a ZIP with all that was made and `TABLE`; None until all is done.
    """

    rows: list[BatchRow]
    previews: list[str | None]
    archive: str | None = None


def segment_files(
    segmenter: Segmenter,
    paths: Sequence[str],
    options: Options,
    kinds: Sequence[str] = DEFAULT_KINDS,
    *,
    with_previews: bool = False,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Batch]:
    """Segments files; one that cannot be read is reported, and the others are done.

    Of each photo either all that is wanted is in the ZIP, or nothing.

    Args:
        segmenter: Finds the people.
        paths: At most `MAX_FILES` uploaded files, or addresses of pictures.
        options: How results are made.
        kinds: What the ZIP is to hold, keys of `humanseg.results.KINDS`.
        with_previews: Whether overlays are drawn, for a visitor to look at.
        is_cancelled: Asked before each photo; those that are left are reported then.

    Yields:
        What is done so far after each file, and at last all of it with the ZIP.

    Raises:
        OptionError: There are too many files, or an option is out of range.
        ArchiveError: The disk is full, for example.
    """
    check_batch(paths, kinds)

    def segment(job: tuple[str, Path]) -> tuple[BatchRow, str | None]:
        path, stem = job
        if is_cancelled():
            raise OptionError(CANCELLED)
        found = find(path)
        return turns.submit(count_pixels(found), lambda: segment_one(found, stem)).result()

    def segment_one(path: Path, stem: Path) -> tuple[BatchRow, str | None]:
        photo = Photo(segmenter, str(path), stem.name)
        made = make(photo, path.name, options, kinds, with_preview=with_previews)
        with writing:
            write_files(packed, made.files)
        return made.row, made.preview

    writing = Lock()
    find = uploads.Finder().find
    done = Batch([], [])
    names = unique_stems(Path(uploads.name_of(path)) for path in paths)
    jobs = list(zip(paths, names, strict=True))
    archive = files.new_path(ARCHIVE)
    # What is made is compressed already, so it is only stored.
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed,
        closing(overlapped(segment, jobs, available_cores())) as finished,
    ):
        for (path, stem), future in zip(jobs, finished, strict=True):
            try:
                row, preview = future.result()
            except ArchiveError:
                raise
            except Exception as error:  # the other files can still be done
                known = isinstance(error, HumanSegError)
                if not known:
                    logger.exception("A photo of a batch failed.")
                said = str(error) if known else MISTAKE
                row, preview = new_row(uploads.name_of(path), stem.name, error=said), None
            done = replace(done, rows=[*done.rows, row], previews=[*done.previews, preview])
            yield done
        packed.writestr(TABLE, files.encode_csv(done.rows))
    yield replace(done, archive=str(archive))


def check_batch(paths: Sequence[str], kinds: Sequence[str]) -> None:
    """Refuses what `segment_files` does not take.

    Raises:
        OptionError: There are too few or too many files, or kinds that do not exist, or none.
    """
    if not 1 <= len(paths) <= MAX_FILES:
        raise OptionError(f"Give 1 to {MAX_FILES} photos at once. Received: {len(paths)}")
    if not kinds or not set(kinds) <= set(KINDS):
        raise OptionError(f"The ZIP holds at least one of {', '.join(KINDS)}. Received: {kinds!r}")


def write_files(packed: zipfile.ZipFile, made: Mapping[str, bytes]) -> None:
    """Puts the files of one photo into a ZIP.

    Raises:
        ArchiveError: The disk is full, for example.
    """
    try:
        for name, data in made.items():
            packed.writestr(name, data)
    except OSError as error:
        raise ArchiveError(*error.args) from error
