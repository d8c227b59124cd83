"""The page in a real browser, used as a visitor would."""

import base64
import csv
import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from PIL import Image

from humanseg import Segmentation, Segmenter
from humanseg.demo import batch, turns
from humanseg.demo.batch_photo import Made
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.edits import apply_edits, read_edits
from humanseg.masks.regions import decode_rle
from tests.conftest import EXAMPLES

api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: see tests/requirements.txt"
)
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright",
    reason="axe-playwright-python is not installed: see tests/requirements.txt",
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"
)

PHOTO = EXAMPLES / "skateboarder.jpg"
TABS = ("Single image", "Gallery", "Threshold tuning")
PHONE, DESKTOP = 390, 1440
KINDS = ("mask", "alpha")
COUNTS = (
    "() => document.querySelector('#single-viewer .viewer').parentElement.viewer.map.starts.join()"
)
"""How many pixels of the single tab's photo are of each level."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser() -> Iterator["api.Browser"]:
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: "api.Browser", app_url: str) -> Iterator[Callable[..., "api.Page"]]:
    """Opens the page as a new visitor; afterwards there must have been no errors."""
    problems: list[str] = []
    contexts = []

    def visit(width: int = DESKTOP, scheme: str = "light") -> "api.Page":
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: problems.append(message.text) if message.type == "error" else None,
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((app_url, "data:", "blob:"))
                else problems.append(f"asked for {request.url}")
            ),
        )
        page.goto(f"{app_url}?__theme={scheme}")
        page.wait_for_selector("#single-examples button")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def network_runs(segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that the network was run."""
    runs: list[int] = []
    engine = segmenter.engine

    def counted(images: np.ndarray) -> np.ndarray:
        runs.append(len(images))
        return engine(images)

    monkeypatch.setattr(segmenter, "engine", counted)
    return runs


def upload(page: "api.Page", path: Path) -> None:
    page.set_input_files("#single-photo input[type=file]", path)


def set_threshold(page: "api.Page", value: float) -> None:
    """Of the single tab."""
    page.get_by_role("slider", name="Threshold", exact=True).first.fill(str(value))


def test_only_detail_runs_the_network(
    visit: Callable[..., "api.Page"], network_runs: list[int]
) -> None:
    page = visit()
    upload(page, PHOTO)
    page.get_by_text("664 x 968 pixels: people cover").wait_for()
    assert network_runs
    network_runs.clear()

    set_threshold(page, 0.9)
    page.get_by_text("at threshold 0.90").wait_for()
    set_threshold(page, 0.5)
    fast = page.evaluate(COUNTS)
    assert network_runs == []

    page.get_by_text("Fine-tune the mask").click()
    looks = "(box) => getComputedStyle(box).backgroundColor"
    chosen, other = (
        page.locator(f"#single-viewer input[name={name}]").evaluate(looks)
        for name in ("refine", "clean_up")
    )
    assert chosen != other
    for detail, changes in (("Fine", True), ("Auto", False)):
        page.locator("#single-viewer").get_by_text(detail, exact=True).click()
        page.wait_for_function(
            f"([fast, changes]) => (({COUNTS})() !== fast) === changes", arg=[fast, changes]
        )
        assert bool(network_runs) == changes
        network_runs.clear()


def test_mask_is_downloaded_as_data(
    visit: Callable[..., "api.Page"], segmenter: Segmenter, tmp_path: Path
) -> None:
    page = visit()
    upload(page, PHOTO)
    page.get_by_text("664 x 968 pixels: people cover").wait_for()
    with page.expect_download() as download:
        page.get_by_text("More downloads").click()
        page.get_by_role("button", name="Data (JSON)").click()
    assert download.value.suggested_filename == "skateboarder-regions.json"
    download.value.save_as(tmp_path / "regions.json")
    data = json.loads((tmp_path / "regions.json").read_text())
    np.testing.assert_array_equal(decode_rle(data["rle"]), segmenter(PHOTO).mask())


def test_example_in_one_click_and_original_size_download(
    visit: Callable[..., "api.Page"], tmp_path: Path
) -> None:
    page = visit()
    page.get_by_role("button", name="Skateboarder in motion").first.click()
    page.get_by_text("664 x 968 pixels").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download cut-out").click()
    assert download.value.suggested_filename == "skateboarder-cutout.png"
    download.value.save_as(tmp_path / "cutout.png")
    with Image.open(tmp_path / "cutout.png") as cutout:
        assert (cutout.size, cutout.mode) == ((664, 968), "RGBA")


