"""What the commands that measure weights share: which weights, which photos, what is kept."""

import argparse
from pathlib import Path

from humanseg import Segmenter
from humanseg.checkpoints.weights import SHIPPED, Weights, resolve_weights
from humanseg.errors import HumanSegError
from training.data.photos import Photo, check_files, read_photos
from training.outputs import is_shipped


def add_measured(parser: argparse.ArgumentParser, recorded: str) -> None:
    """Adds `--data`, `--split`, `--val-share`, `--weights`, `--record` and `--ship`.

    Args:
        parser: Of a command that measures weights.
        recorded: What `--record` writes, for its help.
    """
    add = parser.add_argument
    add("--data", type=Path, required=True, help="as for training.train, but no packs")
    add("--split", choices=("train", "val"), default="val")
    add("--val-share", type=float, default=0.1, help="as for training.train")
    add(
        "--weights",
        help="a .keras file, or OWNER/NAME on the Hub (default: those that come with humanseg)",
    )
    add("--record", action="store_true", help=f"write {recorded} beside the weights")
    add("--ship", action="store_true", help="--record for the weights that come with humanseg")


def check_record(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Ends with a sentence if `--record` would write what or where it should not.

    Replaces a missing `--weights` by the shipped ones.
    """
    shipped = options.weights is None or is_shipped(Path(options.weights))
    if options.ship and not (options.record and shipped):
        parser.error("--ship goes with --record, for the weights that come with humanseg")
    if options.record and shipped and not options.ship:
        parser.error(
            "--record would write beside the weights that come with humanseg: "
            "say whose scores these are with --weights, or add --ship"
        )
    options.weights = options.weights or str(SHIPPED)
    if options.record and not options.weights.endswith(".keras"):
        parser.error(
            "--record is for a .keras file, or with --ship for what comes with humanseg. "
            f"Received: {options.weights}"
        )
    if options.record and options.split != "val":
        parser.error("--record is for photos that the network was not trained on")


def load_measured(options: argparse.Namespace) -> tuple[Weights, Segmenter, list[Photo]]:
    """Loads the weights and lists the photos that the options name.

    Raises:
        SystemExit: There are no such weights, or no photos, or one or its mask is missing.
    """
    weights, segmenter = load_segmenter(options.weights)
    photos = read_photos(options.data, options.split, options.val_share)
    if not photos:
        raise SystemExit(f"There are no photos of the split {options.split} in {options.data}.")
    check_files(path for photo in photos for path in (photo.image, photo.mask))
    return weights, segmenter, photos


def load_segmenter(source: str | None) -> tuple[Weights, Segmenter]:
    """Loads weights, from a file or the Hub; those that come with humanseg for None.

    Raises:
        SystemExit: There are none.
    """
    try:
        weights = resolve_weights(source)
        return weights, Segmenter.from_pretrained(weights.path)
    except HumanSegError as error:
        raise SystemExit(str(error)) from error
