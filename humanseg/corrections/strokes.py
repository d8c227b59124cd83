"""What was painted on a photo, stroke by stroke."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import OptionError

Mask = npt.NDArray[np.bool_]

KEEP, ERASE = 255, 0
NOTHING = (64, 191)
"""The lowest and highest grey that says nothing: a grey PNG may be a little off."""

COVERED = 0.3
"""Share of a small pixel from which it is part of a stroke."""

MOST = 500
"""Strokes on one photo: each is looked at by itself, which takes milliseconds."""


class Stroke(NamedTuple):
    """One connected stroke on a small copy of the photo.

    Attributes:
        pixels: bool (h, w), never empty.
        keep: Whether people are to be there; else they are not.
    """

    pixels: Mask
    keep: bool


def check(corrections: npt.NDArray[np.uint8], shape: tuple[int, int]) -> None:
    """Refuses what are no corrections of a photo of this shape.

    Raises:
        OptionError: They are no array, or have another shape or type, or another value.
    """
    is_array = isinstance(corrections, np.ndarray)
    if not (is_array and corrections.shape == shape and corrections.dtype == np.uint8):
        what = type(corrections).__name__
        received = f"{corrections.dtype} {corrections.shape}" if is_array else what
        raise OptionError(
            f"corrections must be an array, uint8 of the photo's size, {shape[1]} x {shape[0]} "
            f"pixels. Received: {received}"
        )
    low, high = NOTHING
    values = np.flatnonzero(np.bincount(corrections.ravel(), minlength=256))
    wrong = [int(v) for v in values if v not in (KEEP, ERASE) and not low <= v <= high]
    if wrong:
        raise OptionError(
            f"corrections are {KEEP} where people are to be kept, {ERASE} where they are to be "
            f"erased, and {low} to {high} elsewhere. Received: {wrong[0]}"
        )


def find_strokes(corrections: npt.NDArray[np.uint8], small_wh: tuple[int, int]) -> list[Stroke]:
    """Finds the strokes on a small copy; those that touch there are one.

    Args:
        corrections: What `check` let pass.
        small_wh: Width and height of the copy.

    Raises:
        OptionError: There are more than `MOST`.
    """
    strokes: list[Stroke] = []
    for value, keep in ((KEEP, True), (ERASE, False)):
        painted = (corrections == value).astype(np.float32)
        share = cv2.resize(painted, small_wh, interpolation=cv2.INTER_AREA)
        count, labels = cv2.connectedComponents((share > 0).astype(np.uint8), connectivity=8)
        found = len(strokes) + count - 1
        if found > MOST:
            raise OptionError(
                f"corrections can be {MOST} strokes, where those that touch are one; draw fewer "
                f"and larger ones. Received: {found} or more"
            )
        for label in range(1, count):
            touched = labels == label
            covered = touched & (share > COVERED)
            strokes.append(Stroke(covered if covered.any() else touched, keep))
    return strokes
