"""The foot of the page: which model this is, how good, what it gets wrong, and whose."""

import html
import os
import re
from pathlib import Path

from huggingface_hub import ModelCard

from humanseg.checkpoints.config import Scores
from humanseg.checkpoints.weights import Weights

METRICS = {"iou": "Mean IoU", "boundary_iou": "Boundary IoU", "clean": "Left clean"}
"""Of the scores beside the weights, those that are shown."""

SOURCES = {
    "ccp": "Street fashion, whole bodies",
    "coco": "Everyday scenes, people of any size",
    "voc": "Everyday scenes, people of any size",
    "pelota": "Sport",
    "portrait": "Portraits",
    "selfie": "Selfies",
    "coconeg": "Scenes without people",
    "vocneg": "Scenes without people",
    "all": "All of them",
}
"""What the photos of a source show; others are shown by their name alone."""

EXPLAINED = (
    "Measured on photos that the network was not trained on. IoU is the share that mask and true "
    "mask have in common of all that either marks, Boundary IoU the same along the edges; 1 is "
    "perfect. Left clean is the share of photos without people in which nothing is marked."
)


def about(weights: Weights) -> str:
    """Model, licence, scores and limits, as HTML; all read from the weights' files."""
    facts = {
        "Model": html.escape(weights.name),
        "Revision": html.escape(weights.revision or "local file"),
        "SHA-256": f"<code>{weights.sha256[:12]}</code>",
    }
    card, limits = _card(weights), ""
    if card is not None:
        facts["Licence"] = html.escape(str(card.data.get("license")))
        limits = _limits(card.text)
    space = os.environ.get("SPACE_ID")
    if weights.revision is not None:
        facts["Model card"] = _link(f"https://huggingface.co/{weights.name}", weights.name)
    elif space:
        page = f"https://huggingface.co/spaces/{space}/blob/main/weights/README.md"
        facts["Model card"] = _link(page, "weights/README.md")
    if space:
        facts["Source"] = _link(f"https://huggingface.co/spaces/{space}/tree/main", space)
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return (
        "<details><summary>About the model</summary>"
        f"<dl>{rows}</dl>{_table(weights.scores)}{limits}</details>"
    )


def _card(weights: Weights) -> ModelCard | None:
    """That of these weights: it may not have come along, or be of something else."""
    path: Path = weights.path.parent / "README.md"
    if path.is_file() and weights.sha256 in path.read_text(encoding="utf-8"):
        return ModelCard.load(path)
    return None


def _limits(text: str) -> str:
    """The section of a card that says what the network gets wrong, a list."""
    section = re.search(r"^## Limits\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    found = re.split(r"^- ", section[1], flags=re.MULTILINE)[1:] if section else []
    items = "".join(f"<li>{_emphasised(' '.join(item.split()))}</li>" for item in found)
    return f"<h3>What it gets wrong</h3><ul>{items}</ul>" if items else ""


def _emphasised(text: str) -> str:
    """Markdown's bold and code as HTML."""
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(text))
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)


def _table(scores: Scores) -> str:
    """A row for each source of photos, a column for each metric."""
    if not scores:
        return ""
    head = "".join(f'<th scope="col">{title}</th>' for title in METRICS.values())
    lines = [
        f'<tr><th scope="row">{_source(source)}</th>'
        + "".join(
            f"<td>{summary[metric]:.3f}</td>" if metric in summary else "<td>-</td>"
            for metric in METRICS
        )
        + "</tr>"
        for source, summary in scores.items()
    ]
    table = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return f"<h3>How good it is</h3><p>{EXPLAINED}</p>{table}"


def _source(name: str) -> str:
    escaped = html.escape(name)
    return f"{SOURCES[name]} <small>({escaped})</small>" if name in SOURCES else escaped


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'
