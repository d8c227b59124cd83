"""Fits the network of the correction brush on training photos, and measures it on validation ones.

    python -m training.fit_brush --data DATA --ship

A simulated user corrects what poor looks of the network got wrong, small ones and such at
photos that do not stand upright: on photos that it learnt from, its full answer is hardly
ever as wrong as on those that it has not seen. A fit prints its
seed and how long it took.
With `--measure` nothing is fitted: it prints what the numbers in use reach.
"""

import argparse
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from humanseg import Segmenter
from humanseg.corrections.scores import FITTED, save_numbers
from humanseg.engines.engine import Engine
from humanseg.engines.letterbox import fit as fit_size
from humanseg.engines.looks import look
from humanseg.photos.images import RGBImage, load_image
from training.brush.cases import Case
from training.brush.fitting import fit_brush, measure
from training.brush.network import SEED
from training.data.photos import read_labels, read_photos
from training.outputs import own_file
from training.scoring.measuring import load_segmenter

Float = npt.NDArray[np.float32]

WORTH = (0.2, 0.9)
"""IoU between which a photo is worth correcting, and not lost either."""

SMALL = (160, 192, 224, 256)
"""Sizes of the network's look at training photos, one of them for each, in pixels."""

TURNED = (192, 256, 320)
"""Likewise where that is as good as right, of photos on their side or upside down."""


def find_cases(data: Path, split: str, segmenter: Segmenter) -> Iterator[Case]:
    """Looks for photos that are worth correcting, in an order that depends on nothing.

    Args:
        data: As for `training.train`.
        split: "train", looked at in up to two poor ways, or "val", as users' photos are.
        segmenter: Of the weights.
    """
    rng = np.random.default_rng(0)
    for photo in rng.permutation(np.array(read_photos(data, split), object)):
        truth = read_labels(photo.mask)
        size, quarters, turned_size = rng.choice(SMALL), rng.integers(1, 4), rng.choice(TURNED)
        if not (truth == 255).any():
            continue
        image = load_image(photo.image)
        if split == "train":
            outputs = (
                _look(segmenter.engine, image, int(looked_at), int(turns))
                for looked_at, turns in ((size, 0), (turned_size, quarters))
            )
        else:
            outputs = (segmenter.run_network(image) for _ in range(1))
        for output in outputs:
            large = np.asarray(cv2.resize(output, (image.shape[1], image.shape[0])), np.float32)
            case = Case.of(image, large, truth)
            if WORTH[0] <= case.iou(case.probability >= 0.5) <= WORTH[1]:
                yield case
                break


def _look(engine: Engine, image: RGBImage, size: int, quarters: int) -> Float:
    """What the network says of a photo that is turned by some quarters, of this long side."""
    turned = np.ascontiguousarray(np.rot90(image, quarters))
    output = look(engine, fit_size(turned, size), size)
    return np.ascontiguousarray(np.rot90(output, -quarters))


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.fit_brush",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", help="as for Segmenter.from_pretrained")
    parser.add_argument("--photos", type=int, default=600, help="fitted on (default: 600)")
    parser.add_argument("--measured", type=int, default=60, help="photos (default: 60)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=own_file, help="where the numbers are written, an .npz file")
    what.add_argument("--ship", action="store_true", help="write them where humanseg reads them")
    what.add_argument("--measure", action="store_true", help="only measure those in use")
    return parser.parse_args(arguments)


def main(options: argparse.Namespace) -> None:
    """Fits, writes and measures."""
    _, segmenter = load_segmenter(options.weights)
    if not options.measure:
        cases = islice(find_cases(options.data, "train", segmenter), options.photos)
        start = time.monotonic()
        numbers = fit_brush(cases)
        save_numbers(numbers, options.out or FITTED)
        count = sum(array.size for part in numbers for layer in part for array in layer)
        minutes = (time.monotonic() - start) / 60
        print(f"{count} numbers are in {options.out or FITTED.name}")
        print(f"seed {SEED}, {minutes:.0f} minutes")
    if options.measure or options.ship:
        cases = islice(find_cases(options.data, "val", segmenter), options.measured)
        ious, worse, strokes = measure(cases)
        print("mean IoU after 0 to 5 strokes: " + " ".join(f"{iou:.3f}" for iou in ious))
        print(f"{worse} of {strokes} strokes made it worse by over 0.02")


if __name__ == "__main__":
    main(parse_arguments())
