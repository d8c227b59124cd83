"""Trains the network.

    python -m training.train --data ../shared/data --run runs/first

Interrupted? The same command with --resume goes on exactly where the last whole
epoch ended: weights, optimizer, averages and the order of the samples.
"""

import argparse
from dataclasses import replace

import keras
import numpy as np
from tqdm import tqdm

from humanseg.network.architecture import Architecture
from humanseg.network.model import build_model, load_encoder_weights
from training.data.batches import TrainingBatches
from training.data.photos import Photo, PhotoCache, read_photos, read_stems
from training.learning.fused_batch_norm import fuse_batch_norm
from training.learning.losses import MaskLoss
from training.learning.options import check_options, parse_arguments, write_options
from training.learning.schedule import Schedule
from training.learning.start import freeze, load_matching_weights
from training.learning.state import SaveState, load_state
from training.learning.validation import ScoreAveragedWeights, ValidationSet, is_number


def train(options: argparse.Namespace) -> None:
    """Trains, or goes on training, as the options say."""
    options.run.mkdir(parents=True, exist_ok=True)
    log, checkpoint = options.run / "log.csv", options.run / "checkpoint.weights.h5"
    if options.resume:
        check_options(options)
    elif checkpoint.exists():
        raise SystemExit(f"{options.run} holds a run already: add --resume, or choose another.")
    else:
        write_options(options)
    goes_on = checkpoint.exists()
    if not goes_on:  # a run that was interrupted in its first epoch starts again
        log.unlink(missing_ok=True)
    keras.utils.set_random_seed(options.seed)

    architecture = replace(Architecture(), encoder=options.encoder)
    plain = build_model(architecture)
    if options.weights:
        load_matching_weights(plain, options.weights)
    elif not goes_on:
        load_encoder_weights(plain, architecture, options.encoder_weights)
    freeze(plain, architecture, options.freeze_stride)
    model = fuse_batch_norm(plain)
    model.compile(optimizer=build_optimizer(options), loss=MaskLoss())
    schedule = Schedule(
        options.epochs * options.steps,
        options.minutes,
        peak=options.learning_rate,
        warmup_steps=options.warmup_steps,
        final_share=options.final_share,
    )
    model.optimizer.build(model.trainable_variables)

    cache = PhotoCache(options.cache)
    batches = make_batches(options, cache)
    for photo in tqdm(batches.photos, "decoding", unit="photo", disable=None):
        cache.load(photo)  # so that a mask that cannot be read is found now
    validation = ValidationSet(
        read_photos(options.data, "val", options.val_share, hold_out=dict(options.hold_out)),
        cache,
        options.val_size,
    )
    if not batches.photos or not (validation.labels == 255).any():
        raise SystemExit(
            "There must be photos to train on, and people in those to validate on. Received: "
            f"{len(batches.photos)} photos to train on, {len(validation.photos)} to validate on."
        )
    if goes_on:
        load_state(checkpoint, model, schedule)
    steps_done = int(model.optimizer.iterations)
    print(
        f"{len(batches.photos)} photos to train on, {len(validation.photos)} to validate, "
        f"{model.count_params():,} parameters, "
        f"{sum(np.prod(v.shape) for v in model.trainable_variables):,} trained"
    )
    model.fit(
        batches.dataset(steps_done),
        # By the clock, the schedule ends the run.
        epochs=options.epochs if options.minutes is None else 10_000,
        initial_epoch=steps_done // options.steps,
        steps_per_epoch=options.steps,
        shuffle=False,
        callbacks=[
            schedule,
            ScoreAveragedWeights(
                plain, architecture, batches, validation, options.run, statistics_batches=20
            ),
            keras.callbacks.CSVLogger(log, append=True),
            keras.callbacks.TerminateOnNaN(),
            # Last, so that an epoch counts as done only once it is scored and logged.
            SaveState(checkpoint, schedule),
        ],
    )
    if not is_number(model.history.history["loss"][-1]):
        raise SystemExit(
            "The loss is no longer a number: try a lower --learning-rate. The last whole epoch "
            f"is kept in {options.run}."
        )


def make_batches(options: argparse.Namespace, cache: PhotoCache) -> TrainingBatches:
    """The batches to train on, as the options say."""
    photos = read_photos(
        options.data,
        "train",
        options.val_share,
        pseudo_labels=options.pseudo_labels,
        hold_out=dict(options.hold_out),
    )
    if options.leave_out:
        photos = leave_out(photos, read_stems(options.leave_out))
    sources = {photo.source for photo in photos}
    named = {name for name, _ in options.source_weight} | set(options.paste_from)
    if not named <= sources:
        raise SystemExit(f"Sources are {sorted(sources)}. Received: {sorted(named - sources)}")
    return TrainingBatches(
        photos,
        cache,
        size=options.size,
        batch_size=options.batch_size,
        source_weights=dict(options.source_weight),
        paste_sources=set(options.paste_from) or sources,
        paste_probability=options.paste,
        zoom=tuple(options.zoom),
        seed=options.seed,
    )


def leave_out(photos: list[Photo], stems: set[str]) -> list[Photo]:
    """The photos whose file names, without suffix, are not among `stems`."""
    unknown = stems - {photo.image.stem for photo in photos}
    if unknown:
        raise SystemExit(f"--leave-out names photos that are not there: {sorted(unknown)[:3]}")
    print(f"{len(stems)} photos left out")
    return [photo for photo in photos if photo.image.stem not in stems]


def build_optimizer(options: argparse.Namespace) -> keras.optimizers.Optimizer:
    """AdamW with a moving average of the weights."""
    optimizer = keras.optimizers.AdamW(
        options.learning_rate,  # `Schedule` sets it before each step
        weight_decay=options.weight_decay,
        use_ema=True,
        ema_momentum=options.ema,
        clipnorm=1.0,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


if __name__ == "__main__":
    train(parse_arguments(description=__doc__))
