"""Measures speed and memory on this machine.

All numbers come from one run. Times are medians, with the quartiles behind them. The
photos are an example enlarged to the size named, with grain like that of a camera.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from humanseg.benchmark.measure import (
    describe_machine,
    make_photo,
    median_and_quartiles,
    milliseconds,
    print_table,
    resident_memory,
    run_command,
    time_calls,
)
from humanseg.edges.refine import refine
from humanseg.engines.letterbox import fit, letterbox
from humanseg.engines.process import ready_process
from humanseg.engines.threads import available_cores
from humanseg.photos.batch import overlapped
from humanseg.photos.images import RGBImage, load_image
from humanseg.pictures.encoding import encode
from humanseg.segmenter import Segmenter

SIZES_WH = {"0.3 MP": (640, 480), "1 MP": (1216, 816), "2 MP": (1632, 1224), "12 MP": (4000, 3000)}
ASPECTS_WH = {"1:1": (1, 1), "4:3": (4, 3), "3:2": (3, 2), "16:9": (16, 9)}
COMMON_SIZE = 320
"""Pixels of the long side at which other networks are told of, measured as well."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m humanseg.benchmark", description=__doc__)
    parser.add_argument("--repeats", type=int, default=20, metavar="N", help="default: 20")
    parser.add_argument(
        "--peers",
        action="store_true",
        help="also measure MediaPipe Selfie, whose network pip fetches from PyPI",
    )
    parser.add_argument(
        "--deeplab", type=Path, metavar="TFLITE", help="also measure DeepLabV3-MobileNetV2"
    )
    parser.add_argument(
        "--isnet", type=Path, metavar="ONNX", help="also measure IS-Net; needs onnxruntime"
    )
    options = parser.parse_args(arguments)
    if options.repeats < 2:
        parser.error(f"--repeats must be 2 or more, for quartiles. Received: {options.repeats}")
    for path in filter(None, (options.deeplab, options.isnet)):
        if not path.is_file():  # now, not after minutes
            parser.error(f"There is no file {path}")
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        # In another process, whose memory would else count as that of the command.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            paths = pool.map(partial(make_photo, Path(folder)), SIZES_WH.values())
            photos = dict(zip(SIZES_WH, paths, strict=True))
        print_command(photos, options.repeats)
        ready_process()
        segmenter = Segmenter.from_pretrained()
        print_network(segmenter, options.repeats)
        print_steps(segmenter, photos, options.repeats)
        print_batch(segmenter, photos["1 MP"])
        if options.peers or options.deeplab or options.isnet:
            print_peers(segmenter, photos["2 MP"], options)


def print_command(photos: dict[str, Path], repeats: int) -> None:
    """Prints how long a new process takes to its first mask, and its memory."""
    rows = []
    for name, photo in photos.items():
        runs = [run_command(photo, ["mask"]) for _ in range(repeats)]
        seconds, memory = zip(*runs, strict=True)
        _, memory_of_all = run_command(photo, ["mask", "overlay", "cutout"])
        memories = [f"{max(memory):.0f} MB", f"{memory_of_all:.0f} MB"]
        rows.append([name, milliseconds(seconds), *memories])
    header = ["`python -m humanseg`", "start to mask", "peak memory", "with overlay and cut-out"]
    print_table(header, rows)


def print_network(segmenter: Segmenter, repeats: int) -> None:
    """Prints how long one look of the network takes."""
    rows = []
    sizes = sorted({COMMON_SIZE, segmenter.input_size})
    for (name, (wide, high)), size in product(ASPECTS_WH.items(), sizes):
        photo = np.zeros((100 * high, 100 * wide, 3), np.uint8)
        height, width = letterbox(photo, size).image.shape[:2]
        image = np.random.default_rng(0).integers(0, 256, (1, height, width, 3), dtype=np.uint8)
        run = partial(segmenter.engine, image)
        first = time_calls(run, repeats=1, warm_up=0)[0]
        seconds = time_calls(run, 5 * repeats)
        rows.append([name, f"{width} x {height}", milliseconds(seconds), f"{first * 1000:.0f} ms"])
    print_table(["photo", "network input", segmenter.engine.name, "first of its size"], rows)


