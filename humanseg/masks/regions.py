"""A mask as data: connected regions with polygons and boxes, and run lengths."""

from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import OptionError

Mask = npt.NDArray[np.bool_]
Polygon: TypeAlias = npt.NDArray[np.int32]
"""int32 (N, 2): x and y of pixel centres along the edge, each pixel in the region."""


class RLE(TypedDict):
    """Run lengths as in COCO: what `pycocotools.mask.frPyObjects` reads."""

    size: list[int]
    counts: list[int]


@dataclass(frozen=True)
class Region:
    """One connected part of a mask: a person, or people who touch.

    `cv2.fillPoly(canvas, [outer, *holes], 1)` draws the region exactly, unless the
    polygons were simplified.

    Attributes:
        area: In pixels.
        box_xyxy: Left, top, right, bottom in pixels; right and bottom are one past
            the region.
        outer: The outline.
        holes: The outlines of the holes.
    """

    area: int
    box_xyxy: tuple[int, int, int, int]
    outer: Polygon
    holes: list[Polygon]

    def to_dict(self) -> dict[str, Any]:
        """The same in types that JSON knows; polygons are lists of [x, y]."""
        return {
            "area": self.area,
            "box_xyxy": list(self.box_xyxy),
            "outer": self.outer.tolist(),
            "holes": [hole.tolist() for hole in self.holes],
        }


def find_regions(mask: Mask, tolerance: float = 0.0) -> list[Region]:
    """Finds the 8-connected regions of a mask, the largest first.

    Args:
        mask: bool (H, W).
        tolerance: Polygons may be this many pixels off, for fewer points (Douglas
            and Peucker); with 0 they are exact.

    Raises:
        OptionError: `tolerance` is negative.
    """
    if tolerance < 0:
        raise OptionError(f"tolerance must be at least 0 pixels. Received: {tolerance}")
    pixels = mask.astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pixels)
    contours, hierarchy = cv2.findContours(pixels, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    polygons = [_simplified(contour, tolerance) for contour in contours]
    regions = []
    for index, outer in enumerate(contours):
        *_, child, parent = hierarchy[0][index]
        if parent >= 0:
            continue
        holes = []
        while child >= 0:
            holes.append(polygons[child])
            child = hierarchy[0][child][0]
        x, y = outer[0, 0]
        left, top, width, height, area = stats[labels[y, x]].tolist()
        box_xyxy = (left, top, left + width, top + height)
        regions.append(Region(area, box_xyxy, polygons[index], holes))
    return sorted(regions, key=lambda region: region.area, reverse=True)


def _simplified(contour: npt.NDArray[np.int32], tolerance: float) -> Polygon:
    if tolerance > 0:
        contour = np.asarray(cv2.approxPolyDP(contour, tolerance, closed=True), np.int32)
    return contour[:, 0]


def encode_rle(mask: Mask) -> RLE:
    """Run lengths of a mask, column by column, beginning with those outside it.

    Args:
        mask: bool (H, W).

    Returns:
        COCO's uncompressed form: `size` is [H, W].
    """
    flat = mask.ravel(order="F")
    starts = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(np.concatenate(([0], starts, [flat.size]))).tolist()
    if flat[0]:
        counts.insert(0, 0)
    return {"size": list(mask.shape), "counts": counts}


def decode_rle(rle: RLE) -> Mask:
    """The mask that `encode_rle` encoded, bool (H, W)."""
    inside = np.arange(len(rle["counts"])) % 2 == 1
    return np.repeat(inside, rle["counts"]).reshape(rle["size"], order="F")
