"""The endpoints that other programs call; their names and parameters stay."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from humanseg import Segmenter
from humanseg.checkpoints.weights import Weights
from humanseg.demo.components import BATCH, MODEL, photo_input
from humanseg.demo.endpoints import Endpoints
from humanseg.demo.options import LOOK_OPTIONS, MASK_OPTIONS
from humanseg.demo.tool_answers import answer_with_json
from humanseg.options import OPTIONS


def add_endpoints(segmenter: Segmenter, weights: Weights) -> None:
    """Adds `/segment`, `/segment_batch` and the other methods of `Endpoints`."""
    answer_with_json()
    image = photo_input("image", visible=False)
    ground_truth = photo_input("ground_truth", visible=False)
    images = gr.File(file_count="multiple", label="images", visible=False)
    # Of gr.File's own description MCP makes a reference to nothing, and refuses all calls.
    images.api_info = lambda: {"type": "array", "items": image.api_info()}  # type: ignore
    corrections = photo_input("corrections", visible=False)
    only = gr.JSON(label="only", visible=False)
    # gr.JSON's own description has no type, and MCP refuses all calls of such a tool.
    only.api_info = lambda: {"type": "array", "items": {"type": "number"}}  # type: ignore
    by_hand = [corrections, only]
    options = {name: option_input(name) for name in OPTIONS}
    look, mask = ([options[name] for name in names] for names in (LOOK_OPTIONS, MASK_OPTIONS))
    pictures = [
        gr.Image(label=name, type="filepath", format="png", visible=False)
        for name in ("mask", "overlay", "cutout")
    ]
    probability_map = gr.Image(label="probability", type="filepath", format="png", visible=False)
    archive = gr.File(label="archive", visible=False)
    info = gr.JSON(label="info", visible=False)
    trigger = gr.Button(visible=False)
    answers = Endpoints(segmenter, weights)
    endpoints: list[tuple[Callable[..., Any], list[Any], list[Any], dict[str, Any]]] = [
        (answers.segment, [image, *options.values(), *by_hand], [*pictures, info], MODEL),
        (answers.segment_batch, [images, *options.values()], [archive, info], BATCH),
        (answers.regions, [image, *mask, *by_hand], [info], MODEL),
        (answers.probability, [image, *look, *by_hand], [probability_map, info], MODEL),
        (answers.threshold_curve, [image, ground_truth, *look], [info], MODEL),
        (answers.health, [], [info], {"queue": False}),
    ]
    for function, inputs, outputs, limits in endpoints:
        trigger.click(function, inputs, outputs, api_name=function.__name__, **limits)


def option_input(name: str) -> gr.components.Component:
    """What an endpoint gets an option through; its kind is what programs are told."""
    option = OPTIONS[name]
    component = {float: gr.Number, bool: gr.Checkbox, str: gr.Textbox}[option.type]
    return component(option.default, label=name, visible=False)
