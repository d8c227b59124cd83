"""Trained weights: from a name to a verified file.

Modules, down the stair that a name takes:
    weights.py  a path, a name on the Hub or nothing -> verified `Weights`
    presets.py  what nothing means
    hub.py      the Hugging Face Hub, and a sentence for each way it can fail
    config.py   the JSON file beside the weights: hashes, size, scores
    archive.py  what is in a `.keras` file, opened without trust; needs Keras

Imports errors and `network`. The files that come with humanseg lie in `weights/`.
"""
