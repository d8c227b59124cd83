"""How closely the network looks at a photo: at which part, in which size, and how often.

The mean of several looks is right more often than any of them. A look costs as much as it
has pixels, and finds what is large enough in them: so small people and long photos get more.
"""

from itertools import product
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from humanseg.engines.engine import Engine
from humanseg.engines.enlarged import around_small_people, look_enlarged
from humanseg.engines.looks import LARGER, SMALLER, SMALLEST, mean_of_looks, round_to_stride
from humanseg.engines.slender import is_slender, look_between
from humanseg.engines.windows import LONG, look_in_windows
from humanseg.errors import OptionError

Detail: TypeAlias = Literal["auto", "fast", "fine"]


def look_closely(
    engine: Engine, image: npt.NDArray[np.uint8], input_size: int, detail: Detail
) -> npt.NDArray[np.float32]:
    """Probabilities at the resolution of the network.

    Args:
        engine: Runs the network.
        image: uint8 RGB (H, W, 3).
        input_size: Pixels of the photo's long side, a multiple of 32.
        detail: "fast" looks at the photo, and at a smaller copy of its mirror image. "auto"
            does so, at a still smaller copy where these disagree, and then once more: enlarged
            at people who are not large, in a size between those two at slender ones. "fine" looks
            at photo and mirror image in two sizes, and in a third, larger one as far as
            the photo has the pixels for it. Both look at long photos in windows side by side
            instead.

    Returns:
        float32 (h, w) in [0, 1]; the long side is `input_size` pixels or more.

    Raises:
        OptionError: `detail` is something else.
    """
    if detail not in get_args(Detail):
        choices = " or ".join(map(repr, get_args(Detail)))
        raise OptionError(f"detail must be {choices}. Received: {detail!r}")
    height, width = image.shape[:2]
    if detail != "fast" and max(height, width) >= LONG * min(height, width):
        return look_in_windows(engine, image, input_size)
    smaller = round_to_stride(SMALLER * input_size)
    if detail == "fine":
        larger = max(input_size, round_to_stride(min(LARGER * input_size, max(height, width))))
        sizes = sorted({larger, input_size, smaller}, reverse=True)
        return mean_of_looks(engine, image, list(product(sizes, (False, True))))
    referee = round_to_stride(SMALLEST * input_size) if detail == "auto" else None
    probability = mean_of_looks(engine, image, [(input_size, False), (smaller, True)], referee)
    if detail == "fast":
        return probability
    if (box := around_small_people(probability)) is not None:
        return look_enlarged(engine, image, probability, box)
    return look_between(engine, image, probability) if is_slender(probability) else probability
