"""A photo as an accelerator holds it: in three sizes, its mask and classes in a fourth channel.

Made by processes, on all cores: threads would wait for each other half of the time.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import NamedTemporaryFile

import cv2
import numpy as np
import numpy.typing as npt

from training.data.cache import PhotoCache
from training.data.classes import UNSEEN, TeacherClasses
from training.data.photos import IGNORE, Photo
from training.data.workers import MANY

LEVELS = 3
"""Sizes kept of a photo, each half as large as the last: one fits any scale without aliasing."""

NOBODY, IGNORED, RIM, INNER = range(4)
"""Kinds of pixels; those of a person's rim, the outermost, are not cut out."""

Frame = tuple[tuple[int, int], tuple[int, int, int, int]]
"""Width and height of a photo; left, top, right and bottom of what is marked person."""


def level_starts(side: int) -> list[int]:
    """Where each level begins among a photo's pixels, and where the last one ends."""
    sizes = [(side >> level) ** 2 for level in range(LEVELS)]
    return [0, *np.cumsum(sizes).tolist()]


def make_pixels(
    photos: Sequence[Photo], cache: PhotoCache, side: int, classes: TeacherClasses | None = None
) -> tuple[npt.NDArray[np.uint32], list[Frame]]:
    """Makes the pixels of all photos, in a file that is gone once they are let go.

    Args:
        photos: N of them.
        cache: Where they are decoded.
        side: Pixels that longer photos are reduced to, a multiple of 4.
        classes: What else a teacher sees in them.

    Returns:
        uint32 (N, pixels of all levels), and size and box of each photo.
    """
    shape = (len(photos), level_starts(side)[-1])
    grids = [UNSEEN if classes is None else classes.of(photo.image) for photo in photos]
    jobs = range(len(photos)), photos, grids
    with NamedTemporaryFile(dir=cache.folder, suffix=".pixels") as file:
        pixels = np.memmap(file.name, np.uint32, "w+", shape=shape)
        work = partial(_make, Path(file.name), shape, cache, side)
        if len(photos) < MANY:
            return pixels, list(map(work, *jobs))
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            return pixels, list(pool.map(work, *jobs, chunksize=32))


def _make(
    path: Path,
    shape: tuple[int, int],
    cache: PhotoCache,
    side: int,
    place: int,
    photo: Photo,
    grid: npt.NDArray[np.uint8],
) -> Frame:
    cv2.setNumThreads(1)
    pixels = np.memmap(path, np.uint32, "r+", shape=shape)
    return write_levels(pixels[place], cache.load(photo), photo.is_cutout, side, grid)


def write_levels(
    pixels: npt.NDArray[np.uint32],
    array: npt.NDArray[np.uint8],
    is_cutout: bool,
    side: int,
    grid: npt.NDArray[np.uint8],
) -> Frame:
    """Writes the levels of a photo.

    Args:
        pixels: uint32 (pixels of all levels,), written to.
        array: Photo and mask, uint8 (H, W, 4), as from `PhotoCache`.
        is_cutout: Whether the mask is alpha.
        side: As for `make_pixels`.
        grid: Classes, uint8 (G, G), stretched over the photo.

    Returns:
        Its size, and the box around its people.
    """
    scale = side / max(array.shape[:2])
    image = np.ascontiguousarray(array[..., :3])
    mask = np.ascontiguousarray(array[..., 3])
    if is_cutout:  # two bits a pixel hold no alpha
        mask = cv2.inRange(mask, 128, 255)
    if scale < 1:
        wh = [max(1, round(length * scale)) for length in mask.shape[::-1]]
        image = cv2.resize(image, wh, interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask, wh, interpolation=cv2.INTER_NEAREST)
    height, width = mask.shape
    left, top, wide, high = cv2.boundingRect(cv2.inRange(mask, 255, 255))
    starts = level_starts(side)
    for level in range(LEVELS):
        wh = [max(1, width >> level), max(1, height >> level)]
        small = cv2.resize(image, wh, interpolation=cv2.INTER_AREA)
        labels = cv2.resize(mask, wh, interpolation=cv2.INTER_NEAREST)
        inner = cv2.erode(cv2.inRange(labels, 255, 255), np.ones((3, 3), np.uint8))
        kind = np.select([labels == IGNORE, inner > 0, labels == 255], [IGNORED, INNER, RIM])
        seen = cv2.resize(grid, wh, interpolation=cv2.INTER_NEAREST)
        square = np.zeros((side >> level, side >> level, 4), np.uint8)
        square[: wh[1], : wh[0]] = np.dstack([small, kind | seen << 2])
        pixels[starts[level] : starts[level + 1]] = square.view("<u4").ravel()
    return (width, height), (left, top, left + wide, top + high)
