"""The documents say what the committed weights do."""

import json
import re
from dataclasses import replace
from pathlib import Path

from humanseg.checkpoints.weights import SHIPPED, resolve_weights
from training.compare import describe_comparison, markdown_table
from training.model_card import make_card

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_model_card_is_the_one_of_these_weights():
    card = SHIPPED.with_name("README.md").read_text(encoding="utf-8")
    assert card == str(make_card(resolve_weights(), ROOT / "training" / "about.md"))


def test_results_in_the_readme_are_those_of_these_weights():
    report = json.loads(SHIPPED.with_name("comparison.json").read_text(encoding="utf-8"))
    assert report["sha256"] == resolve_weights().sha256
    assert markdown_table(report["results"]) in README


def test_python_examples_in_the_readme_run(monkeypatch, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    section = README.split("## Use it from Python")[1]
    section = section.split("\n## ")[0]
    examples = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(examples) == 2
    names: dict = {}
    for code in examples:
        exec(code, names)
    assert names["result"].probability.shape == names["result"].image.shape[:2]


def test_links_in_the_readme_lead_somewhere():
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link.split("#")[0]).exists()] == []


def test_a_comparison_of_other_weights_is_in_no_card(tmp_path):
    shipped = resolve_weights()
    assert "| MediaPipe Selfie |" in describe_comparison(shipped)
    report = {"sha256": "0" * 64, "results": {}}
    (tmp_path / "comparison.json").write_text(json.dumps(report))
    assert describe_comparison(replace(shipped, path=tmp_path / "humanseg.keras")) == ""
    assert describe_comparison(replace(shipped, path=tmp_path / "none" / "humanseg.keras")) == ""
