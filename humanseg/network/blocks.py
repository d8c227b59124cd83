"""The parts of the network; each names its layers from a prefix.

Feature maps are float32 (B, H, W, C).
"""

from keras import layers

BATCH_NORM_MOMENTUM = 0.98
"""Keras's .99 would need twice the steps to follow a network that is being trained."""


def context_block(x, filters: int):
    """Gates the features at H/32 by what the whole photo shows, and widens the view.

    Shape:
        - `x`: (B, h, w, C).
        - Result: (B, h, w, filters).
    """
    photo = layers.GlobalAveragePooling2D(keepdims=True, name="context_pool")(x)
    photo = layers.Conv2D(filters // 2, 1, activation="relu", name="context_squeeze")(photo)
    gate = layers.Conv2D(filters, 1, activation="sigmoid", name="context_gate")(photo)
    x = _conv_bn_relu(x, filters, "context_reduce")
    x = layers.Multiply(name="context_gated")([x, gate])
    for i in range(2):
        wide = _conv_bn_relu(x, filters, f"context_wide_{i}", kernel_size=5)
        x = layers.Add(name=f"context_add_{i}")([x, wide])
    return x


def squeeze_excite(x, name: str):
    """Gates each channel by what the whole photo shows (Hu et al., 2018).

    All gates start half open, which the normalization that follows makes up for, so that
    trained weights keep what they do.

    Shape:
        - `x` and result: (B, h, w, C).

    References:
        https://arxiv.org/abs/1709.01507
    """
    filters = x.shape[-1]
    photo = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
    photo = layers.Conv2D(filters // 8, 1, activation="relu", name=f"{name}_squeeze")(photo)
    gate = layers.Conv2D(
        filters, 1, activation="sigmoid", kernel_initializer="zeros", name=f"{name}_excite"
    )(photo)
    return layers.Multiply(name=f"{name}_gated")([x, gate])


def inverted_residual(x, name: str):
    """Looks wider, where that costs least, in twice the channels: MobileNetV2's block.

    It adds nothing until it is trained, so that trained weights keep what they do.

    Shape:
        - `x` and result: (B, h, w, C).

    References:
        Sandler et al., 2018, https://arxiv.org/abs/1801.04381
        Normalization that starts at zero: Goyal et al., 2017, https://arxiv.org/abs/1706.02677
    """
    filters = x.shape[-1]
    wide = _conv_bn_relu(x, 2 * filters, f"{name}_expand")
    wide = layers.DepthwiseConv2D(5, padding="same", use_bias=False, name=f"{name}_wide_conv")(wide)
    wide = _bn_relu(wide, f"{name}_wide")
    narrow = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv")(wide)
    narrow = layers.BatchNormalization(
        momentum=BATCH_NORM_MOMENTUM, gamma_initializer="zeros", name=f"{name}_project_bn"
    )(narrow)
    return layers.Add(name=f"{name}_add")([x, narrow])


def decoder_block(x, skip, filters: int, skip_filters: int, prefix: str):
    """Doubles the resolution and joins the skip of that resolution.

    Shape:
        - `x`: (B, h, w, C).
        - `skip`: (B, 2h, 2w, C').
        - Result: (B, 2h, 2w, filters).
    """
    x = layers.UpSampling2D(interpolation="bilinear", name=f"{prefix}_up")(x)
    skip = _conv_bn_relu(skip, skip_filters, f"{prefix}_skip")
    x = layers.Concatenate(name=f"{prefix}_join")([x, skip])
    x = _conv_bn_relu(x, filters, f"{prefix}_a", kernel_size=3)
    return _conv_bn_relu(x, filters, f"{prefix}_b", kernel_size=3)


def _conv_bn_relu(x, filters: int, name: str, kernel_size: int = 1):
    """1x1 convolution, or a depthwise-separable one for larger kernels."""
    if kernel_size == 1:
        x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_conv")(x)
    else:
        x = layers.SeparableConv2D(
            filters, kernel_size, padding="same", use_bias=False, name=f"{name}_conv"
        )(x)
    return _bn_relu(x, name)


def _bn_relu(x, name: str):
    x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
