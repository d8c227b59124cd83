"""A photo with its curves, and its true mask if the visitor gave one."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from humanseg.demo import charts, curves, uploads
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.viewer import about_map, picture_files

NAMES = {"iou": "IoU", "dice": "Dice", "precision": "Precision", "recall": "Recall"}


@dataclass(frozen=True)
class Tuned:
    """What the tuning tab remembers for a visitor.

    Attributes:
        photo: The photo.
        path: Of its file, as it was given.
        truth: Path of its true mask, or None.
        key: By which both are known together.
    """

    photo: Photo
    path: str
    truth: str | None
    key: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def pixels(self) -> int:
        """How many the photo has."""
        return self.photo.pixels

    def files(self, looked: Options) -> dict[str, Any]:
        """What the viewer draws it from: `picture_files`, `about_map`, `chart` and `curves`.

        Args:
            looked: How the network looks at it.

        Raises:
            ImageError: The true mask is none of this photo.
        """
        truth = None
        if self.truth is not None:
            truth = curves.load_truth(uploads.find(self.truth), *self.photo.wh)
        full = self.photo.full(looked)
        measured = curves.measure(full.probability, truth)
        lines = {NAMES[name]: values for name, values in measured.scores.items()}
        lines["Area"] = measured.area
        thresholds = curves.THRESHOLDS.tolist()
        title = f"{', '.join(lines)} of the mask against the threshold"
        return {
            **about_map(self.key, looked),
            **picture_files(self.photo, full, None if truth is None else curves.draw_truth(truth)),
            "chart": charts.curve_chart(title, thresholds, lines, measured.best),
            "curves": {"thresholds": thresholds, "lines": lines, "best": measured.best},
        }
