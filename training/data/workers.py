"""Batches made ahead by processes, on all cores, and handed over in shared memory.

The processes are spawned once, and import no framework: forked after TensorFlow or JAX
has started, they may hang.
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing import get_context, parent_process
from multiprocessing.shared_memory import SharedMemory
from threading import Thread

import cv2
import numpy as np
from tqdm import tqdm

from training.data.batches import Batch, TrainingBatches
from training.data.cache import PhotoCache
from training.data.photos import Photo

MANY = 100
"""Photos from which on it pays to start processes to decode them."""

_work: list[TrainingBatches] = []
_slots: list[SharedMemory] = []
"""Of a process that makes batches; it serves one run."""


def decode_all(cache: PhotoCache, photos: list[Photo], workers: int | None = None) -> None:
    """Decodes the photos that a cache does not hold yet.

    Args:
        cache: Where they are kept.
        photos: All that will be loaded.
        workers: As for `batches_ahead`.
    """
    missing = [photo for photo in photos if not cache.path(photo).exists()]
    processes = _processes(workers)
    bar = partial(tqdm, desc="decoding", total=len(missing), unit="photo", disable=None)
    if processes == 0 or len(missing) < MANY:
        deque(bar(map(cache.keep, missing)), maxlen=0)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        deque(bar(pool.map(cache.keep, missing, chunksize=16)), maxlen=0)


def _processes(workers: int | None) -> int:
    return (os.cpu_count() or 1) if workers is None else workers


@contextmanager
def batches_ahead(
    batches: TrainingBatches, first_step: int, workers: int | None = None
) -> Iterator[Iterator[Batch]]:
    """The batches from `first_step` on, without end; the same whatever `workers` is.

    Args:
        batches: What makes them.
        first_step: Step of the first batch.
        workers: Number of processes, by default that of the cores; 0 makes each batch
            when it is asked for.
    """
    processes = _processes(workers)
    if processes == 0:
        yield map(batches.batch, count(first_step))
        return
    size = int(np.prod(batches.shape)) * 5
    # For each process a batch that it makes, and one that is made.
    slots = [SharedMemory(create=True, size=size) for _ in range(2 * processes)]
    names = [slot.name for slot in slots]
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _start, (batches, names))
    try:
        yield _in_order(pool, batches, slots, first_step)
    finally:
        pool.shutdown(cancel_futures=True)
        for slot in slots:
            slot.close()
            slot.unlink()


def _in_order(
    pool: ProcessPoolExecutor, batches: TrainingBatches, slots: list[SharedMemory], first_step: int
) -> Iterator[Batch]:
    steps = count(first_step)
    pending: deque[tuple[int, Future[None]]] = deque(
        (slot, pool.submit(_fill, next(steps), slot)) for slot in range(len(slots))
    )
    while True:
        slot, done = pending.popleft()
        done.result()
        # A copy: frameworks may go on reading an array after they have returned.
        images, labels = _arrays(slots[slot], batches)
        batch = images.copy(), labels.copy()
        del images, labels  # views of a slot keep it from being closed
        pending.append((slot, pool.submit(_fill, next(steps), slot)))
        yield batch


def _arrays(slot: SharedMemory, batches: TrainingBatches) -> Batch:
    """Images and labels that lie in a slot."""
    shape = batches.shape
    pixels = int(np.prod(shape))
    images = np.ndarray((*shape, 3), np.uint8, slot.buf)
    return images, np.ndarray((*shape, 2), np.uint8, slot.buf, offset=3 * pixels)


def _start(batches: TrainingBatches, names: list[str]) -> None:
    _work.append(batches)
    _slots.extend(SharedMemory(name) for name in names)
    cv2.setNumThreads(1)  # the processes share the cores among them
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process when the run is killed, which tells nobody that it is over."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fill(step: int, slot: int) -> None:
    _work[0].fill(step, *_arrays(_slots[slot], _work[0]))
