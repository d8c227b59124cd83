"""What the texts mean that options of the command are given."""

import argparse
from pathlib import Path

from humanseg.errors import OptionError
from humanseg.photos.images import RGBImage, load_image
from humanseg.pictures.colors import Color, to_rgb


def path(text: str) -> Path:
    """A path; an empty text, as of a shell's variable that is not set, is not this folder."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return Path(text)


def share(text: str) -> float:
    """A number between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"must be between 0 and 1. Received: {text}")
    return value


def color(text: str) -> Color:
    """A colour as in CSS."""
    try:
        return to_rgb(text)
    except OptionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def background(text: str, file: Path | None) -> Color | RGBImage | None:
    """What stands behind people in the cut-out, read from `file` if there is one.

    Raises:
        HumanSegError: It is no such thing, or cannot be read.
    """
    if file is not None:
        return load_image(file)
    if text in ("transparent", "blur"):
        return None if text == "transparent" else text
    try:
        return to_rgb(text)
    except OptionError:
        raise OptionError(
            f"must be a colour, the path of a picture, blur or transparent. Received: {text}"
        ) from None
