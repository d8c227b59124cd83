"""The heat map with its colour bar, the error map, and curves as SVG.

The curves are drawn here, since the page's own plots can neither mark a threshold
nor be read out; SVG follows the light and dark theme and needs no script.
"""

import html
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.masks.metrics import Mask
from humanseg.photos.images import RGBImage

WIDTH, HEIGHT = 480, 270
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 34, 40

MISSED_COLOR = (213, 94, 0)
FALSE_COLOR = (86, 180, 233)
"""Vermilion and sky blue of Okabe and Ito's palette."""


def heat_map(probability: npt.NDArray[np.float32]) -> RGBImage:
    """Colours probabilities in [0, 1], (H, W), with the viridis scale."""
    bgr = cv2.applyColorMap(np.round(probability * 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def colour_bar() -> str:
    """The scale of `heat_map`, as HTML."""
    stops = heat_map(np.linspace(0, 1, 9, dtype=np.float32)[None])[0]
    colors = ", ".join(f"rgb({red} {green} {blue})" for red, green, blue in stops)
    return (
        f'<div class="colour-bar" role="img" aria-label="Colours from probability 0 to 1">'
        f'<span style="background: linear-gradient(to right, {colors})"></span>'
        f"<small>0 background</small><small>probability</small><small>1 person</small></div>"
    )


def error_map(image: RGBImage, mask: Mask, truth: Mask) -> RGBImage:
    """A grey photo with missed pixels in orange and false ones in blue."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) // 2 + 64
    errors = np.repeat(grey[..., None], 3, axis=2)
    errors[truth & ~mask] = MISSED_COLOR
    errors[mask & ~truth] = FALSE_COLOR
    return errors


def curve_chart(
    title: str,
    thresholds: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    threshold: float,
    best: float | None = None,
) -> str:
    """Draws values in [0, 1] against the threshold.

    Args:
        title: What is drawn, for those who cannot see it.
        thresholds: Increasing, in [0, 1].
        curves: By name, a value for each threshold.
        threshold: Marked as the one in use.
        best: Marked too, if given.

    Returns:
        SVG and a legend, as HTML; colours are in style.css.
    """
    lines = "".join(
        f'<polyline class="curve curve-{number}" points="{_points(thresholds, values)}"/>'
        for number, values in enumerate(curves.values())
    )
    marks = _mark(threshold, "now", f"{threshold:.2f}")
    if best is not None:
        marks += _mark(best, "best", f"best {best:.2f}")
    legend = "".join(
        f'<li class="curve-{number}">{html.escape(name)}</li>' for number, name in enumerate(curves)
    )
    return (
        f'<figure class="chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html.escape(title)}">{_grid()}{lines}{marks}{_readings(thresholds, curves)}'
        f"</svg><figcaption><ul>{legend}</ul></figcaption></figure>"
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


def _mark(threshold: float, kind: str, label: str) -> str:
    """A line at a threshold, labelled above the curves; each kind has a row of its own."""
    x = _x(threshold)
    y = 26 if kind == "now" else 12
    return (
        f'<line class="mark {kind}" x1="{x}" x2="{x}" y1="{y + 3}" y2="{_y(0)}"/>'
        f'<text class="mark {kind}" x="{x}" y="{y}" text-anchor="middle">{label}</text>'
    )


def _readings(thresholds: Sequence[float], curves: Mapping[str, Sequence[float]]) -> str:
    """Invisible columns that show the values at a threshold when pointed at."""
    width = round((WIDTH - LEFT - RIGHT) / (len(thresholds) - 1), 2)
    columns = []
    for position, threshold in enumerate(thresholds):
        values = "\n".join(f"{name} {curve[position]:.1%}" for name, curve in curves.items())
        columns.append(
            f'<rect class="reading" x="{_x(threshold) - width / 2:.1f}" y="{TOP}" width="{width}" '
            f'height="{HEIGHT - TOP - BOTTOM}"><title>Threshold {threshold:.2f}\n'
            f"{html.escape(values)}</title></rect>"
        )
    return "".join(columns)
