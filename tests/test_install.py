"""`pip install .` gives the package with its weights, and only what inference needs."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import requires
from pathlib import Path

import pytest
from PIL import Image

from humanseg import __version__

PROJECT = Path(__file__).parents[1]
NAME = re.compile(r"[\w-]+")
MAX_BYTES = 450_000_000


def declared():
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def listed(path):
    """Name -> what a requirements file says of it."""
    lines = (PROJECT / path).read_text(encoding="utf-8").splitlines()
    return {name_of(line): line.replace('"', "'") for line in lines if line[0] not in "#-"}


def name_of(requirement):
    return NAME.match(requirement)[0].lower().replace("_", "-")


def test_a_space_and_an_installation_get_the_same_versions():
    project = declared()
    extras = project["optional-dependencies"]
    known = {name_of(line): line for line in project["dependencies"]}
    known |= {name_of(line): line for name in ("demo", "training") for line in extras[name]}
    space = listed("requirements.txt")
    # Gradio takes no newer Pillow; with it come tqdm, Jinja2 and PyYAML.
    assert space.pop("pillow") == "pillow>=12.3,<13"
    assert known.pop("pillow") == "pillow>=12.3,<14"
    brought = {"tqdm", "jinja2", "pyyaml"}
    assert space == {name: line for name, line in known.items() if name not in brought}
    gradio = {name_of(line) for line in requires("gradio")} | {
        name_of(line) for line in requires("huggingface_hub")
    }
    assert brought <= gradio


def test_the_tests_need_what_the_extra_for_developers_names():
    extra = declared()["optional-dependencies"]["dev"]
    assert listed("tests/requirements.txt") == {name_of(line): line for line in extra[1:]}


@pytest.mark.fresh_environment
def test_a_wheel_segments_a_photo_from_another_folder_without_tensorflow(tmp_path, capsys):
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, PROJECT)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"humanseg-{__version__}-py3-none-any.whl"
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    before = size(environment)
    run(python, "-m", "pip", "install", "-q", wheel)
    installed = size(environment) - before
    with capsys.disabled():
        print(f"\ninstalled size without extras: {installed / 1e6:.0f} MB")
    assert installed < MAX_BYTES

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    photo = PROJECT / "examples" / "skateboarder.jpg"
    run(environment / "bin" / "humanseg", photo, "--out", "out", "--save", "cutout", cwd=elsewhere)
    with Image.open(elsewhere / "out" / "skateboarder-cutout.png") as image:
        assert image.mode == "RGBA"
        assert sum(image.getchannel("A").histogram()[128:]) / image.size[0] / image.size[1] > 0.05
    found = run(
        *(python, "-c"),
        "from importlib.util import find_spec\n"
        "import humanseg\n"
        "print([n for n in ('tensorflow', 'keras', 'gradio', 'pandas') if find_spec(n)])\n"
        "print(humanseg.__file__)",
        cwd=elsewhere,
    )
    names, place = found.splitlines()
    assert names == "[]"
    assert Path(place).is_relative_to(environment)


def run(*command, cwd=None):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
