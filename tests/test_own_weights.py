"""A user's own weights: the README's commands in their order; nothing shipped is changed."""

import importlib
import re
import shlex
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from huggingface_hub import ModelCard

from humanseg.checkpoints.config import hash_file, read_config
from humanseg.checkpoints.weights import SHIPPED
from humanseg.engines import compiled
from tests.hub_server import connected_hub
from training import model_card, publish
from training.export import export
from training.export import parse_arguments as export_arguments

ROOT = Path(__file__).parent.parent
WEIGHTS = SHIPPED.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OURS = ("COCO", "Flickr", "apache-2.0", "astronaut.png", "selfie")

REFUSED = {
    "average": ["--weights own.keras --run {weights}/r"],
    "classes": ["--data d --deeplab f --out {weights}/classes.npz"],
    "compare": [
        "--data d --record",
        "--data d --record --weights {weights}/humanseg.keras",
        "--data d --record --ship --weights own.keras",
        "--data d --ship",
        "--data d --out {weights}",
    ],
    "edges_sheet": ["--out {weights}/sheet.png"],
    "evaluate": [
        "--data d --record",
        "--data d --record --weights {weights}/humanseg.keras",
        "--data d --record --weights owner/name",
        "--data d --record --ship --weights own.keras",
        "--data d --photos {weights}/photos.csv",
    ],
    "export": ["--run r --out {weights}", "--run {weights}/r", "--run r --out o --ship"],
    "fit_brush": ["--data d --out {weights}/brush.npz", "--data d"],
    "model_card": ["", "--weights {weights}/humanseg.keras", "--weights own.keras --ship"],
    "pack": ["--data d --out {weights}/packs"],
    "relabel": ["--data d --out {weights}/relabelled"],
    "remeasure": ["--data d --weights own.keras --run {weights}/r"],
    "train": ["--data d --run {weights}/r", "--data d --run r --cache {weights}/cache"],
}
"""Commands that write files, and what they would write beside the shipped weights."""

SENDING = {"deploy_space", "publish"}
"""Commands that write no files of the user's."""

OPTIONS_IN = {"remeasure": "learning.options", "train": "learning.options"}


def snapshot() -> dict[str, str]:
    """What lies in `weights/`."""
    return {path.name: hash_file(path) for path in WEIGHTS.iterdir()}


@pytest.fixture(autouse=True)
def nothing_shipped_changes(monkeypatch, tmp_path_factory):
    monkeypatch.setattr(compiled, "CACHE", tmp_path_factory.getbasetemp() / "compiled")
    before = snapshot()
    yield
    assert snapshot() == before


def test_every_command_is_known_here():
    commands = {
        path.stem for path in (ROOT / "training").glob("*.py") if "__main__" in path.read_text()
    }
    assert commands == REFUSED.keys() | SENDING


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(command, arguments) for command, lines in REFUSED.items() for arguments in lines],
)
def test_no_command_writes_beside_the_shipped_weights_unless_told(command, arguments, capsys):
    module = importlib.import_module(f"training.{OPTIONS_IN.get(command, command)}")
    with pytest.raises(SystemExit) as error:
        module.parse_arguments(shlex.split(arguments.format(weights=WEIGHTS)))
    assert error.value.code == 2
    assert "--ship" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("command", "arguments", "place"),
    [
        ("compare", "--data d --record --ship", "out"),
        ("evaluate", "--data d --record --ship", "weights"),
        ("export", "--run r --ship", "out"),
        ("model_card", "--ship", "weights"),
    ],
)
def test_ship_names_the_shipped_weights(command, arguments, place):
    module = importlib.import_module(f"training.{command}")
    options = module.parse_arguments(arguments.split())
    assert Path(getattr(options, place)) in (WEIGHTS, SHIPPED)


