"""Trains the network.

    python -m training.train --data ../shared/data --run runs/first

Interrupted? The same command with --resume goes on exactly where the last whole
epoch ended: weights, optimizer, averages and the order of the samples.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from humanseg.architecture import Architecture
from humanseg.model import ENCODERS, build_model, load_encoder_weights
from training.batches import TrainingBatches
from training.fused_batch_norm import fuse_batch_norm
from training.losses import MaskLoss
from training.photos import PhotoCache, read_photos
from training.validation import ScoreAveragedWeights, ValidationSet


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        required=True,
        help="folder with manifest.csv, or with images/ and masks/",
    )
    add("--run", type=Path, required=True, help="folder for checkpoints, log and the best network")
    add("--resume", action="store_true", help="go on with the run in --run")
    add("--cache", type=Path, default=Path("runs/cache"), help="folder for decoded photos")
    start = parser.add_argument_group("start")
    start.add_argument("--encoder", choices=sorted(ENCODERS), default=Architecture().encoder)
    start.add_argument(
        "--encoder-weights",
        default="imagenet",
        help="'imagenet' to download, or the path of a .weights.h5 file",
    )
    start.add_argument("--weights", type=Path, help="a whole network (.keras) to start from")
    start.add_argument(
        "--freeze-stride",
        type=int,
        choices=(1, 2, 4, 8, 16),
        default=4,
        help="keep the encoder as it is up to the features at this stride; 1 trains all",
    )
    schedule = parser.add_argument_group("schedule")
    schedule.add_argument("--epochs", type=int, default=60)
    schedule.add_argument("--steps", type=int, default=400, help="batches an epoch")
    schedule.add_argument("--batch-size", type=int, default=16)
    schedule.add_argument("--size", type=int, default=256, help="side of the crops in pixels")
    schedule.add_argument("--learning-rate", type=float, default=1.2e-3, help="at its peak")
    schedule.add_argument("--warmup-steps", type=int, default=300)
    schedule.add_argument("--weight-decay", type=float, default=0.01)
    schedule.add_argument("--ema", type=float, default=0.998, help="momentum of the average")
    schedule.add_argument("--seed", type=int, default=0)
    samples = parser.add_argument_group("samples")
    samples.add_argument(
        "--source-weight",
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


def train(options: argparse.Namespace) -> None:
    """Trains, or goes on training, as the options say."""
    options.run.mkdir(parents=True, exist_ok=True)
    log = options.run / "log.csv"
    if log.exists() and not options.resume:
        raise SystemExit(f"{options.run} holds a run already: add --resume, or choose another.")
    keras.utils.set_random_seed(options.seed)
    write_options(options)

    architecture = replace(Architecture(), encoder=options.encoder)
    plain = build_model(architecture)
    if options.weights:
        plain.load_weights(options.weights)
    elif not options.resume:
        load_encoder_weights(plain, architecture, options.encoder_weights)
    freeze(plain, architecture, options.freeze_stride)
    model = fuse_batch_norm(plain)
    model.compile(optimizer=build_optimizer(options), loss=MaskLoss())
    model.optimizer.build(model.trainable_variables)

    cache = PhotoCache(options.cache)
    photos = read_photos(options.data, "train", options.val_share)
    batches = TrainingBatches(
        photos,
        cache,
        size=options.size,
        batch_size=options.batch_size,
        source_weights=dict(parse_weight(text) for text in options.source_weight),
        paste_sources=set(options.paste_from) or {photo.source for photo in photos},
        paste_probability=options.paste,
        zoom=tuple(options.zoom),
        seed=options.seed,
    )
    validation = ValidationSet(
        read_photos(options.data, "val", options.val_share), cache, options.val_size
    )
    checkpoint = options.run / "checkpoint.weights.h5"
    if options.resume:
        model.load_weights(checkpoint)
    steps_done = int(model.optimizer.iterations)
    print(
        f"{len(photos)} photos to train on, {len(validation.photos)} to validate, "
        f"{model.count_params():,} parameters, "
        f"{sum(np.prod(v.shape) for v in model.trainable_variables):,} trained"
    )
    model.fit(
        batches.dataset(steps_done),
        epochs=options.epochs,
        initial_epoch=steps_done // options.steps,
        steps_per_epoch=options.steps,
        shuffle=False,
        callbacks=[
            ScoreAveragedWeights(
                plain, architecture, batches, validation, options.run, statistics_batches=20
            ),
            keras.callbacks.CSVLogger(log, append=True),
            keras.callbacks.TerminateOnNaN(),
            # Last, so that an epoch counts as done only once it is scored and logged.
            SaveState(checkpoint),
        ],
    )


class SaveState(keras.callbacks.Callback):
    """Saves weights, optimizer and averages after each epoch, whole or not at all."""

    def __init__(self, path: Path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        partial = self.path.with_name(f"partial-{self.path.name}")
        self.model.save_weights(partial)
        partial.replace(self.path)


def build_optimizer(options: argparse.Namespace) -> keras.optimizers.Optimizer:
    """AdamW with warm-up, cosine decay, and a moving average of the weights."""
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        warmup_target=options.learning_rate,
        warmup_steps=options.warmup_steps,
        decay_steps=max(1, options.epochs * options.steps - options.warmup_steps),
        alpha=0.01,
    )
    optimizer = keras.optimizers.AdamW(
        schedule,
        weight_decay=options.weight_decay,
        use_ema=True,
        ema_momentum=options.ema,
        clipnorm=1.0,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def freeze(model: keras.Model, architecture: Architecture, stride: int) -> None:
    """Keeps the encoder's layers up to its features at `stride` from being trained.

    Early features are general, and their maps the largest: on a CPU this takes a
    third of the training time away.
    """
    if stride == 1:
        return
    first_trained = ENCODERS[architecture.encoder].skips[stride.bit_length() - 2]
    for layer in model.layers:
        if layer.name == first_trained:
            break
        layer.trainable = False


def parse_weight(text: str) -> tuple[str, float]:
    """Reads SOURCE=WEIGHT."""
    source, _, weight = text.partition("=")
    return source, float(weight)


def write_options(options: argparse.Namespace) -> None:
    """Keeps what the run was started with beside its results."""
    text = json.dumps(vars(options), indent=2, default=str)
    (options.run / "options.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    train(parse_arguments())
