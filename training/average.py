"""Averages trained networks of one shape: better than either, where one run goes on from another.

    python -m training.average --weights runs/first/best.keras --weights runs/second/best.keras \
        --run runs/average

Statistics of normalization are averaged with the rest; `training.remeasure` measures them anew.

Source: Wortsman et al., Model soups, 2022, https://arxiv.org/abs/2203.05482
"""

import argparse
from pathlib import Path

import numpy as np

from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.config import write_config
from humanseg.checkpoints.weights import resolve_weights
from humanseg.errors import HumanSegError
from training.outputs import own_path


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.average",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--weights", type=Path, action="append", required=True, help="a .keras file; give several")
    add("--run", type=own_path, required=True, help="folder for best.keras; it must not exist yet")
    return parser.parse_args(arguments)


def average(options: argparse.Namespace) -> None:
    """Writes `best.keras` and its JSON file into the folder of the run.

    Raises:
        SystemExit: There are no such weights, they differ in shape, or the folder exists.
    """
    try:
        found = [resolve_weights(path) for path in options.weights]
    except HumanSegError as error:
        raise SystemExit(str(error)) from error
    if any(weights.architecture != found[0].architecture for weights in found):
        raise SystemExit("Networks must be of one architecture to be averaged.")
    if options.run.exists():
        raise SystemExit(f"{options.run} exists already: choose another --run.")
    models = [load_model(weights) for weights in found]
    every = zip(*(model.get_weights() for model in models), strict=True)
    models[0].set_weights([np.mean(values, axis=0) for values in every])
    options.run.mkdir(parents=True)
    models[0].save(options.run / "best.keras")
    write_config(options.run / "best.keras", found[0].architecture, found[0].input_size)


if __name__ == "__main__":
    average(parse_arguments())
