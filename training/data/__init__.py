"""Photos to learn from: read, split, augmented, in batches.

Modules:
    photos.py   photo and mask pairs on disk, and their cache
    labels.py   pseudo-labels from what networks said
    augment.py  random views, pasted people, other light
    batches.py  batches that depend on the seed and the step alone
"""
