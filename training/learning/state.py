"""The state of a run on disk: weights, optimizer, averages, and the time that it took."""

from pathlib import Path
from typing import Any

import h5py
import keras

from training.learning.schedule import Schedule
from training.learning.validation import is_number


class SaveState(keras.callbacks.Callback):
    """Saves weights, optimizer and averages after each epoch, whole or not at all."""

    def __init__(self, path: Path, schedule: Schedule):
        super().__init__()
        self.path, self.schedule = path, schedule

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if not is_number((logs or {})["loss"]):
            return
        partial = self.path.with_name(f"partial-{self.path.name}")
        self.model.save_weights(partial)
        with h5py.File(partial, "a") as file:
            file.attrs["seconds"] = self.schedule.seconds
        partial.replace(self.path)


def load_state(path: Path, model: keras.Model, schedule: Schedule) -> None:
    """Goes on where `SaveState` left off."""
    model.load_weights(path)
    with h5py.File(path) as file:
        schedule.seconds = float(file.attrs["seconds"])
