"""The real app, called through its API as other programs call it."""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool
from PIL import Image

from humanseg import OptionError, Segmenter
from humanseg.demo.corrections import check_point
from humanseg.demo.schema import SCHEMA_VERSION
from humanseg.masks.regions import decode_rle
from tests.conftest import EXAMPLES

PHOTO = EXAMPLES / "skateboarder.jpg"


@pytest.fixture(scope="module")
def client(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    client = Client(app_url, download_files=tmp_path_factory.mktemp("client"), verbose=False)
    yield client
    client.close()


@pytest.fixture
def rotated(tmp_path: Path) -> Path:
    """A photo that is stored on its side, as phones do."""
    path = tmp_path / "rotated.jpg"
    with Image.open(PHOTO) as photo:
        exif = photo.getexif()
        exif[0x0112] = 6
        photo.rotate(90, expand=True).save(path, exif=exif, quality=95)
    return path


def read(path: str) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_endpoints_and_their_parameters_are_stable(client: Client) -> None:
    endpoints = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    parameters = {
        name: [
            (parameter["parameter_name"], parameter["parameter_has_default"])
            for parameter in endpoint["parameters"]
        ]
        for name, endpoint in endpoints.items()
    }
    look = [("detail", True), ("refine", True)]
    mask = [("threshold", True), *look, ("clean_up", True), ("largest_only", True)]
    pictures = ("overlay_style", "overlay_color", "overlay_opacity", "background", "trim")
    by_hand = [("corrections", True), ("only", True)]
    options = [*mask, *((name, True) for name in pictures)]
    assert parameters == {
        "/segment": [("image", False), *options, *by_hand],
        "/segment_batch": [("images", False), *options],
        "/regions": [("image", False), *mask, *by_hand],
        "/probability": [("image", False), *look, *by_hand],
        "/threshold_curve": [("image", False), ("ground_truth", True), *look],
        "/health": [],
    }


def test_segment_gives_what_the_segmenter_gives(client: Client, segmenter: Segmenter) -> None:
    mask, overlay, cutout, info = client.predict(image=handle_file(PHOTO), api_name="/segment")
    expected = segmenter(PHOTO)
    np.testing.assert_array_equal(read(mask), expected.mask() * np.uint8(255))
    np.testing.assert_array_equal(read(overlay), expected.overlay())
    np.testing.assert_array_equal(read(cutout), expected.cutout())
    assert [Path(path).name for path in (mask, overlay, cutout)] == [
        "skateboarder-mask.png",
        "skateboarder-overlay.png",
        "skateboarder-cutout.png",
    ]
    assert info == {
        "schema_version": SCHEMA_VERSION,
        "file": "skateboarder.jpg",
        "width": 664,
        "height": 968,
        "threshold": 0.5,
        "coverage": expected.coverage(),
    }


def test_segment_honours_threshold_and_orientation(client: Client, rotated: Path) -> None:
    image = handle_file(rotated)
    low, *_ = client.predict(image=image, threshold=0.1, api_name="/segment")
    high, *_, info = client.predict(image=image, threshold=0.9, api_name="/segment")
    assert read(low).shape == (968, 664)
    assert (info["width"], info["height"]) == (664, 968)
    assert (read(high) <= read(low)).all()
    assert read(high).sum() < read(low).sum()


def test_segment_honours_the_options_of_the_pictures(client: Client, segmenter: Segmenter) -> None:
    _, overlay, cutout, info = client.predict(
        image=handle_file(PHOTO),
        detail="fine",
        refine=False,
        overlay_color="#00ff00",
        overlay_opacity=0.25,
        trim=True,
        api_name="/segment",
    )
    expected = segmenter(PHOTO, detail="fine", refine=False)
    assert info["coverage"] == expected.coverage() != segmenter(PHOTO).coverage()
    np.testing.assert_array_equal(read(overlay), expected.overlay(color=(0, 255, 0), opacity=0.25))
    width, height = read(cutout).shape[1::-1]
    assert width < 664
    assert height <= 968


def test_regions_are_the_mask_as_data(client: Client, segmenter: Segmenter) -> None:
    info = client.predict(image=handle_file(PHOTO), largest_only=True, api_name="/regions")
    mask = segmenter(PHOTO).cleaned(largest_only=True).mask()
    np.testing.assert_array_equal(decode_rle(info["rle"]), mask)
    (region,) = info["regions"]
    assert region["area"] == mask.sum()
    assert info["coverage"] == mask.mean()


def test_corrections_and_a_point_change_the_mask(
    client: Client, segmenter: Segmenter, tmp_path: Path
) -> None:
    found = segmenter(PHOTO)
    strokes = np.full(found.probability.shape, 128, np.uint8)
    strokes[10:40, 10:60], strokes[-40:-10, 10:60] = 255, 0
    Image.fromarray(strokes).save(tmp_path / "strokes.png")
    given = {"image": handle_file(PHOTO), "corrections": handle_file(tmp_path / "strokes.png")}
    corrected = found.correct(strokes)
    assert corrected.mask()[20, 30]
    assert not found.mask()[20, 30]
    mask, *_ = client.predict(**given, api_name="/segment")
    np.testing.assert_array_equal(read(mask), corrected.mask() * np.uint8(255))
    alone = corrected.only(30, 20)
    info = client.predict(**given, only=[30, 20], api_name="/regions")
    np.testing.assert_array_equal(decode_rle(info["rle"]), alone.mask())
    picture, _ = client.predict(**given, only=[30, 20], api_name="/probability")
    np.testing.assert_allclose(read(picture) / 65535, alone.probability, atol=1e-4)


@pytest.mark.parametrize("only", [[1], [1, "2"], "1, 2", [True, 0], {"x": 1, "y": 2}])
def test_a_point_that_is_none_is_refused(client: Client, only: object) -> None:
    with pytest.raises(AppError, match=r"^only must be a point, \[x, y\] in pixels. Received: "):
        client.predict(image=handle_file(PHOTO), only=only, api_name="/segment")


def test_a_point_however_far_outside_is_refused_as_such(segmenter: Segmenter) -> None:
    found = segmenter(PHOTO, detail="fast")
    with pytest.raises(OptionError, match="the point must lie in the photo"):
        found.only(*check_point([10**400, 1]))


def test_corrections_in_colour_or_of_another_size_are_refused(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "strokes.png"
    for picture, told in (
        (Image.new("RGB", (664, 968), "red"), "a grey picture"),
        (Image.new("L", (10, 10), 128), "664 x 968 pixels"),
        (Image.new("L", (664, 968), 30), "Received: 30"),
    ):
        picture.save(path)
        with pytest.raises(AppError, match=told):
            client.predict(
                image=handle_file(PHOTO), corrections=handle_file(path), api_name="/segment"
            )


def test_batch_reports_the_unreadable_and_does_the_rest(
    client: Client, segmenter: Segmenter, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(PHOTO.read_bytes()[:1000])
    same_name = tmp_path / "skateboarder.png"
    Image.new("RGB", (40, 30)).save(same_name)
    files = [handle_file(path) for path in (PHOTO, broken, same_name)]
    archive, info = client.predict(images=files, api_name="/segment_batch")

    assert [row["file"] for row in info["results"]] == [
        "skateboarder.jpg",
        "broken.jpg",
        "skateboarder.png",
    ]
    assert "broken.jpg" in info["results"][1]["error"]
    assert info["results"][1]["width"] is None
    with zipfile.ZipFile(archive) as packed:
        assert sorted(packed.namelist()) == sorted(
            [f"{name}-{kind}.png" for name in ("skateboarder", "skateboarder-2")
             for kind in ("mask", "overlay", "cutout")]
            + ["results.csv"]
        )  # fmt: skip
        with packed.open("skateboarder-mask.png") as file, Image.open(file) as mask:
            expected = segmenter(PHOTO).mask() * np.uint8(255)
            np.testing.assert_array_equal(np.asarray(mask), expected)
        rows = list(csv.DictReader(io.StringIO(packed.read("results.csv").decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["skateboarder", "broken", "skateboarder-2"]
    assert rows[0]["coverage"] == str(info["results"][0]["coverage"])
    assert rows[2]["width"] == "40"


def test_probability_is_lossless(client: Client, segmenter: Segmenter) -> None:
    path, info = client.predict(image=handle_file(PHOTO), api_name="/probability")
    levels = read(path)
    np.testing.assert_allclose(levels / 65535, segmenter(PHOTO).probability, atol=1e-5)
    assert levels.max() > 255
    assert info["width"] == 664


def test_threshold_curve_finds_the_threshold_of_a_known_mask(
    client: Client, segmenter: Segmenter, tmp_path: Path
) -> None:
    result = segmenter(PHOTO)
    truth = tmp_path / "truth.png"
    Image.fromarray(result.mask(0.3)).save(truth)
    info = client.predict(
        image=handle_file(PHOTO), ground_truth=handle_file(truth), api_name="/threshold_curve"
    )
    at = info["thresholds"].index(0.3)
    assert info["best_threshold"] == 0.3
    assert (info["iou"][at], info["dice"][at], info["precision"][at]) == (1.0, 1.0, 1.0)
    assert info["area"][at] == pytest.approx(result.coverage(0.3))
    assert info["area"] == sorted(info["area"], reverse=True)
    assert info["recall"][-1] < 1.0


def test_without_scripts_a_sentence_says_what_is_needed(app_url: str) -> None:
    answer = httpx.get(app_url)
    body = answer.text.partition("<body")[2]
    assert "<noscript>This page needs JavaScript" in body.partition("</body>")[0]
    assert int(answer.headers["content-length"]) == answer.num_bytes_downloaded
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.num_bytes_downloaded < len(answer.content) / 3


def test_threshold_curve_without_ground_truth(client: Client) -> None:
    info = client.predict(image=handle_file(PHOTO), api_name="/threshold_curve")
    assert len(info["area"]) == len(info["thresholds"]) == 99
    assert info["iou"] is None
    assert info["best_threshold"] is None


def test_health_names_the_weights(client: Client, segmenter: Segmenter) -> None:
    info = client.predict(api_name="/health")
    assert info["status"] == "ok"
    assert info["sha256"] == segmenter.weights.sha256
    assert info["model"] == segmenter.weights.name


@pytest.mark.parametrize(
    ("endpoint", "arguments", "said"),
    [
        ("/segment", {"image": EXAMPLES / "SOURCES.md"}, "not a picture that can be read"),
        ("/segment", {"image": PHOTO, "threshold": 1.5}, "between 0 and 1. Received: 1.5"),
        ("/segment", {"image": None}, "Give a photo"),
        (
            "/segment",
            {"image": PHOTO, "detail": "best"},
            "detail must be 'auto' or 'fast'",
        ),
        ("/segment", {"image": PHOTO, "overlay_color": "bleu"}, "such as '#dc00ff'"),
        ("/segment", {"image": PHOTO, "clean_up": "false"}, "clean_up must be true or false"),
        ("/segment_batch", {"images": [PHOTO], "threshold": 3}, "between 0 and 1. Received: 3"),
        ("/segment", {"image": PHOTO, "overlay_opacity": 2}, "overlay_opacity must be a number"),
        ("/segment_batch", {"images": []}, "Give 1 to 100 photos"),
        (
            "/threshold_curve",
            {"image": PHOTO, "ground_truth": EXAMPLES / "astronaut.png"},
            "as large as the photo, 664 x 968 pixels",
        ),
    ],
)
def test_bad_input_gets_one_plain_sentence(
    client: Client, endpoint: str, arguments: dict[str, object], said: str
) -> None:
    arguments = {
        name: handle_file(value)
        if isinstance(value, Path)
        else [handle_file(path) for path in value]
        if isinstance(value, list)
        else value
        for name, value in arguments.items()
    }
    with pytest.raises(AppError, match=said):
        client.predict(**arguments, api_name=endpoint)


def test_endpoints_are_tools_over_mcp(app_url: str) -> None:
    async def ask() -> tuple[list[Tool], CallToolResult]:
        async with (
            streamable_http_client(f"{app_url}gradio_api/mcp/") as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            listed = await session.list_tools()
            return listed.tools, await session.call_tool("health", {})

    tools, answer = asyncio.run(ask())
    assert {tool.name for tool in tools} == {
        "segment",
        "segment_batch",
        "regions",
        "probability",
        "threshold_curve",
        "health",
    }
    (segment,) = (tool for tool in tools if tool.name == "segment")
    assert segment.inputSchema["required"] == ["image"]
    assert all("description" in value for value in segment.inputSchema["properties"].values())
    assert not answer.isError
    assert json.loads(answer.content[0].text)["status"] == "ok"
