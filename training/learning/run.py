"""A whole run: what it starts from, its steps, and what is kept of it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import keras
import numpy as np

from humanseg.engines.letterbox import STRIDE
from humanseg.network.architecture import Architecture
from humanseg.network.model import build_model, load_encoder_weights
from training.data.batches import Batch, TrainingBatches
from training.data.cache import PhotoCache
from training.data.classes import TeacherClasses
from training.data.workers import batches_ahead, decode_all
from training.learning.averages import AveragedNetwork
from training.learning.loop import Kept, learn
from training.learning.losses import ClassLoss, MaskLoss
from training.learning.options import check_options, write_options
from training.learning.samples import make_batches, validation_photos
from training.learning.schedule import Schedule
from training.learning.start import freeze, load_matching_weights
from training.learning.state import load_state
from training.learning.trainee import make_trainee
from training.learning.validation import ValidationSet

STATISTICS_PHOTOS = 320
"""Training photos that the statistics of normalization are measured on."""


def run(options: argparse.Namespace) -> None:
    """Trains, or goes on training, as the options say."""
    refuse_impossible(options)
    options.run.mkdir(parents=True, exist_ok=True)
    kept = Kept(options.run)
    if options.resume:
        check_options(options)
    elif kept.checkpoint.exists():
        raise SystemExit(f"{options.run} holds a run already: add --resume, or choose another.")
    elif kept.best.exists():  # of training.average, for one: its score says nothing of this run's
        raise SystemExit(f"{kept.best} exists already: choose another --run.")
    else:
        write_options(options)
    goes_on = kept.checkpoint.exists()
    if not goes_on:  # a run that was interrupted in its first epoch starts again
        kept.log.unlink(missing_ok=True)
    keras.utils.set_random_seed(options.seed)

    architecture = replace(Architecture(), encoder=options.encoder)
    plain = build_model(architecture)
    if options.weights:
        load_matching_weights(plain, options.weights)
    elif not goes_on:
        load_encoder_weights(plain, architecture, options.encoder_weights)
    freeze(plain, architecture, options.freeze_stride)
    classes = TeacherClasses(options.classes) if options.classes else None
    model = make_trainee(plain, options.dtype, classes is not None, options.keep_statistics)
    mask_loss = MaskLoss(lovasz=options.lovasz)
    model.compile(
        optimizer=build_optimizer(options),
        loss=[mask_loss, ClassLoss()] if classes else mask_loss,
        loss_weights=[1.0, options.class_share] if classes else None,
    )
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
    validated = validation_photos(options)
    # Now, so that a mask that cannot be read is found before the first step.
    decode_all(cache, [*batches.photos, *batches.cutouts, *validated], options.workers)
    validation = ValidationSet(validated, cache, options.val_size)
    if not batches.photos or not (validation.labels == 255).any():
        raise SystemExit(
            "There must be photos to train on, and people in those to validate on. Received: "
            f"{len(batches.photos)} photos to train on, {len(validation.photos)} to validate on."
        )
    if goes_on:
        load_state(kept.checkpoint, model, schedule)
    print(
        f"{len(batches.photos)} photos to train on, {len(validation.photos)} to validate, "
        f"{model.count_params():,} parameters, "
        f"{sum(np.prod(v.shape) for v in model.trainable_variables):,} trained"
    )
    count = 0 if options.keep_statistics else -(-STATISTICS_PHOTOS // options.batch_size)
    images = [image for step in range(count) for image in batches.batch(step)[0]]
    averaged = AveragedNetwork(
        plain, architecture, np.array(images[:STATISTICS_PHOTOS]), input_size=options.val_size
    )
    with samples(options, batches, int(model.optimizer.iterations), classes) as ahead:
        try:
            learn(model, ahead, schedule, averaged, validation, kept, options.steps)
        except FloatingPointError as error:
            raise SystemExit(
                "The loss is no longer a number: try a lower --learning-rate. The last whole "
                f"epoch is kept in {options.run}."
            ) from error


def refuse_impossible(options: argparse.Namespace) -> None:
    """Ends with a sentence, before the work, if options say what cannot be done."""
    if options.classes and options.augment != "device":
        raise SystemExit("--classes needs --augment device: only there are they drawn along.")
    if options.keep_statistics and not options.weights:
        raise SystemExit("--keep-statistics needs --weights, which have some.")
    if not 0 <= options.lovasz <= 1:
        raise SystemExit(f"--lovasz must be from 0 to 1. Received: {options.lovasz}")
    for size in (options.size, options.val_size):
        if size % STRIDE or not STRIDE <= size <= 2048:  # as in the JSON file beside weights
            raise SystemExit(
                f"--size and --val-size must be multiples of {STRIDE} up to 2048. Received: {size}"
            )


@contextmanager
def samples(
    options: argparse.Namespace,
    batches: TrainingBatches,
    first_step: int,
    classes: TeacherClasses | None,
) -> Iterator[Iterator[Batch]]:
    """The batches from a step on, made where the options say."""
    if options.augment == "device":
        from training.data.on_device import batches_on_device

        yield batches_on_device(batches, first_step, classes)
    else:
        with batches_ahead(batches, first_step, options.workers) as ahead:
            yield ahead


def build_optimizer(options: argparse.Namespace) -> keras.optimizers.Optimizer:
    """AdamW with a moving average of the weights."""
    optimizer = keras.optimizers.AdamW(
        options.learning_rate,  # `Schedule` says it before each step
        weight_decay=options.weight_decay,
        use_ema=True,
        ema_momentum=options.ema,
        clipnorm=1.0,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
