"""The network as it is trained: of the same weights, with faster layers and other dtypes."""

from typing import Any

import keras

from training.data.classes import CLASSES
from training.learning.kept_statistics import keep_statistics

DTYPES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
"""What `--dtype` may be -> Keras's policy; weights are float32 in both."""

EXACT = ("scale_to_encoder", "head")
"""Layers that stay float32: probabilities near 0 and 1 need more digits than bfloat16 has."""


CLASS_HEAD = "classes"
"""Name of the layer that is trained beside the network, and dropped."""


def make_trainee(
    model: keras.Model,
    dtype: str = "float32",
    with_classes: bool = False,
    keeps_statistics: bool = False,
) -> keras.Model:
    """Copies a functional model, to be trained; equal weights, in the same order.

    Args:
        model: From `humanseg.network.model.build_model`.
        dtype: One of `DTYPES`.
        with_classes: Adds a second output, logits of `CLASSES` at H/16.
        keeps_statistics: As `training.learning.kept_statistics` tells.
    """
    other = _faster_layers(dtype)
    if keeps_statistics:
        norm = keras.layers.BatchNormalization
        other[norm] = keep_statistics(other.get(norm, norm))

    def clone(layer):
        config = layer.get_config()
        if dtype != "float32" and layer.name not in EXACT:
            config["dtype"] = DTYPES[dtype]
        return other.get(type(layer), type(layer)).from_config(config)

    copy = keras.models.clone_model(model, clone_function=clone)
    copy = keras.Model(copy.inputs[0], copy.outputs[0], name=model.name)
    copy.set_weights(model.get_weights())
    if not with_classes:
        return copy
    features = copy.get_layer("decoder_8_up").input
    logits = keras.layers.Conv2D(
        CLASSES, 1, kernel_initializer="zeros", name=CLASS_HEAD, dtype="float32"
    )(features)
    return keras.Model(copy.inputs[0], [copy.outputs[0], logits], name=model.name)


def _faster_layers(dtype: str) -> dict[type, Any]:
    """Layers of Keras -> what computes the same in less time on this backend."""
    if keras.backend.backend() == "tensorflow" and dtype == "float32":
        from training.learning.fused_batch_norm import BatchNormalization

        return {keras.layers.BatchNormalization: BatchNormalization}
    if keras.backend.backend() == "jax":
        from training.learning.strided_depthwise import DepthwiseConv2D

        return {keras.layers.DepthwiseConv2D: DepthwiseConv2D}
    return {}
