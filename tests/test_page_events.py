"""The page in a real browser: nothing that comes late, fails or comes again does harm."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image

from humanseg.demo import batch_panel, batch_zip
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


def slow_down(monkeypatch: pytest.MonkeyPatch, detail: str, go_on: Event) -> None:
    """Has photos wait, if they are looked at with this detail."""
    full = Photo.full

    def slowly(photo: Photo, options: Any = None, *given: Any) -> Any:
        if options and options.detail == detail and photo.name == PHOTO.stem:
            go_on.wait()
        return full(photo, options, *given) if options else full(photo)

    monkeypatch.setattr(Photo, "full", slowly)


@pytest.mark.parametrize("viewer", ["single", "tuning"])
def test_more_detail_that_comes_late_does_not_bring_the_photo_back(
    visit: Callable[..., "api.Page"],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    viewer: str,
) -> None:
    go_on = Event()
    slow_down(monkeypatch, "fine", go_on)
    page = visit()
    if viewer == "tuning":
        page.get_by_role("tab", name="Threshold tuning").click()
    shown = page.locator(f"#{viewer}-viewer .found")
    photos = f"#{viewer}-photo input[type=file]"
    page.set_input_files(photos, PHOTO)
    shown.get_by_text(FOUND).wait_for()
    choose_detail(page, viewer, "fine")
    page.set_input_files(photos, OTHER)
    shown.get_by_text(OTHER_FOUND).wait_for()
    go_on.set()
    page.wait_for_timeout(2000)
    assert OTHER_FOUND in shown.inner_text()
    detail = f"document.querySelector('#{viewer}-viewer .viewer').parentElement.viewer.files.detail"
    page.wait_for_function(f"{detail} === 'fine'")


def test_where_more_detail_fails_what_is_seen_stays_chosen(
    visit: Callable[..., "api.Page"],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = Photo.full

    def may_fail(photo: Photo, options: Any, *given: Any) -> Any:
        if options.detail == "fine":
            raise OSError(5, "a mistake")
        return full(photo, options, *given)

    monkeypatch.setattr(Photo, "full", may_fail)
    page = visit()
    for tab, viewer in (("Single image", "single"), ("Threshold tuning", "tuning")):
        page.get_by_role("tab", name=tab).click()
        page.locator(f"#{viewer}-examples button").nth(1).click()
        page.locator(f"#{viewer}-viewer .found").get_by_text(FOUND).wait_for()
        choose_detail(page, viewer, "fine")
        page.get_by_text("The server made a mistake").last.wait_for()
        chosen = f"document.querySelector('#{viewer}-viewer form').elements.detail.value"
        page.wait_for_function(f"{chosen} === 'auto'", timeout=5000)
        assert FOUND in page.locator(f"#{viewer}-viewer .found").inner_text()


def test_more_detail_takes_one_look_at_an_enlarged_photo(
    visit: Callable[..., "api.Page"],  # noqa: F811
    network_runs: list[int],  # noqa: F811
) -> None:
    page = visit()
    page.get_by_role("tab", name="Gallery").click()
    page.locator("#gallery-examples button").nth(1).click()
    page.locator("#example-viewer").get_by_text("2 of 9").wait_for()
    network_runs.clear()
    choose_detail(page, "example", "fast")
    page.wait_for_timeout(2000)
    assert network_runs == [1, 1]
    with page.expect_download() as download:
        page.locator("#example-viewer").get_by_role("button", name="Download cut-out").click()
    assert download.value.suggested_filename == "skateboarder-cutout.png"


def test_a_true_mask_is_compared_though_its_photo_is_still_worked_on(
    visit: Callable[..., "api.Page"],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with Image.open(PHOTO) as photo:
        Image.new("L", photo.size, 255).save(tmp_path / "truth.png")
    go_on = Event()
    slow_down(monkeypatch, "auto", go_on)
    page = visit()
    page.get_by_role("tab", name="Threshold tuning").click()
    page.set_input_files("#tuning-photo input[type=file]", PHOTO)
    page.set_input_files("#tuning-truth input[type=file]", tmp_path / "truth.png")
    page.locator("#tuning-truth img").wait_for()
    page.wait_for_timeout(1000)
    go_on.set()
    page.wait_for_selector("#tuning-viewer .viewer[data-truth=true]", timeout=10_000)
    assert page.locator("#tuning-truth-message").inner_text() == ""


# Colours come late, when the helper has got the next photo and the page does not know of it yet.
LATE_COLORS = """(root) => {
    const { viewer } = root.parentElement;
    const { worker, files, brush: { corrections } } = viewer;
    const ask = worker.ask.bind(worker);
    let late = null;
    worker.ask = async (what, given) => {
        const answer = ask(what, given);
        if (late) return answer;
        late = corrections.recolored({ photo: corrections.key, colors: files.colors });
        await late;
        return answer;
    };
}"""


def test_colors_that_come_late_do_not_bring_the_photo_back(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    page = visit()
    upload(page, PHOTO)
    page.get_by_text(FOUND).wait_for()
    root = page.locator("#single-viewer .viewer")
    root.evaluate(LATE_COLORS)
    upload(page, OTHER)
    page.get_by_text(OTHER_FOUND).wait_for()
    page.locator("#single-viewer [name=largest_only]").evaluate("(box) => box.click()")
    page.wait_for_function(
        "(root) => root.parentElement.viewer.mapKey", arg=root.element_handle(), timeout=5000
    )
    sizes = (
        "({ parentElement: { viewer } }) => [viewer.map.levels.length, viewer.photo.pixels.length]"
    )
    assert root.evaluate(sizes) == [1200 * 800] * 2


def test_batches_leave_nothing_running_and_can_be_tried_again(
    visit: Callable[..., "api.Page"],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = visit()
    helpers: list[Any] = []

    def note_helper(helper: Any) -> None:
        helpers.append(helper)
        helper.on("close", lambda _: helpers.remove(helper))

    page.on("worker", note_helper)
    page.get_by_role("tab", name="Gallery").click()
    page.set_input_files("#batch-files input[type=file]", [PHOTO])
    page.locator("#batch-files tr.file").wait_for()
    for _ in range(3):
        page.click("#batch-start")
        page.locator("#batch-cancel").wait_for()
        page.locator("#batch-start").wait_for()
        page.locator("#batch-results button.thumbnail-item").click()
        page.locator("#batch-viewer .place").get_by_text("1 of 1").wait_for()
    page.wait_for_timeout(500)
    assert len(helpers) == 1

    kinds = [page.locator("#batch-kinds").get_by_text(kind) for kind in ("Mask", "Overlay", "Cut")]
    for kind in kinds:
        kind.first.click()
    page.click("#batch-start")
    page.get_by_text("The ZIP holds at least one of").wait_for()
    assert page.locator("#batch-results button.thumbnail-item").count() == 1  # as before
    assert page.locator("#batch-zip").is_visible()
    kinds[0].first.click()

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(5, "a mistake")

    for module, work in ((batch_zip, "repack"), (batch_panel, "segment_files")):
        monkeypatch.setattr(module, work, fail)
    page.locator("#batch-viewer .viewer").evaluate(ADD, STROKE)
    page.click("#batch-zip")
    page.locator("#batch-message").get_by_text("please press the button again").wait_for()
    page.click("#batch-start")
    page.locator("#batch-zip").wait_for(state="hidden")
    page.locator("#batch-message").get_by_text("please press the button again").wait_for()
    monkeypatch.undo()
    page.click("#batch-start")
    page.get_by_text("1 of 1 photos done.").wait_for()


def test_steps_do_not_overtake_the_photo_that_was_clicked(
    visit: Callable[..., "api.Page"],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = Event()
    page = visit()
    page.get_by_role("tab", name="Gallery").click()
    viewer = page.locator("#example-viewer")
    examples = page.locator("#gallery-examples button")
    examples.nth(0).click()
    viewer.get_by_text("1 of 9").wait_for()
    slow_down(monkeypatch, "auto", go_on)
    examples.nth(1).click()
    viewer.get_by_text("Opening").wait_for(timeout=5000)
    viewer.get_by_role("button", name="Previous photo").click()
    page.wait_for_timeout(2000)
    assert "1 of 9" in viewer.locator(".place").inner_text()
    go_on.set()
    viewer.get_by_text("2 of 9").wait_for()
    viewer.get_by_role("button", name="Next photo").click()
    viewer.get_by_text("3 of 9").wait_for()
    page.wait_for_timeout(1000)
    assert "3 of 9" in viewer.locator(".place").inner_text()
    assert viewer.locator(".viewer").get_attribute("aria-busy") == "false"


def test_the_ring_of_the_brush_leaves_with_the_mouse(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    page = visit()
    upload(page, PHOTO)
    page.get_by_text(FOUND).wait_for()
    page.locator("#single-viewer").get_by_role("button", name="Keep", exact=True).click()
    ring = page.locator("#single-viewer .brush-cursor")
    page.locator("#single-viewer .stage").hover()
    assert ring.is_visible()
    page.locator("#single-viewer .save-view").hover()
    assert not ring.is_visible()
