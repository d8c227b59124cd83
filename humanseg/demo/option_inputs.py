"""The folded-away options of a photo's pictures."""

import re
from typing import Any

import gradio as gr

from humanseg.demo import uploads
from humanseg.demo.components import DETAILS, PAGE, detail_input, photo_input
from humanseg.demo.options import MASK_OPTIONS, Options
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY

BACKGROUNDS = ("Transparent", "Colour", "Blurred", "Picture")
REFINE, CLEAN_UP = "Edges follow the photo", "Drop specks, fill holes"
LARGEST_ONLY, TRIM = "Largest person only", "Trim the downloaded cut-out"


class OptionInputs:
    """Inputs for all of `Options` but the threshold.

    Attributes:
        detail: The only one that may run the network again.
        others: All the others.
        components: All, in the order that `read_options` takes their values.
    """

    def __init__(self) -> None:
        background = gr.Radio(BACKGROUNDS, value="Transparent", label="Background")
        color = gr.ColorPicker("#ffffff", label="Background colour", visible=False)
        with gr.Column(visible=False) as behind_box:
            behind = photo_input("Background picture: choose one", height=160)
        self.detail = detail_input()
        switches = gr.CheckboxGroup(
            [REFINE, CLEAN_UP, LARGEST_ONLY, TRIM], value=[REFINE], label="Mask and cut-out"
        )
        style = gr.Radio(["Tint", "Outline"], value="Tint", label="Overlay")
        with gr.Row():
            overlay_color = gr.ColorPicker(OVERLAY_COLOR, label="Overlay colour", min_width=140)
            opacity = gr.Slider(
                0, 1, OVERLAY_OPACITY, step=0.05, label="Opacity of the tint", min_width=240
            )
        background.change(
            lambda chosen: [
                gr.update(visible=chosen == "Colour"),
                gr.update(visible=chosen == "Picture"),
            ],
            background,
            [color, behind_box],
            show_progress="hidden",
            **PAGE,
        )
        self.others: list[Any] = [
            switches,
            style,
            overlay_color,
            opacity,
            background,
            color,
            behind,
        ]
        self.components: list[Any] = [self.detail, *self.others]


def read_options(
    threshold: float,
    detail: str,
    switches: list[str],
    style: str,
    overlay_color: str,
    opacity: float,
    background: str,
    color: str,
    behind: str | None,
) -> Options:
    """Puts the values of threshold and `OptionInputs.components` together.

    Raises:
        ImageError: The background picture cannot be read.
    """
    backgrounds: dict[str, Any] = {
        "Transparent": "transparent",
        "Blurred": "blur",
        "Colour": hex_color(color),
    }
    if background == "Picture":  # transparent until there is one
        backgrounds["Picture"] = uploads.load(behind) if behind else "transparent"
    return Options(
        threshold=threshold,
        detail=DETAILS[detail],
        refine=REFINE in switches,
        clean_up=CLEAN_UP in switches,
        largest_only=LARGEST_ONLY in switches,
        overlay_style="outline" if style == "Outline" else "fill",
        overlay_color=hex_color(overlay_color),
        overlay_opacity=opacity,
        background=backgrounds[background],
        trim=TRIM in switches,
    )


def viewer_settings(options: Options, behind: str | None) -> dict[str, Any]:
    """The same as a viewer's settings.

    Args:
        options: From `read_options`.
        behind: The last value that was given to it.
    """
    names = (*MASK_OPTIONS, "overlay_style", "overlay_color", "overlay_opacity", "trim")
    settings: dict[str, Any] = {name: getattr(options, name) for name in names}
    if not isinstance(options.background, str):
        return {**settings, "background": "picture", "background_picture": behind}
    if options.background in ("transparent", "blur"):
        return {**settings, "background": options.background}
    return {**settings, "background": "color", "background_color": options.background}


def hex_color(picked: str) -> str:
    """A colour as "#rrggbb"; once used, the picker gives "rgba(26.5, 42, 130.1, 1)"."""
    if picked.startswith("#"):
        return picked
    red, green, blue = (round(float(value)) for value in re.findall(r"[\d.]+", picked)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"
