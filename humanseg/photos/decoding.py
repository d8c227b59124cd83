"""Decodes a file of a picture, also one that is damaged beside its pixels."""

import contextlib
import io
from typing import IO

import numpy as np
from PIL import Image, UnidentifiedImageError

from humanseg.errors import ImageError
from humanseg.photos import jpeg, metadata
from humanseg.photos.formats import FORMATS, HEAD, can_read_heif, identify
from humanseg.photos.pixels import MAX_PIXELS, Opacity, RGBImage, TooLargeError, convert

MAX_STREAM = 1 << 30
"""Of a pipe at most so many bytes are read."""

SUBFILE_TYPE, SUB_DIRECTORIES, PREVIEW = 254, 330, 1
"""Tags of a TIFF, and what the first says of a preview."""

TURNED_BY_EXIF = ("JPEG", "PNG", "WEBP")
"""Copies of others still say how they are turned: a TIFF in its own directory, and AVIF and HEIF
beside their pixels."""


class RawPhotoError(Exception):
    """What a camera recorded, of which Pillow would read a small preview."""


FINAL = (
    TooLargeError,
    RawPhotoError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""Errors that do not come from damage."""


def decode(name: str, file: IO[bytes]) -> tuple[RGBImage, Opacity | None]:
    """Decodes a file; where its metadata stand in the way, without them.

    Args:
        name: What the file is called in errors.
        file: At its beginning.

    Returns:
        As `humanseg.photos.images.load_photo` does.

    Raises:
        ImageError: It is not a picture, is damaged, or is too large.
    """
    file_format = None  # as long as the system lets nothing be read
    try:
        head = file.read(HEAD)
        file_format = identify(head)
        if file_format is None or (file_format == "HEIF" and not can_read_heif()):
            raise ImageError(_say_what_is_accepted(name, file_format))
        if not file.seekable():
            file = io.BytesIO(head + file.read(MAX_STREAM))
        file.seek(0)
        if file_format == "HEIF":
            # pi-heif crashes on metadata of some names. The orientation is not among them.
            file = io.BytesIO(metadata.strip_heif(file.read(), keep_colors=True))
        try:
            if file_format == "JPEG" and not jpeg.has_end(file.read()):
                raise OSError("its end is missing")
            return _open(file, file_format)
        except FINAL:
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
        raise explain(name, error, file_format) from error


def _open(
    file: IO[bytes], file_format: str, orientation: int | None = None
) -> tuple[RGBImage, Opacity | None]:
    with Image.open(file, formats=[file_format]) as image:
        tags = getattr(image, "tag_v2", {})
        if SUB_DIRECTORIES in tags and tags.get(SUBFILE_TYPE, 0) & PREVIEW:
            raise RawPhotoError
        return convert(image, orientation)


def _decode_mended(data: bytes, file_format: str) -> tuple[RGBImage, Opacity | None] | None:
    """Reads a file that is damaged beside its pixels; None if they are damaged too."""
    orientation = metadata.find_orientation(data) if file_format in TURNED_BY_EXIF else None
    if file_format == "JPEG" and not jpeg.has_end(data):
        with contextlib.suppress(Exception):
            copies = jpeg.put_ends(jpeg.strip(data, keep_colors=True))
            results = [_open(io.BytesIO(copy), "JPEG", orientation) for copy in copies]
            if results and np.array_equal(results[0][0], results[1][0]):
                return results[0]
        return None
    for copy in metadata.mend(data, file_format):
        with contextlib.suppress(Exception):
            return _open(io.BytesIO(copy), file_format, orientation)
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


def explain(name: str, error: Exception, file_format: str | None = None) -> ImageError:
    """Says in a sentence what is wrong with a picture for which Pillow raised an error."""
    if isinstance(error, RawPhotoError):
        return ImageError(f"{name} is a camera's raw photo, which is not read: save it as JPEG.")
    if isinstance(error, FINAL):
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
    return ImageError(f"{name} is damaged or incomplete ({say_reason(error)}).")


def say_reason(error: Exception) -> str:
    """What the system, or Pillow, says is the matter."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return "".join(char if char.isprintable() else " " for char in reason).strip()
