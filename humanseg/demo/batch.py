"""Many uploads at once: a ZIP of every picture, and a line for each file."""

import logging
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from humanseg import HumanSegError, OptionError, Segmenter
from humanseg.demo import files, turns, uploads
from humanseg.demo.arguments import MISTAKE
from humanseg.demo.options import PICTURES, Options
from humanseg.demo.photo import Photo, Shown, picture_name
from humanseg.demo.schema import BatchRow
from humanseg.engines.threads import available_cores
from humanseg.photos.batch import overlapped, unique_stems
from humanseg.photos.images import count_pixels
from humanseg.pictures.encoding import encode

MAX_FILES = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """The results of many files.

    Attributes:
        rows: One for each file, in the order of upload.
        previews: Path and name of an overlay for each photo that was read, if wanted.
        archive: Path of a ZIP with the pictures and `results.csv`.
    """

    rows: list[BatchRow]
    previews: list[tuple[str, str]]
    archive: str


def segment_files(
    segmenter: Segmenter,
    paths: Sequence[str],
    options: Options,
    progress: Callable[[int], None] = lambda done: None,
    with_previews: bool = False,
) -> Batch:
    """Segments files; one that cannot be read is reported, and the others are done.

    Args:
        segmenter: Finds the people.
        paths: At most `MAX_FILES` uploaded files, or addresses of pictures.
        options: How pictures are made.
        progress: Told how many files are done.
        with_previews: Whether overlays are drawn, for a visitor to look at.

    Raises:
        OptionError: There are too many files, or an option is out of range.
    """
    if not 1 <= len(paths) <= MAX_FILES:
        raise OptionError(f"Give 1 to {MAX_FILES} photos at once. Received: {len(paths)}")

    def segment(job: tuple[str, Path]) -> tuple[BatchRow, str | None]:
        path, stem = job
        found = uploads.find(path)
        return turns.submit(count_pixels(found), lambda: segment_one(found, stem)).result()

    def segment_one(path: Path, stem: Path) -> tuple[BatchRow, str | None]:
        photo = Photo(segmenter, str(path), stem.name)
        result = photo.full(options)
        row: BatchRow = {
            "file": path.name,
            "name": photo.name,
            "width": photo.wh[0],
            "height": photo.wh[1],
            "coverage": result.coverage(options.threshold),
            "error": "",
        }
        for picture in PICTURES:
            data = encode(options.draw_for_download(result, picture), ".png")
            with writing:  # at once, or many large files would wait for it in memory
                packed.writestr(picture_name(photo.name, picture), data)
        return row, Shown(photo, options).path("Overlay") if with_previews else None

    writing = Lock()
    rows: list[BatchRow] = []
    previews: list[tuple[str, str]] = []
    names = unique_stems(Path(uploads.name_of(path)) for path in paths)
    jobs = list(zip(paths, names, strict=True))
    archive = files.new_path("humanseg-results.zip")
    # Pictures are compressed already, so they are only stored.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        finished = overlapped(segment, jobs, available_cores())
        for (path, stem), future in zip(jobs, finished, strict=True):
            try:
                row, preview = future.result()
            except Exception as error:  # the other files can still be done
                known = isinstance(error, HumanSegError)
                if not known:
                    logger.exception("A photo of a batch failed.")
                row = {
                    "file": uploads.name_of(path),
                    "name": stem.name,
                    "width": None,
                    "height": None,
                    "coverage": None,
                    "error": str(error) if known else MISTAKE,
                }
            else:
                if preview:
                    previews.append((preview, row["name"]))
            rows.append(row)
            progress(len(rows))
        packed.writestr("results.csv", files.encode_csv(rows))
    return Batch(rows, previews, str(archive))
