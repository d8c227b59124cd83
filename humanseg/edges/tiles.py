"""Large photos tile by tile: what is dear is done only where it is needed."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

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
    """Small maps in the size of a photo, of which only the tiles asked for are made.

    Args:
        maps: float32 (h, w) or (n, h, w).
        shape: Of the photo, (H, W).
    """

    def __init__(self, maps: Float, shape: tuple[int, int]):
        self._maps, self._shape = maps, shape

    def source(self, tile: Tile) -> Tile:
        """The part of the maps that a tile is made from."""
        (above, below, _), (left, right, _) = self._axes(tile)
        return slice(above[0], below[-1] + 1), slice(left[0], right[-1] + 1)

    def __getitem__(self, tile: Tile) -> Float:
        """A tile of what `cv2.resize` makes of the maps, bilinear; float32 (..., rows, columns)."""
        (above, below, down), (left, right, across) = self._axes(tile)
        part = self._maps[..., left[0] : right[-1] + 1]
        lines = _mix(part[..., above, :], part[..., below, :], down[:, None])
        return _mix(lines[..., left - left[0]], lines[..., right - left[0]], across)

    def _axes(self, tile: Tile) -> list["_Axis"]:
        sizes = zip(self._maps.shape[-2:], self._shape, tile, strict=True)
        return [_axis(of, to, part.start, part.stop) for of, to, part in sizes]


_Axis: TypeAlias = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Float]


@lru_cache(256)
def _axis(of: int, to: int, start: int, stop: int) -> _Axis:
    """Between which two rows of a small map some rows of the photo are, and where."""
    at = ((np.arange(start, stop) + 0.5) * (of / to) - 0.5).clip(0, of - 1)
    before = at.astype(np.intp)
    return before, np.minimum(before + 1, of - 1), (at - before).astype(np.float32)


def _mix(first: Float, second: Float, share: Float) -> Float:
    """In place of the second."""
    second -= first
    second *= share
    second += first
    return second
