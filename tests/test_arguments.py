"""Whatever shape a call has: an answer, or one sentence that says what is wrong."""

import asyncio
import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import httpx
import numpy as np
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult
from PIL import Image

from humanseg import OptionError
from humanseg.demo.arguments import MISTAKE, CheckedBlocks, check_several
from humanseg.demo.tool_answers import INLINE_SIDE, inline
from tests.conftest import EXAMPLES

PHOTO = EXAMPLES / "yellow-car.jpg"
META = {"_type": "gradio.FileData"}


class Api:
    """The running app, called with JSON as curl does."""

    def __init__(self, url: str):
        self.client = httpx.Client(base_url=f"{url}gradio_api", timeout=60)
        (self.path,) = self.client.post(
            "/upload", files={"files": (PHOTO.name, PHOTO.read_bytes())}
        ).json()

    def post(self, way: str, body: object) -> httpx.Response:
        return self.client.post(way, json=body)

    def call(self, endpoint: str, body: object, way: str = "call/v2") -> tuple[str, Any]:
        event = self.post(f"/{way}/{endpoint}", body).raise_for_status().json()["event_id"]
        *_, last = self.client.get(f"/call/{endpoint}/{event}").text.strip().split("event: ")
        kind, data = last.split("\ndata: ")
        return kind, json.loads(data)


@pytest.fixture(scope="module")
def api(app_url: str) -> Iterator[Api]:
    api = Api(app_url)
    yield api
    api.client.close()


def data_url() -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(PHOTO.read_bytes()).decode()}"


@pytest.mark.parametrize(
    "shape",
    [
        lambda path: {"path": path, "meta": META},
        lambda path: {"path": path},
        lambda path: {"path": path, "meta": {}, "url": "http://127.0.0.1/other.png", "size": "x"},
        lambda path: {"path": data_url()},
        lambda path: {"url": data_url()},
        lambda path: data_url(),
    ],
)
def test_a_picture_is_understood_in_any_clear_shape(
    api: Api, shape: Callable[[str], object]
) -> None:
    kind, (info,) = api.call("regions", {"image": shape(api.path)})
    assert (kind, info["width"]) == ("complete", 1440)
    kind, (_, info) = api.call("segment_batch", {"images": [shape(api.path)]})
    assert kind == "complete"
    assert (info["results"][0]["width"], info["results"][0]["error"]) == (1440, "")


@pytest.mark.parametrize(
    "shape",
    [
        lambda path: path,
        lambda path: "photo.jpg",
        lambda path: "data:image/png",
        lambda path: "http://127.0.0.1:22/photo.jpg",
        lambda path: {"path": "http://169.254.169.254/photo.jpg", "meta": META},
        lambda path: {"path": "https://localhost/photo.jpg"},
        lambda path: [{"path": path, "meta": META}],
        lambda path: [[{"path": path, "meta": META}]],
        lambda path: {"path": [path]},
        lambda path: {"path": {"path": path}},
        lambda path: {"path": 7},
        lambda path: {"name": path},
        lambda path: {},
        lambda path: [],
        lambda path: 7,
        lambda path: True,
        lambda path: "",
    ],
)
def test_any_other_shape_gets_a_sentence(api: Api, shape: Callable[[str], object]) -> None:
    value = shape(api.path)
    calls: list[tuple[str, dict[str, object]]] = [
        ("segment", {"image": value}),
        ("threshold_curve", {"image": {"path": api.path}, "ground_truth": value}),
    ]
    if not str(value).count("://"):  # of many, an address is refused when it is fetched
        calls.append(("segment_batch", {"images": [value]}))
    if not isinstance(value, list):
        calls.append(("segment_batch", {"images": value}))
    for endpoint, arguments in calls:
        kind, answer = api.call(endpoint, arguments)
        assert kind == "error"
        assert re.search("Received: |uploaded|public address|data URL", answer["error"])


