"""Colours of heat map and error map, and curves as SVG.

The curves are drawn here, since the page's own plots can neither mark a threshold
nor be read out; SVG follows the light and dark theme. In the browser the viewer moves the
marker of the threshold, and writes what the curves are there.
"""

import html
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from humanseg.edges.levels import TOP as TOP_LEVEL

WIDTH, HEIGHT = 400, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 34, 40

MISSED_COLOR = (213, 94, 0)
FALSE_COLOR = (86, 180, 233)
"""Vermilion and sky blue of Okabe and Ito's palette."""


def _viridis(steps: int) -> list[list[int]]:
    ramp = np.round(np.linspace(0, 255, steps)).astype(np.uint8)[None]
    bgr = cv2.applyColorMap(ramp, cv2.COLORMAP_VIRIDIS)
    return [[int(value) for value in pixel[::-1]] for pixel in bgr[0]]


HEAT_COLORS = _viridis(TOP_LEVEL + 1)
"""RGB of each level of probability, from dark blue to yellow."""

HEAT_SCALE = ", ".join(f"rgb({red} {green} {blue})" for red, green, blue in _viridis(9))
"""The same as a gradient for CSS."""


def curve_chart(
    title: str,
    thresholds: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    best: float | None = None,
) -> str:
    """Draws values in [0, 1] against the threshold.

    Args:
        title: What is drawn, for those who cannot see it.
        thresholds: Increasing, in [0, 1].
        curves: By name, a value for each threshold.
        best: Marked, if given.

    Returns:
        SVG with a marker at threshold 0 and a legend, as HTML; colours are in style.css.
    """
    lines = "".join(
        f'<polyline class="curve curve-{number}" points="{_points(thresholds, values)}"/>'
        for number, values in enumerate(curves.values())
    )
    marks = _mark("now", 26, "")
    if best is not None:
        marks += f'<g transform="translate({_x(best)})">{_mark("best", 12, f"best {best:.2f}")}</g>'
    legend = "".join(
        f'<li class="curve-{number}">{html.escape(name)} <b></b></li>'
        for number, name in enumerate(curves)
    )
    return (
        f'<figure class="chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html.escape(title)}" data-left="{_x(0)}" data-right="{_x(1)}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="transparent"/>'
        f"{_grid()}{lines}{marks}</svg><figcaption><ul>{legend}</ul></figcaption></figure>"
    )


def _x(threshold: float) -> float:
    return round(LEFT + threshold * (WIDTH - LEFT - RIGHT), 1)


def _y(value: float) -> float:
    return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM), 1)


def _points(thresholds: Sequence[float], values: Sequence[float]) -> str:
    return " ".join(f"{_x(t)},{_y(v)}" for t, v in zip(thresholds, values, strict=True))


def _grid() -> str:
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _x(tick), _y(tick)
        parts.append(f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:.0%}</text>')
        parts.append(f'<text x="{x}" y="{_y(0) + 18}" text-anchor="middle">{tick:g}</text>')
    middle = (_x(0) + _x(1)) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 4}" text-anchor="middle">Threshold</text>')
    return "".join(parts)


def _mark(kind: str, y: float, label: str) -> str:
    """A line at the left edge, labelled above the curves; each kind has a row of its own."""
    return (
        f'<g class="mark {kind}"><line y1="{y + 3}" y2="{_y(0)}"/>'
        f'<text y="{y}" text-anchor="middle">{label}</text></g>'
    )
