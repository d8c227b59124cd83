"""`humanseg photo.jpg -o cutout.png`: one photo in, one file out."""

import io
import json
import sys
from types import SimpleNamespace

import pytest
from PIL import Image

from humanseg.command import cli
from tests.test_cli import run, save_photo, segmenter, written  # noqa: F401  a stub network


@pytest.mark.parametrize(
    ("name", "options", "form", "mode"),
    [
        ("cut.png", [], "PNG", "RGBA"),
        ("cut.webp", [], "WEBP", "RGBA"),
        ("cut.jpeg", ["--background", "white"], "JPEG", "RGB"),
        ("CUT.JPG", ["--save", "overlay"], "JPEG", "RGB"),
        ("mask.png", ["--save", "mask"], "PNG", "L"),
        ("new/folder/alpha.png", ["--save", "alpha"], "PNG", "L"),
    ],
)
def test_the_suffix_decides_the_format(tmp_path, capsys, name, options, form, mode):
    photo = save_photo(tmp_path / "a.jpg", (8, 4))
    assert run(photo, "-o", tmp_path / name, *options) == 0
    with Image.open(tmp_path / name) as image:
        assert (image.format, image.mode, image.size) == (form, mode, (8, 4))
    assert capsys.readouterr().out == ""


def test_json_is_the_mask_as_data(tmp_path):
    photo = save_photo(tmp_path / "a.jpg", (8, 4))
    assert run(photo, "-o", tmp_path / "mask.json") == 0
    assert json.loads((tmp_path / "mask.json").read_text())["coverage"] == 0.5


def test_standard_input_and_output(tmp_path, monkeypatch):
    photo = save_photo(tmp_path / "a.png", (8, 4)).read_bytes()
    out = SimpleNamespace(buffer=io.BytesIO(), reconfigure=lambda **_: None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(photo)))
    monkeypatch.setattr(sys, "stdout", out)
    assert cli.main(["-", "-o", "-", "--format", "webp"]) == 0
    with Image.open(out.buffer) as image:
        assert (image.format, image.mode) == ("WEBP", "RGBA")


def test_what_is_there_stays(tmp_path, capsys):
    photo = save_photo(tmp_path / "a.png")
    behind = save_photo(tmp_path / "behind.png", (3, 3))
    before = photo.read_bytes()
    assert run(photo, "-o", photo, "--overwrite") == 1
    assert "a.png is the photo itself" in capsys.readouterr().err
    assert photo.read_bytes() == before

    assert run(photo, "-o", behind, "--background", behind, "--overwrite") == 1
    assert "behind.png is the background itself" in capsys.readouterr().err

    (tmp_path / "b.png").write_text("mine")
    assert run(photo, "-o", tmp_path / "b.png") == 1
    assert "b.png exists: give --overwrite" in capsys.readouterr().err
    assert run(photo, "-o", tmp_path / "b.png", "--skip-existing") == 0
    assert (tmp_path / "b.png").read_text() == "mine"
    assert run(photo, "-o", tmp_path / "b.png", "--overwrite") == 0
    (tmp_path / "b.png").write_bytes(b"")  # as a full disk leaves it
    assert run(photo, "-o", tmp_path / "b.png", "--skip-existing") == 0
    assert (tmp_path / "b.png").stat().st_size > 0
    assert written(tmp_path) == ["a.png", "b.png", "behind.png"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "x.bmp"], "-o must end with .png or .webp or .jpg for cutout. Received: x.bmp"),
        (["-o", "x.jpg", "--save", "mask"], "-o must end with .png for mask"),
        (["-o", "x.jpg"], "give a --background too"),
        (["-o", "x.png", "--format", "webp"], "-o and --format differ"),
        (["-o", "x.png", "--save", "mask", "overlay"], "-o writes one result"),
        (["b.png", "-o", "x.png"], "-o takes one photo"),
        (["-o", "x.png", "--out", "y"], "not allowed with argument"),
        ([], "one of the arguments -o/--output --out is required"),
    ],
)
def test_wrong_options(tmp_path, capsys, options, message):
    with pytest.raises(SystemExit) as error:
        run(save_photo(tmp_path / "a.jpg"), *options)
    assert error.value.code == 2
    assert message in capsys.readouterr().err
