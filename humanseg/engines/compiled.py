"""The network compiled for LiteRT: made from the weights once, and found again.

The compiled file carries the hash of the weights it was made from, and is used only
with those. The shipped weights have theirs beside them; for any other it is made on
first use, in the user's cache directory. `python -m humanseg.engines.compiled` makes the
shipped one anew.
"""

import logging
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from huggingface_hub.constants import HF_ASSETS_CACHE

from humanseg.checkpoints.weights import SHIPPED, Weights, resolve_weights
from humanseg.engines.engine import load_model
from humanseg.whole import write_whole

logger = logging.getLogger(__name__)

SHIPPED_COMPILED = SHIPPED.with_suffix(".tflite")
CACHE = Path(HF_ASSETS_CACHE) / "humanseg" / "compiled"
HASH_KEY = "humanseg_weights_sha256"
SIZE = 320
"""Input size the network is compiled for; `humanseg.engines.litert` resizes it."""


def get_compiled(weights: Weights) -> bytes:
    """Finds the compiled network of these weights, or makes and keeps it.

    Returns:
        LiteRT flatbuffer.

    Raises:
        WeightsError: The weights are not what their JSON file says.
    """
    kept = CACHE / f"{weights.sha256}.tflite"
    for path in (SHIPPED_COMPILED, kept):
        network = path.read_bytes() if path.is_file() else b""
        if read_hash(network) == weights.sha256:
            return network
    logger.info("Compiling %s for LiteRT, once: some seconds ...", weights.name)
    network = compile_network(weights)
    try:
        write_whole(kept, network)
    except OSError as error:
        logger.warning("The compiled network cannot be kept for the next time (%s).", error)
    return network


def compile_network(weights: Weights) -> bytes:
    """Compiles the network, with TensorFlow.

    Returns:
        LiteRT flatbuffer with the hash of the weights in it.

    Raises:
        WeightsError: The weights are not what their JSON file says.
    """
    import tensorflow as tf
    from ai_edge_litert.tools import flatbuffer_utils

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


def read_hash(network: bytes) -> str | None:
    """SHA-256 of the weights a compiled network was made from; None for any other bytes."""
    try:
        Interpreter(model_content=network)
    except ValueError:  # not a flatbuffer, or a broken one
        return None
    model = schema.Model.GetRootAs(network)
    for i in range(model.MetadataLength()):
        entry = model.Metadata(i)
        if entry.Name() == HASH_KEY.encode():
            return model.Buffers(entry.Buffer()).DataAsNumpy().tobytes().decode()
    return None


def write_shipped() -> None:
    """Compiles the shipped weights, and puts the result beside them."""
    write_whole(SHIPPED_COMPILED, compile_network(resolve_weights(SHIPPED)))


if __name__ == "__main__":
    write_shipped()
