"""Scores probability maps against masks: counts first, ratios last."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from humanseg.masks.metrics import Counts, boundary_iou, count
from training.data.photos import IGNORE, Photo, read_labels

SIZES = {"under 2%": 0.02, "2 to 5%": 0.05, "5 to 15%": 0.15, "15% and more": 1.01}
"""Share of a photo that its people take, and where it ends."""

CLEAN_SHARE = 0.005
"""A person-free photo is clean if less than this share of its pixels is marked."""

Predict = Callable[[Path], npt.NDArray[np.float32]]
"""Path of a photo -> probability map (H, W) at the photo's own resolution."""


@dataclass(frozen=True)
class PhotoScore:
    """What was found in one photo.

    Attributes:
        photo: The photo.
        counts: Pixels by what was predicted and what is true.
        boundary_iou: Cheng et al., 2021, with 2 % of the diagonal.
        error: Mean absolute difference of probability map and mask.
    """

    photo: Photo
    counts: Counts
    boundary_iou: float
    error: float

    @property
    def has_person(self) -> bool:
        return self.counts.tp + self.counts.fn > 0

    @property
    def person_share(self) -> float:
        """Share of the photo that shows people."""
        return (self.counts.tp + self.counts.fn) / self.counts.total

    @property
    def false_share(self) -> float:
        """Share of the photo wrongly marked."""
        return self.counts.fp / self.counts.total


def score_photos(
    predict: Predict, photos: Iterable[Photo], threshold: float = 0.5
) -> list[PhotoScore]:
    """Scores each photo at its own resolution."""
    return [
        score_map(predict(photo.image), read_labels(photo.mask), photo, threshold)
        for photo in tqdm(photos, unit="photo", disable=None)
    ]


def score_map(
    probability: npt.NDArray[np.float32],
    labels: npt.NDArray[np.uint8],
    photo: Photo,
    threshold: float = 0.5,
) -> PhotoScore:
    """Scores a probability map (H, W) against labels (H, W); ignored pixels count nowhere.

    Raises:
        ValueError: The two are of different sizes.
    """
    if probability.shape != labels.shape:
        raise ValueError(
            f"A mask must be as large as its photo. "
            f"Received: {photo.image.name} {probability.shape}, mask {labels.shape}"
        )
    truth, valid = labels == 255, labels != IGNORE
    mask = probability >= threshold
    difference = np.abs(probability - truth)[valid]
    return PhotoScore(
        photo,
        count(mask, truth, valid),
        boundary_iou(mask & valid, truth & valid),
        float(difference.mean()) if difference.size else 0.0,
    )


def summarize(scores: list[PhotoScore]) -> dict[str, float]:
    """Means and ratios over photos; keys are left out where no photo has them.

    - `iou`, `boundary_iou`: mean over the photos with people.
    - `dataset_iou`, `miou`, `accuracy`: from the pixels of all photos added up;
      `miou` is the mean of person and background.
    - `error`: mean over all photos.
    - `clean`, `false_share`: over the person-free photos.
    """
    total = sum((score.counts for score in scores), start=Counts(0, 0, 0, 0))
    people = [score for score in scores if score.has_person]
    nobody = [score for score in scores if not score.has_person]
    summary: dict[str, float] = {"photos": len(scores)}
    if people:
        summary |= {
            "iou": _mean(score.counts.iou for score in people),
            "boundary_iou": _mean(score.boundary_iou for score in people),
            "dataset_iou": total.iou,
            "miou": (total.iou + total.background_iou) / 2,
        }
    summary |= {
        "accuracy": total.accuracy,
        "error": _mean(score.error for score in scores),
    }
    if nobody:
        summary |= {
            "clean": _mean(score.false_share < CLEAN_SHARE for score in nobody),
            "false_share": _mean(score.false_share for score in nobody),
        }
    return {name: round(value, 4) for name, value in summary.items()}


def summarize_by_source(scores: list[PhotoScore]) -> dict[str, dict[str, float]]:
    """`summarize` for each source, in alphabetical order, and for "all".

    Photos of which all is ignored do not count.
    """
    scores = [score for score in scores if score.counts.total]
    sources = sorted({score.photo.source for score in scores})
    summaries = {
        source: summarize([score for score in scores if score.photo.source == source])
        for source in sources
    }
    return {**summaries, "all": summarize(scores)}


def summarize_by_size(scores: list[PhotoScore]) -> dict[str, dict[str, float]]:
    """`summarize` for photos with people by how much of the photo these take; see `SIZES`."""
    people = [score for score in scores if score.has_person]
    summaries, start = {}, 0.0
    for name, end in SIZES.items():
        group = [score for score in people if start <= score.person_share < end]
        if group:
            summaries[name] = summarize(group)
        start = end
    return summaries


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


COLUMNS = {
    "photos": ("photos", "{:.0f}"),
    "iou": ("mean IoU", "{:.3f}"),
    "boundary_iou": ("Boundary IoU", "{:.3f}"),
    "dataset_iou": ("dataset IoU", "{:.3f}"),
    "miou": ("2-class mIoU", "{:.3f}"),
    "accuracy": ("pixel accuracy", "{:.3f}"),
    "error": ("MAE", "{:.4f}"),
    "clean": ("clean", "{:.1%}"),
    "false_share": ("false area", "{:.2%}"),
}


def markdown_table(summaries: Mapping[str, Mapping[str, float]], first: str = "source") -> str:
    """A Markdown table with a row for each summary; `first` is the title of their names."""
    titles = " | ".join(title for title, _ in COLUMNS.values())
    lines = [f"| {first} | {titles} |", f"|---|{'---:|' * len(COLUMNS)}"]
    for name, summary in summaries.items():
        cells = [
            form.format(summary[key]) if key in summary else "-"
            for key, (_, form) in COLUMNS.items()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
