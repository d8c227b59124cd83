"""Segmentation metrics: counts first, ratios last.

All functions are pure NumPy/OpenCV and take masks as bool (H, W).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Counts:
    """Pixels by what was predicted and what is true; counts add up over photos.

    A ratio is 1.0 where it has nothing to count: IoU and Dice if nothing is there and nothing
    was marked, precision if nothing was marked, recall if nothing is there.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn
        )

    @property
    def total(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def iou(self) -> float:
        return _ratio(self.tp, self.tp + self.fp + self.fn)

    @property
    def background_iou(self) -> float:
        return _ratio(self.tn, self.tn + self.fp + self.fn)

    @property
    def dice(self) -> float:
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def precision(self) -> float:
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def accuracy(self) -> float:
        return _ratio(self.tp + self.tn, self.total)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def count(predicted: Mask, truth: Mask, valid: Mask | None = None) -> Counts:
    """Counts pixels of two masks of shape (H, W), where `valid` if given.

    Raises:
        ValueError: The masks differ in shape.
    """
    if predicted.shape != truth.shape:
        raise ValueError(
            f"Masks must have the same shape. Received: {predicted.shape} and {truth.shape}"
        )
    if valid is not None:
        predicted, truth = predicted[valid], truth[valid]
    tp = int(np.count_nonzero(predicted & truth))
    marked, person = int(np.count_nonzero(predicted)), int(np.count_nonzero(truth))
    return Counts(tp, marked - tp, person - tp, predicted.size - marked - person + tp)


def boundary(mask: Mask, dilation_ratio: float = 0.02) -> Mask:
    """The band of a mask within `dilation_ratio` of the diagonal from its contour.

    Source: Cheng et al., 2021, Boundary IoU, https://arxiv.org/abs/2103.16562, as in
    their `mask_to_boundary`: the photo's border counts as contour.
    """
    height, width = mask.shape
    distance = max(1, round(dilation_ratio * float(np.hypot(height, width))))
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=distance)
    return mask & (inner[1:-1, 1:-1] == 0)


def boundary_iou(predicted: Mask, truth: Mask, dilation_ratio: float = 0.02) -> float:
    """IoU of the two masks' boundary bands; 1.0 where both masks are empty."""
    return count(boundary(predicted, dilation_ratio), boundary(truth, dilation_ratio)).iou


def counts_by_threshold(
    probability: npt.NDArray[np.float32],
    truth: Mask,
    thresholds: npt.NDArray[np.floating],
) -> list[Counts]:
    """Counts at each threshold, from one histogram instead of one mask each.

    Args:
        probability: (H, W) in [0, 1].
        truth: (H, W).
        thresholds: Increasing values in [0, 1]; a pixel is marked where its
            probability is at or above the threshold.

    Raises:
        ValueError: Probability map and mask differ in shape.
    """
    if probability.shape != truth.shape:
        raise ValueError(
            f"The mask must be as large as the photo. "
            f"Received: mask {truth.shape}, photo {probability.shape}"
        )
    # As masks do: 0.45 of float64 is a little more than 0.45 of float32, which it would not reach.
    steps = thresholds.astype(probability.dtype)
    bins = np.searchsorted(steps, probability.ravel(), side="right")
    size = len(thresholds) + 1
    person = np.bincount(bins[truth.ravel()], minlength=size)[::-1].cumsum()[::-1]
    all_pixels = np.bincount(bins, minlength=size)[::-1].cumsum()[::-1]
    counts = []
    for marked, tp in zip(all_pixels[1:].tolist(), person[1:].tolist(), strict=True):
        fn = int(person[0]) - tp
        counts.append(Counts(tp, marked - tp, fn, truth.size - marked - fn))
    return counts
