import json
import logging
import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from huggingface_hub import constants

from humanseg.checkpoints import hub as hub_module
from humanseg.checkpoints import weights as weights_module
from humanseg.checkpoints.config import (
    WeightsConfig,
    compiled_path,
    hash_file,
    read_config,
    write_config,
)
from humanseg.checkpoints.presets import PRESET, Preset
from humanseg.checkpoints.weights import SHIPPED, Weights, resolve_weights
from humanseg.errors import WeightsError
from humanseg.network.architecture import ENCODER_NAMES, Architecture
from humanseg.network.model import ENCODERS
from tests.hub_server import HubServer, connected_hub

REPO = "owner/humanseg"
CONTENT = b"the numbers"
SCORES = {"selfie": {"iou": 0.9}}


def files(folder: Path, content: bytes = CONTENT) -> dict[str, bytes]:
    """What a repository holds; at this stage weights are a file with a hash."""
    folder.mkdir(exist_ok=True)
    path = folder / "humanseg.keras"
    path.write_bytes(content)
    write_config(path, Architecture(), input_size=320, threshold=0.4, scores=SCORES)
    return {name: (folder / name).read_bytes() for name in ("humanseg.json", "humanseg.keras")}


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with connected_hub(monkeypatch, tmp_path / "home") as server:
        yield server


@pytest.fixture
def commit(hub: HubServer, tmp_path: Path) -> str:
    return hub.add(REPO, files(tmp_path / "published"))


@pytest.fixture
def shipped(monkeypatch, tmp_path: Path) -> Path:
    """Stands for `weights/humanseg.keras`; the same file as on the Hub."""
    files(tmp_path / "shipped")
    path = tmp_path / "shipped" / "humanseg.keras"
    monkeypatch.setattr(weights_module, "SHIPPED", path)
    return path


@pytest.fixture
def preset(monkeypatch, commit: str, shipped: Path) -> Preset:
    preset = Preset(REPO, "humanseg.keras", commit, hash_file(shipped), SCORES)
    monkeypatch.setattr(weights_module, "PRESET", preset)
    return preset


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, logger="humanseg")
    return caplog


def first_download(commit: str, revision: str) -> list[str]:
    """The requests of a first download; the weights themselves lie on another host."""
    return [
        f"HEAD {REPO}@{revision}/humanseg.json",
        f"HEAD {REPO}@{revision}/humanseg.json",
        f"GET {REPO}@{revision}/humanseg.json",
        f"HEAD {REPO}@{commit}/humanseg.keras",
        f"HEAD {REPO}@{commit}/humanseg.keras",
    ]


# --- The preset ---


def test_the_preset_of_this_release_is_the_shipped_file():
    if PRESET is None:
        pytest.skip("the weights are not on the Hub yet")
    assert PRESET.sha256 == hash_file(SHIPPED), "publish the new weights: training.publish"
    assert PRESET.scores == read_config(SHIPPED).scores


def test_without_a_hub_copy_the_shipped_weights_are_used(hub, shipped, monkeypatch, log):
    monkeypatch.setattr(weights_module, "PRESET", None)
    weights = resolve_weights()
    assert weights == Weights(
        shipped, Architecture(), 320, hash_file(shipped), 0.4, SCORES, "humanseg.keras"
    )
    assert hub.requests == []
    assert log.messages == [f"Weights: {shipped} (the copy that comes with humanseg)"]


def test_preset_comes_from_the_hub_at_its_commit_and_then_from_the_cache(hub, preset, log):
    weights = resolve_weights()
    assert weights.path.read_bytes() == CONTENT
    assert (weights.name, weights.revision) == (REPO, preset.commit)
    assert hub.downloads() == first_download(preset.commit, preset.commit)

    hub.requests.clear()
    assert resolve_weights("") == weights
    assert hub.requests == []
    assert log.messages == [
        f"Weights: {REPO}@{preset.commit} (from the Hub)",
        f"Weights: {REPO}@{preset.commit} (from the cache)",
    ]


def test_preset_stays_at_its_commit_when_the_repository_moves_on(hub, preset, tmp_path):
    hub.add(REPO, files(tmp_path / "newer", b"newer numbers"))
    assert resolve_weights().path.read_bytes() == CONTENT


