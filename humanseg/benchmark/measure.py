"""Times, memory and tables."""

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np

from humanseg.engines.threads import available_cores
from humanseg.photos.images import load_image
from humanseg.shipped import shipped

EXAMPLE = shipped("examples") / "friends-at-laptops.jpg"


def make_photo(folder: Path, wh: tuple[int, int]) -> Path:
    """Writes an example photo of this width and height as a JPEG of quality 90.

    It gets grain like that of a camera, without which enlarged photos decode too fast.
    """
    image = cv2.resize(load_image(EXAMPLE), wh, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 4, (wh[1], wh[0], 1)).astype(np.float32)
    noisy = (image + grain).clip(0, 255).astype(np.uint8)
    path = folder / f"{wh[0]}x{wh[1]}.jpg"
    cv2.imwrite(str(path), noisy[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    return path


def describe_machine() -> str:
    """One line with the processor and the versions of what does the work."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    libraries = ("ai-edge-litert", "opencv-python-headless", "pillow")
    return (
        f"{names[0] if names else platform.processor()}, {available_cores()} cores; "
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in libraries)
    )


def time_calls(function: Callable[[], object], repeats: int, warm_up: int = 2) -> list[float]:
    """Seconds each call takes."""
    for _ in range(warm_up):
        function()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return seconds


def run_command(photo: Path, results: Sequence[str]) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MB of `python -m humanseg`."""
    command = [sys.executable, "-m", "humanseg", str(photo), "--out", str(photo.parent / "out")]
    command += ["--overwrite", "--save", *results]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} failed")
    return seconds, _megabytes(usage)


def resident_memory() -> float:
    """Of this process now, in MB; where the system does not say, its peak."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return _megabytes(resource.getrusage(resource.RUSAGE_SELF))


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def milliseconds(seconds: Sequence[float]) -> str:
    """Median and quartiles of times."""
    return f"{median_and_quartiles([second * 1000 for second in seconds])} ms"


def median_and_quartiles(values: Sequence[float]) -> str:
    """For example "5.0 (4.5-6.1)"."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    digits = 1 if middle < 100 else 0
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a Markdown table."""
    print()
    for row in (header, ["---"] * len(header), *rows):
        print("| " + " | ".join(row) + " |", flush=True)
