"""A stand-in for the Hugging Face Hub: its routes, on this machine, for its real client.

    with HubServer() as hub:
        commit = hub.add("owner/name", {"humanseg.json": b"{}"})

Downloads, and uploads as the client does them without Xet: create, preupload, LFS
batch, LFS object, commit. Every request is kept in `requests`.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import pytest
from huggingface_hub import close_session, constants

Files = dict[str, bytes]
LFS_SUFFIXES = (".keras", ".tflite", ".png", ".jpg", ".webp")
PLURALS = {"models/": "model", "spaces/": "space"}


@dataclass
class Repository:
    """Commits by hash, and what `main` and tags point to."""

    commits: dict[str, Files] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    gated: bool = False

    def files(self, revision: str) -> tuple[str, Files] | None:
        commit = self.refs.get(revision, revision)
        return (commit, self.commits[commit]) if commit in self.commits else None

    def commit(self, files: Files) -> str:
        content = repr(sorted(files.items())).encode() + repr(self.refs).encode()
        commit = hashlib.sha1(content).hexdigest()
        self.commits[commit] = files
        self.refs["main"] = commit
        return commit


class HubServer:
    """The server.

    Attributes:
        url: What HF_ENDPOINT has to be.
        requests: Method and path of each request, in order.
        repositories: By type and id.
        objects: LFS objects by SHA-256.
        status: Answer every request with this status.
        silent: Accept requests and never answer them.
        truncate: Send only half of each file, and close the connection.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.objects: Files = {}
        self.status: int | None = None
        self.silent = False
        self.truncate = False
        self.closing = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # As on the Hub, large files are on another host, where the client sends no token.
        self.storage_url = f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def add(self, repo_id: str, files: Files, repo_type: str = "model") -> str:
        """Makes a commit on `main`, and the repository if there is none; returns its hash."""
        repository = self.repositories.setdefault((repo_type, repo_id), Repository())
        return repository.commit(files)

    def downloads(self) -> list[str]:
        """The files that were asked for: `METHOD owner/name@revision/file`."""
        pattern = re.compile(r"(\w+) /(.+)/resolve/([^/]+)/(.+)")
        matches = [pattern.fullmatch(request) for request in self.requests]
        return [f"{m[1]} {m[2]}@{m[3]}/{m[4]}" for m in matches if m]


