"""Labels made from what networks said of a photo: pseudo-labels."""

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.photos.images import RGBImage
from training.data.photos import IGNORE

SURE_BYSTANDER = 0.8
"""Mean probability from which a person apart from the labelled one is believed in."""

SURE_PERSON, SURE_BACKGROUND = 0.7, 0.1
"""Probabilities beyond which the network is believed in a box: somebody is there."""

TEACHER_SHARE = 0.6
"""Of a teacher's map in the mean with the network's: the one knows who, the other where."""

BELIEVED_PERSON, BELIEVED_BACKGROUND = 0.55, 0.25
"""Of that mean, probabilities beyond which it is believed."""

BOX_MARGIN = 0.35
"""What is looked at around a box, on each side, as a share of the box's long side."""

MIN_BYSTANDER = 0.002
"""Share of the photo below which a patch outside the labelled person is not ignored."""

Labels = npt.NDArray[np.uint8]
"""uint8 (H, W): 255 person, 0 not, 127 ignore."""

Map = npt.NDArray[np.float32]
"""float32 (H, W), probabilities in [0, 1]."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the photo."""

Look = Callable[[RGBImage], Map]
"""Photo, or part of one -> probability map of the same size."""


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


def label_whole(probability: Map, teacher: Map) -> Labels:
    """Labels a photo as far as the network and a teacher are sure of it together.

    Args:
        probability: Of the network, float32 (H, W) in [0, 1].
        teacher: Of the teacher, likewise; blurred at edges.

    Returns:
        uint8 (H, W): 255 person, 0 not, 127 ignore.
    """
    mean = TEACHER_SHARE * teacher + (1 - TEACHER_SHARE) * probability
    labels = np.full(mean.shape, IGNORE, np.uint8)
    labels[mean >= BELIEVED_PERSON] = 255
    labels[mean <= BELIEVED_BACKGROUND] = 0
    return labels


def read_boxes(path: Path) -> list[Box]:
    """Reads YOLO lines: class, centre x, centre y, width, height, as shares of the photo."""
    boxes = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():  # some programs end a file with one
            continue
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
