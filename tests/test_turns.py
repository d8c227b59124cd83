"""Small photos do not wait for large ones, nor large ones for ever; few are worked on at once."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from humanseg.demo import turns
from humanseg.demo.turns import LARGE, Line, in_turn, submit

SMALL, HUGE = 1_000_000, 89_000_000


class Work:
    """Functions that end when they are told to, and note when they began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.may_end = threading.Event()

    def of(self, name: str) -> Callable[[], str]:
        def work() -> str:
            self.begun.append(name)
            self.may_end.wait(20)
            return name

        return work


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.may_end.set()  # or else, if a test fails, others would wait behind this work


def test_small_photos_do_not_wait_for_large_ones_which_take_turns(work: Work) -> None:
    large = [submit(HUGE, work.of("large")) for _ in range(50)]
    assert submit(LARGE, lambda: "answer").result(20) == "answer"
    while not work.begun:  # in its thread, which may not have come to it yet
        time.sleep(0.01)
    assert work.begun == ["large"]
    work.may_end.set()
    assert [future.result(20) for future in large] == ["large"] * 50


def test_a_large_photo_does_not_wait_for_small_ones(work: Work) -> None:
    small = [submit(SMALL, work.of("small")) for _ in range(500)]
    assert submit(LARGE + 1, lambda: "answer").result(20) == "answer"
    assert len(work.begun) <= 4
    work.may_end.set()
    assert [future.result(20) for future in small] == ["small"] * 500


def test_a_smaller_photo_overtakes_but_those_that_come_later_do_not(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    line = Line(1)
    futures = [line.submit(SMALL, work.of("first"))]
    futures.append(line.submit(HUGE, work.of("89")))
    now = 5.0
    futures.append(line.submit(20_000_000, work.of("20, soon after")))
    now = 15.0
    futures.append(line.submit(20_000_000, work.of("20, long after")))
    work.may_end.set()
    for future in futures:
        future.result(20)
    assert work.begun[1:] == ["20, soon after", "89", "20, long after"]


def test_who_does_not_wait_any_more_has_no_turn(work: Work) -> None:
    line = Line(1)
    first = line.submit(SMALL, work.of("first"))
    while not work.begun:
        time.sleep(0.01)
    gone = line.submit(SMALL, work.of("gone"))
    then = line.submit(SMALL, work.of("then"))
    assert [line.place_of(job) for job in (first, gone, then)] == [None, (1, 0.0), (2, 0.0)]
    assert gone.cancel()
    assert line.place_of(then) == (1, 0.0)
    work.may_end.set()
    first.result(20)
    assert then.result(20) == "then"
    assert line.submit(SMALL, work.of("next")).result(20) == "next"
    assert work.begun == ["first", "then", "next"]


def test_an_error_reaches_who_waits_and_nobody_else() -> None:
    line = Line(1)
    with pytest.raises(ZeroDivisionError):
        line.submit(SMALL, lambda: 1 // 0).result(20)
    assert line.submit(SMALL, lambda: "answer").result(20) == "answer"


def test_a_handler_waits_for_the_largest_photo_that_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    for name, side in (("small.png", 10), ("large.png", 4000)):
        Image.new("L", (side, side)).save(tmp_path / name)
    Image.new("L", (9000, 9000)).save(tmp_path.parent / "foreign.png")
    given = []
    monkeypatch.setattr(turns, "submit", lambda pixels, work: given.append(pixels) or done(work))

    def done(work: Callable[[], object]) -> object:
        future: turns.Future[object] = turns.Future()
        future.set_result(work())
        return future

    handler = in_turn(lambda *args: len(args))
    paths = [str(tmp_path / name) for name in ("small.png", "large.png")]
    foreign = str(tmp_path.parent / "foreign.png")
    assert asyncio.run(handler(paths[0], "#ff0000", 0.5, None)) == 4
    assert asyncio.run(handler(*paths, foreign)) == 3
    assert given == [100, 16_000_000]