def test_of_too_many_addresses_none_is_asked() -> None:
    for kind in ("data:,{}", "http://{}.example/photo.jpg"):
        given = [kind.format(number) for number in range(101)]
        with pytest.raises(OptionError, match=r"Give 1 to 100 photos at once\. Received: 101"):
            check_several(given, "images")


@pytest.mark.parametrize(
    ("way", "body", "said"),
    [
        ("/call/v2/segment", {}, "image"),
        ("/call/v2/segment", {"image": None, "treshold": 0.4}, "treshold"),
        ("/call/v2/segment_batch", {"image": None}, "images, threshold"),
        ("/call/v2/health", {"image": None}, "no parameters"),
        ("/call/v2/segmentation", {}, "There is no such endpoint; there are /segment, "),
        ("/call/segmentation", {"data": []}, "There is no such endpoint"),
        ("/call/v2/segment", [1], "JSON object"),
        ("/call/segment", {"image": None}, "JSON object"),
        ("/run/segmentation", {"data": []}, "There is no such endpoint"),
        ("/queue/join", {"data": [], "fn_index": 999, "session_hash": "x"}, "no such endpoint"),
        ("/queue/join", {"data": 1, "fn_index": 1, "session_hash": "x"}, "JSON object"),
    ],
)
def test_a_request_that_is_no_call_gets_a_sentence(
    api: Api, way: str, body: object, said: str
) -> None:
    answer = api.post(way, body)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert "Internal" not in answer.text


