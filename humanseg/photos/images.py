"""Reads a picture from wherever it is into an RGB array, upright."""

import contextlib
import io
import os
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from humanseg.errors import ImageError
from humanseg.photos import jpeg, metadata
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
    "load_image",
    "load_photo",
]

ImageSource: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[np.uint8]

MAX_STREAM = 1 << 30
"""Of a pipe at most so many bytes are read."""


def load_image(source: ImageSource) -> RGBImage:
    """Reads a picture as sRGB, turned upright as its EXIF orientation says.

    Colours of another profile are converted, transparent pictures are laid on white,
    16-bit and float ones are scaled to 8 bit, and of animations the first frame is
    taken. What else a file says of its picture may be damaged.

    Args:
        source: A path, the bytes of a file, a PIL image of any mode, or a uint8
            array of shape (H, W), (H, W, 3) RGB or (H, W, 4) RGBA.

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
        try:
            return convert(source)
        except Exception as error:
            raise _explain("The picture", error) from error
    if isinstance(source, bytes):
        return _decode("The picture", io.BytesIO(source))
    if not isinstance(source, str | os.PathLike):
        raise ImageError(
            "A picture is a path, the bytes of a file, a PIL image or a uint8 array. "
            f"Received: {type(source).__name__}"
        )
    path = Path(source)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {str(source)!r}.") from error
    except (OSError, ValueError) as error:  # a ValueError: the path holds a null character
        raise ImageError(f"{path.name} cannot be opened ({_reason(error)}).") from error
    with file:
        return _decode(path.name, file)


def count_pixels(path: Path) -> int:
    """Width times height of a picture, without decoding it; 0 if it cannot be read.

    What is no file, such as a pipe, can be read but once, and counts as the largest.
    """
    try:
        if not path.is_file():
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
        raise _explain("The picture", TooLargeError())
    if channels == 3:
        return np.array(array, order="C"), None  # a copy: a caller may reuse the buffer
    return convert(Image.fromarray(array[..., 0] if array.shape[2:] == (1,) else array))


def _decode(name: str, file: IO[bytes]) -> tuple[RGBImage, Opacity | None]:
    """Reads a file; where its metadata stand in the way, without them."""
    try:
        head = file.read(HEAD)
        file_format = identify(head)
        if file_format is None or (file_format == "HEIF" and not can_read_heif()):
            raise ImageError(_say_what_is_accepted(name, file_format))
        if not file.seekable():
            file = io.BytesIO(head + file.read(MAX_STREAM))
        try:
            return _open(file, file_format)
        except (TooLargeError, Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise
        except Exception as error:
            first = error.with_traceback(None)  # which would hold what was decoded
        file.seek(0)
        mended = _decode_mended(file.read(), file_format)
        if mended is None:
            raise first
        return mended
    except ImageError:
        raise
    except Exception as error:
        raise _explain(name, error, file_format) from error


def _open(
    file: IO[bytes], file_format: str, orientation: int | None = None
) -> tuple[RGBImage, Opacity | None]:
    with Image.open(file, formats=[file_format]) as image:
        return convert(image, orientation)


def _decode_mended(data: bytes, file_format: str) -> tuple[RGBImage, Opacity | None] | None:
    orientation = metadata.find_orientation(data)
    for copy in metadata.mend(data, file_format):
        with contextlib.suppress(Exception):
            return _open(io.BytesIO(copy), file_format, orientation)
    if file_format == "JPEG":
        with contextlib.suppress(Exception):
            results = [_open(io.BytesIO(copy), "JPEG", orientation) for copy in jpeg.put_ends(data)]
            if results and np.array_equal(results[0][0], results[1][0]):
                return results[0]
    return None


def _say_what_is_accepted(name: str, file_format: str | None) -> str:
    if file_format == "HEIF":
        return (
            f"{name} is HEIC, for which pi-heif is missing here: install it, or save the photo "
            "as JPEG (iPhones do with Settings, Camera, Formats, Most Compatible)."
        )
    return (
        f"{name} is not a picture that can be read; accepted are "
        f"{', '.join(FORMATS)}: save it as JPEG."
    )


def _explain(name: str, error: Exception, file_format: str | None = None) -> ImageError:
    if isinstance(
        error, TooLargeError | Image.DecompressionBombError | Image.DecompressionBombWarning
    ):
        return ImageError(
            f"{name} is too large; at most {MAX_PIXELS // 10**6} megapixels are accepted."
        )
    if isinstance(error, MemoryError):
        return ImageError(f"{name} needs more memory than there is.")
    if isinstance(error, UnidentifiedImageError):
        return ImageError(
            f"{name} is damaged or incomplete, or a kind of {file_format} that cannot be read: "
            "save it anew as JPEG or PNG."
        )
    return ImageError(f"{name} is damaged or incomplete ({_reason(error)}).")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
