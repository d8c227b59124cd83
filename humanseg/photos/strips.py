"""Large photos a few rows at a time, so that memory stays small."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

ROWS = 256


def strips(height: int) -> Iterator[slice]:
    """Splits the rows of a photo into slices of at most `ROWS`."""
    for top in range(0, height, ROWS):
        yield slice(top, min(top + ROWS, height))


def resize_rows(
    array: npt.NDArray[np.float32], image_wh: tuple[int, int], rows: slice
) -> npt.NDArray[np.float32]:
    """Some rows of `cv2.resize(array, image_wh)`, without making the others.

    Args:
        array: float32 (h, w) or (h, w, C).
        image_wh: Width and height of the photo.
        rows: Rows of the photo.

    Returns:
        float32 (rows, W) or (rows, W, C), bilinear.
    """
    width, height = image_wh
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) * (len(array) / height) - 0.5
    y = y.clip(0, len(array) - 1)
    above = y.astype(np.intp)
    below = np.minimum(above + 1, len(array) - 1)
    weight = (y - above).reshape(-1, *[1] * (array.ndim - 1)).astype(np.float32)
    lines = array[above] + weight * (array[below] - array[above])
    wide = cv2.resize(lines, (width, len(y)), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)
