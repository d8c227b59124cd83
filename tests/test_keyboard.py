"""The page in a real browser without a mouse, and in two tabs of one visitor."""

from collections.abc import Callable

from tests.conftest import EXAMPLES
from tests.test_browser import PHOTO, api, axe, browser, pytestmark, visit  # noqa: F401

FOCUS = "document.activeElement.id || document.activeElement.name || document.activeElement.tagName"


def tab_to(page: "api.Page", name: str) -> None:
    """Presses Tab until what has this label is reached."""
    label = """() => {
        const there = document.activeElement;
        return there.ariaLabel ?? there.labels?.[0]?.textContent.trim() ?? there.textContent.trim();
    }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(label) == name:
            return
    raise AssertionError(f"{name} is not reached")


def open_tab(page: "api.Page", name: str) -> None:
    page.get_by_role("tab", name=name).focus()
    page.keyboard.press("Enter")


def test_without_a_photo_there_is_nothing_to_choose(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    page = visit()
    for tab, viewer in (("Single image", "single"), ("Threshold tuning", "tuning")):
        open_tab(page, tab)
        page.locator(f"#{viewer}-viewer [name=threshold]").evaluate("(slider) => slider.focus()")
        assert page.evaluate(FOCUS) != "threshold"
        # What cannot be used need not be as easy to read as the rest, but must not be offered.
        found = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] == "serious"] == []
    page.locator("#tuning-examples button").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("#tuning-viewer .found").get_by_text("664 x 968 pixels").wait_for()
    page.locator("#tuning-viewer [name=threshold]").focus()
    assert page.evaluate(FOCUS) == "threshold"


def test_examples_are_enlarged_and_tuned_with_keys_alone(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    page = visit()
    open_tab(page, "Gallery")
    tab_to(page, "Skateboarder in motion")
    page.keyboard.press("Enter")
    place = page.locator("#example-viewer .place")
    place.get_by_text("2 of 9").wait_for()
    page.keyboard.press("ArrowRight")
    place.get_by_text("3 of 9").wait_for()
    tab_to(page, "Previous photo")
    page.keyboard.press("Enter")
    place.get_by_text("2 of 9").wait_for()
    tab_to(page, "Threshold")
    page.keyboard.press("ArrowRight")
    page.locator("#example-viewer .found").get_by_text("at threshold 0.51").wait_for()
    with page.expect_download():
        tab_to(page, "Download cut-out")
        page.keyboard.press("Enter")

    open_tab(page, "Threshold tuning")
    tab_to(page, "Skateboarder in motion")
    page.keyboard.press("Enter")
    found = page.locator("#tuning-viewer .found")
    found.get_by_text("664 x 968 pixels").wait_for()
    tab_to(page, "Threshold")
    page.keyboard.press("ArrowLeft")
    found.get_by_text("at threshold 0.49").wait_for()
    tab_to(page, "Use this threshold")
    page.keyboard.press("Enter")
    page.locator("#single-viewer .found").get_by_text("at threshold 0.49").wait_for()
    tab = "document.activeElement.role === 'tab' && document.activeElement.textContent.trim()"
    page.wait_for_function(f"({tab}) === 'Single image'", timeout=5000)
    tab_to(page, "Threshold")
    page.keyboard.press("ArrowRight")
    page.locator("#single-viewer .found").get_by_text("at threshold 0.50").wait_for()


def test_many_photos_are_begun_and_cancelled_with_keys_alone(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    page = visit()
    open_tab(page, "Gallery")
    page.set_input_files("#batch-files input[type=file]", [PHOTO, EXAMPLES / "yellow-car.jpg"] * 8)
    page.locator("#batch-files tr.file").nth(15).wait_for()
    tab_to(page, "Segment photos")
    page.keyboard.press("Enter")
    page.wait_for_function(f"({FOCUS}) === 'batch-cancel'", timeout=5000)
    page.keyboard.press("Enter")
    page.wait_for_function(f"({FOCUS}) === 'batch-start'", timeout=5000)
    page.get_by_text("of 16 photos done.").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("16 of 16 photos done.").wait_for()
    page.wait_for_function(f"({FOCUS}) === 'batch-start'", timeout=5000)
    tab_to(page, "Download all as ZIP")
    with page.expect_download():
        page.keyboard.press("Enter")
    tab_to(page, "yellow-car")
    page.keyboard.press("Enter")
    page.locator("#batch-viewer .place").get_by_text("2 of 16").wait_for()


def test_two_tabs_of_a_visitor_know_nothing_of_each_other(
    visit: Callable[..., "api.Page"],  # noqa: F811
) -> None:
    first = visit()
    with first.context.expect_page() as opened:
        first.evaluate("window.open(location.href)")
    second = opened.value
    second.wait_for_selector("#single-examples button")
    pages = {"skateboarder": first, "astronaut": second}
    for (name, page), number in zip(pages.items(), (1, 3), strict=True):
        page.locator("#single-examples button").nth(number).click()
        pages[name] = page
    for name, page in pages.items():
        page.locator("#single-viewer .found").get_by_text("pixels: people cover").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download cut-out").click()
        assert download.value.suggested_filename == f"{name}-cutout.png"
    second.close()
    with first.expect_download() as download:
        first.get_by_role("button", name="Download cut-out").click()
    assert download.value.suggested_filename == "skateboarder-cutout.png"
