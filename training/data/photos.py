"""Lists photo and mask pairs, splits them, and reads their masks."""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from humanseg.photos.images import SUFFIXES

IGNORE = 127
"""Mask value of pixels that are neither taught nor scored; 255 is person, 0 is not."""

FIELDS = ("split", "source", "image", "mask")
"""Columns of the manifest of a data set."""


@dataclass(frozen=True)
class Photo:
    """One photo and its mask on disk.

    Attributes:
        source: Name of the data set it comes from; sampling weights go by it.
        image: Path of the photo.
        mask: Path of an 8-bit mask of the same size: 255 person, 0 not, 127 ignore; or
            `image` once more, where a cut-out's own alpha says what is person.
    """

    source: str
    image: Path
    mask: Path

    @property
    def is_cutout(self) -> bool:
        """Whether the picture's own alpha is the mask, in 256 steps."""
        return self.mask == self.image


def read_photos(
    data: Path,
    split: str,
    val_share: float = 0.1,
    *,
    pseudo_labels: Path | None = None,
    hold_out: Mapping[str, int] | None = None,
) -> list[Photo]:
    """Lists the photos of one split, in a fixed order.

    Args:
        data: A folder with a `manifest.csv` (columns split, source, image, mask),
            or with `images/` and `masks/` that hold files of the same stem. In
            the second form a photo's split follows from a hash of its name, so
            it stays the same when photos are added.
        split: "train" or "val".
        val_share: Share of the photos in "val" where there is no manifest.
        pseudo_labels: Folder with a mask NAME.png for each photo of the manifest's
            split "unlabelled", which then belongs to "train".
        hold_out: How many photos of a source, those with the lowest hash of their
            name, move from "train" to "val".

    Raises:
        FileNotFoundError: `data` has neither form, or a photo has no mask.
        ValueError: The manifest lacks a column, or more photos of a source are to be held out
            than there are.
    """
    photos = _read_split(data, split, val_share)
    if hold_out:
        held = _held_out(_read_split(data, "train", val_share), hold_out)
        photos = [p for p in photos if p not in held] if split == "train" else photos + held
    if pseudo_labels is not None and split == "train":
        for photo in _read_split(data, "unlabelled", val_share):
            mask = pseudo_labels / f"{photo.image.stem}.png"
            photos.append(Photo(photo.source, photo.image, mask))
    return photos


def _held_out(photos: list[Photo], hold_out: Mapping[str, int]) -> list[Photo]:
    held = []
    for source, count in hold_out.items():
        own = [photo for photo in photos if photo.source == source]
        if count > len(own):
            raise ValueError(
                f"{source} has {len(own)} photos to train on. Received: {source}={count}"
            )
        held += sorted(own, key=lambda photo: unit_hash(photo.image.stem))[:count]
    return held


def _read_split(data: Path, split: str, val_share: float) -> list[Photo]:
    if (data / "manifest.csv").is_file():
        return [
            Photo(row["source"], data / row["image"], data / row["mask"])
            for row in read_manifest(data / "manifest.csv", FIELDS)
            if row["split"] == split
        ]
    if not (data / "images").is_dir():
        raise FileNotFoundError(
            f"Training data is a folder with manifest.csv, or with images/ and masks/. "
            f"Received: {data}"
        )
    # Of one name, what is called like a picture comes last, and stays.
    listed = sorted((data / "masks").iterdir(), key=lambda path: (_is_picture(path), path))
    masks = {path.stem: path for path in listed}
    photos = []
    for image in sorted(filter(_is_picture, (data / "images").iterdir())):
        if image.stem not in masks:
            raise FileNotFoundError(f"There is no mask in masks/ for {image.name}.")
        if (unit_hash(image.stem) < val_share) == (split == "val"):
            photos.append(Photo(data.name, image, masks[image.stem]))
    return photos


def _is_picture(path: Path) -> bool:
    """Whether it is called like one, and not hidden."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def read_manifest(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Reads a table of photos, a CSV file; what a row lacks at its end is "".

    Raises:
        ValueError: One of the columns is missing.
    """
    # Spreadsheets begin a file with a mark, which would be part of the first column's name.
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, restval="")
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(
                f"A manifest has the columns {', '.join(columns)}, with commas between them. "
                f"Received: {path} without {', '.join(missing)}"
            )
        return list(reader)


def check_files(paths: Iterable[Path]) -> None:
    """Looks whether files are there, before work of hours finds that one is not.

    Raises:
        SystemExit: One is not.
    """
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise SystemExit(f"Photos or masks are missing: {len(missing)}, such as {missing[0]}")


def read_stems(path: Path) -> set[str]:
    """Reads a list of file names, one a line, without their suffix; after a # is a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {Path(line.partition("#")[0].strip()).stem for line in lines} - {""}


def read_labels(path: Path) -> npt.NDArray[np.uint8]:
    """Reads a mask file, uint8 (H, W): 255 person, 0 not, 127 ignore.

    Raises:
        ValueError: It holds other values: it is a JPEG, or says 1 for a person.
    """
    with Image.open(path) as image:
        labels = np.asarray(image.convert("L"))
    others = set(np.unique(labels).tolist()) - {0, IGNORE, 255}
    if others:
        raise ValueError(
            f"A mask holds 255 for a person, 0 for none and {IGNORE} for what does not count. "
            f"Received: {path.name} with {sorted(others)[:3]}"
        )
    return labels


def unit_hash(name: str) -> float:
    """A number in [0, 1) that depends on the name alone."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64
