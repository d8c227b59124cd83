"""Makes the best network of a run the one that comes with humanseg.

    python -m training.export --run runs/first

Copies its weights and their JSON file into `weights/`, and compiles them for LiteRT.
Then evaluate and describe them:

    python -m training.evaluate --data ../shared/data --split val --record
    python -m training.model_card
"""

import argparse
from pathlib import Path

from humanseg.checkpoints.config import write_config
from humanseg.checkpoints.weights import SHIPPED, resolve_weights
from humanseg.engines.compiled import write_shipped


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.export",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument(
        "--input-size",
        type=int,
        help="pixels of the photo's long side that users' photos get "
        "(default: what the run validated at)",
    )
    return parser.parse_args(arguments)


def export(options: argparse.Namespace) -> None:
    """Copies and compiles; scores of the run's own validation are left behind."""
    best = resolve_weights(options.run / "best.keras")
    SHIPPED.parent.mkdir(exist_ok=True)
    SHIPPED.write_bytes(best.path.read_bytes())
    input_size = options.input_size or best.input_size
    write_config(SHIPPED, best.architecture, input_size, best.threshold)
    write_shipped()


if __name__ == "__main__":
    export(parse_arguments())
