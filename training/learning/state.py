"""The state of a run on disk: weights, optimizer, averages, and the time that it took."""

from pathlib import Path

import h5py
import keras

from training.learning.schedule import Schedule


def save_state(path: Path, model: keras.Model, schedule: Schedule) -> None:
    """Saves weights, optimizer and averages, whole or not at all.

    Any backend of Keras can go on from it.
    """
    partial = path.with_name(f"partial-{path.name}")
    model.save_weights(partial)
    with h5py.File(partial, "a") as file:
        file.attrs["seconds"] = schedule.seconds
    partial.replace(path)


def load_state(path: Path, model: keras.Model, schedule: Schedule) -> None:
    """Goes on where `save_state` left off."""
    model.load_weights(path)
    with h5py.File(path) as file:
        schedule.seconds = float(file.attrs["seconds"])
