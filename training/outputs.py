"""Where training commands may write: beside the shipped weights only when told `--ship`."""

import argparse
from pathlib import Path

from humanseg.checkpoints.weights import SHIPPED


def is_shipped(path: Path) -> bool:
    """Whether a path lies in the folder of the weights that come with humanseg."""
    return path.resolve().is_relative_to(SHIPPED.parent.resolve())


def own_path(text: str) -> Path:
    """Type of a command-line argument: a path of the user's own, to be written to.

    Raises:
        argparse.ArgumentTypeError: It is where the shipped weights lie.
    """
    path = Path(text)
    if is_shipped(path):
        raise argparse.ArgumentTypeError(
            f"{SHIPPED.parent.name}/ holds what comes with humanseg and is written to with --ship "
            f"alone: choose another place. Received: {text}"
        )
    return path


def own_file(text: str) -> Path:
    """The same of a file; its folder is made now, not missed after the work of hours.

    Raises:
        argparse.ArgumentTypeError: As `own_path`, or the folder cannot be made.
    """
    path = own_path(text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{path.parent} cannot be made ({error})") from error
    return path
