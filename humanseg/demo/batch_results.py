"""The results of a batch, to look at and to correct, and a ZIP that follows the corrections."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from humanseg import Segmenter
from humanseg.demo import files, turns
from humanseg.demo.batch import ARCHIVE, TABLE, ArchiveError, Batch, write_files
from humanseg.demo.batch_photo import Made, make
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.edits import Edited, Edits
from humanseg.demo.options import Options
from humanseg.demo.schema import BatchRow
from humanseg.demo.slides import Slide, Slides


@dataclass(frozen=True)
class Results(Slides):
    """What a visitor can look at of a batch, and how it was made.

    Attributes:
        batch: So far.
        kinds: What the ZIP holds of each photo.
        inputs: The values that `read_options` reads: smaller than what it gives.
        packed: By the names of photos, the corrections that their files in the ZIP have.
    """

    batch: Batch = field(default_factory=lambda: Batch([], []))
    kinds: Sequence[str] = ()
    inputs: Sequence[Any] = ()
    packed: dict[str, Edits] = field(default_factory=dict)

    @property
    def previews(self) -> list[tuple[str, str]]:
        """Path and caption of an overlay for each slide."""
        rows = zip(self.batch.rows, self.batch.previews, strict=True)
        return [(preview, row["name"]) for row, preview in rows if preview]

    @property
    def changed(self) -> list[Slide]:
        """Those that are not in the ZIP as they were corrected."""
        return [
            slide for slide in self.slides if slide.edited.edits != self.packed.get(slide.name, ())
        ]

    def read(self, batch: Batch, paths: Sequence[str], edited: Sequence[Edited]) -> "Results":
        """Takes in what is done.

        Args:
            batch: So far.
            paths: Of all photos.
            edited: Likewise.
        """
        made = zip(batch.rows, batch.previews, paths, edited, strict=False)
        slides = [
            Slide(path, row["name"], row["file"], done)
            for row, preview, path, done in made
            if preview
        ]
        pixels = max((_pixels(row) for row in batch.rows), default=0)
        return replace(self, slides=slides, pixels=pixels, batch=batch)


def repack(segmenter: Segmenter, results: Results, options: Options) -> Iterator[Results]:
    """Makes the ZIP anew, with what was corrected since; each photo has its turn.

    Args:
        segmenter: Of the batch.
        results: Of which some are `changed`.
        options: From `Results.inputs`.

    Yields:
        The results as they are after each photo, and at last with another ZIP.

    Raises:
        HumanSegError: A photo is gone.
        ArchiveError: The disk is full, for example.
    """
    archive = files.new_path(ARCHIVE)
    batch, packed = results.batch, dict(results.packed)
    rows, previews, anew = list(batch.rows), list(batch.previews), {TABLE}
    places = {row["name"]: place for place, row in enumerate(rows)}
    try:
        with (
            zipfile.ZipFile(batch.archive or "") as before,
            zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as after,
        ):
            for slide in results.changed:
                place, edits = places[slide.name], slide.edited.edits
                work = partial(_make_corrected, segmenter, slide, edits, options, results.kinds)
                made = turns.submit(_pixels(rows[place]), work).result()
                write_files(after, made.files)
                anew |= made.files.keys()
                rows[place], previews[place], packed[slide.name] = made.row, made.preview, edits
                yield replace(results, batch=replace(batch, rows=rows, previews=previews))
            for file in before.infolist():
                if file.filename not in anew:
                    after.writestr(file, before.read(file))
            after.writestr(TABLE, files.encode_csv(rows))
    except OSError as error:
        raise ArchiveError(*error.args) from error
    yield replace(results, batch=Batch(rows, previews, str(archive)), packed=packed)


def _make_corrected(
    segmenter: Segmenter, slide: Slide, edits: Edits, options: Options, kinds: Sequence[str]
) -> Made:
    photo = EditedPhoto(segmenter, slide.path, slide.name, Edited(edits=edits))
    return make(photo, slide.title, options, kinds, with_preview=True)


def _pixels(row: BatchRow) -> int:
    return (row["width"] or 0) * (row["height"] or 0)
