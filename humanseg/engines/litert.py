"""Runs the compiled network with LiteRT, on inputs of any size."""

from functools import lru_cache
from threading import Lock

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

SIZES_KEPT = 12
"""Input sizes kept ready, of some 50 MB each: photos in four formats, looked at in three sizes."""


class LiteRTEngine:
    """The network on the processor, through LiteRT and XNNPACK.

    An interpreter is made for each input size, and kept for the last few. They are
    used by one thread at a time: each call already keeps all cores busy.

    Args:
        network: What `humanseg.engines.compiled` made.
        threads: Processor cores to use.
    """

    name = "LiteRT"

    def __init__(self, network: bytes, threads: int):
        self._network = network
        self._threads = threads
        self._interpreter = lru_cache(SIZES_KEPT)(self._make_interpreter)
        self._lock = Lock()

    def __call__(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        batch, height, width, _ = images.shape
        probability = np.empty((batch, height, width), np.float32)
        with self._lock:
            interpreter = self._interpreter(height, width)
            image_index = interpreter.get_input_details()[0]["index"]
            output_index = interpreter.get_output_details()[0]["index"]
            for i, image in enumerate(images):
                interpreter.set_tensor(image_index, image[None].astype(np.float32))
                interpreter.invoke()
                probability[i] = interpreter.get_tensor(output_index)[0, :, :, 0]
        return probability

    def _make_interpreter(self, height: int, width: int) -> Interpreter:
        network = resize_network(self._network, height, width)
        interpreter = Interpreter(model_content=network, num_threads=self._threads)
        image = interpreter.get_input_details()[0]
        interpreter.resize_tensor_input(image["index"], (1, height, width, 3))
        interpreter.allocate_tensors()
        return interpreter


def resize_network(network: bytes, height: int, width: int) -> bytes:
    """Rewrites a compiled network for another input size.

    All that a compiled network keeps of its input's size are the sizes that bilinear
    upsampling has to reach, as constants; they are proportional to it.

    Args:
        network: LiteRT flatbuffer.
        height: Of the input, in pixels, a multiple of 32.
        width: Likewise.
    """
    content = bytearray(network)
    model = schema.Model.GetRootAs(content)
    graph = model.Subgraphs(0)
    input_shape = graph.Tensors(graph.Inputs(0)).ShapeAsNumpy()
    for i in range(graph.OperatorsLength()):
        operator = graph.Operators(i)
        code = model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode()
        if code == schema.BuiltinOperator.RESIZE_BILINEAR:
            target = model.Buffers(graph.Tensors(operator.Inputs(1)).Buffer())
            size = target.DataAsNumpy().view(np.int32)  # a view into `content`
            size[:] = size * (height, width) // input_shape[1:3]
    return bytes(content)
