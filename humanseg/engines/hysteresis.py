"""What the network is nowhere sure of is no person, above all beside somebody surer.

Hysteresis thresholding, which asks of each connected part that it is sure somewhere:
Canny, 1986, https://doi.org/10.1109/TPAMI.1986.4767851
"""

import cv2
import numpy as np
import numpy.typing as npt

MASK = 0.5
"""Probability from which a part hangs together."""

SURE, LEAST = 0.8, 0.6
"""Probability that a part has to reach somewhere: the lower one is enough for the surest."""

DOUBTED = np.float32(0.45)
"""Probability at most of what is not sure enough: a lower threshold still finds it."""


def doubt_unsure(probability: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Lowers parts of a mask that are nowhere sure enough, below its threshold.

    Args:
        probability: float32 (h, w) in [0, 1].

    Returns:
        float32 (h, w) in [0, 1].
    """
    count, labels = cv2.connectedComponents((probability >= MASK).astype(np.uint8))
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, labels.ravel(), probability.ravel())
    unsure = peaks < np.clip(peaks.max(), LEAST, SURE)
    unsure[0] = False
    return np.where(unsure[labels], np.minimum(probability, DOUBTED), probability)
