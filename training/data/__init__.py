"""Photos to learn from: read, split, augmented, in batches.

Modules:
    photos.py   photo and mask pairs on disk
    cutouts.py  people with true alpha
    cache.py    photos decoded once
    packs.py    a data set in a few files of a chosen size
    classes.py  what else a teacher sees in them
    labels.py   pseudo-labels from what networks said
    augment.py  random views, pasted people, other light
    batches.py  batches that depend on the seed and the step alone
    workers.py  the same, made ahead by processes on all cores
    on_device.py    the same, made by the accelerator; it needs JAX, with
    device_pixels.py, device_photos.py, device_augment.py, device_colour.py

Only those for the device import a framework, and of them `device_pixels` does not.
"""