def test_a_body_that_is_no_json_gets_a_sentence(api: Api) -> None:
    answer = api.client.post(
        "/call/v2/segment", content="{image", headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, "JSON object" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("values", [[], [None], [None] * 12])
def test_too_few_or_too_many_values_get_a_sentence(api: Api, values: list[object]) -> None:
    kind, answer = api.call("segment", {"data": values}, way="call")
    assert (kind, answer["error"]) == (
        "error",
        f"This call takes 13 values. Received: {len(values)}",
    )


@pytest.mark.parametrize("value", [{"path": "/etc/passwd"}, [{"a": {"path": "x", "meta": META}}]])
def test_files_are_refused_where_none_are_wanted(api: Api, value: object) -> None:
    kind, answer = api.call("segment", {"image": {"path": api.path}, "overlay_color": value})
    assert kind == "error"
    assert answer["error"].startswith("overlay_color must not be a file. Received: ")


def ask(blocks: gr.Blocks, inputs: list[object]) -> dict[str, Any]:
    return asyncio.run(blocks.process_api(0, inputs))


def test_what_goes_wrong_in_a_handler_is_told_as_far_as_it_is_meant_for_callers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(kind: str) -> None:
        if kind == "ours":
            raise OptionError("threshold must be a number. Received: 'x'")
        raise RuntimeError("/home/somebody/secret")

    with CheckedBlocks() as blocks:
        gr.Button().click(fail, gr.Textbox())
    with pytest.raises(gr.Error, match="threshold must be a number"):
        ask(blocks, ["ours"])
    assert caplog.text == ""
    with pytest.raises(gr.Error) as error:
        ask(blocks, ["another"])
    assert error.value.message == MISTAKE
    assert "/home/somebody/secret" in caplog.text


def test_gradio_still_asks_these_blocks_and_leaves_pictures_to_them(tmp_path: Path) -> None:
    """Fails when Gradio no longer calls what `CheckedBlocks` overrides."""
    seen: list[object] = []
    with CheckedBlocks() as blocks:
        inputs = [gr.Image(label="image"), gr.File(file_count="multiple"), gr.Number()]
        gr.Button().click(lambda *values: seen.extend(values), inputs)
    photo = str(EXAMPLES / "yellow-car.jpg")
    ask(blocks, [{"path": photo, "meta": META}, [{"path": photo}], 3])
    assert seen == [photo, [photo], 3]
    (tmp_path / "other.png").write_bytes(PHOTO.read_bytes())
    with pytest.raises(gr.Error, match="not uploaded here"):
        ask(blocks, [{"path": str(tmp_path / "other.png")}, None, 3])


Calls = list[tuple[str, dict[str, object]]]


async def call_tools(url: str, calls: Calls, **options: Any) -> list[CallToolResult]:
    async with (
        streamable_http_client(f"{url}gradio_api/mcp/") as (receive, send, _),
        ClientSession(receive, send) as session,
    ):
        await session.initialize()
        return [await session.call_tool(*call, **options) for call in calls]


def test_tools_over_mcp_answer_with_json_and_pictures(app_url: str) -> None:
    """Fails when Gradio no longer asks what `humanseg.demo.tool_answers` replaces."""
    names = ("segment", "probability", "regions", "threshold_curve")
    calls: Calls = [(name, {"image": data_url()}) for name in names]
    calls += [("segment_batch", {"images": [data_url(), data_url()]}), ("health", {})]
    answers = asyncio.run(call_tools(app_url, calls))

    async def told(*progress: object) -> None:
        """Has Gradio go another way."""

    answers += asyncio.run(call_tools(app_url, calls[:1], progress_callback=told))
    assert [answer.content[0].text for answer in answers if answer.isError] == []
    kinds = [" ".join(content.type for content in answer.content) for answer in answers]
    picture = "image text"
    three = f"{picture} {picture} {picture} text"
    assert kinds == [three, f"{picture} text", "text", "text", "text text", "text", three]
    told_of = [
        [json.loads(content.text) for content in answer.content if content.type == "text"]
        for answer in answers
    ]
    *files, info = told_of[0]
    assert [file["file"] for file in files] == [
        "file-mask.png",
        "file-overlay.png",
        "file-cutout.png",
    ]
    assert info["coverage"] < 0.01
    assert told_of[1][1]["width"] == info["width"]
    assert told_of[2][0]["regions"] == []
    assert len(told_of[3][0]["area"]) == 99
    assert [row["error"] for row in told_of[4][1]["results"]] == ["", ""]
    assert told_of[5][0]["status"] == "ok"
    for file, content in zip(files, answers[0].content[::2], strict=False):
        full = Image.open(io.BytesIO(httpx.get(file["url"]).content))
        seen = Image.open(io.BytesIO(base64.b64decode(content.data)))
        assert content.mimeType == f"image/{seen.format.lower()}"
        assert full.size == (info["width"], info["height"])
        assert max(seen.size) == min(max(full.size), INLINE_SIDE)
        assert seen.mode == full.mode


def test_pictures_over_mcp_are_small_and_of_8_bits(tmp_path: Path) -> None:
    deep = np.tile(np.linspace(0, 65535, 2000).astype(np.uint16), (500, 1))
    (tmp_path / "deep.png").write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    data, kind = inline(tmp_path / "deep.png")
    seen = np.asarray(Image.open(io.BytesIO(data)))
    assert (kind, seen.shape, seen.dtype) == ("image/png", (256, 1024), np.uint8)
    np.testing.assert_allclose(seen[9], np.linspace(0, 255, 1024), atol=1)


def test_tools_over_mcp_take_pictures_and_no_files_of_the_server(app_url: str) -> None:
    foreign = str(PHOTO)
    wrong: Calls = [
        (tool, {name: shape})
        for tool, name in (("regions", "image"), ("segment_batch", "images"))
        for value in (foreign, "file:///etc/passwd", f"{app_url}config", "http://169.254.169.254/")
        for shape in (
            value,
            {"path": value, "meta": META},
            [value],
            [{"path": value, "meta": META}],
        )
        if not (tool == "segment_batch" and isinstance(shape, list) and value.startswith("http"))
    ]
    wrong += [
        ("regions", {"image": data_url(), "detail": {"path": foreign, "meta": META}}),
        ("threshold_curve", {"image": data_url(), "ground_truth": {"path": foreign, "meta": META}}),
        ("regions", {}),
        ("regions", {"image": data_url(), "treshold": 0.5}),
    ]
    for answer in asyncio.run(call_tools(app_url, wrong)):
        assert answer.isError
        assert answer.content[0].text
