"""Turns a picture of any mode into an upright 8-bit sRGB array, a few rows at a time."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from humanseg.photos.metadata import find_orientation
from humanseg.photos.profiles import Step, to_srgb
from humanseg.photos.strips import strips

RGBImage: TypeAlias = npt.NDArray[np.uint8]
"""uint8 (H, W, 3), values in [0, 255]."""

Opacity: TypeAlias = npt.NDArray[np.uint8]
"""uint8 (H, W): 0 where a picture is transparent, 255 where it is opaque."""

MAX_PIXELS = 89_000_000
"""Larger pictures are refused before they are decoded; Pillow's own limit is just above."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF orientation; with any other value nothing is to be done."""

SAMPLES = 1 << 20
"""Of so many pixels the range of a float picture is told."""


class TooLargeError(Exception):
    """The picture has more than `MAX_PIXELS`."""


def convert(image: Image.Image, orientation: int | None = None) -> tuple[RGBImage, Opacity | None]:
    """Converts a picture; what is transparent is laid on white.

    Args:
        image: Of any mode; it stays as it is.
        orientation: As in EXIF; None for what the picture's own EXIF says.

    Returns:
        uint8 RGB (H, W, 3), and how opaque it is, or None where all is opaque.

    Raises:
        TooLargeError: It has more than `MAX_PIXELS`.
        Exception: Whatever Pillow raises for a damaged file.
    """
    if image.width * image.height > MAX_PIXELS:
        raise TooLargeError
    image.load()
    image = _turn_upright(image, orientation)
    steps = [_to_eight_bit(image), to_srgb(image)]
    rgb = np.empty((image.height, image.width, 3), np.uint8)
    opacity = np.empty(rgb.shape[:2], np.uint8) if image.has_transparency_data else None
    for rows in strips(image.height):
        part = image.crop((0, rows.start, image.width, rows.stop))
        for step in steps:
            part = step(part)
        if part.mode == "La":  # Pillow converts it to nothing but LA
            part = part.convert("LA")
        if opacity is not None:
            rgba = part.convert("RGBA")
            opacity[rows] = np.asarray(rgba.getchannel("A"))
            part = Image.new("RGBA", rgba.size, "white")
            part.alpha_composite(rgba)
        rgb[rows] = np.asarray(part if part.mode == "RGB" else part.convert("RGB"))
    return rgb, opacity if opacity is not None and opacity.min() < 255 else None


def _turn_upright(image: Image.Image, orientation: int | None) -> Image.Image:
    if orientation is None:
        try:
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        except Exception:  # something else in it is damaged
            orientation = find_orientation(image.info.get("exif", b""))
    method = UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)


def _to_eight_bit(image: Image.Image) -> Step:
    """Pillow clips 16-bit and float greyscale at 255 instead of scaling it."""
    if not image.mode.startswith(("I", "F")):
        return lambda part: part
    scale = np.float32(255 / _find_white(image))
    inverted = getattr(image, "tag_v2", {}).get(ExifTags.Base.PhotometricInterpretation) == 0
    hidden = image.info.get("transparency")

    def step(part: Image.Image) -> Image.Image:
        stored = np.asarray(part)
        values = np.nan_to_num(stored.astype(np.float32) * scale, posinf=255) + np.float32(0.5)
        grey = np.clip(values, 0, 255).astype(np.uint8)
        result = Image.fromarray(255 - grey if inverted else grey)
        if isinstance(hidden, int):
            result.putalpha(Image.fromarray((stored != hidden).astype(np.uint8) * 255))
        return result

    return step


def _find_white(image: Image.Image) -> float:
    """The value that is white; of float and 32-bit pictures the pixels tell.

    A float picture from 0 to 1 may have highlights far above, which says nothing. Half
    of its pixels that are not black are below 1, though, as they are below 255 if that
    is white.
    """
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(ExifTags.Base.BitsPerSample, (16,))[0]
    if image.mode.startswith("I;16"):
        return float(2**bits - 1)
    if image.mode == "I" and bits < 32 and tags:
        return float(2 ** (bits - 1) - 1)  # signed
    step = max(1, image.width * image.height // SAMPLES)
    samples = np.concatenate(
        [
            np.asarray(image.crop((0, rows.start, image.width, rows.stop))).ravel()[::step]
            for rows in strips(image.height)
        ]
    )
    lit = samples[np.isfinite(samples) & (samples > 0)]
    if not lit.size:
        return 1.0
    typical = float(np.median(lit) if image.mode == "F" else lit.max())
    return next((white for white in (1.0, 255.0, 65535.0) if typical <= white), float(lit.max()))
