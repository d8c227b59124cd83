"""Batches made by the accelerator that trains on them: it never waits for samples."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import keras

from training.data.batches import TrainingBatches
from training.data.classes import TeacherClasses

SIDE = 448
"""Pixels of a photo's long side on the device, 1.05 MB a photo."""


def batches_on_device(
    batches: TrainingBatches, first_step: int, classes: TeacherClasses | None = None
) -> Iterator[tuple[Any, Any]]:
    """The batches from `first_step` on, without end, as arrays on the device.

    With `classes` the labels are a list of two: those of `TrainingBatches`, and the classes.

    They depend on seed and step alone, and are other ones than the CPU makes.

    Raises:
        SystemExit: Keras does not run on JAX.
    """
    if keras.backend.backend() != "jax":
        raise SystemExit(
            "--augment device is written for JAX: set KERAS_BACKEND=jax. "
            f"Received: {keras.backend.backend()}"
        )
    from training.data.device_augment import make_batch
    from training.data.device_photos import load_photos

    photos = load_photos(batches, SIDE, classes)
    for step in count(first_step):
        images, labels, seen = make_batch(
            photos,
            batches.seed,
            step,
            side=SIDE,
            batch_size=batches.batch_size,
            size=batches.size,
            zoom=tuple(batches.zoom),
            paste_probability=batches.paste_probability,
        )
        yield images, labels if classes is None else [labels, seen]
