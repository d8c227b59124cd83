"""All photos in the memory of an accelerator, in three sizes each, for JAX."""

from typing import NamedTuple

import jax
import numpy as np

from training.data.batches import TrainingBatches
from training.data.classes import TeacherClasses
from training.data.device_pixels import IGNORED, INNER, RIM, make_pixels


class DevicePhotos(NamedTuple):
    """Photos on the device.

    Attributes:
        pixels: uint32 (N, pixels of all levels), one after the other, rows of squares
            that photos lie in at the top left; red in the lowest byte, in the highest
            the kind of pixel, two bits, and above it the teacher's class.
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


def load_photos(
    batches: TrainingBatches, side: int, classes: TeacherClasses | None = None
) -> DevicePhotos:
    """Puts the photos of a run on the default device.

    Args:
        batches: What the run draws from, and how often.
        side: Pixels that longer photos are reduced to, a multiple of 4.
        classes: What else a teacher sees in them.
    """
    photos = batches.photos + batches.cutouts
    pixels, frames = make_pixels(photos, batches.cache, side, classes)
    sizes, boxes = (np.array(values, np.float32) for values in zip(*frames, strict=True))
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


def unpack_pixels(values: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """Takes pixels apart: float32 RGB (..., 3), and as 0 or 1 person, inner and ignored (...)."""
    rgb = jax.numpy.stack([(values >> shift) & 255 for shift in (0, 8, 16)], -1)
    kind = (values >> 24) & 3
    flags = (kind >= RIM, kind == INNER, kind == IGNORED)
    return rgb.astype("float32"), *(flag.astype("float32") for flag in flags)
