"""The average of trained networks."""

import numpy as np
import pytest

from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.config import read_config, write_config
from humanseg.checkpoints.weights import resolve_weights
from humanseg.network.architecture import Architecture
from humanseg.network.model import build_model
from training.average import average, parse_arguments

TINY = Architecture("mobilenet_v3_small_minimalistic", 4, (4, 4, 4, 4), (4, 4, 4, 4), (0, 0))
OTHER = Architecture("mobilenet_v3_small_minimalistic", 4, (4, 4, 4, 8), (4, 4, 4, 4), (0, 0))


def keep(folder, name, architecture=TINY):
    model = build_model(architecture)
    model.save(folder / f"{name}.keras")
    write_config(folder / f"{name}.keras", architecture, 352)
    return model.get_weights()


def options(folder, *names):
    weights = [text for name in names for text in ("--weights", str(folder / f"{name}.keras"))]
    return parse_arguments([*weights, "--run", str(folder / "run")])


def test_every_weight_is_the_mean(tmp_path):
    one, two, three = (keep(tmp_path, name) for name in "abc")
    average(options(tmp_path, *"abc"))
    mean = load_model(resolve_weights(tmp_path / "run" / "best.keras")).get_weights()
    for value, *parts in zip(mean, one, two, three, strict=True):
        np.testing.assert_allclose(value, sum(parts) / 3, rtol=1e-5, atol=1e-6)
    config = read_config(tmp_path / "run" / "best.keras")
    assert (config.architecture, config.input_size) == (TINY, 352)


def test_weights_that_are_not_there(tmp_path):
    keep(tmp_path, "a")
    with pytest.raises(SystemExit, match=r"^There are no weights at .*b\.keras"):
        average(options(tmp_path, "a", "b"))
    assert not (tmp_path / "run").exists()


def test_other_shapes_and_folders_in_use_are_refused(tmp_path):
    keep(tmp_path, "a")
    keep(tmp_path, "b", OTHER)
    with pytest.raises(SystemExit, match="of one architecture"):
        average(options(tmp_path, "a", "b"))
    assert not (tmp_path / "run").exists()
    (tmp_path / "run").mkdir()
    with pytest.raises(SystemExit, match="exists already"):
        average(options(tmp_path, "a", "a"))
