"""The network: a U-Net with a MobileNetV3 encoder and a depthwise-separable decoder.

    photo -> encoder (H/2, H/4, H/8, H/16 skips, H/32 bottleneck)
          -> context (what the whole photo shows)
          -> decoder (convolution + upsampling, one skip a step)
          -> head (1-channel sigmoid)

References:
    U-Net: Ronneberger et al., 2015, https://arxiv.org/abs/1505.04597
    MobileNetV3 and the gated context of its LR-ASPP segmentation head:
        Howard et al., 2019, https://arxiv.org/abs/1905.02244
"""

from dataclasses import dataclass
from pathlib import Path

import keras
from keras import layers

from humanseg.network.architecture import Architecture
from humanseg.network.blocks import (
    BATCH_NORM_MOMENTUM,
    context_block,
    decoder_block,
    inverted_residual,
    squeeze_excite,
)
from humanseg.network.growth import set_grown_weights


@dataclass(frozen=True)
class Encoder:
    """A `keras.applications` backbone and the layers whose features are used.

    Attributes:
        application: Name of the function in `keras.applications`.
        skips: Names of the four layers whose *input* is the skip at
            H/2, H/4, H/8 and H/16: the expanded features before each stride.
        wide: Numbers of the blocks whose depthwise kernels are 5x5 instead of 3x3.
        gated: Numbers of the blocks with squeeze-excite.
    """

    application: str
    skips: tuple[str, str, str, str]
    wide: tuple[int, ...] = ()
    gated: tuple[int, ...] = ()


LARGE_SKIPS = (
    "expanded_conv_1_depthwise_pad",
    "expanded_conv_3_depthwise_pad",
    "expanded_conv_6_depthwise_pad",
    "expanded_conv_12_depthwise_pad",
)

ENCODERS = {
    "mobilenet_v3_large_minimalistic": Encoder("MobileNetV3Large", LARGE_SKIPS),
    "mobilenet_v3_large_relu": Encoder(
        "MobileNetV3Large",
        LARGE_SKIPS,
        wide=(3, 4, 5, 12, 13, 14),
        gated=(3, 4, 5, 10, 11, 12, 13, 14),
    ),
    "mobilenet_v3_small_minimalistic": Encoder(
        application="MobileNetV3Small",
        skips=(
            "expanded_conv_depthwise_pad",
            "expanded_conv_1_depthwise_pad",
            "expanded_conv_3_depthwise_pad",
            "expanded_conv_8_depthwise_pad",
        ),
    ),
}
"""Minimalistic: no squeeze-excite, no hard-swish, no 5x5; the fastest on a CPU. With ReLU:
MobileNetV3's own 5x5 kernels and squeeze-excite, half as wide, but still no hard-swish, so
that it starts from minimalistic weights with what those know."""


def build_model(architecture: Architecture = Architecture()) -> keras.Model:
    """Builds the network with random weights.

    Args:
        architecture: Encoder and widths.

    Returns:
        A functional model of built-in Keras layers only.

        - Input: float32 RGB in [0, 255], shape (B, H, W, 3), H and W multiples
          of 32. Scaling to the encoder's range is part of the model.
        - Output: float32 probability of "person" in [0, 1], shape (B, H, W, 1).

    Raises:
        ValueError: The encoder is not one of `ENCODERS`.
    """
    encoder = _get_encoder(architecture)
    inputs = layers.Input((None, None, 3), name="image")
    scaled = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale_to_encoder")(inputs)
    backbone = _adapt(_build_backbone(encoder, scaled), encoder)

    x = context_block(backbone.output, architecture.context_filters)
    for i in range(architecture.residual_blocks[0]):
        x = inverted_residual(x, f"context_residual_{i}")
    for level in reversed(range(4)):
        x = decoder_block(
            x,
            skip=backbone.get_layer(encoder.skips[level]).input,
            filters=architecture.decoder_filters[3 - level],
            skip_filters=architecture.skip_filters[3 - level],
            prefix=f"decoder_{2 ** (level + 1)}",
        )
        if level == 3:
            for i in range(architecture.residual_blocks[1]):
                x = inverted_residual(x, f"decoder_16_residual_{i}")
    # A transposed convolution here would cost as much as the whole encoder.
    x = layers.Conv2D(8, 1, activation="relu", name="head_reduce")(x)
    x = layers.UpSampling2D(interpolation="bilinear", name="head_up")(x)
    x = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="head")(x)
    return keras.Model(backbone.inputs[0], x, name="humanseg")


def load_encoder_weights(
    model: keras.Model, architecture: Architecture, weights: str | Path
) -> None:
    """Copies ImageNet weights into the encoder of a network from `build_model`.

    Args:
        model: The network, changed in place.
        architecture: What `model` was built from.
        weights: "imagenet" to download the weights Keras publishes, or the path
            of a `.weights.h5` file of the same backbone without its top.

    Raises:
        ValueError: They are those of another backbone.
    """
    download = weights == "imagenet"
    pretrained = _build_backbone(
        _get_encoder(architecture), weights="imagenet" if download else None
    )
    if not download:
        pretrained.load_weights(weights)
    for layer in pretrained.layers:
        values = layer.get_weights()
        if values and not set_grown_weights(model.get_layer(layer.name), values):
            raise ValueError(f"{layer.name} is larger than the network's.")


def _get_encoder(architecture: Architecture) -> Encoder:
    if architecture.encoder not in ENCODERS:
        raise ValueError(
            f"encoder must be one of {sorted(ENCODERS)}. Received: encoder={architecture.encoder!r}"
        )
    return ENCODERS[architecture.encoder]


def _build_backbone(encoder: Encoder, inputs=None, weights=None) -> keras.Model:
    return getattr(keras.applications, encoder.application)(
        input_tensor=inputs,
        input_shape=(None, None, 3),
        minimalistic=True,
        include_top=False,
        include_preprocessing=False,
        weights=weights,
    )


def _adapt(backbone: keras.Model, encoder: Encoder) -> keras.Model:
    """Copies a backbone, with what `encoder` adds, stable names and a faster momentum.

    Keras numbers activations, so that their names depend on what else the process
    has built; here each is named after the normalization it follows. The
    backbone's momentum of .999 is too slow for fine-tuning.
    """
    wide = {f"expanded_conv_{block}_depthwise" for block in encoder.wide}
    gated = {f"expanded_conv_{block}_depthwise_relu" for block in encoder.gated}

    def clone(layer):
        config = layer.get_config()
        if isinstance(layer, layers.ReLU):
            config["name"] = layer.input._keras_history.operation.name.replace("_bn", "_relu")
        if isinstance(layer, layers.BatchNormalization):
            config["momentum"] = BATCH_NORM_MOMENTUM
        if layer.name in wide:
            config["kernel_size"] = (5, 5)
        if layer.name.removesuffix("_pad") in wide and isinstance(layer, layers.ZeroPadding2D):
            config["padding"] = [[side + 1 for side in sides] for sides in layer.padding]
        return type(layer).from_config(config)

    def call(layer, *args, **kwargs):
        x = layer(*args, **kwargs)
        return squeeze_excite(x, layer.name.removesuffix("_relu")) if layer.name in gated else x

    return keras.models.clone_model(backbone, clone_function=clone, call_function=call)
