"""Scores alpha where it is difficult: along the edges of people.

Measures as in matting papers, over an unknown band along each edge:

    Rhemann et al., A Perceptually Motivated Online Benchmark for Image Matting, 2009,
    http://www.alphamatting.com
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from humanseg import Segmentation
from humanseg.masks.metrics import boundary_iou, count
from humanseg.photos.images import RGBImage
from humanseg.pictures.backgrounds import composite
from training.scoring.mattes import Matte, Picture

Float = npt.NDArray[np.float32]

MARGIN = 0.015
"""Of the band around soft and boundary pixels, a share of the long side."""

SOFT = (0.02, 0.98)
"""Alpha between these is soft; what retouchers leave inside of people is not."""

SIGMA = 1.4
"""Of the derivatives of a Gaussian in the gradient error."""

PLAIN = (0, 177, 64)
"""The green that people are pasted on."""


@dataclass(frozen=True)
class AlphaScore:
    """What alpha misses in one picture; all but the IoUs over its band.

    Attributes:
        matte: Where the picture comes from.
        error: Mean absolute difference of alpha, in [0, 1].
        sad: Sum of absolute differences, in thousands of pixels.
        mse: Mean squared difference, in thousandths.
        gradient: Mean squared difference of the gradients' lengths, in thousandths;
            papers give the sum, which grows with the picture.
        pasted: Mean absolute error of colours, people pasted on a plain colour, in
            [0, 255]; None where the true colours are unknown.
        iou: Of the mask.
        boundary_iou: Of the mask.
    """

    matte: Matte
    error: float
    sad: float
    mse: float
    gradient: float
    pasted: float | None
    iou: float
    boundary_iou: float


def unknown_band(truth: Float) -> npt.NDArray[np.bool_]:
    """Where alpha is soft or changes between opaque and transparent, and around it.

    Args:
        truth: True alpha, float32 (H, W) in [0, 1].

    Returns:
        bool (H, W).
    """
    soft = ((truth > SOFT[0]) & (truth < SOFT[1])).astype(np.uint8)
    opaque = (truth >= 0.5).astype(np.uint8)
    soft |= cv2.morphologyEx(opaque, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    near = cv2.distanceTransform(1 - soft, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(near <= MARGIN * max(truth.shape)) & bool(soft.any())


def gradient_length(alpha: Float) -> Float:
    """Length of the gradient of alpha (H, W) after a Gaussian blur, per pixel."""
    reach = np.arange(-5, 6)
    gauss = np.exp(-(reach**2) / (2 * SIGMA**2))
    gauss /= gauss.sum()
    slope = reach * gauss / SIGMA**2
    x = cv2.sepFilter2D(alpha, cv2.CV_32F, slope, gauss, borderType=cv2.BORDER_REPLICATE)
    y = cv2.sepFilter2D(alpha, cv2.CV_32F, gauss, slope, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.magnitude(x, y), np.float32)


def score_alpha(result: Segmentation, picture: Picture, threshold: float = 0.5) -> AlphaScore:
    """Scores what was found in a picture."""
    truth, band = picture.alpha, unknown_band(picture.alpha)
    alpha = result.alpha(threshold)
    difference = np.abs(alpha - truth)[band]
    steepness = (gradient_length(alpha) - gradient_length(truth))[band]
    mask, person = result.mask(threshold), truth >= 0.5
    pasted = None
    if picture.person is not None:
        plain = np.full_like(picture.image, PLAIN)
        expected: RGBImage = composite(picture.person, truth, plain)
        found = result.replace_background(PLAIN, threshold)
        pasted = float(cv2.absdiff(expected, found)[band].mean())
    return AlphaScore(
        picture.matte,
        error=float(difference.mean()),
        sad=float(difference.sum()) / 1e3,
        mse=float((difference**2).mean()) * 1e3,
        gradient=float((steepness**2).mean()) * 1e3,
        pasted=pasted,
        iou=count(mask, person).iou,
        boundary_iou=boundary_iou(mask, person),
    )


def score_pictures(
    segment: Callable[[Picture], Segmentation], pictures: Iterable[Picture], threshold: float = 0.5
) -> list[AlphaScore]:
    """Scores each picture; a person before several scenes counts as often."""
    return [
        score_alpha(segment(picture), picture, threshold)
        for picture in tqdm(pictures, unit="picture", disable=None)
    ]


GROUPS: dict[str, Callable[[Matte], bool]] = {
    "mattes": lambda m: m.source == "mattes" and m.kind != "doll",
    "mattes, single strands (A)": lambda m: m.kind != "doll" and m.hair == "A",
    "mattes, soft edge (B)": lambda m: m.kind != "doll" and m.hair == "B",
    "mattes, hard edge (C)": lambda m: m.kind != "doll" and m.hair == "C",
    "mattes on their own photo": lambda m: m.original and m.kind != "doll",
    "dolls": lambda m: m.kind == "doll",
    "cutouts": lambda m: m.source == "cutouts",
}
"""Rows of the table; people and dolls apart."""

COLUMNS = {
    "error": "alpha error {:.1%}",
    "gradient": "gradient {:.2f}",
    "sad": "SAD {:.2f}",
    "mse": "MSE {:.1f}",
    "pasted": "pasted {:.2f}",
    "iou": "IoU {:.3f}",
    "boundary_iou": "Boundary IoU {:.3f}",
}
"""Titles, and how values are written."""


def summarize_by_group(scores: list[AlphaScore]) -> dict[str, dict[str, float]]:
    """Means over the pictures of each group, as far as there are any."""
    summaries: dict[str, dict[str, float]] = {}
    for name, belongs in GROUPS.items():
        group = [score for score in scores if belongs(score.matte)]
        if group:
            summaries[name] = {"pictures": float(len(group))}
            for key in COLUMNS:
                values = [getattr(score, key) for score in group]
                known = [value for value in values if value is not None]
                if known:
                    summaries[name][key] = float(np.mean(known))
    return summaries


def markdown_table(summaries: Mapping[str, Mapping[str, float]]) -> str:
    """A Markdown table with a row for each group."""
    titles = " | ".join(column.rpartition(" ")[0] for column in COLUMNS.values())
    lines = [f"| | pictures | {titles} |", f"|---|{'---:|' * (len(COLUMNS) + 1)}"]
    for name, summary in summaries.items():
        cells = [f"{summary['pictures']:.0f}"]
        for key, column in COLUMNS.items():
            form = column.rpartition(" ")[2]
            cells.append(form.format(summary[key]) if key in summary else "-")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
