"""The network as it is trained: of the same weights, with faster layers and other dtypes."""

from typing import Any

import keras

DTYPES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
"""What `--dtype` may be -> Keras's policy; weights are float32 in both."""

EXACT = ("scale_to_encoder", "head")
"""Layers that stay float32: probabilities near 0 and 1 need more digits than bfloat16 has."""


def make_trainee(model: keras.Model, dtype: str = "float32") -> keras.Model:
    """Copies a functional model, to be trained; equal weights, in the same order.

    Args:
        model: From `humanseg.network.model.build_model`.
        dtype: One of `DTYPES`.
    """
    faster = _faster_layers(dtype)

    def clone(layer):
        config = layer.get_config()
        if dtype != "float32" and layer.name not in EXACT:
            config["dtype"] = DTYPES[dtype]
        return faster.get(type(layer), type(layer)).from_config(config)

    copy = keras.models.clone_model(model, clone_function=clone)
    copy = keras.Model(copy.inputs[0], copy.outputs[0], name=model.name)
    copy.set_weights(model.get_weights())
    return copy


def _faster_layers(dtype: str) -> dict[type, Any]:
    """Layers of Keras -> what computes the same in less time on this backend."""
    if keras.backend.backend() == "tensorflow" and dtype == "float32":
        from training.learning.fused_batch_norm import BatchNormalization

        return {keras.layers.BatchNormalization: BatchNormalization}
    return {}
