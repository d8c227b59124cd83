"""What README says of the API: Python and curl run as written, and nothing is missing."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from gradio_client import Client

from humanseg.demo.schema import CurveInfo, Health

ROOT = Path(__file__).parents[1]
SECTION = (
    (ROOT / "README.md")
    .read_text(encoding="utf-8")
    .split("## Call it from code\n")[1]
    .split("\n## ")[0]
)


def example(language: str, app_url: str) -> str:
    """The section's code block in a language, for the server under test."""
    code = re.search(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)
    assert code is not None
    return code[1].replace("http://127.0.0.1:7860", app_url.rstrip("/"))


def test_python_example_runs_as_written(
    app_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(example("python", app_url), "README.md", "exec"), {})
    assert "skateboarder-cutout.png" in capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("npm"), reason="needs Node and npm")
def test_javascript_example_runs_as_written_and_ends(app_url: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "example.mjs").write_text(example("js", app_url), encoding="utf-8")
    for command in (
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "@gradio/client@2"],
        ["node", "example.mjs"],
    ):
        run = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240
        )
        assert run.returncode == 0, run.stderr
    assert "skateboarder-cutout.png" in run.stdout
    assert "humanseg-results.zip" in run.stdout


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl, bash")
def test_curl_example_runs_as_written(app_url: str) -> None:
    script = f"set -eu\n{example('sh', app_url)}"
    run = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("event: complete") == 6, run.stdout
    assert "skateboarder-cutout.png" in run.stdout


def test_documents_every_endpoint_and_parameter(app_url: str) -> None:
    client = Client(app_url, verbose=False)
    endpoints = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    client.close()
    served = {
        name: [parameter["parameter_name"] for parameter in endpoint["parameters"]]
        for name, endpoint in endpoints.items()
    }
    rows = re.findall(r"^\| `(/\w+)` \|[^|]*\|([^|]*)\|$", SECTION, re.MULTILINE)
    assert {name: re.findall(r"`(\w+)`", cells) for name, cells in rows} == served

    described = re.findall(r"^\| `(\w+)` \|", SECTION, re.MULTILINE)
    assert set(described) == {name for names in served.values() for name in names}
    defaults = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| `([^`]*)` \|$", SECTION, re.MULTILINE))
    for endpoint in endpoints.values():
        for parameter in endpoint["parameters"]:
            if parameter["parameter_default"] is not None:
                said = defaults[parameter["parameter_name"]].strip('"')
                assert said == str(parameter["parameter_default"]).replace(
                    "False", "false"
                ).replace("True", "true")


@pytest.mark.parametrize("language", ["python", "js", "sh"])
def test_every_endpoint_is_shown_in_each_language(language: str) -> None:
    code = example(language, "")
    for endpoint in (
        "segment",
        "segment_batch",
        "regions",
        "probability",
        "threshold_curve",
        "health",
    ):
        shown = f"call {endpoint} " if language == "sh" else f'"/{endpoint}"'
        assert shown in code, endpoint


@pytest.mark.parametrize("answer", [CurveInfo, Health])
def test_answers_are_described(answer: type) -> None:
    for key in answer.__annotations__:
        assert f"`{key}`" in SECTION
