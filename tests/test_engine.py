"""LiteRT and TensorFlow agree, and a compiled network is only used with its own weights."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from humanseg import Segmenter
from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.config import compiled_path, hash_file, read_config, write_config
from humanseg.checkpoints.weights import SHIPPED, resolve_weights
from humanseg.engines import compiled
from humanseg.engines.compiled import get_compiled, read_hash
from humanseg.engines.compiling import compile_network
from humanseg.engines.engine import load_engine
from humanseg.engines.litert import LiteRTEngine
from humanseg.engines.tensorflow_engine import TensorFlowEngine
from humanseg.engines.threads import available_cores
from humanseg.errors import WeightsError
from humanseg.network.architecture import Architecture
from humanseg.network.model import build_model

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.[jp][pn]g"))
SMALL = Architecture("mobilenet_v3_small_minimalistic", 8, (8, 8, 8, 8), (4, 4, 4, 4))


@pytest.fixture(scope="module")
def small_weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "small.keras"
    build_model(SMALL).save(path)
    write_config(path, SMALL, 64)
    return resolve_weights(path)


@pytest.fixture(scope="module")
def small_network(small_weights):
    return compile_network(small_weights)


@pytest.fixture(scope="module")
def small_on_tensorflow(small_weights):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "humanseg.engines.litert", None)  # importing it fails
        return load_engine(small_weights)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def compilations(monkeypatch, small_network):
    """The weights that were compiled, in order; compiling takes no time here."""
    made = []

    def compile_network(weights):
        made.append(weights.name)
        return small_network

    monkeypatch.setattr(compiled, "compile_network", compile_network)
    return made


@pytest.fixture(scope="module")
def shipped_on_tensorflow(segmenter):
    return Segmenter(TensorFlowEngine(load_model(segmenter.weights)), segmenter.input_size)


@pytest.mark.parametrize("photo", EXAMPLES, ids=lambda path: path.stem)
def test_both_engines_agree_on_every_example(segmenter, shipped_on_tensorflow, photo):
    assert (segmenter.engine.name, shipped_on_tensorflow.engine.name) == ("LiteRT", "TensorFlow")
    fast, exact = segmenter(photo).probability, shipped_on_tensorflow(photo).probability
    assert exact.max() > exact.min()
    np.testing.assert_allclose(fast, exact, rtol=0, atol=1e-4)


@pytest.mark.parametrize("size", [(32, 32), (32, 320), (96, 64), (320, 224), (416, 512)])
def test_one_compiled_network_serves_every_size(small_on_tensorflow, small_network, size):
    images = np.random.default_rng(0).integers(0, 256, (2, *size, 3), dtype=np.uint8)
    fast = LiteRTEngine(small_network, threads=1)(images)
    assert fast.shape == (2, *size)
    assert fast.dtype == np.float32
    np.testing.assert_allclose(fast, small_on_tensorflow(images), rtol=0, atol=1e-5)


def test_eight_threads_with_five_sizes_get_their_own_results(small_network):
    engine = LiteRTEngine(small_network, threads=2)
    rng = np.random.default_rng(0)
    jobs = [rng.integers(0, 256, (1, 64, 32 * (1 + i % 5), 3), dtype=np.uint8) for i in range(40)]
    alone = [engine(job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(engine, jobs))
    for expected, result in zip(alone, together, strict=True):
        np.testing.assert_array_equal(result, expected)


def test_sizes_of_a_mixed_folder_are_kept_ready(small_network):
    engine = LiteRTEngine(small_network, 1)
    segmenter = Segmenter(engine, 96)
    for _ in range(3):
        for shape in [(90, 120, 3), (120, 90, 3), (60, 120, 3), (120, 60, 3)]:
            segmenter(np.zeros(shape, np.uint8), detail="fine")
    made = engine._interpreter.cache_info()
    assert made.misses == made.currsize < made.hits


def test_compiled_once_then_found(small_weights, small_network, cache, compilations, caplog):
    caplog.set_level(logging.INFO, logger="humanseg")
    assert get_compiled(small_weights) == small_network
    assert get_compiled(small_weights) == small_network
    assert compilations == ["small.keras"]
    assert caplog.messages == ["Compiling small.keras for LiteRT, once: some seconds ..."]
    assert [path.name for path in cache.iterdir()] == [f"{small_weights.sha256}.tflite"]


@pytest.mark.parametrize("length", [0, 1, 20, 1000, -4])
def test_broken_compiled_file_is_made_anew(
    small_weights, small_network, cache, compilations, length
):
    path = cache / f"{small_weights.sha256}.tflite"
    cache.mkdir()
    path.write_bytes(small_network[:length])
    assert get_compiled(small_weights) == small_network
    assert compilations == ["small.keras"]
    assert path.read_bytes() == small_network


def test_compiled_file_of_other_weights_is_not_used(
    small_weights, small_network, cache, compilations, monkeypatch, tmp_path
):
    other = replace(small_weights, sha256="0" * 64)
    cache.mkdir()
    (cache / f"{other.sha256}.tflite").write_bytes(small_network)
    monkeypatch.setattr(compiled, "SHIPPED", tmp_path / "shipped.keras")
    (tmp_path / "shipped.tflite").write_bytes(small_network)
    assert get_compiled(small_weights) == small_network
    assert compilations == []
    get_compiled(other)
    assert compilations == ["small.keras"]


def test_cache_that_cannot_be_written(small_weights, small_network, cache, compilations, caplog):
    cache.write_text("a file where the folder should be")
    assert get_compiled(small_weights) == small_network
    assert "cannot be kept" in caplog.text


def test_shipped_compiled_network_belongs_to_the_shipped_weights():
    network = compiled_path(SHIPPED).read_bytes()
    assert read_hash(network) == hash_file(SHIPPED)
    assert hash_file(compiled_path(SHIPPED)) == read_config(SHIPPED).compiled_sha256
    assert len(network) <= 16_000_000


def test_a_compiled_network_beside_its_weights_is_used_if_their_json_names_it(
    small_weights, small_network, cache, compilations, tmp_path
):
    path = tmp_path / "mine.keras"
    path.write_bytes(small_weights.path.read_bytes())
    compiled_path(path).write_bytes(small_network)
    write_config(path, SMALL, 64)
    assert get_compiled(resolve_weights(path)) == small_network
    assert compilations == []

    compiled_path(path).write_bytes(small_network + bytes(4))  # another file than was published
    assert get_compiled(resolve_weights(path)) == small_network
    assert compilations == ["mine.keras"]


def test_without_tensorflow_foreign_weights_name_what_to_install(small_weights, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # importing it fails
    with pytest.raises(WeightsError, match=r"small\.keras .*pip install \"humanseg\[training\]\""):
        compile_network(small_weights)


def test_tensorflow_is_not_imported_when_the_compiled_network_is_there():
    script = f"""
import sys
from humanseg import Segmenter
Segmenter.from_pretrained()({str(EXAMPLES[0])!r})
print(sorted({{"tensorflow", "keras", "gradio"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_tensorflow_where_litert_is_missing(small_on_tensorflow):
    assert small_on_tensorflow.name == "TensorFlow"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 8),
        ({"cpu.max": "max 100000\n"}, 8),
        ({"cpu.max": "200000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "1600000 100000\n"}, 8),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3),
    ],
)
def test_available_cores(tmp_path, monkeypatch, files, expected):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(8)), raising=False)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert available_cores(tmp_path) == expected
