"""`python app.py` starts wherever the README says that it does."""

import http.server
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from humanseg import serve

ROOT = Path(__file__).parents[1]
SPACES = """
import os, urllib.request
from gradio import Blocks

found = []
launch = Blocks.launch

def GPU(function):
    found.append(function)
    return function

def report_and_launch(*arguments, **options):
    if found:
        urllib.request.urlopen(os.environ["SPACES_ZERO_DEVICE_API_URL"] + "/startup-report").read()
    return launch(*arguments, **options)

Blocks.launch = report_and_launch
"""
"""What the package of ZeroGPU Spaces does at the start, in short."""


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as listener:
            listener.bind(("::1", 0))
    except OSError:
        return False
    return True


@contextmanager
def started(tmp_path: Path, *arguments: str, **environment: str) -> Iterator[tuple[int, Path]]:
    """The app on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    log = tmp_path / "log"
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), *arguments],
            cwd=ROOT,
            env={**clean, "GRADIO_TEMP_DIR": str(tmp_path), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        # Said once the server has called itself.
        while "To create a public link" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield port, log
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.skipif(not has_ipv6(), reason="needs IPv6")
def test_starts_behind_a_proxy_on_ipv6_and_on_zero_gpu(tmp_path: Path) -> None:
    reports: list[str] = []

    class Stub(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reports.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    (tmp_path / "spaces.py").write_text(SPACES)
    stub = http.server.HTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    dead = "http://127.0.0.1:9"
    environment = {
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), dead),
        "NO_PROXY": "intranet.example",
        "GRADIO_SERVER_NAME": "::1",
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": f"http://127.0.0.1:{stub.server_port}",
        "PYTHONPATH": str(tmp_path),
    }
    try:
        with started(tmp_path, "--mcp", **environment) as (port, log):
            answer = httpx.get(f"http://[::1]:{port}/", trust_env=False)
            assert answer.status_code == 200
            assert f"http://[::1]:{port}" in log.read_text(encoding="utf-8")
            assert reports == ["/startup-report"]
    finally:
        stub.shutdown()
        stub.server_close()


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        (None, None),
        ("0.0.0.0", "0.0.0.0"),
        ("localhost", "localhost"),
        ("::1", "[::1]"),
        ("::", "[::]"),
        ("[::1]", "[::1]"),
    ],
)
def test_hosts_of_ipv6_stand_in_brackets(host: str | None, shown: str | None) -> None:
    assert serve.in_address(host) == shown


def test_proxies_are_kept_for_all_but_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.setenv("no_proxy", "")
    serve.call_itself_directly("[2001:db8::1]")
    assert os.environ["NO_PROXY"].startswith("intranet.example,localhost,127.0.0.1,::1")
    assert os.environ["no_proxy"].endswith(",2001:db8::1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    mounts = httpx.Client()._mounts
    for url in ("http://localhost:7860", "http://127.0.0.1:1", "http://[::1]:1", "http://[::]:1"):
        found = next(value for pattern, value in mounts.items() if pattern.matches(httpx.URL(url)))
        assert found is None, url


def test_nothing_is_reported_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    serve.report_to_zero_gpu()
    assert "spaces" not in sys.modules


def test_a_port_that_cannot_be_had_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "GRADIO_SERVER_NAME"):
        monkeypatch.setenv(name, "")  # which are set, and as before afterwards
    with pytest.raises(SystemExit, match=r"--port must be free.*Received: port 99999, host not"):
        serve.main(["--port", "99999"])
