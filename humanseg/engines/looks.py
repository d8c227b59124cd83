"""Looks of the network at a photo, of any size, and their mean."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.letterbox import STRIDE, fit, letterbox, unletterbox

SMALLEST, SMALLER, LARGER = 8 / 15, 2 / 3, 4 / 3
"""Sizes at which the network looks again, as shares of the input size."""

UNDECIDED = 0.1
"""Share of a photo of which looks say opposite things, from which one more decides."""


def mean_of_looks(
    engine: Engine,
    image: npt.NDArray[np.uint8],
    looks: list[tuple[int, bool]],
    referee: int | None = None,
) -> npt.NDArray[np.float32]:
    """The mean of looks at a whole photo, in the size of the first.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        looks: The long side of each, and whether it is at the mirror image; the largest first.
        referee: The long side of one more look, if those disagree on much of the photo.
    """
    copy = fit(image, looks[0][0])
    wh = (copy.shape[1], copy.shape[0])
    maps = [cv2.resize(look(engine, copy, *each), wh) for each in looks]
    if referee and np.mean(np.ptp(maps, axis=0) > 0.5) > UNDECIDED:
        maps.append(cv2.resize(look(engine, copy, referee), wh))
    return np.mean(maps, axis=0, dtype=np.float32)


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


def round_to_stride(pixels: float) -> int:
    """The nearest size that the network takes, at least one stride."""
    return max(STRIDE, STRIDE * round(pixels / STRIDE))