@pytest.mark.parametrize(
    ("command", "work", "arguments"),
    [
        ("edges_sheet", "main", "--out s.png"),
        ("fit_brush", "main", "--data d --measure"),
        ("relabel", "relabel", "--data d --out o"),
        ("remeasure", "remeasure", "--data d --run r"),
    ],
)
def test_weights_that_are_not_there_get_a_sentence(command, work, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(f"training.{command}")
    options = module.parse_arguments(f"{arguments} --weights none.keras".split())
    with pytest.raises(SystemExit, match=r"^There are no weights at none\.keras"):
        getattr(module, work)(options)


@pytest.fixture
def data(tmp_path):
    """Photos of a bright disc on noise: a "person" that is quick to learn."""
    rng = np.random.default_rng(0)
    for folder in ("images", "masks"):
        (tmp_path / "DATA" / folder).mkdir(parents=True)
    for i in range(16):
        image = rng.integers(0, 80, (48, 64, 3), dtype=np.uint8)
        mask = np.zeros((48, 64), np.uint8)
        cv2.circle(mask, (20 + i, 24), 10 + i % 3, 255, -1)
        image[mask == 255] = (230, 180, 150)
        cv2.imwrite(str(tmp_path / "DATA" / "images" / f"{i:02}.png"), image)
        cv2.imwrite(str(tmp_path / "DATA" / "masks" / f"{i:02}.png"), mask)


@pytest.fixture
def quick(tmp_path) -> list[str]:
    """Options that make a tiny run of `training.train`."""
    backbone = keras.applications.MobileNetV3Small(
        input_shape=(None, None, 3), minimalistic=True, include_top=False, weights=None
    )
    backbone.save_weights(tmp_path / "small.weights.h5")
    return shlex.split(
        "--encoder mobilenet_v3_small_minimalistic --encoder-weights small.weights.h5 --epochs 1 "
        "--steps 2 --batch-size 2 --size 32 --val-size 64 --warmup-steps 1 "
        "--freeze-stride 16"
    )


def readme_commands() -> list[tuple[str, list[str]]]:
    """Module and arguments of each line under "Train your own"."""
    section = README.split("## Train your own")[1].split("\n## ")[0]
    lines = re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1].splitlines()
    words = [shlex.split(line) for line in lines]
    assert all(line[:2] == ["python", "-m"] for line in words)
    return [(line[2], line[3:]) for line in words]


def run(module_name: str, arguments: list[str]) -> None:
    """What `python -m` runs."""
    module = importlib.import_module(module_name)
    name = module_name.split(".")[1]
    getattr(module, "write_model_card" if name == "model_card" else name)(
        module.parse_arguments(arguments)
        if name != "train"
        else importlib.import_module("training.learning.options").parse_arguments(arguments)
    )


@pytest.mark.usefixtures("data")
@pytest.mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")
def test_the_commands_in_the_readme_lead_from_photos_to_the_hub(
    tmp_path, monkeypatch, quick, capsys
):
    monkeypatch.chdir(tmp_path)
    commands = readme_commands()
    assert [module.removeprefix("training.") for module, _ in commands] == [
        "train",
        "export",
        "evaluate",
        "model_card",
        "publish",
    ]
    assert commands[-1][1][-1] == "--dry-run"
    with connected_hub(monkeypatch, tmp_path / "home") as hub:
        for module, arguments in commands:
            run(module, arguments + quick * (module == "training.train"))
        assert hub.requests == []
        printed = capsys.readouterr().out
        assert printed.count("The model card is not finished: To be filled in") == 3
        assert printed.endswith("Dry run: nothing was sent.\n")

        mine = Path("runs/mine/humanseg.keras")
        assert read_config(mine).scores["DATA"]["photos"] > 0
        assert compiled.read_hash(mine.with_suffix(".tflite").read_bytes()) == hash_file(mine)
        card = mine.with_name("README.md").read_text()
        assert [word for word in OURS if word in card] == []

        sending = [word for word in commands[-1][1] if word != "--dry-run"]
        with pytest.raises(SystemExit, match="Nothing was sent: fill that in"):
            run("training.publish", sending)
        assert hub.requests == []

        about = mine.with_name("about.md")
        filled = re.sub("To be filled in[^\n]*", "cc-by-4.0", about.read_text(), count=1)
        about.write_text(re.sub("To be filled in[^\n]*", "Discs of mine.", filled))
        run(*commands[3])
        run("training.publish", sending)
        repository = hub.repositories["model", "OWNER/NAME"]
        sent = ModelCard(repository.commits[repository.refs["main"]]["README.md"].decode())
    assert (sent.data.license, sent.data.model_name) == ("cc-by-4.0", "mine")
    assert "## Training data\n\nDiscs of mine." in sent.text
    assert "| Licence | cc-by-4.0 |" in sent.text


