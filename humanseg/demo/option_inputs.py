"""The folded-away options of a photo's pictures."""

import re
from typing import Any

import gradio as gr

from humanseg.demo.components import PAGE, photo_input
from humanseg.demo.options import Options
from humanseg.errors import ImageError
from humanseg.images import load_image

BACKGROUNDS = ("Transparent", "Colour", "Blurred", "Picture")


class OptionInputs:
    """Inputs for all of `Options` but the threshold.

    Attributes:
        components: In the order that `read_options` takes their values.
    """

    def __init__(self) -> None:
        background = gr.Radio(BACKGROUNDS, value="Transparent", label="Background")
        color = gr.ColorPicker("#ffffff", label="Background colour", visible=False)
        behind = photo_input("Background picture", height=160, visible=False)
        with gr.Row():
            clean_up = gr.Checkbox(label="Drop specks, fill holes", container=False)
            largest_only = gr.Checkbox(label="Largest person only", container=False)
        overlay_style = gr.Radio(["Tint", "Outline"], value="Tint", label="Overlay")
        background.change(
            lambda chosen: [
                gr.update(visible=chosen == "Colour"),
                gr.update(visible=chosen == "Picture"),
            ],
            background,
            [color, behind],
            show_progress="hidden",
            **PAGE,
        )
        self.components: list[Any] = [
            clean_up,
            largest_only,
            overlay_style,
            background,
            color,
            behind,
        ]


def read_options(
    threshold: float,
    clean_up: bool,
    largest_only: bool,
    overlay_style: str,
    background: str,
    color: str,
    behind: str | None,
) -> Options:
    """Puts the values of threshold and `OptionInputs.components` together.

    Raises:
        ImageError: The background picture cannot be read.
    """
    options: dict[str, Any] = {
        "Transparent": "transparent",
        "Blurred": "blur",
        "Colour": hex_color(color),
    }
    if background == "Picture":
        if behind is None:
            raise ImageError("Choose a background picture.")
        options["Picture"] = load_image(behind)
    return Options(
        threshold,
        clean_up,
        largest_only,
        "outline" if overlay_style == "Outline" else "fill",
        options[background],
    )


def hex_color(picked: str) -> str:
    """A colour as "#rrggbb"; once used, the picker gives "rgba(26.5, 42, 130.1, 1)"."""
    if picked.startswith("#"):
        return picked
    red, green, blue = (round(float(value)) for value in re.findall(r"[\d.]+", picked)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"
