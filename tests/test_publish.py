import subprocess
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import HfApi

from humanseg import Segmenter
from humanseg.checkpoints import weights as weights_module
from humanseg.checkpoints.config import hash_file, write_config
from humanseg.checkpoints.presets import Preset
from humanseg.checkpoints.weights import resolve_weights
from humanseg.engines import compiled
from humanseg.network.architecture import Architecture
from humanseg.network.model import build_model
from tests.hub_server import HubServer, connected_hub
from training import deploy_space, publish

# The client's own plain upload, which the server needs in place of Xet.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")

REPO = "owner/people"
SCORES = {"selfie": {"iou": 0.9, "photos": 10}, "all": {"iou": 0.8, "photos": 20}}
TINY = Architecture("mobilenet_v3_small_minimalistic", 4, (4, 4, 4, 4), (4, 4, 4, 4))


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with connected_hub(monkeypatch, tmp_path / "home") as server:
        yield server


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """Weights as training leaves them: a network, its JSON file and its card."""
    folder = tmp_path_factory.mktemp("trained")
    path = folder / "best.keras"
    build_model(TINY).save(path)
    write_config(path, TINY, input_size=256, threshold=0.45, scores=SCORES)
    card = f"---\nlicense: apache-2.0\n---\nSHA-256 {hash_file(path)}\n![](failures.png)"
    (folder / "README.md").write_text(card)
    (folder / "failures.png").write_bytes(b"a figure")
    (folder / "holiday.png").write_bytes(b"not in the card")
    return path


@pytest.fixture(autouse=True)
def no_user_cache(monkeypatch, tmp_path_factory):
    monkeypatch.setattr(compiled, "CACHE", tmp_path_factory.getbasetemp() / "compiled")


def run(module, *arguments: object) -> None:
    command = getattr(module, "publish" if module is publish else "deploy")
    command(module.parse_arguments([str(argument) for argument in arguments]))


def test_what_is_published_can_be_pasted_as_preset_and_loaded(hub, trained, monkeypatch, capsys):
    run(publish, "--repo-id", REPO, "--weights", trained, "--private")

    repository = hub.repositories["model", REPO]
    assert repository.settings["visibility"] == "private"
    commit = repository.refs["main"]
    assert len(repository.commits) == 2  # the empty one, and one with all files
    files = repository.commits[commit]
    assert sorted(files) == [
        ".gitattributes",
        "README.md",
        "failures.png",
        "humanseg.json",
        "humanseg.keras",
        "humanseg.tflite",
    ]
    assert files["humanseg.keras"] == trained.read_bytes()
    assert compiled.read_hash(files["humanseg.tflite"]) == hash_file(trained)

    printed = capsys.readouterr().out
    entry = printed[printed.index("PRESET") : printed.index("\n)\n") + 2]
    names = {"Preset": Preset}
    exec(entry, names)  # pasted, as the output says
    assert names["PRESET"] == Preset(REPO, "humanseg.keras", commit, hash_file(trained), SCORES)
    assert f"- {REPO} humanseg.keras,humanseg.json,humanseg.tflite {commit}" in printed

    monkeypatch.setattr(weights_module, "PRESET", names["PRESET"])
    weights = resolve_weights()
    assert (weights.name, weights.revision) == (REPO, commit)
    assert (weights.architecture, weights.input_size, weights.threshold) == (TINY, 256, 0.45)
    assert resolve_weights(REPO) == weights

    segmenter = Segmenter.from_pretrained()
    assert (segmenter.weights, segmenter.input_size) == (weights, 256)
    assert segmenter(np.zeros((40, 60, 3), np.uint8)).probability.shape == (40, 60)


def test_a_dry_run_lists_what_would_be_sent_and_sends_nothing(hub, trained, capsys):
    run(publish, "--repo-id", REPO, "--weights", trained, "--dry-run")
    dry = capsys.readouterr().out
    assert hub.requests == []
    assert f"{trained.stat().st_size:>12,}  {hash_file(trained)[:12]}  humanseg.keras" in dry
    assert dry.endswith("Dry run: nothing was sent.\n")

    run(publish, "--repo-id", REPO, "--weights", trained)
    assert capsys.readouterr().out.startswith(dry.removesuffix("Dry run: nothing was sent.\n"))


