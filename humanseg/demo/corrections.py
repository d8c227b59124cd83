"""What programs say about the mask of a photo: strokes as a picture, a person as a point."""

import numpy as np
import numpy.typing as npt

from humanseg.demo import uploads
from humanseg.errors import ImageError, OptionError

NOTHING = 128
"""The grey that says nothing."""


def load_corrections(given: str) -> npt.NDArray[np.uint8]:
    """Reads corrections for `Segmentation.correct`, uint8 (H, W).

    Args:
        given: What `humanseg.demo.uploads` finds: a grey picture of the photo's size. What
            is transparent in it says nothing.

    Raises:
        ImageError: It cannot be read, or is in colour.
    """
    rgb, opacity = uploads.load_photo(given)
    grey = np.ascontiguousarray(rgb[..., 0])
    if opacity is not None:
        grey[opacity < NOTHING] = NOTHING
    seen = np.ones(grey.shape, bool) if opacity is None else opacity >= NOTHING
    if np.any(rgb[seen] != grey[seen][:, None]):
        raise ImageError(
            "corrections must be a grey picture, white to keep and black to erase. "
            "Received: one in colour"
        )
    return grey


def check_point(given: object) -> tuple[float, float]:
    """The x and y of a point.

    Raises:
        OptionError: It is something else.
    """
    if isinstance(given, list | tuple) and len(given) == 2:
        x, y = given
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in (x, y)):
            return x, y  # as they are: no float is as large as whole numbers may be
    raise OptionError(f"only must be a point, [x, y] in pixels. Received: {given!r}")
