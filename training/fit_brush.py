"""Fits the numbers of the correction brush on training photos, and measures it on validation ones.

    python -m training.fit_brush --data ../shared/data --ship

A simulated user corrects what a quick, small look of the network got wrong: on photos that
it learnt from, its full answer is hardly ever as wrong as on those that it has not seen.
With `--measure` nothing is fitted: it prints what the numbers in use reach.
"""

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from humanseg import Segmenter
from humanseg.corrections.scores import FITTED, save_stages
from humanseg.engines.letterbox import fit as fit_size
from humanseg.engines.looks import look
from humanseg.photos.images import load_image
from training.brush.cases import Case
from training.brush.fitting import fit_brush, measure
from training.data.photos import read_labels, read_photos
from training.outputs import own_path

WORTH = (0.2, 0.9)
"""IoU between which a photo is worth correcting, and not lost either."""

LOOKS = (160, 192, 224, 256)
"""Sizes of the network's look at training photos, one of them for each, in pixels."""


def find_cases(data: Path, split: str, segmenter: Segmenter) -> Iterator[Case]:
    """Looks for photos that are worth correcting, in an order that depends on nothing.

    Args:
        data: As for `training.train`.
        split: "train", looked at once and small, or "val", as users' photos are.
        segmenter: Of the weights.
    """
    rng = np.random.default_rng(0)
    for photo in rng.permutation(np.array(read_photos(data, split), object)):
        image, truth = load_image(photo.image), read_labels(photo.mask)
        size = int(rng.choice(LOOKS))
        if not (truth == 255).any():
            continue
        if split == "train":
            output = look(segmenter.engine, fit_size(image, long_side=size), size)
        else:
            output = segmenter.run_network(image)
        wh = (image.shape[1], image.shape[0])
        case = Case.of(image, np.asarray(cv2.resize(output, wh), np.float32), truth)
        if WORTH[0] <= case.iou(case.probability >= 0.5) <= WORTH[1]:
            yield case


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.fit_brush",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", help="as for Segmenter.from_pretrained")
    parser.add_argument("--photos", type=int, default=320, help="fitted on (default: 320)")
    parser.add_argument("--measured", type=int, default=60, help="photos (default: 60)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=own_path, help="where the numbers are written, an .npz file")
    what.add_argument("--ship", action="store_true", help="write them where humanseg reads them")
    what.add_argument("--measure", action="store_true", help="only measure those in use")
    return parser.parse_args(arguments)


def main(options: argparse.Namespace) -> None:
    """Fits, writes and measures."""
    segmenter = Segmenter.from_pretrained(options.weights)
    if not options.measure:
        cases = islice(find_cases(options.data, "train", segmenter), options.photos)
        first, second = fit_brush(cases)
        save_stages(first, second, options.out or FITTED)
        numbers = sum(a.size for stage in (first, second) for layer in stage for a in layer)
        print(f"{numbers} numbers are in {options.out or FITTED.name}")
    if options.measure or options.ship:
        cases = islice(find_cases(options.data, "val", segmenter), options.measured)
        ious, worse, strokes = measure(cases)
        print("mean IoU after 0 to 5 strokes: " + " ".join(f"{iou:.3f}" for iou in ious))
        print(f"{worse} of {strokes} strokes made it worse by over 0.02")


if __name__ == "__main__":
    main(parse_arguments())
