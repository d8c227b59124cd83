import re
from dataclasses import replace

import keras
import numpy as np
import pytest

from humanseg.network.architecture import Architecture
from humanseg.network.growth import set_grown_weights
from humanseg.network.model import ENCODERS, build_model, load_encoder_weights

SMALL = Architecture(
    encoder="mobilenet_v3_small_minimalistic",
    context_filters=16,
    decoder_filters=(16, 8, 8, 8),
    skip_filters=(8, 8, 4, 4),
    residual_blocks=(2, 1),
)


@pytest.fixture
def small():
    return build_model(SMALL)


@pytest.mark.parametrize("size", [(32, 32), (64, 96)])
def test_output_is_a_probability_for_each_pixel(small, size):
    images = np.random.default_rng(0).uniform(0, 255, (2, *size, 3)).astype(np.float32)
    output = np.asarray(small(images))
    assert output.shape == (2, *size, 1)
    assert output.dtype == np.float32
    assert 0.0 <= output.min() < output.max() <= 1.0


def test_default_network_is_small():
    assert 3_000_000 <= build_model().count_params() <= 3_700_000


def test_layer_names_do_not_depend_on_what_was_built_before(small):
    again = [layer.name for layer in build_model(SMALL).layers]
    assert again == [layer.name for layer in small.layers]
    automatic = re.compile(r"(re_lu|conv2d|add|input_layer)(_\d+)?")
    assert not [name for name in again if automatic.fullmatch(name)]


def test_saved_file_opens_in_plain_keras(small, tmp_path):
    small.save(tmp_path / "network.keras")
    opened = keras.saving.load_model(tmp_path / "network.keras", compile=False)
    image = np.full((1, 32, 32, 3), 200.0, np.float32)
    np.testing.assert_array_equal(opened(image), small(image))


def test_scaling_is_inside_the_model_and_done_once(small):
    scaling = [layer for layer in small.layers if isinstance(layer, keras.layers.Rescaling)]
    assert len(scaling) == 1
    np.testing.assert_allclose(scaling[0](np.array([0.0, 127.5, 255.0])), [-1, 0, 1], atol=1e-6)


def test_residual_blocks_add_nothing_until_they_are_trained(small):
    shallow = build_model(replace(SMALL, residual_blocks=(0, 0)))
    for layer in shallow.layers:
        layer.set_weights(small.get_layer(layer.name).get_weights())
    added = {layer.name for layer in small.layers} - {layer.name for layer in shallow.layers}
    assert {name for name in added if name.endswith("_add")} == {
        "context_residual_0_add",
        "context_residual_1_add",
        "decoder_16_residual_0_add",
    }
    image = np.random.default_rng(0).uniform(0, 255, (1, 64, 96, 3)).astype(np.float32)
    np.testing.assert_array_equal(small(image), shallow(image))

    block = keras.Model(
        small.get_layer("decoder_16_b_relu").output,
        small.get_layer("decoder_16_residual_0_add").output,
    )
    features = np.ones((1, 4, 6, 16), np.float32)
    np.testing.assert_array_equal(block(features), features)
    small.get_layer("decoder_16_residual_0_project_bn").gamma.assign(np.ones(16))
    assert np.abs(np.asarray(block(features)) - features).max() > 1e-3


@pytest.mark.parametrize("name", [name for name in ENCODERS if "minimalistic" in name])
def test_encoder_weights_reach_every_encoder_layer(name, tmp_path):
    encoder = ENCODERS[name]
    backbone = getattr(keras.applications, encoder.application)(
        input_shape=(None, None, 3), minimalistic=True, include_top=False, weights=None
    )
    backbone.save_weights(tmp_path / "backbone.weights.h5")
    architecture = Architecture(encoder=name)
    model = build_model(architecture)
    load_encoder_weights(model, architecture, tmp_path / "backbone.weights.h5")

    image = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    features = keras.Model(model.inputs[0], model.get_layer("conv_1_relu").output)
    np.testing.assert_allclose(features(image), backbone(image), rtol=1e-4, atol=1e-5)


def test_wider_kernels_and_open_gates_leave_what_minimalistic_weights_know(tmp_path):
    plain = Architecture(encoder="mobilenet_v3_large_minimalistic")
    wide = Architecture(encoder="mobilenet_v3_large_relu")
    backbone = keras.applications.MobileNetV3Large(
        input_shape=(None, None, 3), minimalistic=True, include_top=False, weights=None
    )
    backbone.save_weights(tmp_path / "backbone.weights.h5")
    image = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    features = []
    for architecture in (plain, wide):
        model = build_model(architecture)
        load_encoder_weights(model, architecture, tmp_path / "backbone.weights.h5")
        for block in ENCODERS[architecture.encoder].gated:
            gate = model.get_layer(f"expanded_conv_{block}_depthwise_excite")
            half = np.asarray(gate(np.ones((1, 1, 1, gate.kernel.shape[2]), np.float32)))
            assert (half == 0.5).all()
            gate.bias.assign(np.full(gate.bias.shape, 20.0))  # fully open
        features.append(keras.Model(model.inputs[0], model.get_layer("conv_1_relu").output)(image))
    np.testing.assert_allclose(*features, rtol=1e-4, atol=1e-5)


def test_weights_that_do_not_fit_a_layer_leave_it():
    layer = keras.layers.DepthwiseConv2D(5, use_bias=False)
    layer.build((None, 8, 8, 2))
    before = layer.get_weights()[0]
    for shape in ((3, 3, 4, 1), (7, 7, 2, 1), (3, 3, 2)):
        assert not set_grown_weights(layer, [np.ones(shape, np.float32)])
        np.testing.assert_array_equal(layer.get_weights()[0], before)
    assert set_grown_weights(layer, [np.ones((3, 3, 2, 1), np.float32)])
    grown = layer.get_weights()[0]
    assert grown[1:4, 1:4].min() == 1
    assert grown.sum() == 18


def test_unknown_encoder_is_refused():
    with pytest.raises(ValueError, match=r"encoder must be one of .* Received: encoder='resnet'"):
        build_model(Architecture(encoder="resnet"))
