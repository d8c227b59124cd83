"""Training on TensorFlow and on JAX: the same steps, the same files, nothing else imported."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pytest

from humanseg.network.model import build_model
from tests.test_model import SMALL
from tests.test_training import read_h5

PROJECT = Path(__file__).parents[1]


def python(backend, *arguments):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


def test_both_backends_take_the_same_steps_and_go_on_from_each_other(tmp_path):
    keras.utils.set_random_seed(0)
    start = tmp_path / "start.keras"
    build_model(SMALL).save(start)
    script = ("-m", "tests.backend_steps", start)
    states = [tmp_path / f"{name}.weights.h5" for name in ("tensorflow", "jax")]
    with ThreadPoolExecutor() as pool:  # each compiles for a minute, most of it on one core
        jax = pool.submit(python, "jax", *script, states[1], states[0])
        one = json.loads(python("tensorflow", *script, states[0]))
        two = json.loads(jax.result())
    assert two[:3] == pytest.approx(one, abs=1e-3)
    assert two[3] == pytest.approx(one[2], abs=1e-3)
    ours, theirs = map(read_h5, states)
    assert {n: v.shape for n, v in ours.items()} == {n: v.shape for n, v in theirs.items()}
    averaged = []
    for name in ("tensorflow", "jax"):
        model = build_model(SMALL)
        model.load_weights(tmp_path / f"{name}.keras")
        averaged.append(model)
    for a, b in zip(*(model.weights for model in averaged), strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=0.02, atol=2e-3, err_msg=a.path)


IMPORTS = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in (
            "ai_edge_litert", "gradio", "httpx2", "huggingface_hub", "pi_heif", "tensorflow", "yaml"
        ):
            raise ImportError(f"{name} is not there")
sys.meta_path.insert(0, Refuse())
import training.train, training.data.workers
print(sorted({"keras", "jax", "tensorflow"} & set(sys.modules)))
import training.learning.run, training.data.device_augment
"""


def test_training_needs_little_and_its_workers_less():
    assert python("jax", "-c", IMPORTS) == "[]"
