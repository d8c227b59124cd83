"""Archives that somebody hostile could put on the Hub, with a hash that fits."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from humanseg import Segmenter
from humanseg.checkpoints import config as weights_config
from humanseg.checkpoints.archive import check_archive, load_weights
from humanseg.checkpoints.config import write_config
from humanseg.errors import WeightsError
from humanseg.network.architecture import Architecture
from humanseg.network.model import build_model

TINY = Architecture("mobilenet_v3_small_minimalistic", 4, (4, 4, 4, 4), (4, 4, 4, 4))
WIDER = Architecture("mobilenet_v3_small_minimalistic", 4, (4, 4, 4, 8), (4, 4, 4, 4))
DATASET = "layers/conv2d/vars/0"
"""A dataset in the weights of `TINY`."""

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build_model(TINY)


@pytest.fixture(scope="module")
def members(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Members:
    """What Keras writes for `TINY`."""
    path = tmp_path_factory.mktemp("good") / "good.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, members: Members, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_hdf5(members: Members, change: Callable[[h5py.File], object]) -> Members:
    """The members with something done to the HDF5 file in them."""
    buffer = io.BytesIO(members["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        change(file)
    return {**members, "model.weights.h5": buffer.getvalue()}


def test_what_keras_writes_is_loaded(model, members, tmp_path):
    other = build_model(TINY)
    load_weights(other, write(tmp_path / "good.keras", members))
    for expected, loaded in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(expected, loaded)


def test_a_lambda_layer_is_not_run(model, members, tmp_path):
    marker = tmp_path / "ran"
    hostile = keras.Sequential([keras.Input((1,)), keras.layers.Lambda(_payload(marker))])
    hostile.save(tmp_path / "lambda.keras")
    with zipfile.ZipFile(tmp_path / "lambda.keras") as archive:
        config = archive.read("config.json")
    path = write(tmp_path / "hostile.keras", {**members, "config.json": config})

    marker.unlink()
    with suppress(ValueError):  # it finds no weights for the layer, but by then it is too late
        keras.saving.load_model(path, safe_mode=False)
    assert marker.exists()

    marker.unlink()
    load_weights(model, path)
    assert not marker.exists()


def _payload(marker: Path) -> Callable[[object], object]:
    name = str(marker)
    return lambda x: (open(name, "w").close(), x)[1]  # noqa: PTH123


def test_members_with_other_names_are_refused(members, tmp_path):
    for name in ("../../escaped.txt", "/etc/escaped.txt", "assets/table.txt", "model.weights.npz"):
        path = write(tmp_path / "hostile.keras", {**members, name: b""})
        with pytest.raises(WeightsError, match="its members must be"):
            check_archive(path)


def test_a_member_twice_is_refused(members, tmp_path):
    path = write(tmp_path / "hostile.keras", members)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")
    with pytest.raises(WeightsError, match="its members must be"):
        check_archive(path)


def test_a_zip_bomb_is_refused_unopened(members, tmp_path):
    bomb = {**members, "model.weights.h5": bytes(50_000_000)}
    path = write(tmp_path / "hostile.keras", bomb, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 500_000
    with pytest.raises(WeightsError, match="must not be compressed"):
        check_archive(path)


def test_a_file_that_is_too_large_is_refused_unopened(members, tmp_path, monkeypatch):
    path = write(tmp_path / "large.keras", members)
    monkeypatch.setattr(weights_config, "MAX_BYTES", path.stat().st_size - 1)
    with pytest.raises(WeightsError, match=r"large\.keras must be at most"):
        check_archive(path)


def external_link(file: h5py.File) -> None:
    file["layers/elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")


def soft_link(file: h5py.File) -> None:
    file["layers/elsewhere"] = h5py.SoftLink("/layers")


def external_data(file: h5py.File) -> None:
    del file[DATASET]
    file.create_dataset(DATASET, (8,), "f4", external=[("/etc/passwd", 0, 32)])


def virtual_data(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((8,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "data", (8,))
    file.create_virtual_dataset("layers/virtual", layout)


def shape_bomb(file: h5py.File) -> None:
    file.create_dataset("layers/bomb", (2**40,), "f4", chunks=(2**10,))


def shape_overflow(file: h5py.File) -> None:
    file.create_dataset("layers/bomb", (2**62, 4), "f4", chunks=(2**10, 4))


def compressed_data(file: h5py.File) -> None:
    file.create_dataset("layers/bomb", data=np.zeros(10**6, "f4"), compression="gzip")


def text(file: h5py.File) -> None:
    file["layers/text"] = "text"


def named_type(file: h5py.File) -> None:
    file["layers/type"] = np.dtype("f4")


def cycle(file: h5py.File) -> None:
    file["layers/cycle"] = file["layers"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (external_link, "/layers/elsewhere is a link to elsewhere"),
        (soft_link, "/layers/elsewhere is a link to elsewhere"),
        (external_data, f"/{DATASET} has its numbers in another file"),
        (virtual_data, "/layers/virtual has its numbers in another file"),
        (shape_bomb, "/layers/bomb does not hold as many numbers as its shape"),
        (shape_overflow, "/layers/bomb does not hold as many numbers as its shape"),
        (compressed_data, "/layers/bomb does not hold as many numbers as its shape"),
        (text, "/layers/text is not an array of numbers"),
        (named_type, "/layers/type is not an array of numbers"),
        (cycle, "nested too deeply or has too many parts"),
    ],
)
def test_hdf5_that_reaches_out_or_blows_up_is_refused(change, message, model, members, tmp_path):
    path = write(tmp_path / "hostile.keras", with_hdf5(members, change))
    before = model.get_weights()
    with pytest.raises(WeightsError, match=message):
        load_weights(model, path)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_a_clear_error(share, members, tmp_path):
    whole = write(tmp_path / "whole.keras", members).read_bytes()
    path = tmp_path / "cut.keras"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(WeightsError, match=r"cut\.keras is not a \.keras file, or is broken"):
        check_archive(path)


@pytest.mark.parametrize("content", [b"plain garbage" * 1000, b"PK\x05\x06" + bytes(18)])
def test_garbage_is_a_clear_error(content, tmp_path):
    path = tmp_path / "garbage.keras"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"garbage\.keras is not a \.keras file"):
        check_archive(path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x89HDF\r\n\x1a\n" + bytes(2000)])
def test_garbage_as_weights_is_a_clear_error(content, members, tmp_path):
    path = write(tmp_path / "garbage.keras", {**members, "model.weights.h5": content})
    with pytest.raises(WeightsError, match=r"garbage\.keras is not a \.keras file, or is broken"):
        check_archive(path)


def test_weights_of_another_architecture_are_a_clear_error(members, tmp_path):
    path = write(tmp_path / "tiny.keras", members)
    with pytest.raises(WeightsError, match=r"tiny\.keras is for another architecture"):
        load_weights(build_model(WIDER), path)


def test_weights_that_lack_a_layer_are_a_clear_error(model, members, tmp_path):
    def remove(file: h5py.File) -> None:
        del file["layers/conv2d"]

    path = write(tmp_path / "short.keras", with_hdf5(members, remove))
    with pytest.raises(WeightsError, match=r"short\.keras is for another architecture"):
        load_weights(model, path)


def test_a_hostile_file_with_a_fitting_hash_does_not_reach_the_segmenter(members, tmp_path):
    path = write(tmp_path / "hostile.keras", with_hdf5(members, external_link))
    write_config(path, TINY, input_size=320)
    with pytest.raises(WeightsError, match="/layers/elsewhere is a link to elsewhere"):
        Segmenter.from_pretrained(path)
