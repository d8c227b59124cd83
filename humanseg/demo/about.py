"""The foot of the page: which model this is, how good, and whose."""

import html
import os

from huggingface_hub import ModelCard

from humanseg.checkpoints.config import Scores
from humanseg.checkpoints.weights import Weights

METRICS = {"iou": "Mean IoU", "boundary_iou": "Boundary IoU", "clean": "Clean"}
"""Of the scores beside the weights, those that are shown."""


def about(weights: Weights) -> str:
    """Model, revision, licence and scores, as HTML; all read from the weights' files."""
    facts = {
        "Model": html.escape(weights.name),
        "Revision": html.escape(weights.revision or "local file"),
        "SHA-256": f"<code>{weights.sha256[:12]}</code>",
    }
    card = weights.path.parent / "README.md"
    # It may not have come along, or be of something else.
    if card.is_file() and weights.sha256 in card.read_text(encoding="utf-8"):
        facts["Licence"] = html.escape(str(ModelCard.load(card).data.license))
    space = os.environ.get("SPACE_ID")
    if space:
        facts["Source"] = _link(f"https://huggingface.co/spaces/{space}/tree/main", space)
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return (
        "<details><summary>About the model</summary>"
        f"<dl>{rows}</dl>{_table(weights.scores)}</details>"
    )


def _table(scores: Scores) -> str:
    """A row for each source of photos, a column for each metric."""
    if not scores:
        return ""
    head = "".join(f'<th scope="col">{title}</th>' for title in METRICS.values())
    lines = [
        f'<tr><th scope="row">{html.escape(source)}</th>'
        + "".join(
            f"<td>{summary[metric]:.3f}</td>" if metric in summary else "<td>-</td>"
            for metric in METRICS
        )
        + "</tr>"
        for source, summary in scores.items()
    ]
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'
