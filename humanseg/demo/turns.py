"""Whose photo is worked on next: memory is bounded, and nobody waits for long.

All handlers that work on whole photos, and each photo of a batch, wait in one of two
lines. Large photos are worked on one at a time, the others a few at a time beside it. So
neither kind waits for the other, and no more pixels are in memory than the two have room for.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextvars import Context, copy_context
from functools import partial, wraps
from itertools import count
from pathlib import Path
from queue import PriorityQueue
from threading import Thread
from typing import Any, TypeVar

from gradio import EventData

from humanseg.demo import uploads
from humanseg.engines.memory import release_free_memory
from humanseg.engines.threads import available_cores
from humanseg.errors import ImageError
from humanseg.photos.images import count_pixels

LARGE = 12_000_000
"""Pixels above which photos take turns."""

SECONDS_PER_PIXEL = 1 / 6_000_000
"""A photo overtakes larger ones that came before it by less than their work takes longer."""

Result = TypeVar("Result")
Job = tuple[float, int, "Future[Any]", Context, Callable[[], Any]]


class Line:
    """Runs functions in threads, those for few pixels first and the old before the new.

    Args:
        at_once: How many run at the same time.
    """

    def __init__(self, at_once: int):
        self._numbers = count()
        self._waiting: PriorityQueue[Job] = PriorityQueue()
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

    def _work(self) -> None:
        while True:
            _run(*self._waiting.get()[2:])  # in a function, or the result would stay in memory


def _run(future: "Future[Any]", context: Context, function: Callable[[], Any]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            future.set_result(context.run(function))
        except BaseException as error:
            future.set_exception(error)


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

    It waits without a thread, of which Gradio has few.
    """

    @wraps(handler)
    async def waiting(*args: Any, **kwargs: Any) -> Result:
        pixels = await asyncio.to_thread(_pixels, args)
        return await asyncio.wrap_future(submit(pixels, partial(handler, *args, **kwargs)))

    return waiting


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
