"""Scores humanseg side by side with other networks and trivial baselines.

    python -m training.compare --data DATA --peers --deeplab FILE.tflite --isnet FILE.onnx

The same photos, masks and metrics for all, in one run on one machine; "ms" is the
median time from RGB photo in memory to probability map at the photo's resolution.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from humanseg.benchmark.peers import DEEPLAB, ISNET, load_deeplab, load_isnet, load_mediapipe
from humanseg.checkpoints.weights import Weights
from humanseg.engines.process import ready_process
from humanseg.engines.threads import available_cores
from humanseg.errors import HumanSegError
from humanseg.photos.images import RGBImage, load_image
from humanseg.pictures.overlay import overlay
from humanseg.shipped import shipped
from training.outputs import own_path
from training.scoring.baselines import BASELINES
from training.scoring.measuring import add_measured, check_record, load_measured
from training.scoring.scores import score_photos, summarize_by_source

EXAMPLES = shipped("examples")
FILE, FIGURE = "comparison.json", "comparison.webp"

Method = Callable[[RGBImage], npt.NDArray[np.float32]]


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add_measured(parser, f"{FILE} and {FIGURE}")
    add("--peers", action="store_true", help="score MediaPipe Selfie too; downloads its package")
    add("--deeplab", type=Path, metavar="FILE", help=f"score DeepLabV3-MobileNetV2 too: {DEEPLAB}")
    add(
        "--isnet",
        type=Path,
        metavar="FILE",
        help=f"score IS-Net too, with onnxruntime; takes a second a photo: {ISNET}",
    )
    add(
        "--out",
        type=own_path,
        metavar="FOLDER",
        help=f"write {FILE}, all scores, and {FIGURE}, the examples as each network sees them",
    )
    add("--examples", type=Path, default=EXAMPLES, help=f"photos for {FIGURE}")
    options = parser.parse_args(arguments)
    check_record(parser, options)
    if options.record:
        options.out = Path(options.weights).parent
    return options


def compare(options: argparse.Namespace) -> dict[str, dict[str, dict[str, float]]]:
    """Prints the table, writes what was asked for, and returns all summaries."""
    ready_process()  # so that times are those of the command
    weights, segmenter, photos = load_measured(options)
    methods: dict[str, Method] = {"humanseg": lambda image: segmenter(image).probability}
    methods |= load_peers(options)
    if options.out:
        examples = sorted(options.examples.glob("*.[jp][pn]g"))
        if not examples:
            raise SystemExit(f"There are no JPEG or PNG files in {options.examples}: --examples.")
        options.out.mkdir(parents=True, exist_ok=True)
        save_figure(methods, examples, options.out / FIGURE)
    methods |= BASELINES

    results = {}
    for name, method in methods.items():
        timed = Timed(method)
        results[name] = summarize_by_source(score_photos(timed, photos))
        results[name]["all"]["ms"] = round(float(np.median(timed.seconds)) * 1000, 1)
    print(markdown_table(results))
    if options.out:
        report = {"sha256": weights.sha256, "results": results}
        text = json.dumps(report, indent=2) + "\n"
        (options.out / FILE).write_text(text, encoding="utf-8")
    return results


def load_peers(options: argparse.Namespace) -> dict[str, Method]:
    """The other networks that are asked for.

    Raises:
        SystemExit: A file is not what it should be.
    """
    peers: dict[str, Method] = {}
    threads = available_cores()
    try:
        if options.peers:
            peers["MediaPipe Selfie"] = load_mediapipe(threads).segment
        if options.deeplab:
            peers["DeepLabV3-MobileNetV2"] = load_deeplab(options.deeplab, threads).segment
        if options.isnet:
            peers["IS-Net"] = load_isnet(options.isnet, threads).segment
    except HumanSegError as error:
        raise SystemExit(str(error)) from error
    return peers


class Timed:
    """Reads a photo, then runs a method on it and notes how long that took."""

    def __init__(self, method: Method):
        self.method = method
        self.seconds: list[float] = []

    def __call__(self, path: Path) -> npt.NDArray[np.float32]:
        image = load_image(path)
        start = time.perf_counter()
        probability = self.method(image)
        self.seconds.append(time.perf_counter() - start)
        return probability


def markdown_table(results: dict[str, dict[str, dict[str, float]]]) -> str:
    """A row for each method: mean IoU / Boundary IoU or share left clean by source, time."""
    first = next(iter(results.values()))
    sources = [source for source in first if source != "all"]
    with_people = [source for source in sources if "iou" in first[source]]
    without = [source for source in sources if "clean" in first[source]]
    titles = [*with_people, *(f"{source}: clean" for source in without), "ms"]
    lines = [f"| | {' | '.join(titles)} |", f"|---|{'---:|' * len(titles)}"]
    for name, summaries in results.items():
        cells = [
            f"{summaries[source]['iou']:.3f} / {summaries[source]['boundary_iou']:.3f}"
            for source in with_people
        ]
        cells += [f"{summaries[source]['clean']:.0%}" for source in without]
        cells.append(f"{summaries['all']['ms']:.0f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def describe_comparison(weights: Weights) -> str:
    """Table and figure for the card of weights; empty if none of them lie beside the weights."""
    path = weights.path.with_name(FILE)
    report = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if report.get("sha256") != weights.sha256:
        return ""
    networks = ", ".join(name for name in report["results"] if name not in BASELINES)
    table = markdown_table(report["results"])
    return f"{table}\n\n![The example photos, below them the masks of: {networks}]({FIGURE})"


def save_figure(
    methods: dict[str, Method], paths: list[Path], file: Path, height: int = 220
) -> None:
    """Writes a grid: a column for each photo, above it the original, below each method."""
    columns = []
    for path in paths:
        image = load_image(path)
        width = round(image.shape[1] * height / image.shape[0])
        cells = [image] + [overlay(image, method(image) >= 0.5) for method in methods.values()]
        cells = [cv2.resize(cell, (width, height), interpolation=cv2.INTER_AREA) for cell in cells]
        columns.append(
            np.vstack(
                [np.pad(cell, ((0, 6), (0, 6), (0, 0)), constant_values=255) for cell in cells]
            )
        )
    Image.fromarray(np.hstack(columns)).save(file)


if __name__ == "__main__":
    compare(parse_arguments())
