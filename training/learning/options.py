"""The command line of `training.train`."""

import argparse
import json
from pathlib import Path

from humanseg.network.architecture import ENCODER_NAMES, Architecture
from training.outputs import own_path

FILE = "options.json"


def parse_arguments(
    arguments: list[str] | None = None,
    *,
    prog: str = "python -m training.train",
    description: str | None = None,
) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        required=True,
        help="folder with manifest.csv, with images/ and masks/, or with packs",
    )
    add("--run", type=own_path, required=True, help="folder for checkpoints, log and best network")
    add("--resume", action="store_true", help="go on with the run in --run")
    add("--cache", type=own_path, default=Path("runs/cache"), help="folder for decoded photos")
    machine = parser.add_argument_group("machine")
    machine.add_argument(
        "--dtype",
        choices=("float32", "bfloat16"),
        default="float32",
        help="of what the layers compute; weights are float32",
    )
    machine.add_argument(
        "--augment",
        choices=("cpu", "device"),
        default="cpu",
        help="where samples are made; on the device, with JAX, all photos lie in its memory",
    )
    machine.add_argument(
        "--workers", type=int, help="processes that make samples (default: one for each core)"
    )
    start = parser.add_argument_group("start")
    start.add_argument("--encoder", choices=sorted(ENCODER_NAMES), default=Architecture().encoder)
    start.add_argument(
        "--encoder-weights",
        default="imagenet",
        help="'imagenet' to download, or the path of a .weights.h5 file",
    )
    start.add_argument(
        "--weights",
        type=Path,
        help="a whole network (.keras) to start from; layers of another shape start afresh",
    )
    start.add_argument(
        "--freeze-stride",
        type=int,
        choices=(1, 2, 4, 8, 16),
        default=4,
        help="keep the encoder as it is up to the features at this stride; 1 trains all",
    )
    start.add_argument("--keep-statistics", action="store_true", help="normalize as --weights does")
    schedule = parser.add_argument_group("schedule")
    schedule.add_argument("--epochs", type=int, default=60)
    schedule.add_argument(
        "--minutes", type=float, help="train by the clock, instead of for a number of --epochs"
    )
    schedule.add_argument("--steps", type=int, default=400, help="batches an epoch")
    schedule.add_argument("--batch-size", type=int, default=16)
    schedule.add_argument("--size", type=int, default=256, help="side of the crops in pixels")
    schedule.add_argument("--learning-rate", type=float, default=1.2e-3, help="at its peak")
    schedule.add_argument(
        "--final-share",
        type=float,
        default=0.01,
        help="what is left of the peak learning rate at the end",
    )
    schedule.add_argument("--warmup-steps", type=int, default=300)
    schedule.add_argument("--weight-decay", type=float, default=0.01)
    schedule.add_argument("--ema", type=float, default=0.998, help="momentum of the average")
    schedule.add_argument("--seed", type=int, default=0)
    schedule.add_argument("--lovasz", type=float, default=0.0, help="in place of a share of Dice")
    samples = parser.add_argument_group("samples")
    samples.add_argument(
        "--source-weight",
        type=parse_weight,
        action="append",
        default=[],
        metavar="SOURCE=WEIGHT",
        help="draw from a source more or less often than from others (default 1)",
    )
    samples.add_argument(
        "--paste-from",
        action="append",
        default=[],
        metavar="SOURCE",
        help="cut people out of this source and paste them (default: every source)",
    )
    samples.add_argument(
        "--cutouts",
        type=Path,
        metavar="FOLDER",
        help="people with true alpha, RGBA, in a manifest.csv: half of those pasted",
    )
    samples.add_argument(
        "--leave-out",
        type=Path,
        metavar="FILE",
        help="list of photos not to train on, such as training/mislabelled.txt",
    )
    samples.add_argument(
        "--pseudo-labels",
        type=Path,
        metavar="FOLDER",
        help="also train on the manifest's split 'unlabelled', with masks NAME.png from here",
    )
    samples.add_argument(
        "--hold-out",
        type=parse_count,
        action="append",
        default=[],
        metavar="SOURCE=NUMBER",
        help="validate on so many training photos of a source, chosen by a hash of their name",
    )
    samples.add_argument(
        "--classes",
        type=Path,
        metavar="FILE",
        help="from training.classes: taught beside the mask; with --augment device",
    )
    samples.add_argument(
        "--class-share", type=float, default=0.4, help="weight of that beside the mask's loss"
    )
    samples.add_argument("--paste", type=float, default=0.4, help="share of samples pasted on")
    samples.add_argument(
        "--zoom",
        type=float,
        nargs=2,
        default=(1.0, 2.2),
        metavar=("MIN", "MAX"),
        help="range of the photo's long side in a crop, as a share of --size",
    )
    samples.add_argument("--val-size", type=int, default=320)
    samples.add_argument(
        "--val-share",
        type=float,
        default=0.1,
        help="share of the photos kept for validation where there is no manifest",
    )
    return parser.parse_args(arguments)


def add_photos(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say which photos are trained on, for other commands that read them."""
    add = parser.add_argument
    add("--data", type=Path, required=True, help="as for training.train")
    add("--val-share", type=float, default=0.1, help="as for training.train")
    add("--pseudo-labels", type=Path, metavar="FOLDER", help="as for training.train")


def parse_weight(text: str) -> tuple[str, float]:
    """Reads SOURCE=WEIGHT."""
    source, _, weight = text.partition("=")
    return source, float(weight)


def parse_count(text: str) -> tuple[str, int]:
    """Reads SOURCE=NUMBER."""
    source, _, count = text.partition("=")
    return source, int(count)


def write_options(options: argparse.Namespace) -> None:
    """Keeps what the run was started with beside its results."""
    text = json.dumps(vars(options), indent=2, default=str)
    (options.run / FILE).write_text(text + "\n", encoding="utf-8")


def check_options(options: argparse.Namespace) -> None:
    """Stops a resume that would not be the same run: its learning rates, its samples."""
    if not (options.run / FILE).is_file():
        raise SystemExit(f"There is no run in {options.run}: leave --resume out to start one.")
    started = json.loads((options.run / FILE).read_text(encoding="utf-8"))
    given = json.loads(json.dumps(vars(options), default=str))
    for name, value in started.items():
        if name not in ("resume", "run", "cache", "workers") and given.get(name) != value:
            raise SystemExit(
                f"--resume goes on with the options the run was started with: {name} was "
                f"{value!r}. Received: {given.get(name)!r}"
            )
