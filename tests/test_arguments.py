"""Whatever shape a call has: an answer, or one sentence that says what is wrong."""

import asyncio
import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from humanseg import OptionError
from humanseg.demo.arguments import MISTAKE, CheckedBlocks
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
        ("segment_batch", {"images": [value]}),
    ]
    if not isinstance(value, list):
        calls.append(("segment_batch", {"images": value}))
    for endpoint, arguments in calls:
        kind, answer = api.call(endpoint, arguments)
        assert kind == "error"
        assert re.search("Received: |uploaded|public address|data URL", answer["error"])


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


def test_tools_over_mcp_take_pictures_and_no_files_of_the_server(app_url: str) -> None:
    async def call(tools: list[tuple[str, dict[str, object]]]) -> list[CallToolResult]:
        async with (
            streamable_http_client(f"{app_url}gradio_api/mcp/") as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            return [await session.call_tool(*tool) for tool in tools]

    right: list[tuple[str, dict[str, object]]] = [
        (tool, {"image": data_url()})
        for tool in ("segment", "regions", "probability", "threshold_curve")
    ]
    right.append(("segment_batch", {"images": [data_url(), data_url()]}))
    for answer in asyncio.run(call(right)):
        assert not answer.isError, answer.content[0].text

    foreign = str(PHOTO)
    wrong: list[tuple[str, dict[str, object]]] = [
        (tool, {name: shape})
        for tool, name in (("regions", "image"), ("segment_batch", "images"))
        for value in (foreign, "file:///etc/passwd", f"{app_url}config", "http://169.254.169.254/")
        for shape in (
            value,
            {"path": value, "meta": META},
            [value],
            [{"path": value, "meta": META}],
        )
    ]
    wrong += [
        ("regions", {"image": data_url(), "detail": {"path": foreign, "meta": META}}),
        ("threshold_curve", {"image": data_url(), "ground_truth": {"path": foreign, "meta": META}}),
        ("regions", {}),
        ("regions", {"image": data_url(), "treshold": 0.5}),
    ]
    for answer in asyncio.run(call(wrong)):
        assert answer.isError
        assert answer.content[0].text
