"""Parts that several tabs share, so that they look and read the same."""

import html
from typing import Any, TypeAlias

import gradio as gr
from gradio.blocks import Block

from humanseg.engines.detail import Detail
from humanseg.soft_mask import DEFAULT_THRESHOLD

Updates: TypeAlias = dict[Block, Any]
"""What a handler returns: new values, or `gr.update`, by component."""

DETAILS: dict[str, Detail] = {"Auto": "auto", "Fast": "fast", "Fine": "fine"}

MODEL: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 200}
"""Of every event that works on a whole photo: so many may wait for their `turns`."""

BATCH: dict[str, Any] = {"concurrency_id": "batch", "concurrency_limit": 1}
"""Of every event that works on many photos, for minutes: others need not wait for it."""

PAGE: dict[str, Any] = {"api_visibility": "private", "trigger_mode": "always_last"}
"""Of every event of the page: no endpoint, and only the last of many is answered."""

TOLD: dict[str, Any] = {**PAGE, "trigger_mode": "multiple"}
"""Of those that bring data: where the last is answered, Gradio gives it the data of the first."""

STATE_SECONDS = 3600
"""How long a visitor's photo is remembered."""

EXPIRED = "This photo is no longer kept; please choose it again."


def photo_input(label: str = "Photo", **options: Any) -> gr.Image:
    """Upload, camera or clipboard; handlers get the path of the file as it is."""
    return gr.Image(
        label=label,
        type="filepath",
        sources=["upload", "webcam", "clipboard"],
        buttons=["fullscreen"],
        elem_classes="photo-input",
        **options,
    )


def pictures_to_click(pictures: list[tuple[str, str]] | None = None, **options: Any) -> gr.Gallery:
    """Thumbnails that are clicked, without Gradio's own preview and buttons."""
    return gr.Gallery(
        pictures, height="auto", allow_preview=False, interactive=False, buttons=[], **options
    )


def threshold_slider(elem_id: str) -> gr.Slider:
    """The same threshold, range and words on every tab."""
    return gr.Slider(
        0.01,
        0.99,
        value=DEFAULT_THRESHOLD,
        step=0.01,
        label="Threshold",
        info="Lower marks more, higher marks less.",
        elem_id=elem_id,
    )


def detail_input() -> gr.Radio:
    """How closely the network looks; the values are the keys of `DETAILS`."""
    return gr.Radio(
        list(DETAILS),
        value="Auto",
        label="Detail",
        info="Fine looks closer at all of the photo, Auto only where people are small.",
    )


def keep_focus(selector: str) -> str:
    """Script that leads the keyboard to an element, if the one where it is gets hidden now."""
    return f"""() => {{
        const until = performance.now() + 1000; // Gradio changes the page a few frames later
        const lead = (now) => {{
            const there = document.activeElement;
            const next = document.querySelector({selector!r});
            const isLost = there === document.body || !there.checkVisibility();
            if (isLost && next?.checkVisibility()) next.focus({{ preventScroll: true }});
            else if (now < until) requestAnimationFrame(lead);
        }};
        requestAnimationFrame(lead);
    }}"""


def empty_state(title: str, remedy: str) -> gr.HTML:
    """What stands where a result will be."""
    return gr.HTML(f'<div class="empty"><strong>{title}</strong><span>{remedy}</span></div>')


def note(text: str, kind: str = "info") -> str:
    """A line beside what it is about; of kind "error" it is read out at once."""
    role = "alert" if kind == "error" else "status"
    return f'<p class="note {kind}" role="{role}">{html.escape(text)}</p>'
