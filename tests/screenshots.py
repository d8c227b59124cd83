"""Takes the README's screenshots from the running app: `python -m tests.screenshots`."""

import argparse
import io
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "humanseg" / "demo" / "screenshots"
WIDTH, HEIGHT = 1280, 1000


def main() -> None:
    """Opens each tab, fills it with an example and writes a WebP file of what is seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860", help="of the running app")
    url = parser.parse_args().url
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"{url}?__theme=light")
        choose(page, "single", "Hands and sunglasses")
        page.wait_for_selector("#single-viewer .viewer[data-state=done][aria-busy=false]")
        shoot(page, "single-image")

        page.get_by_role("tab", name="Gallery").click()
        choose(page, "gallery", "Three suits in a crowd")
        page.wait_for_selector("#example-viewer .viewer[data-state=done][aria-busy=false]")
        shoot(page, "gallery")

        page.get_by_role("tab", name="Threshold tuning").click()
        choose(page, "tuning", "Skateboarder in motion")
        page.get_by_role("img", name=re.compile("The probability of the photo")).wait_for()
        shoot(page, "threshold-tuning")
        browser.close()


def choose(page: Page, tab: str, example: str) -> None:
    """Clicks an example of a tab."""
    page.locator(f"#{tab}-examples").get_by_role("button", name=example).click()


def shoot(page: Page, name: str) -> None:
    """Writes what is seen once all pictures are there."""
    page.wait_for_function(
        "[...document.images].filter(i => i.checkVisibility()).every(i => i.complete)"
    )
    page.wait_for_timeout(1500)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=85, method=6)
    print(FOLDER / f"{name}.webp")


if __name__ == "__main__":
    main()
