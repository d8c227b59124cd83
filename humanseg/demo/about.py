"""The foot of the page: which model this is, how good, and whose."""

import html
import os

from huggingface_hub import ModelCard

from humanseg.weights import Weights


def about(weights: Weights) -> str:
    """Model, revision, scores and licence, as HTML; all read from the weights' files."""
    facts = {
        "Model": html.escape(weights.name),
        "Revision": html.escape(weights.revision or "local file"),
        "SHA-256": f"<code>{weights.sha256[:12]}</code>",
        **_card(weights),
    }
    space = os.environ.get("SPACE_ID")
    if space:
        facts["Source"] = _link(f"https://huggingface.co/spaces/{space}/tree/main", space)
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return f"<details><summary>About the model</summary><dl>{rows}</dl></details>"


def _card(weights: Weights) -> dict[str, str]:
    """Licence and results from the model card beside the weights, if it has come along."""
    path = weights.path.parent / "README.md"
    if not path.is_file():
        return {}
    data = ModelCard.load(path).data
    facts = {"Licence": html.escape(str(data.license))} if data.license else {}
    for result in data.eval_results or []:
        facts[html.escape(f"{result.metric_name or result.metric_type}, {result.dataset_name}")] = (
            f"{float(result.metric_value):.3f}"
        )
    return facts


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'
