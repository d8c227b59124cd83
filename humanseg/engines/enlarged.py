"""Small people, enlarged: the network finds what is large enough in what it sees."""

from math import ceil
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.looks import LARGER, look, round_to_stride

SMALL = 0.4
"""People are small if none is longer than this share of the photo's long side."""

FOUND, SPECK = 0.3, 0.0005
"""Probability from which there may be a person, and share of the photo that is too little."""

SURE = np.float32(0.5)
"""Probability that somebody has to reach: a closer look at a mere suspicion invents people."""

MARGIN = (0.15, 0.03)
"""Around small people: shares of their extent, and of the photo's long side."""

FINEST = 2.0
"""How many times finer the map may become where small people are looked at enlarged."""


def around_small_people(probability: npt.NDArray[np.float32]) -> tuple[float, ...] | None:
    """Where people are, if any are found and none is large.

    Args:
        probability: float32 (h, w) in [0, 1].

    Returns:
        Left, top, right and bottom in [0, 1], with a margin and the photo's aspect ratio; the
        whole photo if they are all over it. None otherwise.
    """
    height, width = probability.shape
    found = (probability >= FOUND).astype(np.uint8)
    parts = cv2.connectedComponentsWithStats(found)[2][1:]
    parts = parts[parts[:, cv2.CC_STAT_AREA] >= SPECK * found.size]
    starts, sizes = parts[:, :2], parts[:, 2:4]
    if not len(parts) or sizes.max() >= SMALL * max(height, width) or probability.max() < SURE:
        return None
    low, high = starts.min(axis=0), (starts + sizes).max(axis=0)
    margin = MARGIN[0] * (high - low).max() + MARGIN[1] * max(height, width)
    low, high = (np.array(at) / (width, height) for at in (low - margin, high + margin))
    side = (high - low).max()  # in both directions: the network's input keeps its size
    if side > 1 / LARGER:
        return (0.0, 0.0, 1.0, 1.0)
    start = ((low + high - side) / 2).clip(0, 1 - side)
    return (*start.tolist(), *(start + side).tolist())


def look_enlarged(
    engine: Engine,
    image: npt.NDArray[np.uint8],
    probability: npt.NDArray[np.float32],
    box: tuple[float, ...],
) -> npt.NDArray[np.float32]:
    """Takes a look at a part of the photo, mirrored, into the mean of two at the whole.

    It is at least `LARGER` times as close. So it costs as much as a look at the whole, and
    nearly twice that where people are all over the photo.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        probability: Of the whole, float32 (h, w); the look has its long side, or up to `LARGER`
            times that.
        box: Of the part: left, top, right and bottom in [0, 1].

    Returns:
        float32, finer than `probability`.
    """
    size = max(probability.shape)
    part = _cut(image, box)
    side = max(part.shape) / max(image.shape)
    scale = min(FINEST, max(LARGER, 1 / side))
    wh = (round(scale * probability.shape[1]), round(scale * probability.shape[0]))
    finer = cv2.resize(probability, wh, interpolation=cv2.INTER_LINEAR)
    target = _cut(finer, box)
    closer = look(engine, part, round_to_stride(size * max(1, LARGER * side)), mirrored=True)
    target *= 2 / 3
    target += cv2.resize(closer, target.shape[::-1], interpolation=cv2.INTER_LINEAR) / 3
    return np.asarray(finer, np.float32)


def _cut(array: npt.NDArray[Any], box: tuple[float, ...]) -> npt.NDArray[Any]:
    """The part of a picture, at least a pixel, as a view."""
    height, width = array.shape[:2]
    left, top = int(box[0] * width), int(box[1] * height)
    right, bottom = ceil(box[2] * width), ceil(box[3] * height)
    return array[top : max(bottom, top + 1), left : max(right, left + 1)]