def test_the_last_photo_chosen_counts(
    visit: Callable[..., "api.Page"], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit()
    held: list[api.Route] = []

    def overtake(route: "api.Route") -> None:  # the first event is on its way for long
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/queue/join**", overtake)
    for example in ("Skateboarder in motion", "Astronaut portrait"):
        page.get_by_role("button", name=example).first.click()
    while not held:
        page.wait_for_timeout(100)
    page.wait_for_timeout(1000)
    held[0].continue_()
    page.wait_for_timeout(2000)
    page.get_by_text("512 x 512 pixels").wait_for()
    page.unroute("**/queue/join**")

    correct, answered = EditedPhoto.correct, Event()

    def slowly(*given: Any) -> Segmentation:
        time.sleep(4)  # longer than the next photo takes
        try:
            return correct(*given)
        finally:
            answered.set()

    monkeypatch.setattr(EditedPhoto, "correct", slowly)
    page.get_by_role("button", name="Keep", exact=True).first.click()
    page.wait_for_selector("#single-viewer [data-brush=correcting]")
    upload(page, PHOTO)
    page.get_by_text("664 x 968 pixels").wait_for()
    answered.wait()
    page.wait_for_timeout(500)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download cut-out").click()
    assert download.value.suggested_filename == "skateboarder-cutout.png"


def test_what_fails_can_be_tried_again(
    visit: Callable[..., "api.Page"], monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = Event()
    for name in ("save", "correct", "full"):

        def may_fail(*given: Any, work: Callable[..., Any] = getattr(EditedPhoto, name)) -> Any:
            if fails.is_set():
                raise OSError(5, "a mistake")
            return work(*given)

        monkeypatch.setattr(EditedPhoto, name, may_fail)
    page = visit()
    # What Gradio does when it has lost the connection; then events fail to be sent twice.
    page.evaluate("fetch('gradio_api/app_id')")
    page.add_init_script("""const send = fetch;
        let fails = 2;
        window.fetch = (what, how) => {
            const isEvent = String(what?.url ?? what).includes("/queue/join");
            return isEvent && fails-- > 0 ? Promise.reject(new TypeError()) : send(what, how);
        };""")
    page.reload()
    page.get_by_text("The connection to the server was lost").wait_for()
    page.get_by_role("button", name="Skateboarder in motion").first.click()
    page.get_by_text("664 x 968 pixels").wait_for()
    assert not page.get_by_text("The connection to the server was lost").is_visible()

    mistake = page.get_by_text("The server made a mistake")
    fails.set()
    page.get_by_role("button", name="Download cut-out").click()
    mistake.first.wait_for()
    page.wait_for_function("!document.querySelector('.saving')")
    erase = {"tool": "erase", "points": [0.5, 0.3, 0.5, 0.5], "radius": 0.1, "threshold": 0.5}
    corrections = "(root, stroke) => root.parentElement.viewer.brush.corrections"
    root = page.locator("#single-viewer .viewer")
    root.evaluate(f"{corrections}.add(stroke)", erase)
    page.get_by_text("so this was taken back").wait_for()
    fails.clear()
    page.get_by_role("button", name="Redo").click()
    page.wait_for_selector("#single-viewer [data-brush=done]")
    assert root.evaluate(f"{corrections}.confirmed.length") == 1

    page.get_by_role("tab", name="Gallery").click()
    page.locator("#gallery-examples button").nth(1).click()
    viewer = page.locator("#example-viewer")
    viewer.get_by_text("2 of 9").wait_for()
    fails.set()
    viewer.locator("[aria-busy=false]").evaluate(  # busy for so short that it would be missed
        """(root) => {
            globalThis.seen = [];
            const look = () => seen.push(root.ariaBusy);
            new MutationObserver(look).observe(root, { attributeFilter: ["aria-busy"] });
        }"""
    )
    viewer.get_by_role("button", name="Next photo").click()
    page.wait_for_function("seen.includes('true') && seen.at(-1) === 'false'")
    fails.clear()
    viewer.get_by_role("button", name="Next photo").click()
    viewer.get_by_text("3 of 9").wait_for()


def test_unreadable_photo_is_explained_beside_the_upload(
    visit: Callable[..., "api.Page"], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("not a photo")
    page = visit(PHONE)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    upload(page, broken)
    assert "broken.jpg is not a picture" in page.get_by_role("alert").inner_text()
    page.wait_for_function(  # though the visitor was far below
        "(top => top >= 0 && top < innerHeight)"
        "(document.querySelector('.note.error').getBoundingClientRect().top)"
    )
    assert page.get_by_text("Your cut-out appears here").is_visible()
    with Image.open(PHOTO) as image:
        image.resize((166, 242)).save(tmp_path / "photo.tif")  # which browsers cannot show
    upload(page, tmp_path / "photo.tif")
    page.get_by_text("166 x 242 pixels").wait_for()
    page.wait_for_selector("#single-photo.unseen")
    upload(page, PHOTO)
    page.get_by_text("664 x 968 pixels").wait_for()
    page.wait_for_selector("#single-photo:not(.unseen)")
    heights = page.locator("#single-viewer .viewer").evaluate("""(root) => {
        const height = () => root.querySelector(".stage").clientHeight;
        const before = height();
        root.requestFullscreen = null; // as on iPhones
        root.querySelector("[data-stage=fullscreen]").click();
        return [before, height()];
    }""")
    assert heights[1] > 1.2 * heights[0]


def test_unreadable_background_is_explained_and_can_be_left(
    visit: Callable[..., "api.Page"], tmp_path: Path
) -> None:
    broken = tmp_path / "wall.jpg"
    broken.write_text("not a photo")
    page = visit()
    upload(page, PHOTO)
    page.get_by_text("664 x 968 pixels").wait_for()
    viewer = page.locator("#single-viewer")
    viewer.get_by_text("Picture", exact=True).click()
    viewer.locator("input[type=file]").set_input_files(broken)
    page.get_by_text("wall.jpg is not a picture").wait_for()
    viewer.get_by_text("Transparent").click()
    with page.expect_download():
        page.get_by_role("button", name="Download cut-out").click()
    shown = "(root) => Boolean(root.parentElement.viewer.picture)"
    for path in (EXAMPLES / "yellow-car.jpg", broken):  # then the first one stays
        viewer.locator("input[type=file]").set_input_files(path)
        if path == broken:
            page.get_by_text("wall.jpg is not a picture").wait_for()
        page.wait_for_selector("#single-viewer [aria-busy=false]")
        assert viewer.locator(".viewer").evaluate(shown)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download cut-out").click()
    with Image.open(download.value.path()) as cutout:
        assert cutout.getpixel((0, 0))[3:] in ((), (255,))


GIVE = """async ([kind, url, name, type, selector]) => {
    const blob = await (await fetch(url)).blob();
    const data = new DataTransfer();
    data.items.add(new File([blob], name, { type }));
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector(selector).dispatchEvent(event);
    return event.defaultPrevented;
}"""


def test_photos_are_pasted_and_dropped_anywhere(visit: Callable[..., "api.Page"]) -> None:
    page = visit()
    other = EXAMPLES / "sunglasses.jpg"
    for kind, path, name, type_, place in (
        ("paste", PHOTO, "photo.jpg", "image/jpeg", "h1"),
        ("drop", other, "photo.jpg", "image/jpeg", "h1"),
        ("drop", PHOTO, "photo.heic", "", "#single-photo"),  # as many browsers say of them
        ("paste", other, "photo.HEIF", "", "h1"),
    ):
        url = f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"
        assert page.evaluate(GIVE, [kind, url, name, type_, place])
        page.get_by_text("664 x 968 pixels" if path == PHOTO else "1200 x 800 pixels").wait_for()
    # Otherwise the browser would leave the page for it.
    assert page.evaluate(GIVE, ["drop", "data:,", "letter.pdf", "application/pdf", "h1"])
    page.get_by_text("Invalid file type: letter.pdf").wait_for()
    page.get_by_role("tab", name="Gallery").click()
    page.evaluate(GIVE, ["drop", url, "pasted.jpg", "image/jpeg", "h1"])
    page.locator("#batch-files tr.file").get_by_text("pasted").wait_for()


def test_visitors_do_not_see_each_other(visit: Callable[..., "api.Page"]) -> None:
    first, second = visit(), visit()
    upload(first, PHOTO)
    first.get_by_text("664 x 968 pixels").wait_for()
    assert second.get_by_text("Your cut-out appears here").is_visible()
    go_on = Event()
    for _ in range(5):  # more than are worked on at once
        turns.submit(1, go_on.wait)
    upload(second, EXAMPLES / "sunglasses.jpg")
    viewer = second.locator("#single-viewer")
    viewer.get_by_text(re.compile(r"Place [2-4] in the queue, about \d+ s")).wait_for()
    with first.expect_download():
        first.get_by_role("button", name="Download cut-out").click()
        viewer = first.locator("#single-viewer")
        viewer.get_by_text(re.compile(r"Place [2-5] in the queue")).wait_for()
        opacity = "(shown) => getComputedStyle(shown).opacity"
        assert viewer.locator(".html-container").evaluate(opacity) == "1"  # it can be used
        go_on.set()
    second.get_by_text("pixels: people cover").wait_for()
    assert not second.get_by_text("664 x 968 pixels").is_visible()
    set_threshold(first, 0.9)
    first.get_by_text(re.compile("664 x 968 pixels.*at threshold 0.90")).wait_for()


def test_batch_is_shown_enlarged_and_downloaded(
    visit: Callable[..., "api.Page"], segmenter: Segmenter, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(PHOTO.read_bytes()[:1000])
    page = visit()
    page.get_by_role("tab", name="Gallery").click()
    page.set_input_files(
        "#batch-files input[type=file]", [PHOTO, broken, EXAMPLES / "yellow-car.jpg"]
    )
    page.locator("#batch-files tr.file").nth(2).wait_for()
    page.locator("#batch-threshold input[type=number]").fill("0.4")
    for kind in ("Overlay", "Cut-out", "Soft mask (alpha)"):
        page.locator("#batch-kinds").get_by_text(kind).click()
    page.click("#batch-start")
    page.get_by_text("2 of 3 photos done.").wait_for()
    assert "broken.jpg" in page.get_by_role("alert").inner_text()
    captions = page.locator("#batch-results .caption-label")
    captions.nth(1).wait_for()
    assert captions.all_inner_texts() == ["skateboarder", "yellow-car"]
    names = check_zip(page, {PHOTO.stem: segmenter(PHOTO).mask(0.4)}, tmp_path / "results.zip")
    made = {f"{name}-{kind}.png" for name in captions.all_inner_texts() for kind in KINDS}
    assert names == {*made, "results.csv"}

    viewer = page.locator("#batch-viewer")
    place = viewer.locator(".place")
    assert place.count() == 0
    page.locator("#batch-results button.thumbnail-item").nth(1).click()
    place.get_by_text("yellow-car.jpg · 2 of 2").wait_for()
    viewer.get_by_role("button", name="Next photo").click()
    place.get_by_text("skateboarder.jpg · 1 of 2").wait_for()
    found = f"people cover {segmenter(PHOTO).coverage(0.4):.1%} at threshold 0.40."
    viewer.get_by_text(f"664 x 968 pixels: {found}").wait_for()
    with page.expect_download() as download:
        viewer.get_by_role("button", name="Download cut-out").click()
    assert download.value.suggested_filename == "skateboarder-cutout.png"
    check_that_corrections_stay(page, segmenter, tmp_path)
    page.locator("#batch-results button.thumbnail-item").nth(0).focus()
    page.keyboard.press("ArrowLeft")
    place.get_by_text("yellow-car.jpg · 2 of 2").wait_for()
    slider = viewer.get_by_role("slider", name="Threshold", exact=True)
    slider.press("ArrowRight")
    assert (slider.input_value(), "2 of 2" in place.inner_text()) == ("0.41", True)


def check_zip(page: "api.Page", masks: dict[str, np.ndarray], path: Path) -> set[str]:
    """Of the batch: what it says of photos are these masks. Gives the names of all files."""
    with page.expect_download() as download:
        page.click("#batch-zip")
    assert download.value.suggested_filename == "humanseg-results.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as packed:
        table = csv.DictReader(io.StringIO(packed.read("results.csv").decode("utf-8-sig")))
        coverage = {row["name"]: row["coverage"] for row in table}
        for name, mask in masks.items():
            with packed.open(f"{name}-mask.png") as file, Image.open(file) as picture:
                np.testing.assert_array_equal(np.asarray(picture) > 0, mask)
            assert float(coverage[name]) == pytest.approx(mask.mean(), abs=1e-6)
        assert len(packed.namelist()) == len(set(packed.namelist()))
        return set(packed.namelist())


def check_that_corrections_stay(page: "api.Page", segmenter: Segmenter, tmp_path: Path) -> None:
    """With a result, while others are opened; its download has them."""
    viewer = page.locator("#batch-viewer")
    place, root = viewer.locator(".place"), viewer.locator(".viewer")
    more = {"radius": 0.1, "threshold": 0.4}
    places = ([0.5, 0.3, 0.5, 0.5], [0.2, 0.6, 0.4, 0.6])
    erase, keep = ([{"tool": t, "points": p, **more} for p in places] for t in ("erase", "keep"))
    add = """(root, strokes) => {  // faster than the server takes them
        for (const stroke of strokes) root.parentElement.viewer.brush.corrections.add(stroke);
    }"""
    car = segmenter(EXAMPLES / "yellow-car.jpg")
    kept = apply_edits(car, read_edits(keep)).mask(0.4)
    corrected = apply_edits(segmenter(PHOTO), read_edits(erase))
    masks = {PHOTO.stem: segmenter(PHOTO).mask(0.4), "yellow-car": kept}
    assert kept.any()
    viewer.get_by_role("button", name="Next photo").click()
    place.get_by_text("2 of 2").wait_for()
    assert not viewer.get_by_role("button", name="Undo").is_visible()
    root.evaluate(add, keep)
    viewer.get_by_role("button", name="Next photo").click()
    place.get_by_text("1 of 2").wait_for()
    assert not viewer.get_by_role("button", name="Undo").is_visible()
    names = check_zip(page, masks, tmp_path / "first.zip")
    page.get_by_text("The ZIP has your corrections of 1 photo now.").wait_for()
    root.evaluate(add, erase)
    for at in (1, 0):
        page.locator("#batch-results button.thumbnail-item").nth(at).click()
        place.get_by_text(f"{at + 1} of 2").wait_for()
        assert (
            root.evaluate("(root) => root.parentElement.viewer.brush.corrections.history.at") == 2
        )
        if at == 1:
            masks[PHOTO.stem] = corrected.mask(0.4)
            assert check_zip(page, masks, tmp_path / "second.zip") == names
    page.wait_for_selector("#batch-viewer [data-brush=done]")
    with page.expect_download() as download:
        viewer.get_by_role("button", name="Download cut-out").click()
    download.value.save_as(tmp_path / "corrected.png")
    with Image.open(tmp_path / "corrected.png") as cutout:
        np.testing.assert_array_equal(np.asarray(cutout), corrected.cutout(0.4))
    viewer.get_by_role("button", name="Reset").click()
    found = f"people cover {segmenter(PHOTO).coverage(0.4):.1%} at threshold 0.40."
    viewer.get_by_text(f"664 x 968 pixels: {found}").wait_for()


def test_a_batch_is_cancelled_and_what_is_done_is_kept(
    visit: Callable[..., "api.Page"], monkeypatch: pytest.MonkeyPatch
) -> None:
    make, go_on = batch.make, [Event(), Event()]  # of one batch and the next

    def waiting(*given: Any, **more: Any) -> Made:
        go_on[0].wait()
        return make(*given, **more)

    monkeypatch.setattr(batch, "make", waiting)
    page = visit(PHONE)
    page.get_by_role("tab", name="Gallery").click()
    page.set_input_files("#batch-files input[type=file]", [PHOTO] * 12)
    page.locator("#batch-files tr.file").nth(11).wait_for()
    page.click("#batch-start")
    for _ in range(2):
        page.locator("#batch-message").get_by_text("0 of 12 photos done").wait_for()
        page.click("#batch-cancel")
        page.locator("#batch-message").get_by_text("Cancelling").wait_for()
        opened = go_on[0]
        if opened is not go_on[-1]:
            page.click("#batch-start")  # while what was begun is still worked on
            page.locator("#batch-message").get_by_text("Waiting for its turn").wait_for()
        go_on[0] = go_on[-1]
        opened.set()
    page.get_by_text(re.compile(r"Cancelled: [1-9] of 12 photos done\.")).wait_for()
    assert page.locator("#batch-zip").is_visible()
    assert page.locator("#batch-start").is_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
)
def test_every_tab_fits_and_is_accessible(
    visit: Callable[..., "api.Page"], width: int, scheme: str
) -> None:
    page = visit(width, scheme)
    checker = axe.Axe()
    for tab, strip in zip(TABS, ("single", "gallery", "tuning"), strict=True):
        page.get_by_role("tab", name=tab).click()
        if strip != "tuning":  # there it comes along
            page.locator(f"#{strip}-examples button").nth(1).click()
        page.get_by_text(re.compile("664 x 968 pixels")).last.wait_for()
        page.wait_for_function("!document.querySelector('.pending')")
        page.wait_for_function("document.getAnimations().every(a => a.playState != 'running')")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        found = checker.run(page).response["violations"]
        serious = [
            (violation["id"], [node["html"] for node in violation["nodes"]])
            for violation in found
            if violation["impact"] in ("serious", "critical")
        ]
        assert serious == []