def test_publishing_again_without_changes_names_the_same_commit(hub, trained, capsys):
    run(publish, "--repo-id", REPO, "--weights", trained)
    first = capsys.readouterr().out
    run(publish, "--repo-id", REPO, "--weights", trained)
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("card", "message"),
    [(None, "There is no model card"), ("other weights", "does not name the SHA-256")],
)
def test_a_card_that_does_not_belong_is_refused(card, message, hub, trained, tmp_path):
    weights = tmp_path / "best.keras"
    weights.write_bytes(trained.read_bytes())
    weights.with_suffix(".json").write_bytes(trained.with_suffix(".json").read_bytes())
    if card:
        (tmp_path / "README.md").write_text(card)
    with pytest.raises(SystemExit, match=message):
        run(publish, "--repo-id", REPO, "--weights", weights)
    assert hub.requests == []


def test_weights_that_are_not_verified_are_not_published(hub, trained, tmp_path):
    weights = tmp_path / "best.keras"
    weights.write_bytes(b"changed")
    weights.with_suffix(".json").write_bytes(trained.with_suffix(".json").read_bytes())
    with pytest.raises(SystemExit, match="SHA-256"):
        run(publish, "--repo-id", REPO, "--weights", weights)
    assert hub.requests == []


def test_what_the_hub_refuses_is_said(hub, trained):
    hub.status = 403
    with pytest.raises(SystemExit, match="owner/people could not be written to; are you logged in"):
        run(publish, "--repo-id", REPO, "--weights", trained)


def test_a_name_that_no_repository_can_have_is_refused(hub, trained):
    with pytest.raises(SystemExit, match=r"^my people/net could not be written to: Repo id must"):
        run(publish, "--repo-id", "my people/net", "--weights", trained)
    assert hub.requests == []


@pytest.fixture
def project(monkeypatch, tmp_path) -> Path:
    """A checkout with a tracked file, a deleted one and one that git does not know."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("README.md", "app.py", "deleted.py", "secret.txt"):
        (folder / name).write_text(f"this is {name}")
    for command in (["init", "-q"], ["add", "README.md", "app.py", "deleted.py"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    (folder / "deleted.py").unlink()
    monkeypatch.setattr(deploy_space, "PROJECT", folder)
    return folder


def test_a_space_holds_what_git_tracks_and_nothing_else(hub: HubServer, project, capsys):
    hub.add(REPO, {".gitattributes": b"", "old.py": b"", "app.py": b"old"}, "space")
    run(deploy_space, "--repo-id", REPO)
    repository = hub.repositories["space", REPO]
    assert repository.commits[repository.refs["main"]] == {
        ".gitattributes": b"",
        "README.md": b"this is README.md",
        "app.py": b"this is app.py",
    }
    assert len(repository.commits) == 2
    assert f"Deployed {repository.refs['main']}" in capsys.readouterr().out


def test_a_new_space_is_a_gradio_space(hub: HubServer, project):
    run(deploy_space, "--repo-id", REPO, "--private")
    settings = hub.repositories["space", REPO].settings
    assert (settings["sdk"], settings["visibility"]) == ("gradio", "private")


def test_a_dry_run_of_a_deployment_sends_nothing(hub: HubServer, project, capsys):
    run(deploy_space, "--repo-id", REPO, "--dry-run")
    assert hub.requests == []
    printed = capsys.readouterr().out
    assert "README.md" in printed
    assert "secret.txt" not in printed


def test_a_folder_without_git_is_not_deployed(hub, monkeypatch, tmp_path):
    monkeypatch.setattr(deploy_space, "PROJECT", tmp_path)
    with pytest.raises(SystemExit, match="must be a git checkout"):
        run(deploy_space, "--repo-id", REPO)
    assert hub.requests == []


def test_the_server_has_what_the_client_reads(hub: HubServer):
    """The stand-in itself: what is added can be listed."""
    hub.add(REPO, {"a.txt": b"a", "b.png": b"b"})
    assert HfApi().list_repo_files(REPO) == ["a.txt", "b.png"]
