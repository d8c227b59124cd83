"""Trains the network.

    python -m training.train --data DATA --run runs/first

Interrupted? The same command with --resume goes on exactly where the last whole
epoch ended: weights, optimizer, averages and the order of the samples.

It runs on TensorFlow, or on what KERAS_BACKEND names, such as jax; a run begun on one
can be resumed on the other.
"""

import argparse
import os

from training.learning.options import parse_arguments


def train(options: argparse.Namespace) -> None:
    """Trains, or goes on training, as the options say."""
    # TensorFlow leaves oneDNN out on CPUs without AVX-512, where it is much faster too.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    # Here, so that the processes that make samples, which import this module, do not.
    from training.learning.run import run

    run(options)


if __name__ == "__main__":
    train(parse_arguments(description=__doc__))
