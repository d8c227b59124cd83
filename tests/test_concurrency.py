"""Eight clients at once: each gets the answer to its own photo."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from tests.conftest import EXAMPLES

PHOTOS = sorted(EXAMPLES.glob("*.[jp][pn]g"))[:8]


@pytest.fixture
def clients(app_url, tmp_path):
    clients = [Client(app_url, download_files=tmp_path, verbose=False) for _ in PHOTOS]
    yield clients
    for client in clients:
        client.close()


def test_eight_clients_at_once(clients, segmenter):
    def ask(client: Client, photo: Path) -> tuple[np.ndarray, str]:
        mask, *_, info = client.predict(image=handle_file(photo), api_name="/segment")
        with Image.open(mask) as picture:
            return np.asarray(picture), info["file"]

    with ThreadPoolExecutor(len(PHOTOS)) as pool:
        answers = list(pool.map(ask, clients, PHOTOS))
    for photo, (mask, name) in zip(PHOTOS, answers, strict=True):
        assert name == photo.name
        np.testing.assert_array_equal(mask, segmenter(photo).mask() * np.uint8(255))


def test_small_photos_and_health_do_not_wait_for_large_ones(clients, tmp_path):
    large = tmp_path / "large.png"
    Image.new("RGB", (6000, 4000)).save(large)
    jobs = [client.submit(image=handle_file(large), api_name="/segment") for client in clients[:5]]
    info = clients[5].predict(image=handle_file(PHOTOS[0]), api_name="/regions")
    assert info["file"] == PHOTOS[0].name
    assert clients[6].predict(api_name="/health")["status"] == "ok"
    assert sum(job.done() for job in jobs) < len(jobs)
    assert [job.result()[-1]["width"] for job in jobs] == [6000] * 5
