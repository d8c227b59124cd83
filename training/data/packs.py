"""Packs: a data set in a few zip files of a chosen size, for machines without its disk.

Each pack is a data set by itself: a `manifest.csv`, photos as AVIF and masks as PNG. So
some of the packs make a smaller data set, and all of them the whole.
"""

import csv
import hashlib
import io
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from PIL import Image

from humanseg.photos.batch import unique_stems
from training.data.cache import decode_photo
from training.data.photos import IGNORE, Photo, unit_hash

MEGABYTE = 1_000_000
PATTERN = "pack-*.zip"
OVERHEAD = 512
"""Bytes that a photo and its mask take in a pack beside their own."""


@dataclass(frozen=True)
class Packed:
    """A photo and its mask, encoded.

    Attributes:
        photo: AVIF.
        mask: PNG.
    """

    photo: bytes
    mask: bytes


def teaching_order(photos: list[Photo], source_weights: Mapping[str, float]) -> list[Photo]:
    """Sorts photos by how often training draws each, most often first.

    That is the weight of its source over the number of its photos. Within a source the
    order follows from a hash of the name, so that its first photos are a fair sample.

    Args:
        photos: To train on.
        source_weights: As for `training.data.batches.TrainingBatches`.
    """
    sizes = Counter(photo.source for photo in photos)

    def key(photo: Photo) -> tuple[float, str, float]:
        share = source_weights.get(photo.source, 1.0) / sizes[photo.source]
        return -share, photo.source, unit_hash(photo.image.stem)

    return sorted(photos, key=key)


def names_in_packs(photos: Iterable[Photo]) -> list[str]:
    """What each photo and its mask are called in a pack, without suffix.

    Photos of one source may be called the same, in folders of their own, and would replace
    each other: they are numbered.
    """
    return [
        stem.as_posix()
        for stem in unique_stems(Path(photo.source, photo.image.name) for photo in photos)
    ]


def encode(photo: Photo, size: int, quality: int) -> Packed:
    """Encodes a photo and its mask, reduced to `size` pixels on the long side.

    A photo that is AVIF and no larger stays as it is, and its mask with it.
    """
    with Image.open(photo.image) as file:
        if file.format == "AVIF" and max(file.size) <= size:
            return Packed(photo.image.read_bytes(), photo.mask.read_bytes())
    array = decode_photo(photo, size)
    image, mask = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.ascontiguousarray(array[..., :3])).save(
        image, "AVIF", quality=quality, speed=8, max_threads=1
    )
    kinds = (array[..., 3] >= IGNORE).astype(np.uint8) + (array[..., 3] == 255)
    labels = Image.fromarray(kinds, "P")
    labels.putpalette([value for value in (0, IGNORE, 255) for _ in range(3)])
    labels.save(mask, "PNG", optimize=True, bits=2)
    return Packed(image.getvalue(), mask.getvalue())


def write_packs(
    photos: Iterable[tuple[str, str, str, Packed]], folder: Path, megabytes: float
) -> list[Path]:
    """Writes packs of at most so many megabytes, in the order of the photos.

    Args:
        photos: Split, source and name of each, and what was made of it.
        folder: Where `pack-00.zip` and so on are written.
        megabytes: Millions of bytes.

    Returns:
        Their paths.
    """
    packs: list[Path] = []
    rows: list[tuple[str, str, str, str]] = []
    archive: ZipFile | None = None
    left = 0.0
    for split, source, name, packed in photos:
        needed = len(packed.photo) + len(packed.mask) + OVERHEAD
        if archive is None or needed > left:
            if archive is not None:
                _close(archive, rows, packs[-1])
            packs.append(folder / f"pack-{len(packs):02}.zip")
            archive, rows, left = ZipFile(_partial(packs[-1]), "w"), [], megabytes * MEGABYTE
        left -= needed
        row = (split, source, f"images/{name}.avif", f"masks/{name}.png")
        archive.writestr(row[2], packed.photo)
        archive.writestr(row[3], packed.mask)
        rows.append(row)
    if archive is not None:
        _close(archive, rows, packs[-1])
    return packs


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")


def _close(archive: ZipFile, rows: list[tuple[str, str, str, str]], path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("split", "source", "image", "mask"), *rows])
    archive.writestr("manifest.csv", text.getvalue())
    archive.close()
    _partial(path).replace(path)


def unpack(data: Path, cache: Path) -> Path:
    """Unpacks a folder of packs, once.

    Args:
        data: Any folder for `--data`.
        cache: Where the packs are unpacked, into a folder of their own.

    Returns:
        The folder with their photos, or `data` itself if it holds no packs.
    """
    packs = sorted(data.glob(PATTERN))
    if not packs:
        return data
    stamp = [(pack.name, pack.stat().st_size, pack.stat().st_mtime_ns) for pack in packs]
    folder = cache / f"packs-{hashlib.sha256(repr(stamp).encode()).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    partial = _partial(folder)
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was interrupted
    lines: list[str] = []
    for pack in packs:
        with ZipFile(pack) as archive:
            archive.extractall(partial)
        manifest = partial / "manifest.csv"
        lines += manifest.read_text(encoding="utf-8").splitlines()[bool(lines) :]
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.rename(folder)
    return folder
