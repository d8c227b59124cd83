"""Writes the model card beside the weights, from what is recorded and told about them.

    python -m training.evaluate --data DATA --weights runs/mine/humanseg.keras --record
    python -m training.model_card --weights runs/mine/humanseg.keras

Every number in it comes from the JSON file beside the weights. What they learnt from,
their licence and their limits only you can tell: in `about.md` beside the weights, which
is made for you to fill in, or in another file of that form (`--about`). Then run this
again; `training.publish` sends nothing while a part is left to be filled in.
"""

import argparse
import re
from pathlib import Path
from typing import Any

import yaml
from huggingface_hub import EvalResult, ModelCard, ModelCardData

from humanseg.checkpoints.archive import load_model
from humanseg.checkpoints.weights import SHIPPED, Weights, resolve_weights
from humanseg.errors import HumanSegError
from training.compare import describe_comparison
from training.outputs import own_path
from training.scoring.scores import markdown_table

TEMPLATE = Path(__file__).with_name("model_card_template.md")
MARKER = "<!-- Written by training.model_card, which replaces it: changes belong in about.md. -->"
GAP = "To be filled in"
SECTIONS = {
    "Training data": "which photos, how many, where they come from, and under which terms.",
    "Limits": "what the network gets wrong, and what it should not be used for.",
}
"""What `about.md` must tell, and how."""

METRICS = {
    "iou": ("mean_iou", "Mean IoU of people, by photo"),
    "boundary_iou": ("boundary_iou", "Boundary IoU"),
    "clean": ("clean_photos", "Photos without people left clean"),
}


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.model_card",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--weights", type=own_path, help="a .keras file")
    target.add_argument(
        "--ship",
        action="store_const",
        dest="weights",
        const=SHIPPED,
        help="the weights that come with humanseg",
    )
    parser.add_argument(
        "--about",
        type=Path,
        metavar="FILE",
        help="Markdown: licence and name in its front matter, then the sections "
        f"{' and '.join(SECTIONS)} (default: about.md beside the weights)",
    )
    return parser.parse_args(arguments)


def write_model_card(options: argparse.Namespace) -> Path:
    """Writes README.md beside the weights, and returns its path.

    Raises:
        SystemExit: The weights are not there or not evaluated, `--about` is no such
            file, or there is a README.md of another kind.
    """
    try:
        weights = resolve_weights(options.weights)
    except HumanSegError as error:
        raise SystemExit(str(error)) from error
    path = weights.path.with_name("README.md")
    if path.exists() and MARKER not in path.read_text(encoding="utf-8"):
        raise SystemExit(f"{path} is not a card of training.model_card: move it away first.")
    about = options.about or weights.path.with_name("about.md")
    if not options.about and not about.exists():
        about.write_text(empty_about(weights.path.resolve().parent.name), encoding="utf-8")
    card = make_card(weights, about)
    card.save(path)
    for line in find_gaps(str(card)):
        print(f"Fill in {about}, then run this again: {line.removeprefix(GAP).strip(': ')}")
    return path


def make_card(weights: Weights, about: Path) -> ModelCard:
    """Fills the template.

    Args:
        weights: With their scores.
        about: Markdown file: `license`, and if wanted `model_name` and other metadata of
            the Hub as YAML in front, then what `SECTIONS` asks for, and more if wanted.

    Raises:
        SystemExit: The weights were not evaluated yet, or `about` cannot be read.
    """
    if not weights.scores:
        raise SystemExit(
            "The weights have no recorded scores: run `python -m training.evaluate --data DATA "
            f"--weights {weights.path} --record` first."
        )
    metadata, text = read_about(about)
    name = metadata.pop("model_name", weights.path.resolve().parent.name)
    return ModelCard.from_template(
        card_data=ModelCardData(
            **{
                "library_name": "keras",
                "pipeline_tag": "image-segmentation",
                "tags": ["person-segmentation", "background-removal", "u-net", "mobilenetv3"],
                **metadata,
            },
            model_name=name,
            eval_results=list(eval_results(weights)),
        ),
        template_path=str(TEMPLATE),
        marker=MARKER,
        model_name=name,
        licence=metadata.get("license", f"{GAP}: `license` in the front matter."),
        source="" if weights.path == SHIPPED else '"humanseg.keras"',
        parameters=f"{load_model(weights).count_params():,}",
        input_size=weights.input_size,
        sha256=weights.sha256,
        threshold=weights.threshold,
        table=markdown_table(weights.scores),
        comparison=describe_comparison(weights),
        about=text,
    )


def read_about(path: Path) -> tuple[dict[str, Any], str]:
    """Reads metadata and text of an `about` file; what is missing in it is marked `GAP`.

    Raises:
        SystemExit: It is not there, or its front matter is not YAML.
    """
    try:
        about = ModelCard(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        raise SystemExit(f"{path} cannot be read: {error}") from error
    metadata = about.data.to_dict()
    metadata.pop("model-index", None)  # scores are those of the weights
    if GAP in str(metadata.get("license", "")):
        del metadata["license"]
    text = about.text.strip()
    for title, hint in SECTIONS.items():
        if not re.search(rf"^## {title}\s*$", text, re.MULTILINE):
            text += f"\n\n## {title}"
        empty = re.compile(rf"^## {title}\s*(?=^#{{1,2}} |\Z)", re.MULTILINE)
        text = empty.sub(f"## {title}\n\n{GAP}: {hint}\n\n", text).strip()
    return metadata, text


def empty_about(name: str) -> str:
    """An `about` file to be filled in, for weights of this name."""
    head = f"---\nlicense: {GAP}  # such as apache-2.0, cc-by-4.0 or other\nmodel_name: {name}\n---"
    sections = [f"## {title}\n\n{GAP}: {hint}" for title, hint in SECTIONS.items()]
    return "\n\n".join([head, *sections]) + "\n"


def find_gaps(card: str) -> list[str]:
    """The lines of a card that are left to be filled in."""
    return [line[line.index(GAP) :].strip(" |") for line in card.splitlines() if GAP in line]


def eval_results(weights: Weights) -> list[EvalResult]:
    """The scores as the Hub shows them."""
    return [
        EvalResult(
            task_type="image-segmentation",
            dataset_type=source,
            dataset_name=f"{source} (validation photos)",
            metric_type=metric_type,
            metric_name=metric_name,
            metric_value=summary[metric],
        )
        for source, summary in weights.scores.items()
        for metric, (metric_type, metric_name) in METRICS.items()
        if metric in summary
    ]


if __name__ == "__main__":
    print(write_model_card(parse_arguments()))
