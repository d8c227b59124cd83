"""What a batch makes of one photo: a line of the table, an overlay to look at, and files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from humanseg import Segmentation
from humanseg.demo import files
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.schema import BatchRow
from humanseg.photos.shrink import shrink_within
from humanseg.pictures.encoding import encode
from humanseg.results import make_files

PREVIEW_SIDE = 640
"""Pixels of the long side of a preview."""


@dataclass(frozen=True)
class Made:
    """All that was made of one photo.

    Attributes:
        row: Of the table.
        preview: Path of an overlay, if it was wanted.
        files: By their names in the ZIP.
    """

    row: BatchRow
    preview: str | None
    files: dict[str, bytes]


def make(
    photo: Photo, file: str, options: Options, kinds: Sequence[str], *, with_preview: bool
) -> Made:
    """Makes it, whole or not at all.

    Args:
        photo: With what was corrected.
        file: What it was called when it was uploaded.
        options: How results are made.
        kinds: Of files, keys of `humanseg.results.KINDS`.
        with_preview: Whether an overlay is drawn, for a visitor to look at.
    """
    result = photo.full(options)
    cleaned = replace(options, clean_up=False, largest_only=False).for_results()
    made = {f"{photo.name}-{end}": data for end, data in make_files(result, kinds, cleaned)}
    preview = _preview(result, options, photo.name) if with_preview else None
    return Made(
        new_row(file, photo.name, photo.wh, result.coverage(options.threshold)), preview, made
    )


def new_row(
    file: str,
    name: str,
    wh: tuple[int | None, int | None] = (None, None),
    coverage: float | None = None,
    error: str = "",
) -> BatchRow:
    """A line of the table."""
    return {
        "file": file,
        "name": name,
        "width": wh[0],
        "height": wh[1],
        "coverage": coverage,
        "error": error,
    }


def _preview(result: Segmentation, options: Options, name: str) -> str:
    """Path of a small overlay."""
    small = Segmentation(
        shrink_within(result.image, PREVIEW_SIDE), shrink_within(result.probability, PREVIEW_SIDE)
    )
    drawn = options.draw(small, "Overlay")
    return files.keep(encode(drawn, ".jpg"), f"{name}.jpg")
