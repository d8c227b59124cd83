"""Threshold tuning in a real browser: it follows the threshold, and sends nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from humanseg import Segmenter
from humanseg.demo import charts, curves
from tests.conftest import EXAMPLES
from tests.test_browser import PHONE, api, browser, pytestmark, upload, visit  # noqa: F401
from tests.test_viewer import drawn

PHOTO = EXAMPLES / "skateboarder.jpg"
VIEWER = "#tuning-viewer .viewer"
LEVELS = f"() => document.querySelector('{VIEWER}').parentElement.viewer.map.starts.join()"


def errors_of(image: np.ndarray, mask: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Errors in colour on a grey photo, int (H, W, 3)."""
    grey = (image @ [77, 150, 29] >> 9) + 64
    errors = np.repeat(grey[..., None], 3, axis=2)
    errors[(truth == 255) & ~mask] = charts.MISSED_COLOR
    errors[(truth == 0) & mask] = charts.FALSE_COLOR
    return errors


def check_readings(page: "api.Page", values: dict[str, float]) -> None:
    """The numbers beside the curves are these."""
    names = {"IoU": "iou", "Dice": "dice", "Precision": "precision", "Recall": "recall"}
    for item in page.locator(f"{VIEWER} .curves li").all_inner_texts():
        name, _, said = item.partition(" ")
        assert float(said[:-1]) == round(100 * values[names.get(name, "area")], 1)


def drag_on_curves(page: "api.Page", start: float, end: float) -> None:
    """From a share of their width to another."""
    lines = page.locator(f"{VIEWER} .curves svg")
    lines.scroll_into_view_if_needed()
    chart = lines.bounding_box()
    y = chart["y"] + chart["height"] / 2
    page.mouse.move(chart["x"] + chart["width"] * start, y)
    page.mouse.down()
    page.mouse.move(chart["x"] + chart["width"] * end, y, steps=5)
    page.mouse.up()


def refuse_as_true_mask(page: "api.Page", photo: Path, said: str) -> None:
    """It is refused in these words."""
    page.set_input_files("#tuning-truth input[type=file]", photo)
    page.locator("#tuning-truth-message").get_by_text(said).wait_for()


def check_what_follows(page: "api.Page") -> None:
    """A photo goes along to this tab only if it was chosen since."""
    tuning, found = (
        page.get_by_role("tab", name="Threshold tuning"),
        page.locator(f"{VIEWER} .found"),
    )
    tuning.click()
    page.locator("#tuning-examples button").nth(8).click()
    found.get_by_text("nobody found").wait_for()
    page.get_by_role("tab", name="Single image").click()
    tuning.click()  # nothing is new there, so this photo stays
    assert "nobody found" in found.inner_text()
    page.get_by_role("tab", name="Single image").click()
    upload(page, PHOTO)
    page.locator("#single-viewer").get_by_text("664 x 968 pixels").wait_for()
    tuning.click()
    found.get_by_text("664 x 968 pixels").wait_for()


def test_a_threshold_is_tuned_and_used(
    visit: Callable[..., "api.Page"],  # noqa: F811
    segmenter: Segmenter,
    tmp_path: Path,
) -> None:
    photo = tmp_path / "skateboarder.png"
    with Image.open(PHOTO) as image:
        image.convert("RGB").resize((332, 484)).save(photo)
    result = segmenter(photo)
    truth = result.mask(0.3) * np.uint8(255)
    truth[:, :200] = 127  # does not count
    Image.fromarray(truth).save(tmp_path / "truth.png")
    page = visit(PHONE)
    upload(page, photo)
    page.wait_for_selector("#single-viewer .viewer[data-state=done]")
    page.get_by_role("tab", name="Threshold tuning").click()
    page.wait_for_selector(f"{VIEWER}[data-state=done]")  # the photo came along
    readings = page.locator(f"{VIEWER} .curves li")
    assert re.fullmatch(r"Area \d+\.\d%", readings.inner_text())
    (heat,) = drawn(page, {"view": "heat", "threshold": 0.5}, viewer=VIEWER)
    np.testing.assert_array_equal(heat[..., :3], np.array(charts.HEAT_COLORS)[result.levels])
    assert (charts.HEAT_COLORS[0], charts.HEAT_COLORS[-1]) == ([68, 1, 84], [253, 231, 37])

    refuse_as_true_mask(page, photo, "looks like a photo")
    refuse_as_true_mask(page, EXAMPLES / "astronaut.png", "as large as the photo, 332 x 484 pixels")
    page.set_input_files("#tuning-truth input[type=file]", tmp_path / "truth.png")
    page.wait_for_selector(f"{VIEWER}[data-truth=true][data-view=errors]")
    assert page.locator("#tuning-truth-message").inner_text() == ""
    assert page.locator(VIEWER).get_by_text("Person, missed").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    assert page.locator(f"{VIEWER} .best text").inner_html() == "best 0.30"
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    known = np.ma.MaskedArray(truth == 255, truth == 127)
    measured = curves.measure(result.probability, known)
    for threshold in (0.9, 0.12):
        (errors,) = drawn(page, {"view": "errors", "threshold": threshold}, viewer=VIEWER)
        expected = errors_of(result.image, result.mask(threshold), truth)
        np.testing.assert_array_equal(errors[..., :3], expected)
        assert page.locator(f"{VIEWER} .now text").inner_html() == f"{threshold:.2f}"
        check_readings(page, measured.at(threshold))
    drag_on_curves(page, 0.4, 0.75)
    assert 0.7 < float(page.locator(f"{VIEWER} .now text").inner_html()) < 0.8
    assert [url for url in sent if not url.startswith(("blob:", "data:"))] == []

    before = page.evaluate(LEVELS)
    page.locator(VIEWER).get_by_text("Fine-tune the mask").click()
    page.locator(VIEWER).get_by_text("Fine", exact=True).click()
    page.wait_for_function(f"({LEVELS})() !== {json.dumps(before)}")

    page.locator(VIEWER).get_by_role("button", name="Go to the best").click()
    best = page.locator(f"{VIEWER} .threshold output").inner_text()
    page.get_by_role("button", name="Use this threshold").click()
    page.get_by_text(f"Threshold {best} and its photo are in Single image now").wait_for()
    single = page.locator("#single-viewer")
    single.get_by_text(f"at threshold {best}").wait_for()
    page.wait_for_function(  # with the detail that it was found with
        f"({LEVELS})() === ({LEVELS.replace('tuning', 'single')})()"
    )

    check_what_follows(page)
