"""The page in a real browser: nothing that comes late, fails or comes again does harm."""

import re
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from humanseg.demo import batch_panel
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.photo import Photo
from tests.conftest import EXAMPLES
from tests.test_browser import (  # noqa: F401
    PHOTO,
    api,
    browser,
    network_runs,
    pytestmark,
    upload,
    visit,
)

OTHER = EXAMPLES / "sunglasses.jpg"
FOUND, OTHER_FOUND = "664 x 968 pixels", "1200 x 800 pixels"
STROKE = {"tool": "erase", "points": [0.5, 0.3, 0.5, 0.5], "radius": 0.1, "threshold": 0.5}
ADD = "(root, stroke) => root.parentElement.viewer.brush.corrections.add(stroke)"
STROKES = "(root) => root.parentElement.viewer.brush.corrections.confirmed?.length ?? 0"


def found(page: "api.Page") -> str:
    """What is said of the single tab's photo."""
    return page.locator("#single-viewer .found").inner_text()


def choose_detail(page: "api.Page", viewer: str, detail: str) -> None:
    """As a click does, wherever it is folded away."""
    page.locator(f"#{viewer}-viewer input[value={detail}]").evaluate("(radio) => radio.click()")


def test_strokes_come_back_with_their_photo(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    page = visit()
    upload(page, PHOTO)
    page.get_by_text(FOUND).wait_for()
    plain = found(page)
    root = page.locator("#single-viewer .viewer")
    root.evaluate(ADD, STROKE)
    page.wait_for_selector("#single-viewer [data-brush=done]")
    corrected = found(page)
    assert corrected != plain
    upload(page, OTHER)
    page.get_by_text(OTHER_FOUND).wait_for()
    assert root.evaluate(STROKES) == 0
    upload(page, PHOTO)  # of which the server knows nothing any more, as after an hour
    page.locator("#single-viewer").get_by_text(corrected).wait_for()
    assert root.evaluate(STROKES) == 1
    page.get_by_role("button", name="Reset").click()
    page.locator("#single-viewer").get_by_text(plain).wait_for()
