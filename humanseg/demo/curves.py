"""What the mask is at every threshold: its area, and its scores against a true mask."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from humanseg.errors import ImageError
from humanseg.masks.metrics import counts_by_threshold
from humanseg.photos.images import load_photo

THRESHOLDS = np.round(np.linspace(0.01, 0.99, 99), 2)

Truth: TypeAlias = np.ma.MaskedArray[tuple[int, ...], np.dtype[np.bool_]]
"""Where people are, bool (H, W), masked where that is not said."""

MID_GREY = 127
NEAR, MOST_BETWEEN = 24, 0.1
"""So far from black, mid-grey and white values of a mask may be, and so large a share farther."""

SCORES = ("iou", "dice", "precision", "recall")


@dataclass(frozen=True)
class Curves:
    """Values in [0, 1], one for each of `THRESHOLDS`.

    Attributes:
        area: Share of the photo that the mask covers.
        scores: By the names in `SCORES`; empty without a true mask.
        best: Threshold of the highest IoU, or None without a true mask.
    """

    area: list[float]
    scores: dict[str, list[float]]
    best: float | None

    def at(self, threshold: float) -> dict[str, float]:
        """Area and scores at one of `THRESHOLDS`."""
        position = int(np.argmin(np.abs(THRESHOLDS - threshold)))
        values = {"area": self.area, **self.scores}
        return {name: curve[position] for name, curve in values.items()}


def measure(probability: npt.NDArray[np.float32], truth: Truth | None = None) -> Curves:
    """Measures the mask at each of `THRESHOLDS`.

    Args:
        probability: (H, W) in [0, 1].
        truth: From `load_truth`, if it is known.
    """
    nobody = np.zeros(probability.shape, bool)
    counts = counts_by_threshold(probability, nobody, THRESHOLDS)
    area = [count.fp / probability.size for count in counts]
    if truth is None:
        return Curves(area, {}, None)
    told = ~np.ma.getmaskarray(truth)
    counts = counts_by_threshold(probability[told], np.asarray(truth)[told], THRESHOLDS)
    scores = {name: [float(getattr(count, name)) for count in counts] for name in SCORES}
    return Curves(area, scores, best_threshold(scores["iou"]))


def best_threshold(iou: list[float]) -> float:
    """The threshold of the highest IoU; of equal ones that nearest to 0.5."""
    ranks = zip(iou, -np.abs(THRESHOLDS - 0.5), THRESHOLDS, strict=True)
    return float(max(ranks)[2])


def load_truth(path: str | Path, width: int, height: int) -> Truth:
    """Reads a true mask: white where people are, or a cut-out of them.

    As in training, what is mid-grey does not count.

    Args:
        path: Of a file that `humanseg.demo.uploads` found. In a cut-out people are what
            is opaque; of an opaque picture, or one in black and white, what is lighter
            than mid-grey.
        width: Of the photo, in pixels.
        height: Of the photo.

    Returns:
        bool (H, W), masked where the file is mid-grey.

    Raises:
        ImageError: It cannot be read, is not as large as the photo, is not nearly of these
            values, or has no white.
    """
    rgb, opacity = load_photo(path)
    if rgb.shape[:2] != (height, width):
        raise ImageError(
            f"The ground-truth mask must be as large as the photo, {width} x {height} pixels. "
            f"Received: {rgb.shape[1]} x {rgb.shape[0]}"
        )
    light = rgb.max(axis=2)
    if opacity is None:
        _check_few_values(light)
        if 0 < light.max() <= MID_GREY:
            raise ImageError(
                "The ground-truth mask must be white, 255, where people are. "
                f"Received: a picture whose lightest value is {light.max()}"
            )
        return np.ma.MaskedArray(light > MID_GREY, light == MID_GREY)
    opaque = opacity > MID_GREY
    black = opaque & (light == 0)
    white = opaque & (rgb.min(axis=2) == 255)
    if black.any() and white.any() and np.array_equal(black | white, opaque):
        return np.ma.MaskedArray(white)
    _check_few_values(opacity)
    return np.ma.MaskedArray(opaque)


def draw_truth(truth: Truth) -> npt.NDArray[np.uint8]:
    """As training has it: uint8 (H, W), 255 where people are, 127 where it is not said, or 0."""
    people = np.asarray(truth) * np.uint8(255)
    return np.where(np.ma.getmaskarray(truth), np.uint8(MID_GREY), people)


def _check_few_values(plane: npt.NDArray[np.uint8]) -> None:
    """Refuses photos; encoders and soft edges may change a few pixels of a mask."""
    levels = np.bincount(plane.ravel(), minlength=256)
    far = np.abs(np.arange(256)[:, None] - (0, MID_GREY, 255)).min(axis=1) > NEAR
    share = float(levels[far].sum()) / plane.size
    if share > MOST_BETWEEN:
        raise ImageError(
            "The ground-truth mask must be black and white, white where people are; this looks "
            f"like a photo. Received: a picture of which {share:.0%} is neither"
        )
