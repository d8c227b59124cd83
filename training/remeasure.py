"""Measures the BatchNormalization statistics of a trained network anew, on many batches.

    python -m training.remeasure --data DATA --weights runs/first/averaged.keras \
        --run runs/remeasured --size 320 --zoom 0.95 1.6

`training.train` measures on few, after each epoch. The statistics depend on the views that
they are measured on: options and their meaning are those of `training.train`.
"""

import argparse

from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.config import write_config
from humanseg.checkpoints.weights import resolve_weights
from humanseg.errors import HumanSegError
from training.data.cache import PhotoCache
from training.learning.averages import StatisticsMeter
from training.learning.options import parse_arguments, write_options
from training.learning.samples import make_batches
from training.learning.start import freeze

BATCHES = 100
MOMENTUM = 0.97


def remeasure(options: argparse.Namespace) -> None:
    """Writes `best.keras` and its JSON file into the folder of the run.

    Raises:
        SystemExit: There are no such weights, or the folder exists.
    """
    if options.weights is None or options.run.exists():
        raise SystemExit("Give the --weights to measure with, and a --run that does not exist yet.")
    try:
        weights = resolve_weights(options.weights)
        model = load_model(weights)
    except HumanSegError as error:
        raise SystemExit(str(error)) from error
    freeze(model, weights.architecture, options.freeze_stride)
    batches = make_batches(options, PhotoCache(options.cache))
    options.run.mkdir(parents=True)  # now, so that the same command with other --data may follow
    write_options(options)
    StatisticsMeter(model, MOMENTUM).measure(batches.batch(step)[0] for step in range(BATCHES))
    model.save(options.run / "best.keras")
    write_config(options.run / "best.keras", weights.architecture, weights.input_size)


if __name__ == "__main__":
    remeasure(parse_arguments(prog="python -m training.remeasure", description=__doc__))
