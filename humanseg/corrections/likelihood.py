"""How much more often a colour is here than there, by smoothed histograms."""

import cv2
import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]
Bins = npt.NDArray[np.int32]

ONE, KERNEL = np.ones(1, np.float32), np.array([0.25, 0.5, 0.25], np.float32)

LAB_LOW = np.array([0, -64, -64], np.float32)
LAB_SPAN = np.array([100, 128, 128], np.float32)
"""The part of CIELAB that is counted: L in [0, 100], a and b in [-64, 64]."""

SIDE = 16
"""Bins along each of the three axes of CIELAB."""

LEAST = np.float32(1e-4)
"""Added to all shares, so that unseen colours are unlikely and not impossible."""


def to_bins(lab: Float) -> Bins:
    """Which bin each colour falls into, int32 (h, w) in [0, 4096); `lab` as OpenCV has it."""
    scaled = (lab - LAB_LOW) / LAB_SPAN
    cell = (scaled * (SIDE - 0.01)).clip(0, SIDE - 0.01).astype(np.int32)
    return np.asarray((cell[..., 0] * SIDE + cell[..., 1]) * SIDE + cell[..., 2])


def histogram(bins: Bins, weight: Float | None = None) -> Float:
    """Share of each bin, smoothed over its neighbours, float32 (4096,).

    Args:
        bins: Of the pixels that are counted, of any shape.
        weight: Of each of them, not negative; None if all count the same.
    """
    flat = None if weight is None else weight.ravel()
    counts = np.bincount(bins.ravel(), flat, SIDE**3).astype(np.float32)
    cube = (counts / np.float32(max(1e-6, float(counts.sum())))).reshape(SIDE, -1)
    for _ in range(2 * 3):  # each turn smooths along the first axis and puts it last
        smooth = cv2.sepFilter2D(cube, -1, ONE, KERNEL, borderType=cv2.BORDER_REPLICATE)
        cube = np.ascontiguousarray(np.transpose(smooth)).reshape(SIDE, -1)
    return cube.ravel() + LEAST
