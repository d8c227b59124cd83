"""Reads a picture from wherever it is into an RGB array, upright."""

import io
import os
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from humanseg.errors import ImageError
from humanseg.photos.decoding import decode, explain, say_reason
from humanseg.photos.formats import FORMATS, HEAD, SUFFIXES, can_read_heif, identify
from humanseg.photos.pixels import MAX_PIXELS, Opacity, RGBImage, TooLargeError, convert

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "SUFFIXES",
    "ImageSource",
    "Opacity",
    "RGBImage",
    "count_pixels",
    "is_single",
    "load_image",
    "load_photo",
]

ImageSource: TypeAlias = (
    str | os.PathLike[str] | bytes | IO[bytes] | Image.Image | npt.NDArray[np.uint8]
)


def load_image(source: ImageSource) -> RGBImage:
    """Reads a picture as sRGB, turned upright as its EXIF orientation says.

    Colours of another profile are converted, transparent pictures are laid on white,
    16-bit and grey float ones are scaled to 8 bit, and of animations the first frame is
    taken. What else a file says of its picture may be damaged.

    Args:
        source: A path, a file open in binary mode, the bytes of one, a PIL image of any
            mode, or a uint8 array of shape (H, W), (H, W, 3) RGB or (H, W, 4) RGBA.

    Returns:
        uint8 (H, W, 3).

    Raises:
        ImageError: It is not a picture, is damaged, or has over 89 megapixels.
    """
    return load_photo(source)[0]


def load_photo(source: ImageSource) -> tuple[RGBImage, Opacity | None]:
    """Reads a picture as `load_image` does, and how opaque it is.

    Returns:
        uint8 (H, W, 3), and uint8 (H, W), or None where all is opaque.

    Raises:
        ImageError: As `load_image` does.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, Image.Image):
        if 0 in source.size:
            raise ImageError(f"A picture must have pixels. Received: {source.size}")
        try:
            return convert(source)
        except Exception as error:
            raise explain("The picture", error) from error
    if not isinstance(source, str | os.PathLike):
        return decode("The picture", io.BytesIO(_read(source)))
    path = Path(source)
    name = path.name or repr(str(source))
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {str(source)!r}.") from error
    except (OSError, ValueError) as error:  # a ValueError: the path holds a null character
        raise ImageError(f"{name} cannot be opened ({say_reason(error)}).") from error
    with file:
        return decode(name, file)


def _read(source: object) -> bytes:
    """The bytes of a file that is given as such, or open."""
    try:
        content = source.read() if hasattr(source, "read") else source
    except (OSError, ValueError) as error:  # a ValueError: it is closed
        raise ImageError(f"The picture cannot be read ({say_reason(error)}).") from error
    if not isinstance(content, bytes | bytearray | memoryview):
        raise ImageError(
            "A picture is a path, a file open in binary mode, the bytes of one, a PIL image or a "
            f"uint8 array. Received: {type(source).__name__}"
        )
    return bytes(content)


def is_single(source: object) -> bool:
    """Whether it is one picture in a form that `load_image` takes, and no collection of them."""
    if isinstance(source, np.ndarray):
        return source.ndim == 2 or (source.ndim == 3 and source.shape[2] in (1, 3, 4))
    if isinstance(source, str | bytes | bytearray | memoryview | os.PathLike | Image.Image):
        return True
    return hasattr(source, "read")


def count_pixels(path: Path) -> int:
    """Width times height of a picture, without decoding it; 0 if it cannot be read.

    What is no file, such as a pipe, can be read but once, and counts as the largest.
    """
    try:
        if path.exists() and not path.is_file():
            return MAX_PIXELS
        with path.open("rb") as file:
            file_format = identify(file.read(HEAD))
            if file_format is None or (file_format == "HEIF" and not can_read_heif()):
                return 0
            with Image.open(file, formats=[file_format]) as image:
                return image.width * image.height
    except Exception:  # whatever it is, `load_image` says so
        return 0


def _from_array(array: npt.NDArray[np.uint8]) -> tuple[RGBImage, Opacity | None]:
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise ImageError(
            "An array must be uint8, values 0 to 255, of shape (H, W), (H, W, 3) RGB or "
            f"(H, W, 4) RGBA. Received: {array.dtype} {array.shape}"
        )
    if 0 in array.shape:
        raise ImageError(f"An array must have pixels. Received: shape {array.shape}")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise explain("The picture", TooLargeError())
    if channels == 3:
        return np.array(array, order="C"), None  # a copy: a caller may reuse the buffer
    return convert(Image.fromarray(array[..., 0] if array.shape[2:] == (1,) else array))
