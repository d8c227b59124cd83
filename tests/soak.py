"""Soaks the running app: `python -m tests.soak --minutes 10`.

Eight visitors ask for the same and for different photos, through the API and on the page,
and some go away before they are answered. Each answer is compared with the right one, and
the memory of the server is watched. Ends with exit code 1 if anything was wrong.
"""

import argparse
import hashlib
import io
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import httpx
import numpy as np
from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import sync_playwright

from humanseg import Segmenter

PROJECT = Path(__file__).parents[1]
EXAMPLES = sorted((PROJECT / "examples").glob("*.[jp][pn]g"))
CAPTIONS = {"skateboarder": "Skateboarder in motion", "sunglasses": "Hands and sunglasses"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
PICTURES = ("mask", "overlay", "cutout")
ALARMS = ("Too little data", "Too much data", "Traceback", "A call failed")
Task = Callable[[random.Random], str]


class Soak:
    """What is asked and answered.

    Attributes:
        counts: How often each thing was asked.
        wrong: What was not answered rightly.
    """

    def __init__(self, url: str, photos: list[Path], seconds: float):
        self.url, self.photos = url, photos
        self.end = time.monotonic() + seconds
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        segmenter = Segmenter.from_pretrained()
        self.right: dict[str, str] = {}
        self.coverage: dict[str, float] = {}
        for photo in photos:
            result = segmenter(photo)
            drawn = (result.mask() * np.uint8(255), result.overlay(), result.cutout())
            for name, pixels in zip(PICTURES, drawn, strict=True):
                self.right[f"{photo.stem}-{name}.png"] = digest(pixels)
            self.coverage[photo.stem] = result.coverage()

    def check(self, name: str, file: Path | io.BytesIO) -> None:
        """Raises AssertionError unless a file shows what it should, to the last pixel."""
        with Image.open(file) as picture:
            assert digest(np.asarray(picture)) == self.right[name], f"{name} is not right"

    def run(self, visitor: Callable[[int], Iterator[Task]], number: int) -> None:
        """One visitor after the other in the place of this number, until the time is over."""
        chance = random.Random(number)
        while time.monotonic() < self.end:
            what = "visit"
            try:
                for task in visitor(number):
                    what = task.__name__
                    self.counts[task(chance)] += 1
                    if time.monotonic() > self.end:
                        break
            except Exception as error:
                self.wrong.append(f"{what}: {type(error).__name__}: {error}"[:300])
                time.sleep(1)

    def program(self, number: int) -> Iterator[Task]:
        """Somebody who calls the API."""
        with tempfile.TemporaryDirectory() as folder:
            client = Client(
                self.url, download_files=folder, verbose=False, httpx_kwargs={"timeout": 300}
            )

            def segment(chance: random.Random) -> str:
                photo = chance.choice(self.photos)
                *files, info = client.predict(image=handle_file(photo), api_name="/segment")
                for name, file in zip(PICTURES, files, strict=True):
                    self.check(f"{photo.stem}-{name}.png", Path(file))
                assert info["coverage"] == self.coverage[photo.stem]
                return "segment"

            def segment_batch(chance: random.Random) -> str:
                photos = chance.sample(self.photos, 2)
                archive, info = client.predict(
                    images=[handle_file(photo) for photo in photos], api_name="/segment_batch"
                )
                assert [row["error"] for row in info["results"]] == ["", ""]
                with zipfile.ZipFile(archive) as packed:
                    for photo in photos:
                        for name in PICTURES:
                            file = f"{photo.stem}-{name}.png"
                            self.check(file, io.BytesIO(packed.read(file)))
                return "segment_batch"

            def regions(chance: random.Random) -> str:
                photo = chance.choice(self.photos)
                info = client.predict(image=handle_file(photo), api_name="/regions")
                assert info["coverage"] == self.coverage[photo.stem]
                return "regions"

            def give_up(chance: random.Random) -> str:
                photo = chance.choice(self.photos)
                job = client.submit(image=handle_file(photo), api_name="/segment")
                time.sleep(chance.random())
                job.cancel()
                try:
                    job.result(timeout=300)
                # The last two by the client, where the call has begun or ends just then.
                except (CancelledError, KeyError, ValueError):
                    return "given up"
                return "given up too late"

            yield from random.Random(time.monotonic_ns()).choices(
                [segment, segment_batch, regions, give_up], [5, 1, 2, 2], k=20
            )
            client.close()

    def visitor(self, number: int) -> Iterator[Task]:
        """Somebody who looks at the page, in a browser."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            page.set_default_timeout(300_000)
            page.goto(self.url)

            def look(chance: random.Random) -> str:
                example = chance.choice(list(CAPTIONS))
                strip = page.locator("#single-examples")
                strip.get_by_role("button", name=CAPTIONS[example]).click()
                wh = "{} x {} pixels".format(*Image.open(photo_of(example)).size)
                page.get_by_text(wh).first.wait_for()
                with page.expect_download() as download:
                    page.get_by_role("button", name="Download cut-out").click()
                assert download.value.suggested_filename == f"{example}-cutout.png"
                self.check(f"{example}-cutout.png", Path(download.value.path()))
                return "page"

            yield from [look] * 5
            browser.close()  # often while something is drawn


def photo_of(stem: str) -> Path:
    """An example photo."""
    return next(path for path in EXAMPLES if path.stem == stem)


def digest(pixels: np.ndarray) -> str:
    """Hash of a picture's size and pixels."""
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()


@contextmanager
def app(folder: Path) -> Iterator[tuple[str, int, Path]]:
    """Starts the app; gives its address, process and log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log, url = folder / "server.log", f"http://127.0.0.1:{port}"
    with (
        log.open("w") as file,
        subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)],
            cwd=PROJECT,
            env={**os.environ, "GRADIO_TEMP_DIR": str(folder / "gradio")},
            stdout=file,
            stderr=file,
        ) as process,
    ):
        try:
            while f":{port}" not in log.read_text():
                assert process.poll() is None, log.read_text()
                time.sleep(0.5)
            yield url, process.pid, log
        finally:
            process.terminate()


def health_times(url: str, end: float) -> list[float]:
    """Asks `/health` four times a second until `end` (Unix time); gives the seconds waited.

    In a process of its own and by one plain request, as monitors do: the time is the server's,
    not what the visitors and their clients do beside it.
    """
    times = []
    with httpx.Client(timeout=60) as client:
        while time.time() < end:
            start = time.monotonic()
            answer = client.post(f"{url}/gradio_api/api/health", json={"data": []})
            times.append(time.monotonic() - start)
            assert answer.json()["data"][0]["status"] == "ok"
            time.sleep(0.25)
    return times


def resident(process: int) -> int:
    """Memory of a process in MB, as Linux says."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024


def main() -> int:
    """Runs the soak and reports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="default: 10")
    seconds = 60 * parser.parse_args().minutes
    if CHROMIUM is None:
        parser.error("two of the visitors need a browser: apt-get install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        app(Path(folder)) as (url, process, log),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as watch,
    ):
        soak = Soak(url, EXAMPLES, seconds)
        visitors = [soak.program] * 6 + [soak.visitor] * 2
        threads = [Thread(target=soak.run, args=(visitor, i)) for i, visitor in enumerate(visitors)]
        for thread in threads:
            thread.start()
        healths = watch.submit(health_times, url, time.time() + seconds)
        memory = []
        while any(thread.is_alive() for thread in threads):
            memory.append(resident(process))
            time.sleep(1)
        alarms = [line for line in log.read_text().splitlines() if any(a in line for a in ALARMS)]
    for kind, number in sorted(soak.counts.items()):
        print(f"{kind:18}{number}")
    waited = sorted(healths.result())
    print(
        f"health            {len(waited)} times, slowest {waited[-1]:.2f} s, "
        f"99th percentile {waited[int(0.99 * len(waited))]:.2f} s"
    )
    quarter, half = len(memory) // 4, len(memory) // 2
    print(
        f"server memory     {memory[0]} MB at the start, at most {max(memory[quarter:half])} MB "
        f"in the second quarter, {max(memory[half:])} MB after half the time, {memory[-1]} MB last"
    )
    print(f"wrong answers     {len(soak.wrong)}", *soak.wrong[:20], sep="\n    ")
    print(f"alarms in the log {len(alarms)}", *alarms[:20], sep="\n    ")
    return 1 if soak.wrong or alarms else 0


if __name__ == "__main__":
    sys.exit(main())
