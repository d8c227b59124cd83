"""Publishes weights on the Hugging Face Hub: weights, JSON, compiled file and model card.

    python -m training.publish --repo-id OWNER/NAME --weights runs/mine/humanseg.keras --dry-run
    python -m training.publish --repo-id OWNER/NAME --weights runs/mine/humanseg.keras

Log in first with `hf auth login`. One commit holds all files, and the entry for
`humanseg/checkpoints/presets.py` that pins it is printed. Anybody can then use the weights as
`HUMANSEG_MODEL=OWNER/NAME`.
"""

import argparse
import json
from pathlib import Path

from humanseg.checkpoints.config import compiled_path, config_path
from humanseg.checkpoints.weights import FILENAME, SHIPPED, Weights, resolve_weights
from humanseg.engines.compiled import get_compiled
from humanseg.errors import HumanSegError
from training.hub.commit import Files, listing, send_commit
from training.model_card import find_gaps

FIGURES = (".jpg", ".png", ".webp")


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.publish",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--repo-id", required=True, metavar="OWNER/NAME", help="made if there is none")
    add(
        "--weights",
        type=Path,
        default=SHIPPED,
        help="the .keras file, with its JSON file and its README.md, the model card, beside it "
        "(default: the weights that come with humanseg)",
    )
    add("--private", action="store_true", help="if the repository is made now")
    add("--dry-run", action="store_true", help="print what would be sent, and send nothing")
    return parser.parse_args(arguments)


def publish(options: argparse.Namespace) -> None:
    """Prints what is sent, sends it, and prints the preset entry.

    Raises:
        SystemExit: Something is missing, does not fit together, or is to be filled in; or
            the Hub says no.
    """
    try:
        weights = resolve_weights(options.weights)
        files = collect_files(weights)
    except HumanSegError as error:
        raise SystemExit(str(error)) from error
    print(f"From {weights.path} to the model repository {options.repo_id}:\n{listing(files)}")
    gaps = find_gaps(files["README.md"].decode())
    for gap in gaps:
        print(f"The model card is not finished: {gap}")
    if options.dry_run:
        print("Dry run: nothing was sent.")
        return
    if gaps:
        raise SystemExit("Nothing was sent: fill that in, and run training.model_card again.")
    message = f"Weights {weights.sha256[:12]}"
    commit = send_commit(options.repo_id, files, message, private=options.private)
    entry = preset_entry(options.repo_id, commit, weights)
    print(f"\nPublished. In humanseg/checkpoints/presets.py:\n\n{entry}")
    print(f"\nIn the front matter of README.md:\n\n{front_matter(options.repo_id, commit)}")


def collect_files(weights: Weights) -> Files:
    """What a repository of weights holds, under the names `humanseg.checkpoints.weights` looks for.

    Raises:
        SystemExit: There is no model card, or it is about other weights.
    """
    name = Path(FILENAME)
    card = weights.path.with_name("README.md")
    if not card.is_file():
        raise SystemExit(
            f"There is no model card {card}: "
            f"`python -m training.model_card --weights {weights.path}`."
        )
    text = card.read_text(encoding="utf-8")
    if weights.sha256 not in text:
        raise SystemExit(f"{card} does not name the SHA-256 of the weights: is it about others?")
    figures = [
        path for path in card.parent.iterdir() if path.suffix in FIGURES and path.name in text
    ]
    return {
        FILENAME: weights.path.read_bytes(),
        config_path(name).name: config_path(weights.path).read_bytes(),
        compiled_path(name).name: get_compiled(weights),
        **{path.name: path.read_bytes() for path in (card, *figures)},
    }


def preset_entry(repo_id: str, commit: str, weights: Weights) -> str:
    """Python source that pins the published weights."""
    scores = json.dumps({k: dict(v) for k, v in weights.scores.items()}, indent=4)
    return "\n".join(
        [
            "PRESET: Preset | None = Preset(",
            f'    repo_id="{repo_id}",',
            f'    filename="{FILENAME}",',
            f'    commit="{commit}",',
            f'    sha256="{weights.sha256}",',
            "    scores=" + scores.replace("\n", "\n    ") + ",",
            ")",
        ]
    )


def front_matter(repo_id: str, commit: str) -> str:
    """YAML that names the weights, and lets a Space fetch them when it is built."""
    weights = Path(FILENAME)
    paths = (weights, config_path(weights), compiled_path(weights))
    files = ",".join(path.name for path in paths)
    return f"models:\n  - {repo_id}\npreload_from_hub:\n  - {repo_id} {files} {commit}"


if __name__ == "__main__":
    publish(parse_arguments())