def test_an_export_does_not_replace_what_is_there(tmp_path):
    (tmp_path / "humanseg.keras").write_bytes(b"of another run")
    with pytest.raises(SystemExit, match="add --overwrite, or choose another --out"):
        export(export_arguments(["--run", "r", "--out", str(tmp_path)]))
    with pytest.raises(SystemExit, match=r"There are no weights at .*best.keras"):
        export(export_arguments(["--run", "r", "--out", str(tmp_path), "--overwrite"]))
    assert (tmp_path / "humanseg.keras").read_bytes() == b"of another run"
    assert len(list(tmp_path.iterdir())) == 1


# --- What a card takes from `about.md` ---

LIMITS = "## Limits\n\n### Hats\nMissed."
ABOUT = f"---\nlicense: mit\n---\n## Training data\n\nMine {{{{ x }}}}.\n\n{LIMITS}"


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        (ABOUT, []),
        (ABOUT.replace("license: mit", "license:"), ["license"]),
        (ABOUT.replace("license: mit", "license: To be filled in"), ["license"]),
        (ABOUT.replace("Mine {{ x }}.", ""), ["which photos"]),
        (ABOUT.replace(LIMITS, "## Limits\n"), ["what the network"]),
        (ABOUT.replace(LIMITS, ""), ["what the network"]),
        ("", ["license", "which photos", "what the network"]),
        (model_card.empty_about("mine"), ["license", "which photos", "what the network"]),
    ],
)
def test_what_about_does_not_tell_is_left_to_be_filled_in(text, gaps, tmp_path):
    (tmp_path / "about.md").write_text(text)
    metadata, body = model_card.read_about(tmp_path / "about.md")
    licence = [] if "license" in metadata else ["To be filled in: license"]
    found = licence + model_card.find_gaps(body)
    assert len(found) == len(gaps)
    assert all(gap in line for gap, line in zip(gaps, found, strict=True))
    assert body.count("## Training data") == body.count("## Limits") == 1


@pytest.mark.parametrize("text", [None, "---\na: [\n---\n", "---\n- a\n---\n"])
def test_an_about_file_that_is_none(text, tmp_path):
    if text:
        (tmp_path / "about.md").write_text(text)
    with pytest.raises(SystemExit, match=r"about\.md cannot be read"):
        model_card.read_about(tmp_path / "about.md")


def test_a_readme_of_another_kind_is_not_replaced(tmp_path):
    for name in ("humanseg.keras", "humanseg.json"):
        (tmp_path / name).write_bytes((WEIGHTS / name).read_bytes())
    (tmp_path / "README.md").write_text("# My project")
    options = model_card.parse_arguments(["--weights", str(tmp_path / "humanseg.keras")])
    with pytest.raises(SystemExit, match="is not a card of"):
        model_card.write_model_card(options)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "humanseg.json",
        "humanseg.keras",
    ]


def test_publish_sends_the_shipped_card_as_it_is():
    card = (WEIGHTS / "README.md").read_text(encoding="utf-8")
    assert publish.find_gaps(card) == []
