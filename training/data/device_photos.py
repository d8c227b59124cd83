"""All photos in the memory of an accelerator, in three sizes each, for JAX."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import cv2
import jax
import numpy as np
import numpy.typing as npt

from training.data.batches import TrainingBatches
from training.data.cache import PhotoCache
from training.data.photos import IGNORE, Photo

LEVELS = 3
"""Sizes kept of a photo, each half as large as the last: one fits any scale without aliasing."""

RIM, INNER = 254, 255
"""Mask values of a person's outermost pixels, which are not cut out, and of the others."""


class DevicePhotos(NamedTuple):
    """Photos on the device.

    Attributes:
        pixels: uint32 (N, pixels of all levels), one after the other, rows of squares
            that photos lie in at the top left; red in the lowest byte, the mask in the
            highest: 0, `IGNORE`, `RIM` or `INNER`.
        sizes: float32 (N, 2), width and height at the first level.
        boxes: float32 (N, 4), left, top, right and bottom of what is marked person.
        chance: float32 (N,), how likely each photo or one before it is drawn.
        people: int32 (M,), which ones people are cut out of.
    """

    pixels: jax.Array
    sizes: jax.Array
    boxes: jax.Array
    chance: jax.Array
    people: jax.Array


def level_starts(side: int) -> list[int]:
    """Where each level begins among a photo's pixels, and where the last one ends."""
    sizes = [(side >> level) ** 2 for level in range(LEVELS)]
    return [0, *np.cumsum(sizes).tolist()]


def load_photos(batches: TrainingBatches, side: int) -> DevicePhotos:
    """Puts the photos of a run on the default device.

    Args:
        batches: What the run draws from, and how often.
        side: Pixels that longer photos are reduced to, a multiple of 4.
    """
    photos = batches.photos + batches.cutouts
    pixels = np.empty((len(photos), level_starts(side)[-1]), np.uint32)
    sizes = np.empty((len(photos), 2), np.float32)
    boxes = np.empty((len(photos), 4), np.float32)

    def load(i: int) -> None:
        sizes[i], boxes[i] = _load(batches.cache, photos[i], side, pixels[i])

    with ThreadPoolExecutor() as threads:
        list(threads.map(load, range(len(photos))))
    share = dict(zip(batches.sources, batches.shares, strict=True))
    chance = [
        share[photo.source] / len(batches.by_source[photo.source]) for photo in batches.photos
    ]
    chance += [0.0] * len(batches.cutouts)
    place = {photo: i for i, photo in enumerate(photos)}
    people = [i for i in map(place.get, batches.people) if boxes[i, 2] > boxes[i, 0]]
    return DevicePhotos(
        jax.device_put(pixels),
        jax.device_put(sizes),
        jax.device_put(boxes),
        jax.device_put(np.cumsum(chance).astype(np.float32)),
        jax.device_put(np.array(people, np.int32)),
    )


def _load(
    cache: PhotoCache, photo: Photo, side: int, pixels: npt.NDArray[np.uint32]
) -> tuple[tuple[int, int], tuple[int, int, int, int]]:
    """Writes the levels of a photo, and says its size and the box around its people."""
    array = cache.load(photo)
    scale = side / max(array.shape[:2])
    image = np.ascontiguousarray(array[..., :3])
    mask = np.ascontiguousarray(array[..., 3])
    if photo.is_cutout:  # two bits a pixel hold no alpha
        mask = cv2.inRange(mask, 128, 255)
    if scale < 1:
        wh = [max(1, round(length * scale)) for length in mask.shape[::-1]]
        image = cv2.resize(image, wh, interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask, wh, interpolation=cv2.INTER_NEAREST)
    height, width = mask.shape
    people = cv2.inRange(mask, 255, 255)
    left, top, wide, high = cv2.boundingRect(people)
    starts = level_starts(side)
    for level in range(LEVELS):
        wh = [max(1, width >> level), max(1, height >> level)]
        small = cv2.resize(image, wh, interpolation=cv2.INTER_AREA)
        kind = cv2.resize(mask, wh, interpolation=cv2.INTER_NEAREST)
        inner = cv2.erode(cv2.inRange(kind, 255, 255), np.ones((3, 3), np.uint8))
        kind[(kind == 255) & (inner == 0)] = RIM
        square = np.zeros((side >> level, side >> level, 4), np.uint8)
        square[: wh[1], : wh[0]] = np.dstack([small, kind])
        pixels[starts[level] : starts[level + 1]] = square.view("<u4").ravel()
    return (width, height), (left, top, left + wide, top + high)


def unpack_pixels(values: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """Takes pixels apart: float32 RGB (..., 3), and as 0 or 1 person, inner and ignored (...)."""
    rgb = jax.numpy.stack([(values >> shift) & 255 for shift in (0, 8, 16)], -1)
    kind = values >> 24
    flags = (kind >= RIM, kind == INNER, kind == IGNORE)
    return rgb.astype("float32"), *(flag.astype("float32") for flag in flags)
