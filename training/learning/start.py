"""What a network is before its first step: weights of another, and layers that stay."""

from pathlib import Path

import keras

from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.weights import resolve_weights
from humanseg.network.architecture import Architecture
from humanseg.network.growth import set_grown_weights
from humanseg.network.model import ENCODERS


def load_matching_weights(model: keras.Model, weights: Path) -> None:
    """Copies the layers of a trained network; others stay as they are."""
    trained = load_model(resolve_weights(weights))
    values = {layer.name: layer.get_weights() for layer in trained.layers}
    for layer in model.layers:
        if not set_grown_weights(layer, values.get(layer.name, [])):
            print(f"{layer.name} starts afresh: {weights} has none of its shape")


def freeze(model: keras.Model, architecture: Architecture, stride: int) -> None:
    """Keeps the encoder's layers up to its features at `stride` from being trained.

    Early features are general, and their maps the largest: on a CPU this takes a
    fifth of the training time away.
    """
    if stride == 1:
        return
    first_trained = ENCODERS[architecture.encoder].skips[stride.bit_length() - 2]
    for layer in model.layers:
        if layer.name == first_trained:
            break
        layer.trainable = False
