"""Nothing but uploads and examples is ever opened, whatever a caller names and wherever."""

import json
import os
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from humanseg import ImageError
from humanseg.demo import uploads
from tests.conftest import EXAMPLES

META = {"_type": "gradio.FileData"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An upload folder, beside it a picture that nobody may see."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    for path in (folder / "mine.png", tmp_path / "secret.png"):
        Image.new("RGB", (8, 6), "red").save(path)
    return folder


def in_time(function: Callable[[], None]) -> None:
    """Fails instead of waiting for a pipe that nobody writes to."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    if raised:
        raise raised[0]


def test_uploads_and_examples_are_read(folder: Path) -> None:
    assert uploads.load(str(folder / "mine.png")).shape == (6, 8, 3)
    assert uploads.load(folder / "x" / ".." / "mine.png").shape == (6, 8, 3)
    assert uploads.load(str(EXAMPLES / "skateboarder.jpg")).shape == (968, 664, 3)
    (folder / "link.png").symlink_to(folder / "mine.png")
    assert uploads.find(str(folder / "link.png")) == (folder / "mine.png").resolve()


def test_the_upload_folder_may_itself_be_a_link(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(link))
    for place in (link, folder):
        assert uploads.find(str(place / "mine.png")) == (folder / "mine.png").resolve()


@pytest.mark.parametrize(
    "named",
    [
        "{folder}/../secret.png",
        "{folder}/mine.png/../../secret.png",
        "{folder}/../no-such-file.png",
        "{folder}/no-such-file.png",
        "{folder}-beside.png",
        "{folder}",
        "{folder}/link.png",
        "{folder}/linked/secret.png",
        "{folder}/loop.png",
        "{folder}/pipe.png",
        "{folder}/mine.png\0",
        "{folder}/mine.png/",
        "{folder}/\ud800.png",
        "{folder}/" + "x" * 5000,
        "file://{folder}/mine.png",
        "mine.png",
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/fd/0",
        "/proc/self/environ",
        "C:\\Windows\\win.ini",
        "~/.ssh/id_rsa",
        "",
        None,
        7,
        b"/etc/passwd",
        ["{folder}/mine.png"],
        {"path": "{folder}/mine.png"},
    ],
    ids=lambda named: repr(named)[:40],
)
def test_every_other_file_is_refused_in_the_same_words(folder: Path, named: object) -> None:
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    (folder / "linked").symlink_to(folder.parent)
    (folder / "loop.png").symlink_to(folder / "loop.png")
    os.mkfifo(folder / "pipe.png")
    (folder.parent / "uploads-beside.png").write_bytes(b"")
    path = named.replace("{folder}", str(folder)) if isinstance(named, str) else named
    if path == f"{folder}/mine.png/":  # the same file to Python, and no other
        assert uploads.find(path).name == "mine.png"
        return
    with pytest.raises(ImageError) as refused:
        in_time(lambda: uploads.load(path))
    assert str(refused.value) == uploads.REFUSAL


class Caller:
    """Calls the app's functions by their numbers, as its page does."""

    def __init__(self, url: str):
        self.client = httpx.Client(base_url=f"{url}gradio_api", timeout=60)
        self.session = uuid.uuid4().hex
        self.config = self.client.get(f"{url}config").json()
        components = {c["id"]: c for c in self.config["components"]}
        functions = {
            function["id"]: [components[component] for component in function["inputs"]]
            for function in self.config["dependencies"]
            if function["backend_fn"]
        }
        self.functions = {
            function: [component["props"].get("value") for component in inputs]
            for function, inputs in functions.items()
        }
        self.kinds = {
            function: [component["type"] for component in inputs]
            for function, inputs in functions.items()
        }

    def join(self, function: int, data: list[object], event: object = None) -> httpx.Response:
        return self.client.post(
            "/queue/join",
            json={
                "fn_index": function,
                "data": data,
                "event_data": event,
                "session_hash": self.session,
            },
        )

    def call(self, function: int, data: list[object], event: object = None) -> dict[str, object]:
        self.join(function, data, event).raise_for_status()
        with self.client.stream("GET", f"/queue/data?session_hash={self.session}") as lines:
            for line in lines.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("msg") == "process_completed":
                    return message
        raise AssertionError("the call was not answered")


@pytest.fixture(scope="module")
def caller(app_url: str) -> Iterator[Caller]:
    caller = Caller(app_url)
    yield caller
    caller.client.close()


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Paths of all files that this process opens, which is the app's too."""
    paths: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open":
            paths.append(str(arguments[0]))

    sys.addaudithook(hook)  # it cannot be taken out again
    yield paths
    watching = False


SHAPES: tuple[Callable[[str], object], ...] = (
    lambda path: {"path": path, "meta": META},
    lambda path: {"path": path},
    lambda path: path,
    lambda path: {"path": path, "meta": {}},
    lambda path: {"path": path, "meta": META, "is_stream": True},
    lambda path: {"path": None, "url": path, "meta": META},
    lambda path: {"path": path, "url": f"/gradio_api/file={path}", "meta": META},
    lambda path: [{"path": path, "meta": META}],
    lambda path: [{"path": path}],
    lambda path: {"value": {"path": path, "meta": META}},
)


def test_no_function_of_the_app_opens_another_file(
    caller: Caller, tmp_path: Path, opened: list[str]
) -> None:
    there, missing, pipe = (tmp_path / f"{letter}.png" for letter in "abc")
    Image.new("RGB", (8, 6), "red").save(there)
    os.mkfifo(pipe)
    opened.clear()
    refused = set()
    for function, values in caller.functions.items():
        for place, kind in enumerate(caller.kinds[function]):
            for shape in SHAPES if kind in ("image", "file") else SHAPES[:1]:
                said = set()
                for path in (there, missing, pipe) if shape in SHAPES[:2] else (there,):
                    data = [*values[:place], shape(str(path)), *values[place + 1 :]]
                    answer = json.dumps(caller.call(function, data)["output"])
                    said.add(re.sub(r"/[abc]\b", "/X", answer))
                assert str(tmp_path) not in str(opened)
                if kind != "state":  # which callers cannot give
                    assert len(said) == 1
                    assert re.match(r'\{"error": "', said.pop()), (function, data)
                    refused.add((function, place))
    assert len(refused) > 50


def test_what_was_clicked_opens_no_other_file(
    caller: Caller, tmp_path: Path, opened: list[str]
) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (8, 6), "red").save(path)
    opened.clear()
    clicked = [number for number, kinds in caller.kinds.items() if {*kinds} <= {"state"}]
    assert len(clicked) > 3
    for function in clicked:
        for index in (str(path), {"path": str(path), "meta": META}, None, 99, [0, 1]):
            event = {"index": index, "value": str(path), "background": "picture"}
            event["background_picture"] = str(path)
            nothing = [None] * len(caller.kinds[function])
            output = caller.call(function, nothing, event)["output"]
            assert "data" in output or output["error"]
            assert str(tmp_path) not in str(opened)
