"""Every photo of a folder is found, or told of."""

import os
from pathlib import Path

import pytest

from humanseg.errors import ImageError
from humanseg.photos.folders import find_photos
from humanseg.photos.formats import FORMATS, SUFFIXES, identify
from tests.pictures import by_format, encoded, noise


def touch(path: Path, data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(paths: list[Path], folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in paths]


@pytest.mark.parametrize("file_format", FORMATS)
def test_files_are_known_by_how_they_begin(file_format):
    assert {identify(data[:64]) for data in by_format()[file_format]} == {file_format}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"BM",
        b"BMW is a car maker in Munich",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x18ftypisom",
        b"%PDF",
    ],
)
def test_other_files_are_none(data):
    assert identify(data) is None


def test_what_is_called_or_begins_like_a_photo_is_taken(tmp_path):
    taken = [f"a{suffix}" for suffix in SUFFIXES] + ["B.JPG", "IMG_1.HEIC", "raw.CR2", "x.jxl"]
    for name in [*taken, "notes.txt", "film.mp4", "BMW"]:
        touch(tmp_path / name, b"BMW")
    jpeg = encoded(noise(), "JPEG")
    for name in ("no-suffix", "photo.jpg_large", "deep/IMG.bak"):
        touch(tmp_path / name, jpeg)
    expected = {*taken, "no-suffix", "photo.jpg_large", "deep/IMG.bak"}
    assert set(names(find_photos(tmp_path).photos, tmp_path)) == expected


def test_hidden_photos_are_told_of(tmp_path):
    for name in ("a.jpg", ".b.jpg", "..jpg", ".thumbs/c.png", "._a.jpg", ".config"):
        touch(tmp_path / name)
    found = find_photos(tmp_path)
    assert names(found.photos, tmp_path) == ["a.jpg"]
    assert sorted(names(found.hidden, tmp_path)) == ["..jpg", ".b.jpg", ".thumbs/c.png"]


def test_linked_folders_are_followed_once(tmp_path):
    touch(tmp_path / "elsewhere/e.jpg")
    touch(tmp_path / "in/z/own.jpg")
    links = {"a-link": "in/z", "loop": "in", "sub": "elsewhere", "sub-again": "elsewhere"}
    for name, target in links.items():
        (tmp_path / "in" / name).symlink_to(tmp_path / target)
    (tmp_path / "in/linked.jpg").symlink_to(tmp_path / "elsewhere/e.jpg")
    (tmp_path / "in/broken.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (tmp_path / "in/broken").symlink_to(tmp_path / "in/broken")
    found = find_photos(tmp_path / "in")
    expected = ["broken.jpg", "linked.jpg", "sub/e.jpg", "z/own.jpg"]
    assert names(found.photos, tmp_path / "in") == expected


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    touch(tmp_path / "a.jpg")
    assert names(find_photos(tmp_path).photos, tmp_path) == ["a.jpg"]


def test_a_folder_that_cannot_be_looked_into_is_told_of(tmp_path, monkeypatch):
    touch(tmp_path / "a.jpg")
    touch(tmp_path / "closed/b.jpg")
    look = Path.iterdir

    def iterdir(folder):
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return look(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    found = find_photos(tmp_path)
    assert names(found.photos, tmp_path) == ["a.jpg"]
    assert found.problems == [f"{tmp_path / 'closed'} cannot be looked into (Permission denied)."]


def test_a_folder_whose_files_cannot_be_looked_at_is_told_of(tmp_path, monkeypatch):
    touch(tmp_path / "a.jpg")
    touch(tmp_path / "locked/b.jpg")
    is_dir = Path.is_dir

    def ask(path, **options):
        if path.parent.name == "locked":  # as of a folder that may be read and not entered
            raise PermissionError(13, "Permission denied", str(path))
        return is_dir(path, **options)

    monkeypatch.setattr(Path, "is_dir", ask)
    found = find_photos(tmp_path)
    assert names(found.photos, tmp_path) == ["a.jpg"]
    problem = f"{tmp_path / 'locked/b.jpg'} cannot be looked at (Permission denied)."
    assert found.problems == [problem]


def test_no_photo(tmp_path):
    touch(tmp_path / "notes.txt")
    with pytest.raises(ImageError, match="There is no photo in"):
        find_photos(tmp_path)
    with pytest.raises(ImageError, match="There is no file"):
        find_photos(tmp_path / "none")
