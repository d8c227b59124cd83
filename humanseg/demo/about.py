"""The foot of the page: which model this is, how good, and whose."""

import html
import os

from huggingface_hub import EvalResult, ModelCard

from humanseg.weights import Weights


def about(weights: Weights) -> str:
    """Model, revision, licence and scores, as HTML; all read from the weights' files."""
    facts = {
        "Model": html.escape(weights.name),
        "Revision": html.escape(weights.revision or "local file"),
        "SHA-256": f"<code>{weights.sha256[:12]}</code>",
    }
    scores = ""
    # The model card may not have come along.
    card = weights.path.parent / "README.md"
    if card.is_file():
        data = ModelCard.load(card).data
        if data.license:
            facts["Licence"] = html.escape(str(data.license))
        scores = _table(data.eval_results or [])
    space = os.environ.get("SPACE_ID")
    if space:
        facts["Source"] = _link(f"https://huggingface.co/spaces/{space}/tree/main", space)
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return f"<details><summary>About the model</summary><dl>{rows}</dl>{scores}</details>"


def _table(results: list[EvalResult]) -> str:
    """A row for each data set, a column for each metric."""
    if not results:
        return ""
    metrics = list(dict.fromkeys(result.metric_name or result.metric_type for result in results))
    values: dict[str, dict[str, str]] = {}
    for result in results:
        row = values.setdefault(result.dataset_name, {})
        row[result.metric_name or result.metric_type] = f"{float(result.metric_value):.3f}"
    head = "".join(f'<th scope="col">{html.escape(metric)}</th>' for metric in metrics)
    lines = [
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{row.get(metric, '')}</td>" for metric in metrics)
        + "</tr>"
        for name, row in values.items()
    ]
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'
