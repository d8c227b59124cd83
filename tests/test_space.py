"""The repository as a Hugging Face Space: what it declares, and that it starts."""

import os
import re
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from huggingface_hub import metadata_load
from PIL import Image

from humanseg.checkpoints.presets import PRESET
from training.deploy_space import tracked_files
from training.publish import front_matter

PROJECT = Path(__file__).parents[1]
COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
HARDWARE = ("cpu-basic", "cpu-upgrade")

DOCUMENTED = {
    "title": r".+",
    "emoji": r"[^\w\s]+",
    "colorFrom": "|".join(COLORS),
    "colorTo": "|".join(COLORS),
    "sdk": "gradio",
    "sdk_version": r"\d+\.\d+\.\d+",
    "python_version": r"3\.\d+(\.\d+)?",
    "app_file": r"[\w/]+\.py",
    "suggested_hardware": "|".join(HARDWARE),
    "license": r"[\w.-]+",
    "short_description": r".{10,60}",
    "thumbnail": r"https://\S+\.(png|jpg|webp)",
    "models": [r"[\w.-]+/[\w.-]+"],
    "datasets": [r"[\w.-]+/[\w.-]+"],
    "tags": [r"[a-z0-9-]+"],
    "preload_from_hub": [r"[\w.-]+/[\w.-]+( [\w.,-]+( [0-9a-f]{40})?)?"],
    "startup_duration_timeout": r"\d+[mh]",
    "header": "mini|default",
    "pinned": bool,
    "fullWidth": bool,
    "disable_embedding": bool,
}
"""Keys of a Gradio Space and what they may be: a pattern, a list of such, or a type.

https://huggingface.co/docs/hub/spaces-config-reference
"""

NEEDED = {
    "title",
    "emoji",
    "colorFrom",
    "colorTo",
    "sdk",
    "sdk_version",
    "python_version",
    "app_file",
    "license",
    "short_description",
    "tags",
}


@pytest.fixture(scope="module")
def declared() -> dict[str, object]:
    """The front matter of README.md."""
    metadata = metadata_load(PROJECT / "README.md")
    assert metadata is not None
    return metadata


def fits(value: object, expected: object) -> bool:
    if isinstance(expected, list):
        return isinstance(value, list) and all(fits(item, expected[0]) for item in value)
    if isinstance(expected, type):
        return type(value) is expected
    return isinstance(value, str) and re.fullmatch(str(expected), value) is not None


def test_front_matter_has_the_needed_keys_and_only_documented_ones(declared):
    assert set(declared) >= NEEDED
    wrong = {
        key: value
        for key, value in declared.items()
        if key not in DOCUMENTED or not fits(value, DOCUMENTED[key])
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("value", "expected", "result"),
    [
        ("3.12", DOCUMENTED["python_version"], True),
        (3.12, DOCUMENTED["python_version"], False),  # YAML without quotes
        ("x" * 61, DOCUMENTED["short_description"], False),
        (
            ["owner/name humanseg.keras,humanseg.json " + "0" * 40],
            DOCUMENTED["preload_from_hub"],
            True,
        ),
        (["owner/name main"], DOCUMENTED["models"], False),
        ("yes", DOCUMENTED["pinned"], False),
    ],
)
def test_the_check_of_a_value_can_fail(value, expected, result):
    assert fits(value, expected) is result


def test_sdk_version_is_the_requirement(declared):
    requirements = (PROJECT / "requirements.txt").read_text().splitlines()
    assert f"gradio[mcp]=={declared['sdk_version']}" in requirements


def test_python_version_is_the_same_everywhere(declared):
    version = str(declared["python_version"])
    assert f"FROM python:{version}-slim" in (PROJECT / "Dockerfile").read_text()
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    lowest = re.fullmatch(r">=3\.(\d+)", project["requires-python"])
    assert lowest
    assert int(version.split(".")[1]) >= int(lowest[1])


def test_app_file_and_licence_exist(declared):
    assert (PROJECT / str(declared["app_file"])).is_file()
    assert declared["license"] == "apache-2.0"
    assert "Apache License" in (PROJECT / "LICENSE").read_text()


def test_the_space_fetches_the_preset_when_it_is_built_if_there_is_one(declared):
    if PRESET is None:
        assert not {"models", "preload_from_hub"} & set(declared)
    else:
        pinned = front_matter(PRESET.repo_id, PRESET.commit)
        assert pinned in (PROJECT / "README.md").read_text()


def test_the_container_copies_what_exists_and_starts_the_app():
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY")]
    names = {name for names in copied for name in names}
    assert names == {"requirements.txt", "app.py", "README.md", "examples", "humanseg", "weights"}
    assert all((PROJECT / name).exists() for name in names)
    assert lines[-1] == 'CMD ["python", "app.py"]'
    assert "EXPOSE 7860" in lines
    assert "ENV GRADIO_SERVER_NAME=0.0.0.0" in lines


def find_python(version: str) -> str | None:
    """An interpreter of this version, from the search path or from pyenv."""
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(map(str, (Path.home() / ".pyenv/versions").glob(f"{version}*/bin/python"))),
    ]
    for path in filter(None, candidates):
        if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


@pytest.fixture
def space_url(declared, tmp_path) -> Iterator[str]:
    """The app as a Space builds it: the tracked files, the named Python, the requirements."""
    version = str(declared["python_version"])
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    space = tmp_path / "space"
    for name, content in tracked_files(PROJECT).items():
        path = space / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    install = [python, "-m", "pip", "install", "-q", "-r", space / "requirements.txt"]
    subprocess.run(install, check=True)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "HF_HOME": str(tmp_path / "home"),
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(tmp_path / "gradio"),
    }
    log = tmp_path / "log.txt"
    with (
        log.open("w") as file,
        subprocess.Popen(
            [python, str(declared["app_file"])],
            cwd=space,
            env=environment,
            stdout=file,
            stderr=file,
        ) as process,
    ):
        try:
            wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path, seconds: int = 180) -> None:
    """Waits until the app listens; fails with what it printed if it ends before."""
    for _ in range(seconds):
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(1)
    pytest.fail(f"The app does not listen after {seconds} seconds:\n{log.read_text()}")


@pytest.mark.fresh_environment
def test_a_space_starts_from_its_requirements_and_answers_the_first_request(space_url, tmp_path):
    client = Client(space_url, download_files=tmp_path / "client", verbose=False)
    photo = PROJECT / "examples" / "skateboarder.jpg"
    mask, _, _, info = client.predict(image=handle_file(photo), api_name="/segment")
    with Image.open(mask) as picture:
        values = np.unique(np.asarray(picture))
    assert values.tolist() == [0, 255]
    assert (info["width"], info["height"]) == (664, 968)
    client.close()
