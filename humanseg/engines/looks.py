"""How closely the network looks at a photo: at which part, in which size, and how often.

The mean of several looks is right more often than any of them. A look costs as much as it
has pixels, and finds what is large enough in them: so small people and long photos get more.
"""

from itertools import product
from math import ceil
from typing import Any, Literal, TypeAlias, get_args

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.letterbox import STRIDE, fit, letterbox, unletterbox
from humanseg.errors import OptionError

Detail: TypeAlias = Literal["auto", "fast", "fine"]

SMALLER, LARGER = 2 / 3, 4 / 3
"""Sizes at which the network looks again, as shares of the input size."""

LONG = 2.0
"""A photo is long if its sides are in this ratio; it is looked at in windows."""

WINDOW, OVERLAP = 1.5, 0.25
"""Of a window: the ratio of its sides, and the share that it has in common with the next."""

WINDOWS_COST = 4.0
"""All windows together cost at most so many times what "fast" costs."""

SMALL = 0.4
"""People are small if none is longer than this share of the photo's long side."""

FOUND, SPECK = 0.3, 0.0005
"""Probability from which there may be a person, and share of the photo that is too little."""

MARGIN = (0.15, 0.03)
"""Around small people: shares of their extent, and of the photo's long side."""

FINEST = 2.0
"""How many times finer the map may become where small people are looked at enlarged."""


def look_closely(
    engine: Engine, image: npt.NDArray[np.uint8], input_size: int, detail: Detail
) -> npt.NDArray[np.float32]:
    """Probabilities at the resolution of the network.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        input_size: Pixels of the photo's long side, a multiple of 32.
        detail: "fast" looks at the photo, and at a smaller copy of its mirror image. "fine"
            looks at both in two sizes, and in a third, larger one as far as the photo has
            the pixels for it. "auto" is "fast", but looks once more at small people,
            enlarged, and at a long photo in windows side by side.

    Returns:
        float32 (h, w) in [0, 1]; the long side is `input_size` pixels or more.

    Raises:
        OptionError: `detail` is something else.
    """
    if detail not in get_args(Detail):
        choices = " or ".join(map(repr, get_args(Detail)))
        raise OptionError(f"detail must be {choices}. Received: {detail!r}")
    height, width = image.shape[:2]
    if detail == "auto" and max(height, width) >= LONG * min(height, width):
        return look_in_windows(engine, image, input_size)
    smaller = round_to_stride(SMALLER * input_size)
    if detail == "fine":
        larger = max(input_size, round_to_stride(min(LARGER * input_size, max(height, width))))
        sizes = sorted({larger, input_size, smaller}, reverse=True)
        return mean_of_looks(engine, image, list(product(sizes, (False, True))))
    probability = mean_of_looks(engine, image, [(input_size, False), (smaller, True)])
    if detail == "auto" and (box := around_small_people(probability)) is not None:
        return look_enlarged(engine, image, probability, box)
    return probability


def mean_of_looks(
    engine: Engine, image: npt.NDArray[np.uint8], looks: list[tuple[int, bool]]
) -> npt.NDArray[np.float32]:
    """The mean of looks at a whole photo, in the size of the first.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        looks: The long side of each, and whether it is at the mirror image; the largest first.
    """
    copy = fit(image, looks[0][0])
    wh = (copy.shape[1], copy.shape[0])
    maps = [look(engine, copy, *each) for each in looks]
    resized = [cv2.resize(map_, wh, interpolation=cv2.INTER_LINEAR) for map_ in maps]
    return np.mean(resized, axis=0, dtype=np.float32)


def look(
    engine: Engine, copy: npt.NDArray[np.uint8], long_side: int, mirrored: bool = False
) -> npt.NDArray[np.float32]:
    """Probabilities of a single look, float32 (h, w) in [0, 1].

    Args:
        engine: Runs the network.
        copy: Of the photo, uint8 RGB (H, W, 3).
        long_side: In which the network sees it, a multiple of 32.
        mirrored: Whether it sees the mirror image.
    """
    seen = cv2.flip(copy, 1) if mirrored else copy
    network_input, content_wh = letterbox(np.asarray(seen, np.uint8), long_side)
    probability = unletterbox(engine(network_input[None])[0], content_wh)
    return np.asarray(cv2.flip(probability, 1), np.float32) if mirrored else probability


