"""Addresses that callers give: public hosts alone, within bounds of size and time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from safehttpx import AsyncSecureTransport

from humanseg import ImageError, Segmenter
from humanseg.demo import uploads, web
from humanseg.demo.arguments import check_several
from humanseg.demo.batch import segment_files
from humanseg.demo.options import Options
from tests.conftest import EXAMPLES

PHOTO = EXAMPLES / "yellow-car.jpg"
PUBLIC = "93.184.215.14"


class Site(BaseHTTPRequestHandler):
    """Serves a photo, and what an attacker's site would."""

    asked: ClassVar[list[str]] = []
    to = "/photo.jpg"

    def do_GET(self) -> None:
        self.path = self.path.split("?")[0]
        self.asked.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", self.to)
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing.jpg" else 200)
        self.end_headers()
        if self.path == "/photo.jpg":
            self.wfile.write(PHOTO.read_bytes())
        elif self.path == "/drip":
            while self.path:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        elif self.path == "/large":
            for _ in range(100):
                self.wfile.write(b"x" * 1000)

    def log_message(self, *arguments: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # as it should be, once too much was sent
            super().handle()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a site on this machine, as if it were one of a public host."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(Site, "asked", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = {"photos.example": PUBLIC, "inside.example": "10.0.0.7", "rebound.example": "127.0.0.1"}

    def look_up(host: str, port: None) -> list[object]:
        try:
            address = known.get(host) or socket.inet_ntoa(socket.inet_aton(host))
        except OSError as error:
            raise socket.gaierror(-2, "Name or service not known") from error
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    def transport(address: str) -> AsyncSecureTransport:
        assert address == PUBLIC  # nothing else is ever connected to
        return AsyncSecureTransport("127.0.0.1")

    monkeypatch.setattr(web, "getaddrinfo", look_up)
    monkeypatch.setattr(web, "AsyncSecureTransport", transport)
    yield f"http://photos.example:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_photo_of_a_public_host_becomes_an_upload(site: str, tmp_path: Path) -> None:
    path = web.fetch(f"{site}/photo.jpg")
    assert path.name == "photo.jpg"
    assert path.is_relative_to(tmp_path)
    assert path.read_bytes() == PHOTO.read_bytes()


def test_redirections_within_public_hosts_are_followed(site: str) -> None:
    assert web.fetch(f"{site}/moved").read_bytes() == PHOTO.read_bytes()
    assert Site.asked == ["/moved", "/photo.jpg"]


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:{port}/photo.jpg",
        "//127.0.0.1:{port}/photo.jpg",
        "http://rebound.example:{port}/photo.jpg",
        "http://inside.example:{port}/photo.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://photos.example/photo.jpg",
        "/moved",
        "http://",
    ],
)
def test_redirections_elsewhere_are_refused(
    site: str, to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "to", to.format(port=site.rsplit(":", 1)[1]))
    with pytest.raises(ImageError, match=r"/moved cannot be fetched; it must be"):
        web.fetch(f"{site}/moved")
    assert set(Site.asked) == {"/moved"}
    assert len(Site.asked) <= web.MAX_REDIRECTS + 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "10.0.0.7",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "rebound.example",
        "inside.example",
        "no-such-host.example",
        "photos.example@127.0.0.1",
    ],
)
def test_hosts_that_are_not_public_are_refused_in_the_same_words(site: str, host: str) -> None:
    url = f"http://{host}:{site.rsplit(':', 1)[1]}/photo.jpg"
    with pytest.raises(ImageError) as refused:
        web.fetch(url)
    assert str(refused.value) == f"{url} cannot be fetched; it must be a picture's public address."
    assert Site.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert web.is_public(address) is public


def test_this_machine_is_asked_nothing(app_url: str) -> None:
    """Without any mock: the running app's own address."""
    with pytest.raises(ImageError, match="cannot be fetched"):
        web.fetch(f"{app_url}gradio_api/file=x.png")


def test_size_and_time_are_bounded(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 50_000)
    monkeypatch.setattr(web, "MAX_SECONDS", 0.5)
    with pytest.raises(ImageError, match="has more than"):
        web.fetch(f"{site}/large")
    start = time.monotonic()
    with pytest.raises(ImageError, match=r"took longer than 0\.5 seconds"):
        web.fetch(f"{site}/drip")
    monkeypatch.setattr(web, "getaddrinfo", lambda *host: time.sleep(6))
    with pytest.raises(ImageError, match=r"took longer than 0\.5 seconds"):
        web.fetch(f"{site}/photo.jpg")
    assert time.monotonic() - start < 5
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_photos_of_many_that_are_not_there_are_reported(site: str, segmenter: Segmenter) -> None:
    urls = [f"{site}/missing.jpg", "http://inside.example/a.jpg", "http://no.example/b.jpg"]
    given = check_several([{"path": urls[0]}, *urls[1:], f"{site}/photo.jpg?x=1"], "images")
    assert given is not None
    *_, made = segment_files(segmenter, given, Options())
    *missing, done = made.rows
    for row, url in zip(missing, urls, strict=True):
        assert row["error"].startswith(f"{url} cannot be fetched")
    assert (missing[0]["file"], done["file"], done["error"]) == ("missing.jpg", "photo.jpg", "")


def test_an_address_that_cannot_be_one_is_reported(segmenter: Segmenter) -> None:
    *_, made = segment_files(
        segmenter, ["http://[", str(EXAMPLES / "astronaut.png")], Options(detail="fast"), ["mask"]
    )
    wrong, right = made.rows
    assert (wrong["file"], right["error"]) == ("file", "")
    assert wrong["error"].startswith("http://[ cannot be fetched")


def test_slow_addresses_do_not_hold_a_batch_up(
    segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def slow(url: str) -> Path:
        asked.append(url)
        time.sleep(0.05)
        raise ImageError("It took too long.")

    monkeypatch.setattr(uploads, "fetch", slow)
    monkeypatch.setattr(uploads, "ADDRESS_SECONDS", 0.08)
    *_, done = segment_files(segmenter, ["https://example.com/a.jpg"] * 20, Options())
    assert len(asked) < 8
    assert done.rows[0]["error"] == "It took too long."
    assert "upload the files instead" in done.rows[-1]["error"]
