"""Step after step, on any backend of Keras, and what is kept of a run while it goes on."""

import csv
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from humanseg.checkpoints.config import read_config
from training.data.batches import Batch
from training.learning.averages import AveragedNetwork
from training.learning.schedule import Schedule
from training.learning.state import save_state
from training.learning.validation import ValidationSet

SAVE_SECONDS = 90.0
"""Of training, after which the averaged weights are saved again."""


@dataclass(frozen=True)
class Kept:
    """The files of a run, in its folder."""

    folder: Path

    @property
    def checkpoint(self) -> Path:
        """All that a resume needs, after each epoch."""
        return self.folder / "checkpoint.weights.h5"

    @property
    def averaged(self) -> Path:
        """The averaged weights alone, after each epoch and at least every two minutes."""
        return self.folder / "averaged.keras"

    @property
    def best(self) -> Path:
        """The averaged weights of the epoch that scored best."""
        return self.folder / "best.keras"

    @property
    def log(self) -> Path:
        """Loss and scores of each epoch."""
        return self.folder / "log.csv"


def learn(
    model: keras.Model,
    batches: Iterator[Batch],
    schedule: Schedule,
    averaged: AveragedNetwork,
    validation: ValidationSet,
    kept: Kept,
    steps: int,
) -> None:
    """Trains until the schedule is over, and scores and saves after each epoch.

    Args:
        model: Compiled, and where a resume begins as it was then.
        batches: Of the steps that are to come.
        schedule: Says the learning rate, and when all is over.
        averaged: Takes over the averaged weights.
        validation: What they are scored on.
        kept: Where to.
        steps: Of an epoch.

    Raises:
        FloatingPointError: The loss or the weights are no longer numbers. What was kept before
            stays.
    """
    step = int(model.optimizer.iterations)
    while not schedule.is_over(step):
        epoch, first_step, since = step // steps, step, time.monotonic()
        total, saved = 0.0, schedule.seconds
        schedule.start()
        with tqdm(total=steps, desc=f"epoch {epoch}", unit="step", disable=None) as bar:
            while True:
                model.optimizer.learning_rate = schedule.rate(step)
                # With several losses Keras says their sum first.
                loss = float(np.ravel(model.train_on_batch(*next(batches)))[0])
                if not math.isfinite(loss):
                    raise FloatingPointError
                total, step = total + loss, step + 1
                schedule.tick()
                bar.update()
                if step % steps == 0 or schedule.is_over(step):
                    break
                if schedule.seconds - saved >= SAVE_SECONDS:
                    saved = schedule.seconds
                    averaged.update(model)
                    averaged.save(kept.averaged)
        seconds = time.monotonic() - since
        averaged.update(model)
        averaged.save(kept.averaged)
        scores = validation.score(averaged.plain)
        averaged.save(kept.averaged, scores)
        best = read_config(kept.best).scores["all"]["iou"] if kept.best.exists() else -1.0
        if scores["all"]["iou"] > best:
            averaged.save(kept.best, scores)
        row: dict[str, Any] = {"epoch": epoch, "loss": total / (step - first_step)}
        for source, summary in scores.items():
            row |= {f"val_{source}_{n}": summary[n] for n in ("iou", "clean") if n in summary}
        write_row(kept.log, row)
        shown = ", ".join(f"{name} {value:.4g}" for name, value in row.items())
        print(f"{shown}, {(step - first_step) / seconds:.2f} steps/s", flush=True)
        # Last, so that an epoch counts as done only once it is scored and logged.
        save_state(kept.checkpoint, model, schedule)


def write_row(path: Path, row: dict[str, Any]) -> None:
    """Appends a line to a CSV file, after its header if it has none."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)
