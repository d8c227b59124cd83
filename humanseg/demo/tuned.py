"""A photo with its curves, and its true mask if the visitor gave one."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from humanseg.demo import charts, curves, files, uploads
from humanseg.demo.curves import Curves
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo, Shown
from humanseg.engines.detail import Detail
from humanseg.masks.metrics import Mask
from humanseg.pictures.encoding import encode
from humanseg.soft_mask import DEFAULT_THRESHOLD

NAMES = {"iou": "IoU", "dice": "Dice", "precision": "Precision", "recall": "Recall"}


@dataclass(frozen=True)
class Tuned:
    """What the tuning tab remembers for a visitor.

    Attributes:
        photo: The segmented photo.
        truth: Path of its true mask, or None.
        detail: How closely the network looked.
    """

    photo: Photo
    truth: str | None = None
    detail: Detail = "auto"

    @property
    def pixels(self) -> int:
        """How many the photo has."""
        return self.photo.pixels

    def options(self, threshold: float = DEFAULT_THRESHOLD) -> Options:
        """How its pictures are made."""
        return Options(threshold, self.detail)

    @cached_property
    def curves(self) -> Curves:
        """Area, and with a true mask the scores, against the threshold.

        Raises:
            ImageError: The true mask cannot be read, or has another size than the photo.
        """
        truth = self._load_truth()
        return curves.measure(self.photo.full(self.options()).probability, truth)

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
        if self._small_truth is None:
            return Shown(self.photo, self.options(threshold)).path("Mask")
        preview = self.photo.preview(self.options())
        errors = charts.error_map(preview.image, preview.mask(threshold), self._small_truth)
        return files.keep(encode(errors, ".png"), f"{self.photo.name}-errors.png")

    @cached_property
    def _small_truth(self) -> Mask | None:
        truth = self._load_truth()
        if truth is None:
            return None
        wh = self.photo.preview(self.options()).probability.shape[::-1]
        return cv2.resize(truth.astype(np.uint8), wh, interpolation=cv2.INTER_NEAREST) > 0

    def _load_truth(self) -> Mask | None:
        return curves.load_truth(uploads.find(self.truth), *self.photo.wh) if self.truth else None

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