@contextmanager
def connected_hub(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[HubServer]:
    """A server, with the client of this process set to it as HF_ENDPOINT and HF_HOME would."""
    with HubServer() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        yield hub
    close_session()


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.route()

        def do_GET(self) -> None:
            self.route()

        def do_POST(self) -> None:
            self.route()

        def do_PUT(self) -> None:
            self.route()

        def route(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.requests.append(f"{self.command} {path}")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if hub.silent:
                hub.closing.wait()
                self.close_connection = True
                return
            if hub.status is not None:
                self.answer(hub.status)
                return
            for pattern, action in ROUTES:
                if match := re.fullmatch(pattern, f"{self.command} {path}"):
                    action(self, body, **match.groupdict())
                    return
            self.answer(404)

        def answer(self, status: int, content: bytes | Any = b"", **headers: str) -> None:
            if not isinstance(content, bytes):
                content = json.dumps(content).encode()
                headers["Content-Type"] = "application/json"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def refuse(self, status: int, code: str, commit: str | None = None) -> None:
            self.answer(status, X_Error_Code=code, **({"X_Repo_Commit": commit} if commit else {}))

        # Downloads

        def resolve(self, _: bytes, kind: str | None, repo: str, revision: str, file: str) -> None:
            repository = hub.repositories.get((PLURALS.get(kind or "models/", ""), repo))
            if repository is None:
                return self.refuse(401, "RepoNotFound")
            if repository.gated:
                return self.refuse(403, "GatedRepo")
            found = repository.files(revision)
            if found is None:
                return self.refuse(404, "RevisionNotFound")
            commit, files = found
            if file not in files:
                return self.refuse(404, "EntryNotFound", commit)
            content = files[file]
            if file.endswith(LFS_SUFFIXES):
                digest = hashlib.sha256(content).hexdigest()
                hub.objects[digest] = content
                return self.answer(
                    302,
                    Location=f"{hub.storage_url}/objects/{digest}",
                    X_Repo_Commit=commit,
                    X_Linked_Etag=f'"{digest}"',
                    X_Linked_Size=str(len(content)),
                )
            return self.send_file(content, ETag=f'"{_git_hash(content)}"', X_Repo_Commit=commit)

        def get_object(self, _: bytes, digest: str) -> None:
            self.send_file(hub.objects[digest])

        def send_file(self, content: bytes, **headers: str) -> None:
            if hub.truncate and self.command == "GET":
                content = content[: len(content) // 2]
            self.answer(200, content, **headers)

        # Uploads

        def whoami(self, _: bytes) -> None:
            self.answer(200, {"name": "owner", "type": "user", "orgs": []})

        def create(self, body: bytes) -> None:
            settings = json.loads(body)
            repo_id = f"{settings['organization'] or 'owner'}/{settings['name']}"
            key = (settings.get("type", "model"), repo_id)
            if key in hub.repositories:
                return self.answer(409, {"url": f"{hub.url}/{repo_id}"})
            hub.repositories[key] = Repository(settings=settings)
            hub.repositories[key].commit({".gitattributes": b""})
            return self.answer(200, {"url": f"{hub.url}/{repo_id}"})

        def validate_yaml(self, _: bytes) -> None:
            self.answer(200, {"errors": [], "warnings": []})

        def preupload(self, body: bytes, kind: str, repo: str) -> None:
            _, files = _main(hub, kind, repo)
            self.answer(
                200,
                {
                    "files": [
                        {
                            "path": file["path"],
                            "uploadMode": "lfs" if _is_lfs(file["path"]) else "regular",
                            "shouldIgnore": False,
                            "oid": _object_id(file["path"], files.get(file["path"])),
                        }
                        for file in json.loads(body)["files"]
                    ]
                },
            )

        def lfs_batch(self, body: bytes) -> None:
            objects = [
                {
                    **item,
                    "actions": {"upload": {"href": f"{hub.storage_url}/objects/{item['oid']}"}},
                }
                for item in json.loads(body)["objects"]
            ]
            self.answer(200, {"transfer": "basic", "objects": objects})

        def put_object(self, body: bytes, digest: str) -> None:
            assert hashlib.sha256(body).hexdigest() == digest
            hub.objects[digest] = body
            self.answer(200)

        def commit(self, body: bytes, kind: str, repo: str) -> None:
            repository, files = _main(hub, kind, repo)
            files = dict(files)
            for line in body.decode().splitlines():
                item = json.loads(line)
                value = item["value"]
                if item["key"] == "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                elif item["key"] == "lfsFile":
                    files[value["path"]] = hub.objects[value["oid"]]
                elif item["key"] == "deletedFile":
                    del files[value["path"]]
            commit = repository.commit(files)
            url = f"{hub.url}/{repo}/commit/{commit}"
            self.answer(200, {"commitUrl": url, "commitOid": commit})

        def info(self, _: bytes, kind: str, repo: str) -> None:
            repository = hub.repositories[PLURALS[kind], repo]
            self.answer(200, {"id": repo, "sha": repository.refs["main"]})

        def tree(self, _: bytes, kind: str, repo: str) -> None:
            _, files = _main(hub, kind, repo)
            self.answer(
                200,
                [
                    {"type": "file", "path": path, "size": len(content), "oid": _git_hash(content)}
                    for path, content in files.items()
                ],
            )

    kinds = r"(?P<kind>models/|spaces/)"
    repo = r"(?P<repo>[^/]+/[^/]+)"
    file = r"(?P<revision>[^/]+)/(?P<file>.+)"
    ROUTES = [  # noqa: N806
        (rf"(?:HEAD|GET) /{kinds}?{repo}/resolve/{file}", Handler.resolve),
        (r"(?:HEAD|GET) /objects/(?P<digest>\w+)", Handler.get_object),
        (r"PUT /objects/(?P<digest>\w+)", Handler.put_object),
        (r"GET /api/whoami-v2", Handler.whoami),
        (r"POST /api/repos/create", Handler.create),
        (r"POST /api/validate-yaml", Handler.validate_yaml),
        (rf"POST /api/{kinds}{repo}/preupload/main", Handler.preupload),
        (r"POST /.+\.git/info/lfs/objects/batch", Handler.lfs_batch),
        (rf"POST /api/{kinds}{repo}/commit/main", Handler.commit),
        (rf"GET /api/{kinds}{repo}/revision/main", Handler.info),
        (rf"GET /api/{kinds}{repo}/tree/main", Handler.tree),
    ]
    return Handler


def _main(hub: HubServer, kind: str, repo: str) -> tuple[Repository, Files]:
    repository = hub.repositories[PLURALS[kind], repo]
    return repository, repository.commits[repository.refs["main"]]


def _is_lfs(path: str) -> bool:
    return path.endswith(LFS_SUFFIXES)


def _object_id(path: str, content: bytes | None) -> str | None:
    if content is None:
        return None
    return hashlib.sha256(content).hexdigest() if _is_lfs(path) else _git_hash(content)


def _git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
