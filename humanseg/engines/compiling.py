"""Compiles a network for LiteRT, which takes TensorFlow and some seconds."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from humanseg.checkpoints.weights import Weights
from humanseg.errors import WeightsError

HASH_KEY = "humanseg_weights_sha256"
"""Of the entry in a compiled network's metadata that names the weights it was made from."""

SIZE = 320
"""Input size the network is compiled for; `humanseg.engines.litert` resizes it."""


def compile_network(weights: Weights) -> bytes:
    """Compiles the network, with TensorFlow.

    Returns:
        LiteRT flatbuffer with the hash of the weights in it.

    Raises:
        WeightsError: The weights are not what their JSON file says, or TensorFlow is
            not installed.
    """
    try:
        import tensorflow as tf
        from ai_edge_litert.tools import flatbuffer_utils

        from humanseg.checkpoints.archive import load_model
    except ImportError as error:
        raise WeightsError(
            f"{weights.name} has no compiled network beside it, and making one takes TensorFlow: "
            'pip install "humanseg[training]".'
        ) from error

    model = load_model(weights)
    image = tf.TensorSpec((1, SIZE, SIZE, 3), tf.float32, name="image")
    forward = tf.function(lambda image: model(image, training=False), input_signature=[image])
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [forward.get_concrete_function()], model
    )
    content = flatbuffer_utils.convert_bytearray_to_object(converter.convert())
    sha256 = schema.BufferT()
    sha256.data = np.frombuffer(weights.sha256.encode(), np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = HASH_KEY, len(content.buffers)
    content.buffers.append(sha256)
    content.metadata = [*(content.metadata or []), entry]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(content))
