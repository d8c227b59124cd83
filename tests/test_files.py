"""What visitors are handed is whole, stays as it is, and is deleted in time."""

import base64
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import gradio as gr
import pytest
from gradio import processing_utils

from humanseg.demo import files, retention
from humanseg.demo.own_folder import own_folder
from humanseg.whole import write_whole

CONTENT = secrets.token_bytes(1_000_000)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty upload folder."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return tmp_path / "uploads"


def save_bytes(data: bytes, folder: Path) -> str:
    return processing_utils.save_bytes_to_cache(data, "photo.png", str(folder))


def save_base64(data: bytes, folder: Path) -> str:
    text = "data:image/png;base64," + base64.b64encode(data).decode()
    return processing_utils.save_base64_to_cache(text, str(folder))


@pytest.mark.parametrize(
    "write", [lambda data, _: files.keep(data, "photo.png"), save_bytes, save_base64]
)
def test_a_file_is_whole_for_one_visitor_while_another_gets_the_same(
    write: Callable[[bytes, Path], str], folder: Path
) -> None:
    """The race: a download is cut off where somebody else's answer is written over it."""
    path = Path(write(CONTENT, folder))
    done = Event()

    def download() -> int:
        cut_off = 0
        while not done.is_set():
            cut_off += path.read_bytes() != CONTENT
        return cut_off

    with ThreadPoolExecutor(2) as pool:
        downloads = [pool.submit(download) for _ in range(2)]
        for _ in range(20):
            assert Path(write(CONTENT, folder)).read_bytes() == CONTENT
        done.set()
        assert sum(download.result() for download in downloads) == 0


@pytest.mark.parametrize(
    "write", [lambda data, _: files.keep(data, "photo.png"), save_bytes, save_base64]
)
def test_a_file_is_whole_for_each_who_asks_for_it_first(
    write: Callable[[bytes, Path], str], folder: Path
) -> None:
    start = Barrier(4)

    def ask(data: bytes) -> bool:
        start.wait(10)
        return Path(write(data, folder)).read_bytes() == data

    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            data = secrets.token_bytes(1_000_000)
            assert all(pool.map(ask, [data] * 4))


def test_the_same_content_keeps_its_path_for_an_hour(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time() // 3600 * 3600
    monkeypatch.setattr(time, "time", lambda: now)
    path = files.keep(b"a", "a.txt")
    assert Path(path).is_relative_to(folder)
    written = Path(path).stat()
    now += 3599
    assert files.keep(b"a", "a.txt") == path
    assert Path(path).stat() == written
    assert files.keep(b"b", "a.txt") != path
    now += 1
    assert files.keep(b"a", "a.txt") != path


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(path: Path, content: bytes) -> int:
        path.open("wb").close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill_the_disk)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"content")
    assert list(tmp_path.iterdir()) == []


def test_what_is_old_is_deleted_whoever_wrote_it_and_nothing_else(folder: Path) -> None:
    key, day = "0123456789abcdef" * 4, 86_400
    kept = [folder / key / "new.jpg", folder / "holiday" / "mine.jpg", folder / "notes.txt"]
    gone = [
        folder / key / "visitor.jpg",
        folder / ("f" * 64) / key / "file.png",
        folder / "tmpabcd_123",  # an upload that broke off
        folder / key / ".visitor.jpg.x3j5l2",
    ]
    for path in kept + gone:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"photo")
        if path.name != "new.jpg":
            os.utime(path, (time.time() - day, time.time() - day))
    (folder / ("e" * 64)).symlink_to(folder / "holiday")
    os.utime(folder / ("e" * 64), (0, 0), follow_symlinks=False)
    retention.delete_older(folder, day - 60)
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(kept)
    assert not (folder / ("e" * 64)).exists()


def test_the_page_keeps_its_own_pictures_and_forgets_what_is_gone(folder: Path) -> None:
    kept, gone = files.keep(b"thumbnail", "a.jpg"), files.keep(b"photo", "b.jpg")
    for path in (kept, gone):
        os.utime(path, (0, 0))
    with gr.Blocks() as page:
        picture = gr.Image()
    picture.keep_in_cache.add(kept)
    picture.temp_files.update([kept, gone])
    retention.sweep(page)
    assert picture.temp_files == {kept}
    assert Path(kept).exists()
    assert not Path(gone).exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="one user alone has the temporary files")
def test_other_users_of_the_machine_see_nothing_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_closed(folder: Path) -> bool:
        return folder.parent == tmp_path and folder.lstat().st_mode & 0o777 == 0o700

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    usual = own_folder()
    assert usual.name == f"humanseg-{os.getuid()}"
    assert is_closed(usual)
    usual.chmod(0o755)
    assert own_folder() == usual
    assert is_closed(usual)

    usual.rmdir()
    usual.symlink_to(tmp_path)  # somebody else was faster
    assert own_folder() != usual
    assert is_closed(own_folder())
    user = os.getuid() + 1
    (tmp_path / f"humanseg-{user}").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: user)  # whose folder is somebody else's
    assert own_folder().name != f"humanseg-{user}"
    assert is_closed(own_folder())
