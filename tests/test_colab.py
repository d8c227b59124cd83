"""The notebook's cells call commands that exist, with options that they take."""

import importlib
import json
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[1]
NOTEBOOK = json.loads((PROJECT / "training" / "colab.ipynb").read_text(encoding="utf-8"))
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
COMMANDS = [line for source in CODE for line in source.splitlines() if line.startswith("!")]
PLACES = {"PROJECT": "project", "DATA": "data", "RUN": "run"}


def python_of(source: str) -> str:
    """The lines of a cell that are Python, not for the shell or IPython."""
    return "\n".join(line for line in source.splitlines() if not line.startswith(("!", "%")))


def shell_words(command: str) -> list[str]:
    """The words of a shell line, with the names of the first cell filled in, as IPython does."""
    return shlex.split(command.removeprefix("!").format(**PLACES))


def test_the_notebook_leads_from_drive_to_the_hub():
    started = [shell_words(command)[1:3] for command in COMMANDS]
    assert started == [
        ["install", "-q"],
        ["-m", "training.train"],
        ["-m", "training.train"],
        ["-m", "training.export"],
        ["-m", "training.evaluate"],
        ["-m", "training.model_card"],
        ["-m", "training.publish"],
    ]
    assert "drive.mount(" in CODE[0]
    assert set(re.findall(r"^([A-Z]+) = ", CODE[0], re.MULTILINE)) == set(PLACES)
    assert not any(cell.get("outputs") for cell in NOTEBOOK["cells"])


@pytest.mark.parametrize("command", [c for c in COMMANDS if " -m " in c])
def test_commands_take_these_options(command):
    program, flag, module, *arguments = shell_words(command)
    assert (program, flag) == ("python", "-m")
    options = importlib.import_module(module).parse_arguments(arguments)
    assert {"data": Path("data"), "run": Path("run")}.items() & vars(options).items() or (
        options.weights == Path("run/humanseg.keras")
    )


def test_requirements_exist_and_agree():
    words = shell_words(COMMANDS[0])
    assert (PROJECT / words[words.index("-r") + 1]).is_file()
    tested = (PROJECT / "tests" / "requirements.txt").read_text().splitlines()
    assert words[-1].replace("[cuda12]", "") in tested


@pytest.fixture
def downloads(monkeypatch) -> list[str]:
    """Colab's own modules, as far as the notebook uses them."""
    done: list[str] = []
    drive, files = ModuleType("google.colab.drive"), ModuleType("google.colab.files")
    drive.mount = lambda path: None
    files.download = done.append
    colab = ModuleType("google.colab")
    colab.drive, colab.files = drive, files
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    return done


def test_the_python_of_the_cells_runs_and_saves_the_weights(downloads):
    names: dict[str, object] = {}
    for source in CODE:
        exec(python_of(source), names)
    assert downloads == [f"{names['RUN']}/humanseg.keras", f"{names['RUN']}/humanseg.json"]