def look_in_windows(
    engine: Engine, image: npt.NDArray[np.uint8], input_size: int
) -> npt.NDArray[np.float32]:
    """Probabilities of a long photo, float32 (h, w): windows side by side that fade over.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        input_size: Of the long side of a window, at most.
    """
    is_wide = image.shape[1] >= image.shape[0]
    short, long = sorted(image.shape[:2])
    starts, length = windows(long, short)
    affordable = (WINDOWS_COST * (1 + SMALLER**2) / len(starts)) ** 0.5
    side = max(STRIDE, STRIDE * int(min(1.0, affordable) * input_size / STRIDE))
    scale = side / length
    total = np.zeros((max(1, round(short * scale)), round(long * scale)), np.float32)
    weights = np.zeros(total.shape[1], np.float32)
    fade = np.minimum(np.arange(side) + 1, np.arange(side)[::-1] + 1).astype(np.float32)
    for start in starts:
        part = image[:, start : start + length] if is_wide else image[start : start + length]
        seen = look(engine, part, side)
        upright = seen if is_wide else seen.T
        at = min(round(start * scale), total.shape[1] - side)
        total[:, at : at + side] += fade * cv2.resize(upright, (side, total.shape[0]))
        weights[at : at + side] += fade
    total /= weights
    return total if is_wide else np.ascontiguousarray(total.T)


def windows(long: int, short: int) -> tuple[list[int], int]:
    """Where the windows along the long side of a photo start, and their length, in pixels."""
    length = min(long, round(WINDOW * short))
    count = 1 + ceil((long - length) / ((1 - OVERLAP) * length))
    return [round(start) for start in np.linspace(0, long - length, count)], length


def around_small_people(probability: npt.NDArray[np.float32]) -> tuple[float, ...] | None:
    """Where people are, if there are any and none is large.

    Args:
        probability: float32 (h, w) in [0, 1].

    Returns:
        Left, top, right and bottom in [0, 1], with a margin.
    """
    height, width = probability.shape
    found = (probability >= FOUND).astype(np.uint8)
    parts = cv2.connectedComponentsWithStats(found)[2][1:]
    parts = parts[parts[:, cv2.CC_STAT_AREA] >= SPECK * found.size]
    starts, sizes = parts[:, :2], parts[:, 2:4]
    if not len(parts) or sizes.max() >= SMALL * max(height, width):
        return None
    low, high = starts.min(axis=0), (starts + sizes).max(axis=0)
    margin = MARGIN[0] * (high - low).max() + MARGIN[1] * max(height, width)
    box = np.concatenate([low - margin, high + margin]) / (width, height, width, height)
    return tuple(box.clip(0, 1).tolist())


def look_enlarged(
    engine: Engine,
    image: npt.NDArray[np.uint8],
    probability: npt.NDArray[np.float32],
    box: tuple[float, ...],
) -> npt.NDArray[np.float32]:
    """Takes a look at a part of the photo into the mean of two at the whole.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        probability: Of the whole, float32 (h, w); its long side is that of the look as well.
        box: Of the part: left, top, right and bottom in [0, 1].

    Returns:
        float32, finer than `probability` as far as the part is smaller than the whole.
    """
    size = max(probability.shape)
    part = _cut(image, box)
    scale = min(FINEST, max(image.shape) / max(part.shape))
    wh = (round(scale * probability.shape[1]), round(scale * probability.shape[0]))
    finer = cv2.resize(probability, wh, interpolation=cv2.INTER_LINEAR)
    target = _cut(finer, box)
    closer = look(engine, part, size)
    target *= 2 / 3
    target += cv2.resize(closer, target.shape[::-1], interpolation=cv2.INTER_LINEAR) / 3
    return np.asarray(finer, np.float32)


def _cut(array: npt.NDArray[Any], box: tuple[float, ...]) -> npt.NDArray[Any]:
    """The part of a picture, at least a pixel, as a view."""
    height, width = array.shape[:2]
    left, top = int(box[0] * width), int(box[1] * height)
    right, bottom = ceil(box[2] * width), ceil(box[3] * height)
    return array[top : max(bottom, top + 1), left : max(right, left + 1)]


def round_to_stride(pixels: float) -> int:
    """The nearest size that the network takes, at least one stride."""
    return max(STRIDE, STRIDE * round(pixels / STRIDE))
