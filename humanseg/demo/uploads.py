"""Which files of this machine a visitor's words may open: uploads and examples, no others.

Programs can call every handler with any path, so a path becomes a photo here alone.
"""

import os
import stat
from pathlib import Path

from gradio.utils import get_upload_folder

from humanseg.errors import ImageError
from humanseg.photos.images import Opacity, RGBImage, load_image
from humanseg.photos.images import load_photo as read_photo
from humanseg.shipped import shipped

EXAMPLE_FOLDER = shipped("examples")
REFUSAL = "This file was not uploaded here, or is no longer kept; please upload it again."
"""Of every file alike, so that it tells nothing of other files, not even that they exist."""


def load(path: object) -> RGBImage:
    """Reads an uploaded photo or an example as `load_image` does.

    Raises:
        ImageError: It is neither, or no picture that can be read.
    """
    return load_image(find(path))


def load_photo(path: object) -> tuple[RGBImage, Opacity | None]:
    """The same with what is transparent in it, as `humanseg.photos.images.load_photo` does.

    Raises:
        ImageError: It is neither, or no picture that can be read.
    """
    return read_photo(find(path))


def find(path: object, *folders: Path) -> Path:
    """The file of an upload or an example, without symbolic links on the way.

    Args:
        path: What a visitor or a program gave.
        folders: Where it may be, if not in any of both folders.

    Raises:
        ImageError: It is not a regular file in one of the folders.
    """
    if isinstance(path, str | os.PathLike):
        try:
            named = Path(os.path.abspath(path))  # noqa: PTH100  without a look at the disk
            for folder in folders or (upload_folder(), EXAMPLE_FOLDER):
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


def upload_folder() -> Path:
    """Where Gradio puts uploads."""
    return Path(os.path.abspath(get_upload_folder()))  # noqa: PTH100
