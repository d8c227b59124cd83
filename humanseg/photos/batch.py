"""Many photos: which ones, what their results are called, and several at once."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Condition
from typing import TypeVar

from humanseg.errors import ImageError
from humanseg.photos.images import SUFFIXES, count_pixels

Item = TypeVar("Item")
Result = TypeVar("Result")


def find_photos(source: Path) -> list[Path]:
    """Lists a photo, or the photos of a folder and its subfolders in order of name.

    Args:
        source: A file, taken whatever it is called, or a folder, in which hidden
            files and those that are not called like a picture are left out.

    Raises:
        ImageError: There is no such file, or no photo in the folder.
    """
    if not source.is_dir():
        if not source.exists():
            raise ImageError(f"There is no file {str(source)!r}.")
        return [source]
    photos = []
    for folder, subfolders, names in os.walk(source):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        photos += [
            Path(folder, name)
            for name in sorted(names)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
    if not photos:
        raise ImageError(
            f"There is no photo in {str(source)!r}; accepted are {', '.join(SUFFIXES)}."
        )
    return photos


def unique_stems(names: Iterable[Path]) -> list[Path]:
    """Drops the suffixes of relative paths, and numbers those that are then the same.

    Names that differ in case only count as the same: some file systems say so.
    """
    taken: set[str] = set()
    stems = []
    for name in names:
        stem = name.with_suffix("")
        numbered = (name.with_name(f"{name.stem}-{number}") for number in count(2))
        while str(stem).casefold() in taken:
            stem = next(numbered)
        taken.add(str(stem).casefold())
        stems.append(stem)
    return stems


def overlapped(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[Future[Result]]:
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
