"""What a visitor did to a mask on the page: strokes of a brush, and clicks on a person."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeGuard, get_args

import cv2
import numpy as np
import numpy.typing as npt

from humanseg import OptionError, Segmentation
from humanseg.corrections.strokes import ERASE, KEEP
from humanseg.demo.arguments import received
from humanseg.demo.corrections import NOTHING
from humanseg.options import OPTIONS

Tool = Literal["keep", "erase", "only"]

MOST_EDITS, MOST_POINTS = 200, 20_000
"""Of one photo, all edits together: what takes a server seconds and not minutes."""

MOST_RADIUS = 0.25
"""Of a brush, as a share of the photo's long side."""

RENDER_SIDE = 1280
"""Pixels of the long side on which strokes are drawn, before they are enlarged to the photo."""

FRACTION_BITS = 4
"""Of the coordinates that OpenCV takes as whole numbers."""


@dataclass(frozen=True)
class Edit:
    """One stroke, or one click.

    Attributes:
        tool: "keep" and "erase" are brushes; "only" keeps the connected part at a point.
        points: x and y as shares of the photo's width and height, in [0, 1].
        radius: Of the brush, as a share of the photo's long side.
        threshold: At which the mask was seen.
    """

    tool: Tool
    points: tuple[tuple[float, float], ...]
    radius: float
    threshold: float


Edits: TypeAlias = tuple[Edit, ...]
"""In the order in which they were made."""


@dataclass
class Edited:
    """What was done to the mask of one photo; small, so that it can be kept of many photos.

    Attributes:
        key: A word for the photo, by which answers that come late are known.
        edits: What its mask is corrected with, in all that is made of it.
    """

    key: str = field(default_factory=lambda: secrets.token_hex(8))
    edits: Edits = ()


def read_edits(given: Any) -> Edits:
    """Reads what the viewer sends; any program may send anything instead.

    Raises:
        OptionError: It is something else, or more than `MOST_EDITS` or `MOST_POINTS`.
    """
    if not isinstance(given, list):
        raise OptionError(f"Corrections must be a list. {received(given)}")
    if len(given) > MOST_EDITS:
        raise OptionError(
            f"A photo can have {MOST_EDITS} corrections; reset them to start anew. "
            f"Received: {len(given)}"
        )
    edits = tuple(_read_edit(item) for item in given)
    points = sum(len(edit.points) for edit in edits)
    if points > MOST_POINTS:
        raise OptionError(
            f"Corrections can have {MOST_POINTS} points in all; make fewer strokes or use a "
            f"larger brush. Received: {points}"
        )
    return edits


def _read_edit(given: Any) -> Edit:
    if not isinstance(given, dict) or given.get("tool") not in get_args(Tool):
        tools = ", ".join(get_args(Tool))
        raise OptionError(f"A correction must be made with one of {tools}. {received(given)}")
    points, radius, threshold = (given.get(name) for name in ("points", "radius", "threshold"))
    if not (isinstance(points, list) and len(points) in range(2, 2 * MOST_POINTS + 1, 2)):
        raise OptionError(f"points must be a list: x, y, x, y, ... {received(points)}")
    if not all(_is_share(value) for value in points):
        raise OptionError(f"points are shares of width and height, 0 to 1. {received(points)}")
    if not (_is_share(radius) and 0 < radius <= MOST_RADIUS):
        raise OptionError(f"radius must be above 0 and up to {MOST_RADIUS}. {received(radius)}")
    OPTIONS["threshold"].check("threshold", threshold)
    pairs = tuple((float(x), float(y)) for x, y in zip(points[::2], points[1::2], strict=True))
    return Edit(given["tool"], pairs, float(radius), float(threshold or 0))


def _is_share(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def apply_edits(result: Segmentation, edits: Edits) -> Segmentation:
    """Makes a result follow them; of clicks the last one counts, and strokes come before it."""
    end = end_of_clicks(edits)
    return apply_strokes(apply_clicks(result, edits[:end]), edits[end:])


def end_of_clicks(edits: Edits) -> int:
    """How many edits there are up to the last click."""
    return max((n for n, edit in enumerate(edits, 1) if edit.tool == "only"), default=0)


def apply_clicks(result: Segmentation, edits: Edits) -> Segmentation:
    """Makes a result follow edits of which the last is a click, if there are any."""
    if not edits:
        return result
    strokes = tuple(edit for edit in edits if edit.tool != "only")
    height, width = result.probability.shape
    ((x, y),) = edits[-1].points[:1]
    pixel = min(int(x * width), width - 1), min(int(y * height), height - 1)
    return apply_strokes(result, strokes).only(*pixel, edits[-1].threshold)


def apply_strokes(result: Segmentation, strokes: Edits) -> Segmentation:
    """Makes a result follow strokes, at the threshold of the last one."""
    if not strokes:
        return result
    height, width = result.probability.shape
    return result.correct(draw_strokes(strokes, (width, height)), strokes[-1].threshold)


def draw_strokes(strokes: Sequence[Edit], wh: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Draws strokes as corrections for `Segmentation.correct`; later ones cover earlier ones.

    Args:
        strokes: Made with "keep" or "erase".
        wh: Width and height of the photo in pixels.

    Returns:
        uint8 (H, W): 255 keep, 0 erase, 128 nothing.
    """
    scale = min(1.0, RENDER_SIDE / max(wh))
    width, height = (max(1, round(side * scale)) for side in wh)
    drawn = np.full((height, width), NOTHING, np.uint8)
    unit = 1 << FRACTION_BITS
    for stroke in strokes:
        value = KEEP if stroke.tool == "keep" else ERASE
        radius = max(0.5, stroke.radius * max(width, height))
        # The middle of the first pixel is at 0.
        at = np.array(stroke.points) * (width, height) - 0.5
        places = np.round(at * unit).astype(np.int32)
        for x, y in places[[0, -1]].tolist():
            cv2.circle(drawn, (x, y), round(radius * unit), value, -1, shift=FRACTION_BITS)
        thickness = max(1, round(2 * radius))
        cv2.polylines(drawn, [places], False, value, thickness, shift=FRACTION_BITS)
    if (width, height) == wh:
        return drawn
    large = cv2.resize(drawn, wh, interpolation=cv2.INTER_LINEAR)
    values = np.arange(256)
    table = np.where(values < (ERASE + NOTHING) / 2, ERASE, NOTHING)
    table[values > (KEEP + NOTHING) / 2] = KEEP
    return np.asarray(cv2.LUT(large, table.astype(np.uint8)))
