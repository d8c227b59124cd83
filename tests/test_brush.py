"""The brush on the page: strokes with mouse and finger, and what follows them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from humanseg import Segmenter
from humanseg.demo.edits import MOST_EDITS, apply_edits, read_edits
from humanseg.demo.options import Options
from humanseg.results import draw
from tests.conftest import EXAMPLES
from tests.test_browser import api, axe, browser, pytestmark, upload, visit  # noqa: F401
from tests.test_viewer import VIEWER, difference, drawn, open_photo

BRUSH = "document.querySelector('#single-viewer .viewer').parentElement.viewer.brush"
JACKET = [(0.30, 0.55), (0.33, 0.8)]
WALL = [(0.56, 0.12), (0.6, 0.16)]
FRIEND = (0.4, 0.7)


def shrunk(name: str, size: tuple[int, int], folder: Path) -> Path:
    """An example at another size, without loss."""
    path = (folder / name).with_suffix(".png")
    with Image.open(EXAMPLES / name) as image:
        image.convert("RGB").resize(size).save(path)
    return path


def places(page: "api.Page", points: list[tuple[float, float]]) -> list[dict[str, float]]:
    """Where points of the photo, in shares of it, are on the page."""
    box = page.locator(f"{VIEWER} canvas.after").bounding_box()
    return [
        {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points
    ]


def paint(page: "api.Page", points: list[tuple[float, float]]) -> None:
    """With the mouse."""
    start, *others = places(page, points)
    page.mouse.move(**start)
    page.mouse.down()
    for place in others:
        page.mouse.move(**place, steps=8)
    page.mouse.up()


STANDS_STILL = """async () => {
    const before = scrollY;
    await new Promise((resolve) => setTimeout(resolve, 400));
    return scrollY === before;
}"""


def touch(page: "api.Page", *steps: list[tuple[float, float]]) -> None:
    """With as many fingers as each step has points, and then none; it may zoom meanwhile."""
    session = page.context.new_cdp_session(page)
    before = 0
    for points in [places(page, points) for points in steps] + [[]]:
        kind = "touchEnd" if not points else "touchMove" if len(points) == before else "touchStart"
        touches = [{**place, "id": n} for n, place in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
        before = len(points)


def use(page: "api.Page", name: str) -> None:
    page.locator(f"{VIEWER} .brush").get_by_role("button", name=name).click()


def wait(page: "api.Page", state: str = "recoloring") -> None:
    """Until the map is here, and, of the state "done", its colours too."""
    states = [f"{VIEWER}[data-brush={name}]" for name in {state, "done"}]
    page.wait_for_selector(", ".join(states), state="attached")


def mask_of(page: "api.Page") -> np.ndarray:
    wait(page)
    (picture,) = drawn(page, {"view": "mask", "threshold": 0.5})
    return picture[..., 0] > 0


def at(mask: np.ndarray, points: list[tuple[float, float]]) -> np.ndarray:
    height, width = mask.shape
    return np.array([mask[int(y * height), int(x * width)] for x, y in points])


def test_strokes_change_the_mask_where_they_are_and_all_follows(
    visit: Callable[..., "api.Page"],  # noqa: F811
    segmenter: Segmenter,
    tmp_path: Path,
) -> None:
    street = shrunk("street-style.jpg", (385, 350), tmp_path)
    page = visit()
    open_photo(page, street)
    plain = segmenter(street)
    page.get_by_text("Mask", exact=True).first.click()
    use(page, "Erase")
    page.get_by_label("Brush size").fill("12")
    paint(page, JACKET)
    use(page, "Keep")  # while the server is busy with the first stroke
    touch(page, *([point] for point in WALL))
    both = mask_of(page)
    assert at(plain.mask(), JACKET).all()
    assert not at(plain.mask(), WALL).any()
    assert not at(both, JACKET).any()
    assert at(both, WALL).all()
    gone, more = plain.mask() & ~both, both & ~plain.mask()
    assert gone.sum() > 3000  # much more than was painted
    assert more.sum() > 300
    assert not gone[:, 270:].any()
    assert not more[200:].any()

    page.keyboard.press("Control+z")
    erased = mask_of(page)
    assert not at(erased, JACKET).any()
    assert not np.any(erased & ~plain.mask())  # where only is erased, nothing is added
    use(page, "Undo")
    np.testing.assert_array_equal(mask_of(page), plain.mask())
    use(page, "Redo")
    page.keyboard.press("Control+Shift+Z")
    np.testing.assert_array_equal(mask_of(page), both)
    use(page, "Reset")
    np.testing.assert_array_equal(mask_of(page), plain.mask())
    use(page, "Undo")
    np.testing.assert_array_equal(mask_of(page), both)
    check_that_all_follows(page, street, segmenter)


def check_that_all_follows(page: "api.Page", path: Path, segmenter: Segmenter) -> None:
    """Threshold, downloads and what is chosen of the map."""
    wait(page, "done")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    strokes = read_edits(page.evaluate(f"{BRUSH}.corrections.history.now"))
    result = apply_edits(segmenter(path), strokes)
    page.keyboard.press("Escape")
    for kind, allowed in (("mask", 0), ("cutout", 2)):
        looks = [{"view": kind, "threshold": threshold} for threshold in (0.1, 0.5, 0.9)]
        for look, picture in zip(looks, drawn(page, *looks), strict=True):
            options = Options(threshold=look["threshold"])
            right = draw(result, kind, options.for_results())
            assert difference(picture, right) <= allowed, look
    assert [url for url in sent if not url.startswith(("blob:", "data:"))] == []

    with page.expect_download() as download:
        page.get_by_role("button", name="Download cut-out").click()
    with Image.open(download.value.path()) as cutout:
        np.testing.assert_array_equal(np.asarray(cutout), right)
    page.get_by_text("More downloads").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (JSON)").click()
    data = json.loads(Path(download.value.path()).read_text())
    assert data["coverage"] == result.coverage(0.9)

    page.get_by_text("Fine-tune the mask").click()
    page.evaluate(f"window.shown = {BRUSH}.viewer.photo")
    page.locator(VIEWER).get_by_label("Edges follow the photo").uncheck()
    page.wait_for_function(f"{BRUSH}.viewer.photo !== window.shown")
    rough = apply_edits(segmenter(path, refine=False), strokes)
    np.testing.assert_array_equal(mask_of(page), rough.mask())

    wait(page, "done")
    page.evaluate(f"window.shown = {BRUSH}.viewer.photo")
    page.get_by_role("tab", name="Threshold tuning").click()
    page.locator("#tuning-viewer").get_by_role("button", name="Use this threshold").click()
    page.wait_for_function(f"{BRUSH}.viewer.photo !== window.shown")
    np.testing.assert_array_equal(mask_of(page), result.mask())


def test_one_person_is_kept_and_what_cannot_be_is_taken_back(
    visit: Callable[..., "api.Page"],  # noqa: F811
    segmenter: Segmenter,
    tmp_path: Path,
) -> None:
    friends = shrunk("friends-at-laptops.jpg", (420, 280), tmp_path)
    page = visit(390, "dark")
    open_photo(page, friends)
    plain = segmenter(friends)
    small = page.locator(f"{VIEWER} canvas.after").bounding_box()["width"]
    # On a phone the page goes to the viewer, softly: until it stands still.
    page.wait_for_function(STANDS_STILL)
    top = page.evaluate("scrollY")
    touch(page, [(0.6, 0.4)], *([(0.6, 0.4), (0.6, 0.5 + step / 10)] for step in range(5)))
    assert page.locator(f"{VIEWER} canvas.after").bounding_box()["width"] > 2 * small
    assert page.evaluate("[scrollY, visualViewport.scale]") == [top, 1]
    page.evaluate(f"{BRUSH}.viewer.stage.zoom(0.01)")
    assert page.locator(f"{VIEWER} canvas.after").bounding_box()["width"] == small
    use(page, "Only this person")
    touch(page, [FRIEND])
    person = plain.only(FRIEND[0] * 420, FRIEND[1] * 280)
    # By area: how many specks there are, differs from weights to weights.
    people = [region for region in plain.regions() if region.area > 2000]
    assert (len(person.regions()), len(people)) == (1, 5)
    np.testing.assert_array_equal(mask_of(page), person.mask())

    use(page, "Erase")
    before = page.locator(f"{VIEWER} canvas.after").bounding_box()["width"]
    touch(page, [(0.5, 0.5)], [(0.5, 0.5), (0.6, 0.5)], [(0.4, 0.5), (0.7, 0.5)])
    assert page.locator(f"{VIEWER} canvas.after").bounding_box()["width"] > 2 * before
    assert page.evaluate(f"{BRUSH}.corrections.history.now.length") == 1  # two fingers zoom
    found = axe.Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []

    page.evaluate(f"""() => {{
        const {{ corrections }} = {BRUSH};
        const [edit] = corrections.history.now;
        corrections.history.add(Array({MOST_EDITS} + 1).fill(edit));
        corrections.send();
    }}""")
    page.get_by_role("alert").get_by_text(f"A photo can have {MOST_EDITS}").wait_for()
    page.wait_for_function(f"{BRUSH}.corrections.history.now.length === 1")
    assert page.locator(".brush-words").first.inner_text().startswith("A photo can have")
    np.testing.assert_array_equal(mask_of(page), person.mask())

    upload(page, EXAMPLES / "yellow-car.jpg")
    page.get_by_text("nobody found").first.wait_for()
    assert page.evaluate(f"{BRUSH}.corrections.history.now.length") == 0
    assert page.get_by_role("button", name="Erase").get_attribute("aria-pressed") == "false"
    assert not page.get_by_role("button", name="Undo").is_visible()