def print_steps(segmenter: Segmenter, photos: dict[str, Path], repeats: int) -> None:
    """Prints how long each step takes, and the way from a JPEG in memory to each PNG."""
    columns = [time_steps(segmenter, photo.read_bytes(), repeats) for photo in photos.values()]
    rows = [[step, *(milliseconds(column[step]) for column in columns)] for step in columns[0]]
    print_table(["step", *photos], rows)


def time_steps(segmenter: Segmenter, jpeg: bytes, repeats: int) -> dict[str, list[float]]:
    """Seconds of each step of `Segmenter`, and of the whole."""
    image = load_image(jpeg)
    copy = fit(image, segmenter.input_size)
    probability = segmenter.run_network(image)
    result = segmenter(image).probability
    steps: dict[str, Callable[[], object]] = {
        "decode": lambda: load_image(jpeg),
        "prepare": lambda: fit(image, segmenter.input_size),
        "network, two looks": lambda: segmenter.run_network(copy, "fast"),
        "refine": lambda: refine(probability, image),
        "encode mask": lambda: encode_mask(result),
        "JPEG to mask": lambda: encode_mask(segmenter(jpeg).probability),
        "JPEG to overlay": lambda: encode(segmenter(jpeg).overlay(), ".png"),
        "JPEG to cut-out": lambda: encode(segmenter(jpeg).cutout(), ".png"),
    }
    return {name: time_calls(step, repeats) for name, step in steps.items()}


def encode_mask(probability: npt.NDArray[np.float32]) -> bytes:
    """PNG of where people are."""
    return encode((probability >= 0.5).astype(np.uint8) * 255, ".png")


def print_batch(segmenter: Segmenter, photo: Path, count: int = 100, rounds: int = 5) -> None:
    """Prints how many photos a second a folder takes, and whether memory grows."""
    jpegs = [photo.read_bytes()] * count
    rates, memory = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        work = overlapped(
            lambda jpeg: encode_mask(segmenter(jpeg).probability), jpegs, available_cores()
        )
        for future in work:
            future.result()
        rates.append(count / (time.perf_counter() - start))
        memory.append(resident_memory())
    print_table(
        ["batch of 1 MP, JPEG to mask", f"memory after {count}", f"after {rounds * count}"],
        [[f"{median_and_quartiles(rates)} photos/s", *(f"{memory[i]:.0f} MB" for i in (0, -1))]],
    )


def print_peers(segmenter: Segmenter, photo: Path, options: argparse.Namespace) -> None:
    """Prints how long other networks take for the same photo."""
    from humanseg.benchmark.peers import Peer, load_deeplab, load_isnet, load_mediapipe

    jpeg, image = photo.read_bytes(), load_image(photo)
    copy = fit(image, segmenter.input_size)
    peers = {
        "humanseg": Peer(
            partial(segmenter.run_network, copy, "fast"), lambda photo: segmenter(photo).probability
        )
    }
    if options.peers:
        peers["MediaPipe Selfie"] = load_mediapipe(available_cores())
    if options.deeplab:
        peers["DeepLabV3-MobileNetV2"] = load_deeplab(options.deeplab, available_cores())
    if options.isnet:
        peers["IS-Net"] = load_isnet(options.isnet, available_cores())

    def segment(peer: Peer) -> bytes:
        photo: RGBImage = load_image(jpeg)
        return encode_mask(peer.segment(photo))

    rows = [
        [
            name,
            milliseconds(time_calls(peer.network, options.repeats)),
            milliseconds(time_calls(partial(segment, peer), options.repeats)),
        ]
        for name, peer in peers.items()
    ]
    print_table(["2 MP photo", "network alone", "JPEG to mask"], rows)


if __name__ == "__main__":
    main()
