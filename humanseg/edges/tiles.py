"""Large photos tile by tile: what is dear is done only where it is needed."""

from collections.abc import Iterator
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]
Tile: TypeAlias = tuple[slice, slice]
"""Rows and columns."""

SIDE = 128
"""Pixels of a tile: smaller ones fit edges more closely, and cost more each."""


def tiles(height: int, width: int) -> Iterator[Tile]:
    """Splits a photo into tiles of at most `SIDE` pixels a side."""
    for top in range(0, height, SIDE):
        for left in range(0, width, SIDE):
            yield slice(top, min(top + SIDE, height)), slice(left, min(left + SIDE, width))


class Enlarged:
    """A small map in the size of a photo, of which only the tiles asked for are made.

    Args:
        small: float32 (h, w), (h, w, 3) or (h, w, 4); OpenCV is less exact with two channels.
        shape: Of the photo, (H, W).
    """

    def __init__(self, small: Float, shape: tuple[int, int]):
        self._small = small
        self._steps = [of / to for of, to in zip(small.shape, shape, strict=False)]

    def source(self, tile: Tile) -> Tile:
        """The part of the small map that a tile is made from."""
        first, last = self._places(tile, 0), self._places(tile, 1)
        rows, columns = (
            slice(max(0, int(a)), int(b) + 2) for a, b in zip(first, last, strict=True)
        )
        return rows, columns

    def __getitem__(self, tile: Tile) -> Float:
        """A tile of what `cv2.resize` makes of the map, bilinear; float32 (rows, columns, ...)."""
        (down, across), (y, x) = self._steps, self._places(tile, 0)
        rows, columns = tile
        made = cv2.warpAffine(
            self._small,
            np.array([[across, 0, x], [0, down, y]]),
            (columns.stop - columns.start, rows.stop - rows.start),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(made, np.float32)

    def _places(self, tile: Tile, end: int) -> list[float]:
        """Row and column of the small map at the first or the last pixel of a tile."""
        ends = (part.stop - 1 if end else part.start for part in tile)
        return [(at + 0.5) * step - 0.5 for at, step in zip(ends, self._steps, strict=True)]
