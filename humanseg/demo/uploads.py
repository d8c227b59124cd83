"""Where a visitor's words become a file: uploads and examples, and no other of this machine.

Programs can call every handler with any words. A file is opened here alone.
"""

import mimetypes
import os
import stat
import time
from pathlib import Path
from urllib.request import urlopen

from gradio.utils import get_upload_folder

from humanseg.demo import files
from humanseg.demo.web import MAX_BYTES, fetch, file_name
from humanseg.errors import ImageError
from humanseg.photos.images import Opacity, RGBImage, load_image
from humanseg.photos.images import load_photo as read_photo
from humanseg.shipped import shipped

EXAMPLE_FOLDER = shipped("examples")
MAX_FILES = 100
"""In one batch."""

ADDRESS_SECONDS = 60
"""Spent on the addresses of a batch, after which it asks no more."""

REFUSAL = "This file was not uploaded here, or is no longer kept; please upload it again."
"""Of every file alike, so that it tells nothing of other files, not even that they exist."""


def load(given: object) -> RGBImage:
    """Reads what `find` finds, as `load_image` does.

    Raises:
        ImageError: There is none, or no picture that can be read.
    """
    return load_image(find(given))


def load_photo(given: object) -> tuple[RGBImage, Opacity | None]:
    """The same with what is transparent in it, as `humanseg.photos.images.load_photo` does.

    Raises:
        ImageError: There is none, or no picture that can be read.
    """
    return read_photo(find(given))


def find(given: object) -> Path:
    """The file that a visitor or a program means.

    Args:
        given: The path of an upload or an example; or else an address of the web, or the
            whole file as a data URL, which become uploads.

    Raises:
        ImageError: There is none that may be opened.
    """
    if is_url(given):
        return fetch(str(given))
    if is_data(given):
        return decode(str(given))
    return find_kept(given)


class Finder:
    """Finds the files of one batch, and does not let slow addresses hold up all others."""

    def __init__(self) -> None:
        self._asked: list[float] = []  # seconds

    def find(self, given: str) -> Path:
        """As the function `find` does.

        Raises:
            ImageError: Also where addresses took `ADDRESS_SECONDS` already.
        """
        if not is_url(given):
            return find(given)
        if sum(self._asked) > ADDRESS_SECONDS:
            raise ImageError("The addresses answer too slowly; please upload the files instead.")
        begun = time.monotonic()
        try:
            return find(given)
        finally:
            self._asked.append(time.monotonic() - begun)


def is_url(given: object) -> bool:
    """Whether it is an address of the web."""
    return isinstance(given, str) and given[:8].lower().startswith(("http://", "https://"))


def is_data(given: object) -> bool:
    """Whether it is a data URL."""
    return isinstance(given, str) and given[:5].lower() == "data:"


def name_of(given: str) -> str:
    """The name of the file that `find` finds."""
    if is_url(given):
        return file_name(given)
    if not is_data(given):
        return Path(given).name
    kind = given[5:100].split(",", maxsplit=1)[0].split(";", maxsplit=1)[0]
    return f"file{mimetypes.guess_extension(kind) or ''}"


def find_kept(path: object) -> Path:
    """The file of an upload or an example, without symbolic links on the way.

    Raises:
        ImageError: It is not a regular file in one of their folders.
    """
    if isinstance(path, str | os.PathLike):
        try:
            named = Path(os.path.abspath(path))  # noqa: PTH100  without a look at the disk
            for folder in (Path(get_upload_folder()).absolute(), EXAMPLE_FOLDER):
                # Not even asked after, if it is elsewhere: a device or a lost network
                # drive might not answer.
                if not any(named.is_relative_to(root) for root in (folder, folder.resolve())):
                    continue
                found = named.resolve(strict=True)
                if found.is_relative_to(folder.resolve()) and stat.S_ISREG(found.stat().st_mode):
                    return found
        except (OSError, ValueError, RuntimeError):  # no path at all, or a loop of links
            pass
    raise ImageError(REFUSAL)


def decode(url: str) -> Path:
    """The file that a data URL holds.

    Raises:
        ImageError: It holds none, or a larger one than may be uploaded.
    """
    if len(url) > MAX_BYTES * 4 / 3 + 100:
        raise ImageError(f"A file must not have more than {MAX_BYTES // 10**6} MB.")
    try:
        with urlopen(url) as answer:
            return Path(files.keep(answer.read(), name_of(url)))
    except (OSError, ValueError) as error:
        raise ImageError("The data URL cannot be decoded; it needs base64.") from error
