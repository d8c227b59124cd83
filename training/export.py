"""Makes weights to be used and published of the best network of a run.

    python -m training.export --run runs/mine

Writes `humanseg.keras`, its JSON file and the network compiled for LiteRT into the folder
of the run, or into `--out`. Then evaluate and describe them:

    python -m training.evaluate --data DATA --weights runs/mine/humanseg.keras --record
    python -m training.model_card --weights runs/mine/humanseg.keras

`--ship` replaces the weights that come with humanseg instead.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from humanseg.checkpoints.config import compiled_path, write_config
from humanseg.checkpoints.weights import FILENAME, SHIPPED, resolve_weights
from humanseg.engines.compiled import get_compiled
from humanseg.errors import HumanSegError
from training.outputs import is_shipped, own_path


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.export",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--out", type=own_path, metavar="FOLDER", help="where to write (default: the run's folder)"
    )
    place.add_argument(
        "--ship", action="store_true", help="replace the weights that come with humanseg"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace weights in --out")
    parser.add_argument(
        "--input-size",
        type=int,
        help="pixels of the photo's long side that users' photos get "
        "(default: what the run validated at)",
    )
    options = parser.parse_args(arguments)
    if options.ship:
        options.out = SHIPPED.parent
    elif options.out is None:
        options.out = options.run
        if is_shipped(options.run):
            parser.error(
                "the run lies beside the weights that come with humanseg: give --out or --ship"
            )
    return options


def export(options: argparse.Namespace) -> Path:
    """Writes the three files, all or none; scores of the run's own validation are left behind.

    Returns:
        Path of the `.keras` file.

    Raises:
        SystemExit: There is no such run, or there are weights already.
    """
    path: Path = options.out / FILENAME
    if path.exists() and not (options.overwrite or options.ship):
        raise SystemExit(f"{path} exists: add --overwrite, or choose another --out.")
    options.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=options.out) as folder:
        made = Path(folder) / FILENAME
        try:
            best = resolve_weights(options.run / "best.keras")
            made.write_bytes(best.path.read_bytes())
            input_size = options.input_size or best.input_size
            write_config(made, best.architecture, input_size, best.threshold)
            compiled_path(made).write_bytes(get_compiled(resolve_weights(made)))
            # Once more, with the hash of what was compiled.
            write_config(made, best.architecture, input_size, best.threshold)
        except HumanSegError as error:
            raise SystemExit(str(error)) from error
        for file in made.parent.iterdir():
            file.replace(options.out / file.name)
    return path


if __name__ == "__main__":
    print(export(parse_arguments()))
