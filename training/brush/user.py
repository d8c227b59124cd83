"""Plays the user of a correction brush on a photo whose true mask is known."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]

WIDTH, LENGTH = 0.04, 0.25
"""Of a stroke at most, as shares of the photo's long side."""

COVER = 0.2
"""Of an error: so much of its area one stroke goes over."""

LEAST = 0.0005
"""Errors up to this share of the photo are left."""


class Error(NamedTuple):
    """The largest connected error of a mask.

    Attributes:
        region: bool (H, W).
        missing: Whether people are missing there; else there are none.
    """

    region: Mask
    missing: bool


def largest_error(mask: Mask, truth: Mask, counts: Mask) -> Error | None:
    """Finds what a user would correct first, None if nothing is worth it.

    Args:
        mask: bool (H, W).
        truth: bool (H, W).
        counts: Pixels of which the truth is known, bool (H, W).
    """
    largest, area = None, LEAST * mask.size
    for missing, wrong in ((True, truth & ~mask), (False, mask & ~truth)):
        opened = cv2.morphologyEx(
            (wrong & counts).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
        )
        count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
        if count > 1:
            label = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
            if stats[label, cv2.CC_STAT_AREA] > area:
                largest, area = Error(labels == label, missing), stats[label, cv2.CC_STAT_AREA]
    return largest


def draw_stroke(region: Mask) -> Mask:
    """Draws one stroke in a region: two straight arms from its deepest point.

    They go where it reaches furthest, together over a fifth of it, and never leave it.

    Returns:
        bool (H, W).
    """
    side = max(region.shape)
    depth = cv2.distanceTransform(np.pad(region.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = (int(i) for i in np.unravel_index(int(np.argmax(depth)), depth.shape))
    radius = max(0.5, min(WIDTH * side / 2, 0.7 * float(depth[y, x])))
    area = np.count_nonzero(region)
    budget = max(0.0, min(COVER * area / (2 * radius) - radius, LENGTH * side))
    angles = np.arange(32) * (2 * np.pi / 32)
    reach = [_reach(depth >= radius, x, y, angle, budget) for angle in angles]
    first = int(np.argmax(reach))
    second = max(
        (i for i in range(32) if np.cos(angles[i] - angles[first]) <= 0), key=reach.__getitem__
    )
    canvas = np.zeros(region.shape, np.uint8)
    for arm, other in ((first, second), (second, first)):
        length = min(reach[arm], max(budget / 2, budget - reach[other]))
        end = (
            round(x + float(np.cos(angles[arm])) * length),
            round(y + float(np.sin(angles[arm])) * length),
        )
        cv2.line(canvas, (x, y), end, 1, max(1, int(2 * radius)))
    return canvas.astype(bool) & region


def _reach(inside: Mask, x: int, y: int, angle: float, budget: float) -> int:
    """How many pixels one can go from a point in a direction, before one leaves."""
    height, width = inside.shape
    steps = np.arange(0, budget + 1)
    xs = np.round(x + np.cos(angle) * steps).astype(int)
    ys = np.round(y + np.sin(angle) * steps).astype(int)
    ok = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
    ok[ok] = inside[ys[ok], xs[ok]]
    return max(0, (len(ok) if ok.all() else int(np.argmin(ok))) - 1)
