"""Pictures and probabilities as files, and cut to the people."""

import io
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.errors import HumanSegError, OptionError

LONGEST_SIDE = {".webp": 16_383, ".jpg": 65_500, ".png": 1_000_000}
"""Pixels that a format, or in PNG's case its library, allows."""

PNG = (
    *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
)
"""Masks and cut-outs repeat the row above: files are smaller, and made faster, than by default."""

FAINT = 10 / 255
"""Opacity that is not seen, and does not count when a picture is trimmed."""


def trim(
    picture: npt.NDArray[np.uint8], alpha: npt.NDArray[np.float32], margin: float = 0.0
) -> npt.NDArray[np.uint8]:
    """Cuts a picture to where the people are.

    Args:
        picture: uint8 (H, W) or (H, W, C).
        alpha: Opacity of the people, float32 (H, W) in [0, 1].
        margin: Room left on each side, as a share of the longer side of what remains.

    Returns:
        A view of `picture`; all of it if there is nobody.

    Raises:
        OptionError: `margin` is negative.
    """
    if margin < 0:
        raise OptionError(f"margin must be at least 0. Received: {margin}")
    seen = alpha > FAINT
    x, y = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    if not len(x):
        return picture
    room = round(margin * max(x[-1] - x[0], y[-1] - y[0]))
    rows = slice(max(0, y[0] - room), y[-1] + 1 + room)
    columns = slice(max(0, x[0] - room), x[-1] + 1 + room)
    return picture[rows, columns]


def encode(picture: npt.NDArray[np.uint8], suffix: str) -> bytes:
    """Encodes a picture.

    Args:
        picture: uint8 (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA.
        suffix: ".png" or ".webp", both lossless, or ".jpg".

    Raises:
        OptionError: Another suffix, a transparent picture as JPEG, or one that is larger
            than the format may be.
    """
    options = {
        ".png": PNG,
        ".webp": (cv2.IMWRITE_WEBP_QUALITY, 101),  # above 100 is lossless
        ".jpg": (cv2.IMWRITE_JPEG_QUALITY, 95),
    }
    if suffix not in options:
        raise OptionError(f"suffix must be one of {', '.join(options)}. Received: {suffix!r}")
    if picture.ndim == 3:
        if picture.shape[2] == 4 and suffix == ".jpg":
            raise OptionError("JPEG has no transparency; choose PNG, WebP or a background.")
        order = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
        picture = np.asarray(cv2.cvtColor(picture, order), np.uint8)
    return _encode(suffix, picture, options[suffix])


def encode_probability(probability: npt.NDArray[np.float32], suffix: str) -> bytes:
    """Encodes probabilities so that they can be computed with.

    Args:
        probability: float32 (H, W) in [0, 1].
        suffix: ".png" for 16-bit grey, probability times 65535, or ".npy" for NumPy.

    Raises:
        OptionError: Another suffix, or it is larger than a PNG may be.
    """
    if suffix == ".png":
        return _encode(".png", np.round(probability * np.float32(65535)).astype(np.uint16), PNG)
    if suffix == ".npy":
        file = io.BytesIO()
        np.save(file, probability)
        return file.getvalue()
    raise OptionError(f"suffix must be .png or .npy. Received: {suffix!r}")


def _encode(
    suffix: str, picture: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], options: Sequence[int]
) -> bytes:
    height, width = picture.shape[:2]
    if max(height, width) > LONGEST_SIDE[suffix]:
        remedy = "; choose PNG" if max(height, width) <= LONGEST_SIDE[".png"] else ""
        raise OptionError(
            f"A {suffix} file has at most {LONGEST_SIDE[suffix]:,} pixels a side{remedy}. "
            f"Received: {width:,} x {height:,}"
        )
    try:
        done, content = cv2.imencode(suffix, picture, options)
    except cv2.error as error:
        raise HumanSegError(f"A {suffix} file cannot be made ({error.err}).") from error
    if not done or not content.size:
        raise HumanSegError(f"A {suffix} file of {picture.shape} pixels cannot be made.")
    return content.tobytes()
