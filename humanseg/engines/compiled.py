"""The network compiled for LiteRT: made from the weights once, and found again.

The compiled file carries the hash of the weights it was made from, and is used only
with those. Published weights have theirs beside them, with its hash in their JSON file;
for any other it is made on first use, with TensorFlow, in the user's cache directory.
"""

import logging
from pathlib import Path

from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from huggingface_hub.constants import HF_ASSETS_CACHE

from humanseg.checkpoints.config import compiled_path, hash_file
from humanseg.checkpoints.weights import SHIPPED, Weights
from humanseg.engines.compiling import HASH_KEY, compile_network
from humanseg.whole import write_whole

logger = logging.getLogger(__name__)

CACHE = Path(HF_ASSETS_CACHE) / "humanseg" / "compiled"


def get_compiled(weights: Weights) -> bytes:
    """Finds the compiled network of these weights, or makes and keeps it.

    Returns:
        LiteRT flatbuffer.

    Raises:
        WeightsError: It has to be made, and the weights are not what their JSON file says
            or TensorFlow is not installed.
    """
    kept = CACHE / f"{weights.sha256}.tflite"
    candidates = [compiled_path(SHIPPED), kept]
    beside = compiled_path(weights.path)
    # Anybody may have written it, so it counts only if it is the one that the JSON file names.
    if beside.is_file() and hash_file(beside) == weights.compiled_sha256:
        candidates.insert(0, beside)
    for path in candidates:
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
