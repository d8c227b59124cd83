"""Reads a picture from wherever it is into an RGB array, upright."""

import io
import os
import struct
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from humanseg.errors import ImageError
from humanseg.photos.strips import strips

RGBImage: TypeAlias = npt.NDArray[np.uint8]
"""uint8 (H, W, 3), values in [0, 255]."""

ImageSource: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".gif")
MAX_PIXELS = 89_000_000
"""Larger pictures are refused before they are decoded; Pillow's own limit is just above."""


def load_image(source: ImageSource) -> RGBImage:
    """Reads a picture as sRGB, turned upright as its EXIF orientation says.

    Colours of another profile are converted, transparent pictures are laid on white,
    16-bit ones are scaled to 8 bit, and of animations the first frame is taken.

    Args:
        source: A path, the bytes of a file, a PIL image of any mode, or a uint8
            array of shape (H, W), (H, W, 3) RGB or (H, W, 4) RGBA.

    Returns:
        uint8 (H, W, 3).

    Raises:
        ImageError: It is not a picture, is damaged, or has over 89 megapixels.
    """
    if not isinstance(source, str | os.PathLike | bytes | Image.Image | np.ndarray):
        raise ImageError(
            "A picture is a path, the bytes of a file, a PIL image or a uint8 array. "
            f"Received: {type(source).__name__}"
        )
    name = "The picture"
    try:
        if isinstance(source, np.ndarray):
            return _from_array(source)
        if isinstance(source, Image.Image):
            return _to_rgb(source)
        if isinstance(source, bytes):
            file: io.BytesIO | Path = io.BytesIO(source)
        else:
            file = Path(source)
            name = file.name
        with Image.open(file, formats=FORMATS) as image:
            return _to_rgb(image)
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {str(source)!r}.") from error
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{name} is not a picture that can be read; accepted are {', '.join(FORMATS)}."
        ) from error
    except (_TooLargeError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(
            f"{name} is too large; at most {MAX_PIXELS // 10**6} megapixels are accepted."
        ) from error
    except OSError as error:
        if error.errno:
            raise ImageError(f"{name} cannot be opened ({error.strerror}).") from error
        raise ImageError(f"{name} is damaged or incomplete ({error}).") from error
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error) as error:  # as Pillow does
        raise ImageError(f"{name} is damaged or incomplete ({error}).") from error


def count_pixels(path: Path) -> int:
    """Width times height of a picture, without decoding it; 0 if it cannot be read."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            return image.width * image.height
    except Exception:  # whatever it is, `load_image` says so
        return 0


class _TooLargeError(Exception):
    pass


def _from_array(array: npt.NDArray[np.uint8]) -> RGBImage:
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise ImageError(
            "An array must be uint8 of shape (H, W), (H, W, 3) RGB or (H, W, 4) RGBA. "
            f"Received: {array.dtype} {array.shape}"
        )
    if 0 in array.shape:
        raise ImageError(f"An array must have pixels. Received: shape {array.shape}")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise _TooLargeError
    if channels == 3:
        return np.array(array, order="C")  # a copy: a caller may reuse the buffer
    return _to_rgb(Image.fromarray(array[..., 0] if array.shape[2:] == (1,) else array))


def _to_rgb(image: Image.Image) -> RGBImage:
    if image.width * image.height > MAX_PIXELS:
        raise _TooLargeError
    image.load()
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        image = ImageOps.exif_transpose(image)
    if image.mode in ("RGB", "RGBA", "CMYK"):
        image = _to_srgb(image)
    if image.mode.startswith(("I", "F")):
        image = _to_eight_bit(image)
    if image.mode == "La":  # Pillow converts it to nothing but LA
        image = image.convert("LA")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.new("RGBA", rgba.size, "white")
        image.alpha_composite(rgba)
    return _to_array(image if image.mode == "RGB" else image.convert("RGB"))


def _to_srgb(image: Image.Image) -> Image.Image:
    """Converts colours of another profile; one that cannot be used is left unused."""
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(image.info["icc_profile"]))
        if "sRGB" in ImageCms.getProfileDescription(profile):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, profile, srgb, outputMode=mode) or image
    except (KeyError, OSError, TypeError, ImageCms.PyCMSError):
        return image


def _to_array(image: Image.Image) -> RGBImage:
    """Copies the pixels once; `np.asarray` does it twice on the way."""
    array = np.empty((image.height, image.width, 3), np.uint8)
    for rows in strips(image.height):
        array[rows] = np.asarray(image.crop((0, rows.start, image.width, rows.stop)))
    return array


def _to_eight_bit(image: Image.Image) -> Image.Image:
    """Pillow clips 16-bit and float greyscale at 255 instead of scaling it."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    top = float(values.max())
    if image.mode.startswith("I;16"):
        full = 65535.0
    else:
        full = 1.0 if top <= 1.0 else 255.0 if top <= 255.0 else 65535.0
    return Image.fromarray(np.clip(values * (255.0 / full) + 0.5, 0, 255).astype(np.uint8))