def test_a_broken_file_in_the_cache_is_fetched_again(hub, preset):
    cached = resolve_weights().path
    cached.resolve().write_bytes(b"bit rot")
    hub.requests.clear()
    assert resolve_weights().path.read_bytes() == CONTENT
    assert hub.downloads() == first_download(preset.commit, preset.commit)


def fail_offline(hub: HubServer, monkeypatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def fail_no_route(hub: HubServer, monkeypatch) -> None:
    template = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


def fail_server_error(hub: HubServer, monkeypatch) -> None:
    hub.status = 503


def fail_proxy(hub: HubServer, monkeypatch) -> None:
    hub.status = 404  # without the Hub's own error code


def fail_forbidden(hub: HubServer, monkeypatch) -> None:
    hub.status = 403


def fail_slow_server(hub: HubServer, monkeypatch) -> None:
    hub.silent = True
    monkeypatch.setattr(weights_module, "START_UP_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "ANSWER_SECONDS", 0.1)


def fail_gated(hub: HubServer, monkeypatch) -> None:
    hub.repositories["model", REPO].gated = True


def fail_no_repository(hub: HubServer, monkeypatch) -> None:
    hub.repositories.clear()


def fail_no_revision(hub: HubServer, monkeypatch) -> None:
    repository = hub.repositories["model", REPO]
    repository.commits.clear()
    repository.refs.clear()


def fail_no_file(hub: HubServer, monkeypatch) -> None:
    for commit in hub.repositories["model", REPO].commits.values():
        del commit["humanseg.keras"]


def fail_wrong_hash(hub: HubServer, monkeypatch) -> None:
    for commit in hub.repositories["model", REPO].commits.values():
        commit["humanseg.keras"] = b"not the numbers"


def fail_truncated(hub: HubServer, monkeypatch) -> None:
    hub.truncate = True


FAILURES = {
    fail_offline: "HF_HUB_OFFLINE is set",
    fail_no_route: "cannot be reached",
    fail_server_error: "answers 503",
    fail_proxy: "answers 404",
    fail_forbidden: r"The Hub refuses owner/humanseg \(403\): log in",
    fail_slow_server: "did not deliver within 0.1 seconds",
    fail_gated: "is gated: accept its terms",
    fail_no_repository: "no model repository owner/humanseg on the Hub that you may read",
    fail_no_revision: "has no revision",
    fail_no_file: "lacks humanseg.keras",
    fail_wrong_hash: "has not the SHA-256 it should have: fetch it and its JSON file again",
    fail_truncated: "broke off",
}
UNREACHABLE = (fail_offline, fail_no_route, fail_server_error, fail_proxy, fail_slow_server)


@pytest.mark.parametrize(("fail", "reason"), FAILURES.items())
def test_preset_falls_back_to_the_shipped_copy(
    fail, reason, hub, preset, shipped, monkeypatch, log
):
    fail(hub, monkeypatch)
    assert resolve_weights().path == shipped
    (record,) = log.records
    assert record.levelno == logging.WARNING
    assert record.message.startswith(f"Weights: {shipped} (the copy that comes with humanseg: ")
    assert re.search(reason, record.message)
    assert not hub.closing.is_set()  # a server that never answers was not waited for


def test_preset_in_the_cache_needs_no_request_offline(hub, preset, monkeypatch):
    weights = resolve_weights()
    hub.requests.clear()
    fail_offline(hub, monkeypatch)
    assert resolve_weights() == weights
    assert hub.requests == []


def test_offline_sends_no_request(hub, preset, shipped, monkeypatch):
    fail_offline(hub, monkeypatch)
    assert resolve_weights().path == shipped
    assert hub.requests == []


def test_a_shipped_copy_of_other_weights_is_not_taken_for_the_preset(
    hub, preset, shipped, monkeypatch
):
    fail_server_error(hub, monkeypatch)
    files(shipped.parent, b"other numbers")
    with pytest.raises(WeightsError, match=r"answers 503; nor is there a copy: .*SHA-256"):
        resolve_weights()


def test_the_waits_for_the_hub_are_at_most_five_seconds():
    assert weights_module.START_UP_SECONDS <= 5
    assert hub_module.ANSWER_SECONDS <= 5


# --- Repositories on the Hub ---


@pytest.mark.parametrize("revision", ["", "@main", "@v1"])
def test_a_repository_is_pinned_to_the_commit_of_its_revision(revision, hub, commit, log):
    hub.repositories["model", REPO].refs["v1"] = commit
    weights = resolve_weights(REPO + revision)
    assert (weights.name, weights.revision) == (REPO, commit)
    assert hub.downloads() == first_download(commit, revision[1:] or "main")
    assert log.messages == [f"Weights: {REPO}@{commit} (from the Hub)"]


def test_a_cached_commit_needs_no_request(hub, commit):
    weights = resolve_weights(f"{REPO}@{commit}")
    hub.requests.clear()
    assert resolve_weights(f"{REPO}@{commit}") == weights
    assert hub.requests == []


def test_a_download_that_broke_off_is_completed(hub, tmp_path, monkeypatch):
    folder = tmp_path / "published"
    files(folder)
    (folder / "humanseg.tflite").write_bytes(b"compiled")
    write_config(folder / "humanseg.keras", Architecture(), input_size=320)
    commit = hub.add(REPO, {path.name: path.read_bytes() for path in folder.iterdir()})

    def break_off(repo_id: str, name: str, **options: object) -> str:
        if name.endswith(".tflite"):
            raise OSError("the line is dead")
        return fetch(repo_id, name, **options)

    fetch = hub_module.hf_hub_download
    with monkeypatch.context() as patch:
        patch.setattr(hub_module, "hf_hub_download", break_off)
        with pytest.raises(WeightsError, match="broke off"):
            resolve_weights(f"{REPO}@{commit}")
    weights = resolve_weights(f"{REPO}@{commit}")
    assert compiled_path(weights.path).read_bytes() == b"compiled"


def test_a_branch_is_followed(hub, commit, tmp_path):
    resolve_weights(REPO)
    newer = hub.add(REPO, files(tmp_path / "newer", b"newer numbers"))
    assert resolve_weights(REPO).revision == newer


@pytest.mark.parametrize(("fail", "reason"), FAILURES.items())
def test_a_repository_that_cannot_be_had_is_one_clear_error(
    fail, reason, hub, commit, shipped, monkeypatch
):
    fail(hub, monkeypatch)
    with pytest.raises(WeightsError, match=reason) as error:
        resolve_weights(REPO)
    if fail in UNREACHABLE:
        assert "connect to the network, or give the path of a .keras file" in str(error.value)
    assert not hub.closing.is_set()


@pytest.mark.parametrize("fail", UNREACHABLE)
def test_what_is_cached_of_a_repository_serves_while_the_hub_does_not(
    fail, hub, commit, monkeypatch, log
):
    weights = resolve_weights(REPO)
    fail(hub, monkeypatch)
    assert resolve_weights(REPO) == weights
    assert log.records[-1].levelno == logging.WARNING
    assert FAILURES[fail] in log.messages[-1]


def test_a_file_that_is_too_large_is_not_downloaded(hub, commit, monkeypatch):
    monkeypatch.setattr("humanseg.checkpoints.config.MAX_BYTES", 2000)
    hub.repositories["model", REPO].commits[commit]["humanseg.keras"] = bytes(2001)
    with pytest.raises(WeightsError, match="must be at most 2,000 bytes"):
        resolve_weights(REPO)
    assert not any(request.startswith("GET /objects/") for request in hub.requests)


@pytest.mark.parametrize("name", ["offline", "online"])
def test_the_environment_variables_of_the_client_work(name, hub, commit, tmp_path):
    """In a process of its own, as users set them."""
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_OFFLINE": "1" if name == "offline" else "0",
    }
    script = (
        "from humanseg.checkpoints.weights import resolve_weights\n"
        f"print(resolve_weights('{REPO}').revision)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    if name == "online":
        assert result.stdout.strip() == commit, result.stderr
    else:
        assert "HF_HUB_OFFLINE is set" in result.stderr
        assert hub.requests == []


# --- Files ---


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_verified(kind, shipped, log):
    weights = resolve_weights(kind(shipped))
    assert (weights.path, weights.name, weights.revision) == (shipped, "humanseg.keras", None)
    assert log.messages == [f"Weights: {shipped} (the file asked for)"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere.keras", "There are no weights at nowhere.keras"),
        ("humanseg", "Weights are the path of a .keras file, owner/name or owner/name@revision"),
        ("a/b/c", "Weights are the path"),
        ("owner/name@", "Weights are the path"),
        ("--/..", "is not a name on the Hub"),
    ],
)
def test_a_source_that_is_none(source, message, hub):
    with pytest.raises(WeightsError, match=message):
        resolve_weights(source)
    assert hub.requests == []


def test_a_changed_file_is_refused(shipped):
    shipped.write_bytes(b"changed")
    with pytest.raises(WeightsError, match="SHA-256"):
        resolve_weights(shipped)


# --- The JSON file ---


def test_config_round_trip(tmp_path):
    path = tmp_path / "best.keras"
    path.write_bytes(CONTENT)
    architecture = Architecture(context_filters=64)
    config = write_config(path, architecture, 384, threshold=0.45, scores=SCORES)
    assert config == WeightsConfig(architecture, 384, hash_file(path), 0.45, SCORES)
    assert read_config(path) == config
    assert json.loads((tmp_path / "best.json").read_text())["input_size"] == 384


GOOD = {
    "architecture": json.loads(json.dumps(asdict(Architecture()))),
    "input_size": 320,
    "sha256": "0" * 64,
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"input_size": 321}, "input_size must be a multiple of 32 from 32 to 2048"),
        ({"input_size": 4096}, "input_size"),
        ({"input_size": True}, "input_size"),
        ({"input_size": "320"}, "input_size"),
        ({"sha256": "0" * 63}, "sha256 must be 64 hexadecimal digits"),
        ({"sha256": 0}, "sha256"),
        ({"threshold": 0}, r"threshold must be in \(0, 1\)"),
        ({"threshold": float("nan")}, "threshold"),
        ({"scores": {"selfie": 0.9}}, "scores must be an object of objects"),
        ({"scores": {"selfie": {"iou": float("inf")}}}, "scores"),
        ({"scores": {"selfie": {"iou": "<b>"}}}, "scores"),
        ({"code": "import os"}, "it must be an object with the keys"),
        ({"architecture": []}, "An architecture is an object with the keys"),
    ],
)
def test_config_that_does_not_describe_weights(change, message):
    with pytest.raises(WeightsError, match=message):
        WeightsConfig.from_dict({**GOOD, **change})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "There is no humanseg.json beside humanseg.keras"),
        ("{", "cannot be read as JSON"),
        ("[" * 50_000, "cannot be read as JSON"),
        ("\xff", "does not describe weights|cannot be read as JSON"),
        ("[]", "does not describe weights"),
        (" " * 100_001, "must be at most 100,000 bytes"),
    ],
)
def test_config_file_that_is_none(text, message, tmp_path):
    if text is not None:
        (tmp_path / "humanseg.json").write_text(text, encoding="latin-1")
    with pytest.raises(WeightsError, match=message):
        read_config(tmp_path / "humanseg.keras")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"encoder": "resnet"}, "encoder must be one of"),
        ({"encoder": ["x"]}, "encoder must be one of"),
        ({"context_filters": 0}, r"context_filters must be 1 whole number\(s\) from 1 to 512"),
        ({"context_filters": 1e9}, "context_filters"),
        ({"decoder_filters": [8, 8, 8]}, r"decoder_filters must be 4 whole number\(s\)"),
        ({"decoder_filters": 8}, "decoder_filters"),
        ({"skip_filters": [8, 8, 8, True]}, "skip_filters"),
        ({"skip_filters": [8, 8, 8, 2**40]}, "skip_filters"),
        ({"residual_blocks": [0, 9]}, r"residual_blocks must be 2 whole number\(s\) from 0 to 8"),
        ({"residual_blocks": [0, -1]}, "residual_blocks"),
        ({"layers": 3}, "An architecture is an object with the keys"),
    ],
)
def test_architecture_out_of_range(change, message):
    with pytest.raises(WeightsError, match=message):
        Architecture.from_dict({**asdict(Architecture()), **change})


def test_architecture_round_trip():
    architecture = Architecture(ENCODER_NAMES[1], 64, (32, 24, 16, 8), (16, 12, 8, 4), (1, 0))
    assert Architecture.from_dict(json.loads(json.dumps(asdict(architecture)))) == architecture


def test_every_encoder_of_the_network_is_accepted():
    assert set(ENCODER_NAMES) == set(ENCODERS)
