"""Colours as people write them."""

import operator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from humanseg.errors import OptionError

Color: TypeAlias = tuple[int, int, int] | npt.NDArray[np.uint8] | str
"""RGB, each in [0, 255], or as in CSS: "white", "#dc00ff", "rgb(220, 0, 255)"."""


def to_rgb(color: Color) -> tuple[int, int, int]:
    """Reads a colour.

    Raises:
        OptionError: It is not a colour.
    """
    try:
        values = (ImageColor.getrgb(color) if isinstance(color, str) else color)[:3]
        red, green, blue = map(operator.index, values)  # whole: those of a share are from 0 to 1
        if all(0 <= value <= 255 for value in (red, green, blue)):
            return red, green, blue
    except (TypeError, ValueError):
        pass
    raise OptionError(
        "A colour is three whole numbers from 0 to 255, a name such as 'white', or a code such as "
        f"'#dc00ff'. Received: {color!r}"
    )
