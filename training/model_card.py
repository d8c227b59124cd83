"""Writes the model card beside the weights, from what is recorded about them.

    python -m training.evaluate --data ../shared/data --split val --record
    python -m training.model_card

Every number in it comes from the JSON file beside the weights.
"""

import argparse
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from humanseg.checkpoints.weights import SHIPPED, Weights, resolve_weights
from humanseg.engines.engine import load_model
from training.scoring.scores import markdown_table

TEMPLATE = Path(__file__).with_name("model_card_template.md")
LIMITS = Path(__file__).with_name("limits.md")
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
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="a .keras file")
    return parser.parse_args(arguments)


def write_model_card(options: argparse.Namespace) -> Path:
    """Writes README.md beside the weights, and returns its path."""
    weights = resolve_weights(options.weights)
    path = weights.path.with_name("README.md")
    make_card(weights).save(path)
    return path


def make_card(weights: Weights) -> ModelCard:
    """Fills the template.

    Raises:
        SystemExit: The weights were not evaluated yet.
    """
    if not weights.scores:
        raise SystemExit(
            "The weights have no recorded scores: run `python -m training.evaluate --record` first."
        )
    return ModelCard.from_template(
        card_data=ModelCardData(
            license="apache-2.0",
            library_name="keras",
            pipeline_tag="image-segmentation",
            tags=["person-segmentation", "background-removal", "u-net", "mobilenetv3"],
            model_name="humanseg",
            eval_results=list(eval_results(weights)),
        ),
        template_path=str(TEMPLATE),
        parameters=f"{load_model(weights).count_params():,}",
        input_size=weights.input_size,
        sha256=weights.sha256,
        threshold=weights.threshold,
        table=markdown_table(weights.scores),
        limits=LIMITS.read_text(encoding="utf-8").strip(),
    )


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
