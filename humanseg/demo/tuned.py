"""A photo with its curves, and its true mask if the visitor gave one."""

from dataclasses import dataclass, field
from typing import Any

from humanseg.demo import charts, curves, uploads
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.viewer import picture_files

NAMES = {"iou": "IoU", "dice": "Dice", "precision": "Precision", "recall": "Recall"}


@dataclass(frozen=True)
class Tuned:
    """What the tuning tab remembers for a visitor.

    Attributes:
        photo: The photo.
        truth: Path of its true mask, or None.
        looked: How the network looks at it.
    """

    photo: Photo
    truth: str | None = None
    looked: Options = field(default_factory=Options)

    @property
    def pixels(self) -> int:
        """How many the photo has."""
        return self.photo.pixels

    def files(self) -> dict[str, Any]:
        """What the viewer draws it from: `picture_files`, `chart` and `curves`.

        Raises:
            ImageError: The true mask is none of this photo.
        """
        truth = None
        if self.truth is not None:
            truth = curves.load_truth(uploads.find(self.truth), *self.photo.wh)
        full = self.photo.full(self.looked)
        measured = curves.measure(full.probability, truth)
        lines = {NAMES[name]: values for name, values in measured.scores.items()}
        lines["Area"] = measured.area
        thresholds = curves.THRESHOLDS.tolist()
        title = f"{', '.join(lines)} of the mask against the threshold"
        return {
            **picture_files(self.photo, full, None if truth is None else curves.draw_truth(truth)),
            "chart": charts.curve_chart(title, thresholds, lines, measured.best),
            "curves": {"thresholds": thresholds, "lines": lines, "best": measured.best},
        }
