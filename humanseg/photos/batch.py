"""Many photos: what their results are called, and several at once."""

import unicodedata
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Condition
from typing import TypeVar

from humanseg.photos.images import count_pixels

Item = TypeVar("Item")
Result = TypeVar("Result")


def unique_stems(names: Iterable[Path]) -> list[Path]:
    """Drops the suffixes of relative paths, and numbers those that are then the same.

    Names that differ in case or in Unicode's normal form only count as the same: some
    file systems say so. What is left of a name is never a step to another folder.
    """
    taken: set[str] = set()
    stems = []
    for name in names:
        plain = name.stem if name.stem.strip(". ") else name.name.replace(".", "_")
        stem = name.with_name(plain)
        for number in count(2):
            if _key(stem) not in taken:
                break
            stem = name.with_name(f"{plain}-{number}")
        taken.add(_key(stem))
        stems.append(stem)
    return stems


def _key(path: Path) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()


def overlapped(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Generator[Future[Result], None, None]:
    """Calls a function on items in several threads.

    While one thread waits for the network, others decode and encode. No more than
    twice as many items as threads are ahead of what was yielded, so that memory
    does not grow with their number.

    Yields:
        For each item, in order, a finished future with its result or error.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * workers:
                    yield _finished(waiting.popleft())
            while waiting:
                yield _finished(waiting.popleft())
        finally:
            for future in waiting:
                future.cancel()


class PixelBudget:
    """Bounds how many pixels are worked on at once, and thereby the memory.

    Args:
        pixels: Photos that have no more than this together are worked on at once; a
            larger one is worked on alone.
    """

    def __init__(self, pixels: int = 12_000_000):
        self._all = self._free = pixels
        self._changed = Condition()

    @contextmanager
    def hold(self, photo: Path) -> Iterator[int]:
        """Waits until there is room for this photo, and keeps it; gives its pixels."""
        pixels = min(count_pixels(photo), self._all)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= pixels)
            self._free -= pixels
        try:
            yield pixels
        finally:
            with self._changed:
                self._free += pixels
                self._changed.notify_all()


def _finished(future: Future[Result]) -> Future[Result]:
    future.exception()
    return future
