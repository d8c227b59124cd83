"""What a run learns from, as its options say."""

import argparse

from training.data.batches import TrainingBatches
from training.data.cache import PhotoCache
from training.data.cutouts import list_cutouts
from training.data.packs import unpack
from training.data.photos import Photo, read_photos, read_stems


def make_batches(options: argparse.Namespace, cache: PhotoCache) -> TrainingBatches:
    """The batches to train on, as the options say."""
    photos = read_photos(
        unpack(options.data, options.cache),
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
        cutouts=[Photo("cutouts", path, path) for path in list_cutouts(options.cutouts)]
        if options.cutouts
        else [],
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


def validation_photos(options: argparse.Namespace) -> list[Photo]:
    """The photos to validate on, as the options say."""
    return read_photos(
        unpack(options.data, options.cache),
        "val",
        options.val_share,
        hold_out=dict(options.hold_out),
    )
