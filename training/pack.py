"""Packs photos and labels into a few files, to train on a machine without this disk.

    python -m training.pack --data DATA --out runs/packs
    python -m training.train --data runs/packs ...

The first pack holds the validation photos and what training draws most often, the last
what it draws least often: any number of the first ones are a data set too. Photos of the
split "unlabelled" are packed for training with --pseudo-labels alone. To encode a photo takes
some 60 ms of a core; one that is AVIF and no longer than --size is taken as it is.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from training.data.packs import (
    MEGABYTE,
    PATTERN,
    Packed,
    encode,
    names_in_packs,
    teaching_order,
    write_packs,
)
from training.data.photos import Photo, read_photos
from training.learning.options import add_photos, parse_weight
from training.outputs import own_path


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.pack",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add_photos(parser)
    add("--out", type=own_path, required=True, help="folder for pack-00.zip and so on")
    add("--size", type=int, default=384, help="pixels of a photo's long side")
    add("--quality", type=int, default=50, help="of the AVIF, 1 to 100")
    add("--megabytes", type=float, default=35.0, help="of a pack, at most")
    add(
        "--source-weight",
        type=parse_weight,
        action="append",
        default=[],
        metavar="SOURCE=WEIGHT",
        help="as for training.train; the order follows from it",
    )
    return parser.parse_args(arguments)


def pack(options: argparse.Namespace) -> list[Path]:
    """Writes the packs and returns their paths.

    Raises:
        SystemExit: There are no photos, or there are packs already.
    """
    options.out.mkdir(parents=True, exist_ok=True)
    if any(options.out.glob(PATTERN)):
        raise SystemExit(f"{options.out} holds packs already: choose another --out.")
    learnt = read_photos(
        options.data, "train", options.val_share, pseudo_labels=options.pseudo_labels
    )
    listed = [("val", photo) for photo in read_photos(options.data, "val", options.val_share)]
    listed += [("train", photo) for photo in teaching_order(learnt, dict(options.source_weight))]
    if not listed:
        raise SystemExit(f"There are no photos in {options.data}.")
    photos = [photo for _, photo in listed]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as workers:
        work = partial(encode, size=options.size, quality=options.quality)
        packed = workers.map(work, photos, chunksize=8)
        packs = write_packs(_join(listed, packed), options.out, options.megabytes)
    for path in packs:
        print(f"{path} {path.stat().st_size / MEGABYTE:.1f} MB")
    return packs


def _join(
    listed: list[tuple[str, Photo]], packed: Iterator[Packed]
) -> Iterator[tuple[str, str, str, Packed]]:
    names = names_in_packs(photo for _, photo in listed)
    for (split, photo), name, made in zip(
        tqdm(listed, "packing", unit="photo", disable=None), names, packed, strict=True
    ):
        yield split, photo.source, name, made


if __name__ == "__main__":
    pack(parse_arguments())
