"""A photo with its curves, and its true mask if the visitor gave one."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from humanseg.demo import charts, curves, files
from humanseg.demo.curves import Curves
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo, Shown
from humanseg.export import encode
from humanseg.metrics import Mask
from humanseg.segmentation import DEFAULT_THRESHOLD
from humanseg.segmenter import Detail

NAMES = {"iou": "IoU", "dice": "Dice", "precision": "Precision", "recall": "Recall"}


@dataclass(frozen=True)
class Tuned:
    """What the tuning tab remembers for a visitor.

    Attributes:
        photo: The segmented photo.
        truth: Its true mask, bool (H, W), or None.
        detail: How closely the network looked.
    """

    photo: Photo
    truth: Mask | None = None
    detail: Detail = "fast"

    def options(self, threshold: float = DEFAULT_THRESHOLD) -> Options:
        """How its pictures are made."""
        return Options(threshold, self.detail)

    @cached_property
    def curves(self) -> Curves:
        """Area, and with a true mask the scores, against the threshold."""
        return curves.measure(self.photo.full(self.options()).probability, self.truth)

    @cached_property
    def heat_map(self) -> str:
        """Path of the probabilities in colour, at the size of the page."""
        pixels = charts.heat_map(self.photo.preview(self.options()).probability)
        return files.keep(encode(pixels, ".jpg"), f"{self.photo.name}-heat-map.jpg")

    def best(self, threshold: float) -> float:
        """The threshold of the highest IoU, or this one where no true mask is known."""
        return threshold if self.curves.best is None else self.curves.best

    def mask(self, threshold: float) -> str:
        """Path of the mask, or with a true mask of its errors, at the size of the page."""
        if self.truth is None:
            return Shown(self.photo, self.options(threshold)).path("Mask")
        preview = self.photo.preview(self.options())
        wh = preview.probability.shape[::-1]
        truth = cv2.resize(self.truth.astype(np.uint8), wh, interpolation=cv2.INTER_NEAREST)
        errors = charts.error_map(preview.image, preview.mask(threshold), truth.astype(bool))
        return files.keep(encode(errors, ".png"), f"{self.photo.name}-errors.png")

    def chart(self, threshold: float) -> str:
        """The curves as HTML, with this threshold and the best one marked."""
        lines = {NAMES[name]: values for name, values in self.curves.scores.items()}
        lines["Area"] = self.curves.area
        return charts.curve_chart(
            f"{', '.join(lines)} of the mask against the threshold",
            curves.THRESHOLDS.tolist(),
            lines,
            threshold,
            self.curves.best,
        )
