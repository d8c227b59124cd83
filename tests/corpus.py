"""Feeds damaged files of every format through `load_image`: only `ImageError` may come out.

    python -m tests.corpus                  400 files of each format
    python -m tests.corpus --replay PNG-17  one of them again, with its traceback

Each file is a sound one with some changes, and both follow from its name alone. It is
read in a process of its own, so that a crash, more than 5 seconds and more than 500 MB
are told as well.
"""

import argparse
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from humanseg.errors import ImageError
from humanseg.photos.formats import FORMATS, can_read_heif
from humanseg.photos.images import load_image
from tests.pictures import by_format

SECONDS, MEGABYTES = 5.0, 500.0
READ, REFUSED, MISSPOKEN = 0, 10, 11
"""Exit codes of the process that reads a file."""

EXTREMES = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


def flip_bits(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice([1, 2, 8, 64])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def flip_bits_at_the_start(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice([1, 2, 4])):
        data[rng.randrange(min(len(data), 200))] ^= 1 << rng.randrange(8)
    return data


def set_number(data: bytearray, rng: random.Random) -> bytearray:
    """An extreme value where a length, a size or an offset may be."""
    for _ in range(rng.choice([1, 1, 2, 4])):
        size = rng.choice([1, 2, 4])
        value = rng.choice(EXTREMES) & (256**size - 1)
        at = rng.randrange(min(len(data), rng.choice([100, 1000, len(data)])))
        data[at : at + size] = value.to_bytes(size, rng.choice(["big", "little"]))
    return data


def cut_off(data: bytearray, rng: random.Random) -> bytearray:
    return data[: rng.randrange(len(data))]


def cut_out(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice([1, 4, 100])]
    return data


def blank(data: bytearray, rng: random.Random) -> bytearray:
    """A hole, as a download may have it."""
    at, length = rng.randrange(len(data)), rng.choice([1, 16, 512])
    data[at : at + length] = bytes([rng.choice([0, 0xFF])]) * len(data[at : at + length])
    return data


def repeat(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data))
    data[at:at] = data[at : at + rng.choice([1, 12, 300])] * rng.choice([1, 3, 100])
    return data


def move(data: bytearray, rng: random.Random) -> bytearray:
    at, to, length = rng.randrange(len(data)), rng.randrange(len(data)), rng.choice([4, 12, 200])
    data[to : to + length] = data[at : at + length]
    return data


def insert(data: bytearray, rng: random.Random) -> bytearray:
    at = rng.randrange(len(data))
    data[at:at] = rng.randbytes(rng.choice([1, 4, 1000]))
    return data


CHANGES: list[Callable[[bytearray, random.Random], bytearray]] = [
    flip_bits,
    flip_bits_at_the_start,
    set_number,
    set_number,
    cut_off,
    cut_out,
    blank,
    repeat,
    move,
    insert,
]


sound = cache(by_format)


def make_file(name: str) -> bytes:
    """The file of a name such as "PNG-17"."""
    rng = random.Random(name)
    data = bytearray(rng.choice(sound()[name.partition("-")[0]]))
    for _ in range(rng.choice([1, 1, 2, 4])):
        data = rng.choice(CHANGES)(data, rng) or bytearray(1)
    return bytes(data)


class Outcome(NamedTuple):
    """What became of a file.

    Attributes:
        status: `READ`, `REFUSED` or anything else, which is a failure.
        seconds: Until it was read or refused.
        megabytes: The most that its process held, with the interpreter.
    """

    status: int
    seconds: float
    megabytes: float

    def failure(self) -> str:
        """Why it is one; nothing if all is well."""
        if self.seconds > SECONDS:
            return f"took over {SECONDS:.0f} s"
        if self.megabytes > MEGABYTES:
            return f"took {self.megabytes:.0f} MB"
        if self.status < 0:
            return f"ended by {signal.Signals(-self.status).name}"
        return "" if self.status in (READ, REFUSED) else "raised something else"


def read(data: bytes) -> int:
    """Reads a file in this process."""
    try:
        image = load_image(data)
    except ImageError as error:
        return REFUSED if str(error).isprintable() else MISSPOKEN
    assert image.dtype == np.uint8
    assert image.ndim == 3
    return READ


def try_file(data: bytes) -> Outcome:
    """Reads a file in a process of its own."""
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries complain there
            status = read(data)
        finally:
            os._exit(status)
    killed = False
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        seconds = time.monotonic() - begun
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return Outcome(code, seconds, usage.ru_maxrss / 1024)
        if seconds > SECONDS and not killed:
            os.kill(child, signal.SIGKILL)
            killed = True
        time.sleep(0.002)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="files of each format")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    parser.add_argument("--replay", metavar="NAME", help="such as PNG-17")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the file of --replay")
    options = parser.parse_args()
    if options.replay:
        data = make_file(options.replay)
        if options.save:
            options.save.write_bytes(data)
        print(try_file(data))
        try:
            print(load_image(data).shape)
        except Exception:
            traceback.print_exc()
        return 0
    can_read_heif()  # imported once, not in each process
    failures = []
    print("| format | files | read | refused | failures | slowest | most memory |\n|" + "---|" * 7)
    for file_format in options.formats:
        outcomes = {}
        for number in range(options.count):
            name = f"{file_format}-{number}"
            outcomes[name] = try_file(make_file(name))
        failed = [f"{name} {why}" for name, o in outcomes.items() if (why := o.failure())]
        failures += failed
        if failed:
            print("\n".join(failed), file=sys.stderr)
        statuses = [outcome.status for outcome in outcomes.values()]
        print(
            f"| {file_format} | {len(outcomes)} | {statuses.count(READ)} "
            f"| {statuses.count(REFUSED)} | {len(failed)} "
            f"| {max(o.seconds for o in outcomes.values()):.2f} s "
            f"| {max(o.megabytes for o in outcomes.values()):.0f} MB |",
            flush=True,
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
