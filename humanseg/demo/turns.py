"""Whose photo is worked on next: memory is bounded, and nobody waits for long.

All handlers that work on whole photos, and each photo of a batch, wait in one of two
lines. Large photos are worked on one at a time, the others a few at a time beside it. So
neither kind waits for the other, and no more pixels are in memory than the two have room for.
Whoever waits is told the place in the line, and for how long about.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextvars import Context, copy_context
from functools import partial, wraps
from itertools import count
from pathlib import Path
from queue import PriorityQueue
from threading import Thread
from typing import Any, TypeVar

from gradio import EventData, Progress

from humanseg.demo import uploads
from humanseg.engines.memory import release_free_memory
from humanseg.engines.threads import available_cores
from humanseg.errors import ImageError
from humanseg.photos.images import count_pixels

LARGE = 12_000_000
"""Pixels above which photos take turns."""

SECONDS_PER_PIXEL = 1 / 6_000_000
"""A photo overtakes larger ones that came before it by less than their work takes longer."""

TELL_EVERY = 0.5
"""Seconds after which those who wait are told of it, again and again."""

RECENT = 20
"""Jobs from which is guessed how long the next ones take."""

Result = TypeVar("Result")
Job = tuple[float, int, "Future[Any]", Context, Callable[[], Any]]


class Line:
    """Runs functions in threads, those for few pixels first and the old before the new.

    Args:
        at_once: How many run at the same time.
    """

    def __init__(self, at_once: int):
        self._at_once = at_once
        self._numbers = count()
        self._waiting: PriorityQueue[Job] = PriorityQueue()
        self._seconds: deque[float] = deque(maxlen=RECENT)
        for _ in range(at_once):
            Thread(target=self._work, daemon=True).start()

    def submit(self, pixels: int, function: Callable[[], Result]) -> "Future[Result]":
        """Has a function called; if the future is cancelled before its turn, it is not.

        Args:
            pixels: Of the photo that it works on.
            function: In the context of the caller.
        """
        future: Future[Result] = Future()
        due = time.monotonic() + pixels * SECONDS_PER_PIXEL
        self._waiting.put((due, next(self._numbers), future, copy_context(), function))
        return future

    def place_of(self, future: "Future[Any]") -> tuple[int, float] | None:
        """Where a job stands, 1 if it comes next, and in about how many seconds it begins.

        Returns:
            None if it does not wait here. The seconds are 0 as long as nothing is known.
        """
        with self._waiting.mutex:
            jobs = list(self._waiting.queue)
        own = next((job for job in jobs if job[2] is future), None)
        if own is None:
            return None
        place = sum(job[:2] <= own[:2] and not job[2].cancelled() for job in jobs)
        recent = list(self._seconds)
        return place, place * sum(recent) / max(1, len(recent)) / self._at_once

    def _work(self) -> None:
        while True:
            # In a function, or the result would stay in memory.
            self._seconds.extend(_run(*self._waiting.get()[2:]))


def _run(future: "Future[Any]", context: Context, function: Callable[[], Any]) -> list[float]:
    if not future.set_running_or_notify_cancel():
        return []
    begun = time.monotonic()
    try:
        future.set_result(context.run(function))
    except BaseException as error:
        future.set_exception(error)
    return [time.monotonic() - begun]


_large, _others = Line(1), Line(max(2, min(4, available_cores())))


def submit(pixels: int, function: Callable[[], Result]) -> "Future[Result]":
    """Has a function called when it is the turn of a photo of so many pixels."""
    if pixels <= LARGE:
        return _others.submit(pixels, function)

    def work() -> Result:
        try:
            return function()
        finally:
            release_free_memory()

    return _large.submit(pixels, work)


def in_turn(handler: Callable[..., Result]) -> Callable[..., Coroutine[Any, Any, Result]]:
    """Has a handler of Gradio wait for the turn of the largest photo that it is given.

    It waits without a thread, of which Gradio has few. Meanwhile the page shows, where
    Gradio shows that something is done, what `place_of` says.
    """

    @wraps(handler)
    async def waiting(*args: Any, **kwargs: Any) -> Result:
        pixels = await asyncio.to_thread(_pixels, args)
        future = submit(pixels, partial(handler, *args, **kwargs))
        telling = asyncio.create_task(_tell(future))
        try:
            return await asyncio.wrap_future(future)
        finally:
            telling.cancel()

    return waiting


async def _tell(future: "Future[Any]") -> None:
    begun, progress = time.monotonic(), Progress()
    while True:
        await asyncio.sleep(TELL_EVERY)
        place = _others.place_of(future) or _large.place_of(future)
        if place is None:
            progress(None)  # its turn has come
            return
        number, seconds = place
        gone = time.monotonic() - begun
        share, left = (
            (gone / (gone + seconds), f", about {max(1, round(seconds))} s") if seconds else (0, "")
        )
        progress(share, f"Place {number} in the queue{left}")


def _pixels(args: tuple[Any, ...]) -> int:
    """Of the largest photo among the arguments: the path of an upload, or what has `pixels`.

    What an event of the page brings counts as well.
    """
    most = 0
    given_all: list[Any] = []
    for given in args:
        event = vars(given).get("_data") if isinstance(given, EventData) else None
        given_all += event.values() if isinstance(event, dict) else [given]
    for given in given_all:
        if isinstance(given, str) and Path(given).is_absolute():
            try:
                most = max(most, count_pixels(uploads.find(given)))
            except ImageError:  # whatever it is, the handler says so
                continue
        else:
            most = max(most, getattr(given, "pixels", 0))
    return most
