"""Makes better labels for a next round of training with a network from the last.

    python -m training.relabel --data ../shared/data --weights runs/first/best.keras \
        --bystanders ccp --bystanders selfie --out runs/relabelled
    python -m training.train --data runs/relabelled ...

Two things are done; the photos themselves and the validation photos stay as they are.

- In `--bystanders` sources only one person is labelled. People whom the network is
  sure of elsewhere in the photo are marked "ignore", so as not to be taught as
  background.
- Photos of the split "unlabelled" have boxes around people, one YOLO line each in
  `boxes/NAME.txt` (class, centre x, centre y, width, height, as shares of the photo).
  The network looks at each box enlarged, as it could not do without being told where.
  Its sure pixels there become labels and the others are ignored; a box in which it
  finds nobody is ignored whole; outside there is nobody.
"""

import argparse
import csv
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from tqdm import tqdm

from humanseg import Segmenter
from humanseg.photos.images import RGBImage, load_image
from training.data.photos import IGNORE, read_labels

SURE_BYSTANDER = 0.8
"""Mean probability from which a person apart from the labelled one is believed in."""

SURE_PERSON, SURE_BACKGROUND = 0.7, 0.1
"""Probabilities beyond which the network is believed in a box: somebody is there."""

BOX_MARGIN = 0.35
"""What is looked at around a box, on each side, as a share of the box's long side."""

MIN_BYSTANDER = 0.002
"""Share of the photo below which a patch outside the labelled person is not ignored."""

FIELDS = ("split", "source", "image", "mask")

Labels = npt.NDArray[np.uint8]
"""uint8 (H, W): 255 person, 0 not, 127 ignore."""

Map = npt.NDArray[np.float32]
"""float32 (H, W), probabilities in [0, 1]."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the photo."""

Look = Callable[[RGBImage], Map]
"""Photo, or part of one -> probability map of the same size."""


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.relabel",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with manifest.csv")
    add("--weights", help="a .keras file (default: the weights that come with humanseg)")
    add("--bystanders", action="append", default=[], metavar="SOURCE")
    add("--out", type=Path, required=True, help="folder for the new masks and manifest.csv")
    return parser.parse_args(arguments)


def relabel(options: argparse.Namespace) -> None:
    """Writes a folder that `training.train --data` takes."""
    segmenter = Segmenter.from_pretrained(options.weights)

    def look(image: RGBImage) -> Map:
        return segmenter(image, detail="fine").probability

    data = options.data.resolve()
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    (options.out / "masks").mkdir(parents=True, exist_ok=True)
    with (options.out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for number, row in enumerate(tqdm(rows, unit="photo", disable=None)):
            image, mask, split = data / row["image"], data / row["mask"], row["split"]
            labels = None
            if split == "unlabelled":
                split = "train"
                boxes = read_boxes(data / "unlabelled" / "boxes" / f"{image.stem}.txt")
                labels = label_boxes(look_into_boxes(look, load_image(image), boxes), boxes)
            elif split == "train" and row["source"] in options.bystanders:
                labels = ignore_bystanders(look(load_image(image)), read_labels(mask))
            if labels is not None:
                mask = (options.out / "masks" / f"{number}-{image.stem}.png").resolve()
                Image.fromarray(labels).save(mask)
            writer.writerow([split, row["source"], image, mask])


def ignore_bystanders(probability: Map, labels: Labels) -> Labels:
    """Marks sure people apart from the labelled one "ignore".

    What touches the labelled person is a bag or a chair far more often than somebody
    else, and stays a lesson; so does all of which the network is less than sure.

    Args:
        probability: (H, W) in [0, 1].
        labels: (H, W).
    """
    margin = max(3, round(0.02 * max(labels.shape)))
    found = (probability >= 0.5).astype(np.uint8)
    number, parts, stats, _ = cv2.connectedComponentsWithStats(found)
    result = labels.copy()
    for part in range(1, number):
        where = parts == part
        large = stats[part, cv2.CC_STAT_AREA] >= MIN_BYSTANDER * labels.size
        apart = not (labels[where] == 255).any()
        if large and apart and probability[where].mean() >= SURE_BYSTANDER:
            grown = cv2.dilate(where.astype(np.uint8), np.ones((2 * margin + 1,) * 2)) > 0
            result[grown & (labels == 0)] = IGNORE
    return result


def read_boxes(path: Path) -> list[Box]:
    """Reads YOLO lines: class, centre x, centre y, width, height, as shares of the photo."""
    boxes = []
    for line in path.read_text(encoding="utf-8").splitlines():
        x, y, width, height = (float(value) for value in line.split()[1:5])
        boxes.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    return boxes


def look_into_boxes(look: Look, image: RGBImage, boxes: list[Box]) -> Map:
    """Looks at each box by itself, with a margin; outside all boxes the map is 0.

    Where boxes overlap, the result is the mean of what was seen in each.

    Args:
        look: Finds people in the photo cut down to a box and its margin.
        image: uint8 RGB (H, W, 3).
        boxes: Around every person in it.

    Returns:
        float32 (H, W) in [0, 1].
    """
    height, width = image.shape[:2]
    total = np.zeros((height, width), np.float32)
    views = np.zeros((height, width), np.float32)
    for box in boxes:
        rows, columns = to_slices(box, height, width)
        margin = round(BOX_MARGIN * max(rows.stop - rows.start, columns.stop - columns.start))
        top, left = max(0, rows.start - margin), max(0, columns.start - margin)
        seen = look(image[top : rows.stop + margin, left : columns.stop + margin])
        inner = seen[rows.start - top :, columns.start - left :]
        total[rows, columns] += inner[: rows.stop - rows.start, : columns.stop - columns.start]
        views[rows, columns] += 1
    return np.divide(total, np.maximum(views, 1), dtype=np.float32)


def label_boxes(probability: Map, boxes: list[Box]) -> Labels:
    """Labels the people in boxes as far as the network is sure of them.

    Args:
        probability: float32 (H, W) in [0, 1].
        boxes: Around every person in the photo.

    Returns:
        uint8 (H, W): 255 person, 0 not, 127 ignore.
    """
    labels = np.zeros(probability.shape, np.uint8)
    sure = np.full(probability.shape, IGNORE, np.uint8)
    sure[probability >= SURE_PERSON] = 255
    sure[probability <= SURE_BACKGROUND] = 0
    nobody = []
    for box in boxes:
        here = to_slices(box, *probability.shape)
        labels[here] = sure[here]
        if not (sure[here] == 255).any():
            nobody.append(here)
    for here in nobody:
        labels[here][labels[here] != 255] = IGNORE
    return labels


def to_slices(box: Box, height: int, width: int) -> tuple[slice, slice]:
    """Rows and columns of a box: at least one of each, within the photo."""
    left, top, right, bottom = box
    return _to_slice(top, bottom, height), _to_slice(left, right, width)


def _to_slice(start: float, end: float, length: int) -> slice:
    first = int(np.clip(start * length, 0, length - 1))
    return slice(first, min(length, max(first + 1, math.ceil(end * length))))


if __name__ == "__main__":
    relabel(parse_arguments())
