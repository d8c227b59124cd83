"""A mask as data: connected regions with polygons and boxes, and run lengths."""

from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import OptionError

Mask = npt.NDArray[np.bool_]
Polygon: TypeAlias = npt.NDArray[np.int32]
"""int32 (N, 2), at least 3 points: x and y along the edge."""


class RLE(TypedDict):
    """Run lengths as in COCO: what `pycocotools.mask.frPyObjects` reads."""

    size: list[int]
    counts: list[int]


@dataclass(frozen=True, eq=False)
class Region:
    """One connected part of a mask: a person, or people who touch.

    Polygons go through the centres of pixels, all in the region, so that
    `cv2.fillPoly(canvas, [outer, *holes], 1)` draws it exactly, unless it was simplified.
    Only where that were a point or a line, as of a single pixel, the outline goes around
    the corners of the pixels instead: COCO's tools read no polygon of less than three
    points.

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
        outline = polygons[index] if len(outer) > 2 else _around_line(outer[0, 0], outer[-1, 0])
        regions.append(Region(area, box_xyxy, outline, holes))
    return sorted(regions, key=lambda region: region.area, reverse=True)


def _simplified(contour: npt.NDArray[np.int32], tolerance: float) -> Polygon:
    if tolerance > 0:
        simple = np.asarray(cv2.approxPolyDP(contour, tolerance, closed=True), np.int32)
        contour = simple if len(simple) > 2 else contour
    return contour[:, 0]


def _around_line(start: Polygon, end: Polygon) -> Polygon:
    """The corners of pixels in a line, straight or diagonal, from one to the other."""
    (x, y), (to_x, to_y) = sorted((start.tolist(), end.tolist()))
    if x == to_x or y == to_y:
        low, high = min(y, to_y), max(y, to_y) + 1
        return np.array([[x, low], [x, high], [to_x + 1, high], [to_x + 1, low]], np.int32)
    steps = np.arange(to_x - x + 1)
    tops = y + steps * (1 if to_y > y else -1)
    upper = np.stack([x + steps, tops, x + steps + 1, tops], axis=1).reshape(-1, 2)
    lower = np.stack([x + steps, tops + 1, x + steps + 1, tops + 1], axis=1).reshape(-1, 2)
    return np.concatenate([upper, lower[::-1]]).astype(np.int32)


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
