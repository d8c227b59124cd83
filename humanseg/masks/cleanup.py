"""Removes specks, holes and bystanders from masks, by their area."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import OptionError

Mask = npt.NDArray[np.bool_]


def remove_small_objects(mask: Mask, min_area: float) -> Mask:
    """Drops connected parts of a mask that are smaller than this.

    Args:
        mask: bool (H, W).
        min_area: Share of the photo, in [0, 1].

    Returns:
        bool (H, W).
    """
    labels, areas = _components(mask)
    return np.asarray((areas >= _checked("min_area", min_area) * mask.size)[labels] & mask)


def remove_small_holes(mask: Mask, max_area: float) -> Mask:
    """Fills holes of at most this area; what touches the photo's edge is no hole.

    Args:
        mask: bool (H, W).
        max_area: Share of the photo, in [0, 1].

    Returns:
        bool (H, W).
    """
    labels, areas = _components(~mask, connectivity=4)
    small = areas <= _checked("max_area", max_area) * mask.size
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        small[edge] = False
    return np.asarray(mask | (small[labels] & ~mask))


def keep_largest(mask: Mask) -> Mask:
    """Keeps the largest connected part of a mask, bool (H, W)."""
    labels, areas = _components(mask)
    return np.asarray((labels == areas.argmax()) & mask)


def keep_part(mask: Mask, x: float, y: float) -> Mask:
    """Keeps the connected part of a mask that holds a point, or else the nearest to it.

    Args:
        mask: bool (H, W).
        x: Pixels from the left, from 0 up to W.
        y: Pixels from the top, from 0 up to H.

    Returns:
        bool (H, W); empty if `mask` is.

    Raises:
        OptionError: The point lies outside the photo.
    """
    height, width = mask.shape
    if not (0 <= x < width and 0 <= y < height):
        raise OptionError(
            f"the point must lie in the photo, of {width} x {height} pixels. Received: {x}, {y}"
        )
    row, column = int(y), int(x)
    if not mask[row, column]:
        pixels = mask.astype(np.uint8)
        rows, columns = np.nonzero(pixels - cv2.erode(pixels, np.ones((3, 3), np.uint8)))
        if not rows.size:
            return mask
        nearest = np.argmin((columns - column) ** 2 + (rows - row) ** 2)
        row, column = rows[nearest], columns[nearest]
    labels, _ = _components(mask)
    return np.asarray(labels == labels[row, column])


def clean_up(
    probability: npt.NDArray[np.float32],
    threshold: float,
    min_area: float = 0.0,
    max_hole_area: float = 0.0,
    largest_only: bool = False,
) -> npt.NDArray[np.float32]:
    """Fills holes and drops specks and bystanders in a probability map.

    Args:
        probability: float32 (H, W) in [0, 1].
        threshold: At which the mask is cleaned.
        min_area: Smaller parts are dropped; a share of the photo.
        max_hole_area: Holes up to this area are filled; a share of the photo.
        largest_only: Whether only the largest part is kept.

    Returns:
        float32 (H, W) in [0, 1].

    Raises:
        OptionError: An area is outside [0, 1].
    """
    mask = remove_small_holes(probability >= threshold, max_hole_area)
    mask = remove_small_objects(mask, min_area)
    return apply_mask(probability, keep_largest(mask) if largest_only else mask, threshold)


def apply_mask(
    probability: npt.NDArray[np.float32], mask: Mask, threshold: float
) -> npt.NDArray[np.float32]:
    """Makes a probability map agree with a cleaned mask of it, soft edges included.

    What was dropped or filled takes with it the pixels that are nearer to it than to
    what remains, such as the soft edge around a speck.

    Args:
        probability: float32 (H, W) in [0, 1].
        mask: bool (H, W), what is to be person.
        threshold: At which `mask` was cleaned.

    Returns:
        float32 (H, W): 0 around what was dropped, 1 around what was filled.
    """
    before = probability >= threshold
    result = np.where(_around(before, before & ~mask), np.float32(0), probability)
    return np.where(_around(~before, mask & ~before), np.float32(1), result)


def _components(
    mask: Mask, connectivity: int = 8
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Labels of connected parts, int32 (H, W), and the area of each label; 0 is no part."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=connectivity
    )
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    areas[0] = -1
    return np.asarray(labels, np.int32), areas


def _around(mask: Mask, part: Mask) -> Mask:
    """The pixels whose nearest pixel of `mask` lies in `part` of it."""
    if not part.any():
        return part
    _, nearest = cv2.distanceTransformWithLabels(
        (~mask).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    in_part = np.zeros(nearest.max() + 1, bool)
    in_part[nearest[part]] = True
    return np.asarray(in_part[nearest])


def _checked(name: str, area: float) -> float:
    if not 0.0 <= area <= 1.0:
        raise OptionError(f"{name} is a share of the photo, between 0 and 1. Received: {area}")
    return area
