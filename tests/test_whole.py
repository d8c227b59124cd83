"""A file is there whole, or not at all."""

import errno
from pathlib import Path

import pytest

from humanseg.whole import write_whole


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written(tmp_path):
    write_whole(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert listing(tmp_path) == ["a", "plain"]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_what_is_there_stays_or_is_replaced(tmp_path, monkeypatch, links):
    if not links:

        def refuse(self, target):
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    write_whole(tmp_path / "a", b"first", replace=False)
    with pytest.raises(FileExistsError, match="a"):
        write_whole(tmp_path / "a", b"second", replace=False)
    assert (tmp_path / "a").read_bytes() == b"first"
    write_whole(tmp_path / "a", b"third", replace=True)
    assert (tmp_path / "a").read_bytes() == b"third"
    assert listing(tmp_path) == ["a"]


@pytest.mark.parametrize("replace", [True, False])
def test_nothing_is_left_of_a_file_on_a_full_disk(tmp_path, monkeypatch, replace):
    def write_a_part(self, content):
        with self.open("wb") as file:
            file.write(content[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "old").write_bytes(b"old")
    monkeypatch.setattr(Path, "write_bytes", write_a_part)
    for name in ("new", "old"):
        with pytest.raises(OSError, match="No space left"):
            write_whole(tmp_path / name, b"content", replace=replace)
    assert listing(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


def test_a_replaced_link_leaves_what_it_led_to(tmp_path):
    (tmp_path / "photo").write_bytes(b"photo")
    (tmp_path / "link").symlink_to(tmp_path / "photo")
    write_whole(tmp_path / "link", b"result")
    assert (tmp_path / "photo").read_bytes() == b"photo"


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(OSError, match="too long"):
        write_whole(tmp_path / ("x" * 300), b"content")
    assert listing(tmp_path) == []
