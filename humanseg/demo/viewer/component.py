"""The viewer as a component of Gradio. Its script is in the page once, however many there are."""

import json
from pathlib import Path

import gradio as gr

from humanseg.demo.charts import FALSE_COLOR, HEAT_COLORS, HEAT_SCALE, MISSED_COLOR
from humanseg.demo.options import HOLE, SPECK
from humanseg.edges.alpha import CELLS, SOFTNESS
from humanseg.edges.levels import TOP
from humanseg.pictures.backgrounds import BLUR
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY

FOLDER = Path(__file__).parent
CONSTANTS = {
    **{"TOP": TOP, "SOFTNESS": SOFTNESS, "CELLS": CELLS},
    **{"SPECK": SPECK, "HOLE": HOLE, "BLUR": BLUR},
    **{"HEAT": HEAT_COLORS, "MISSED": MISSED_COLOR, "FALSE": FALSE_COLOR},
}
IN_WORKER = ("levels", "alpha", "pixelmap", "cleanup", "blur", "worker")
LOOKING = ("levels", "alpha", "outline", "painter", "pictures", "stage", "words")
DOING = ("history", "corrections", "brush", "drawing", "viewer")
IN_PAGE = (*LOOKING, *DOING, "tuning", "slides", "kinds")

ON_LOAD = """humansegViewer(element, props, watch, upload, {
    save: (settings) => trigger("save", settings),
    look: (settings) => trigger("look", settings),
    behind: (settings) => trigger("behind", settings),
    use: (settings) => trigger("use", settings),
    step: (chosen) => trigger("step", chosen),
    correct: (edits) => trigger("correct", edits),
    recolor: (photo) => trigger("recolor", photo),
});"""


def _read(name: str) -> str:
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def _join(names: tuple[str, ...]) -> str:
    scripts = "\n".join(_read(f"{name}.js") for name in names)
    return f"const CONSTANTS = {json.dumps(CONSTANTS)};\n{scripts}"


SCRIPT = (
    f"<script>(() => {{\nconst WORKER = {json.dumps(_join(IN_WORKER))};\n{_join(IN_PAGE)}\n}})();"
    "</script>"
)
"""For the head of the page."""


EMPTY = {
    "single": "Your cut-out appears here",
    "tuning": "What the threshold does appears here",
    "gallery": "The photo that you click appears here",
}
"""By kind of viewer what stands in it as long as there is no photo."""


def viewer(elem_id: str, kind: str = "single") -> gr.HTML:
    """A viewer, empty until its value is what `picture_files` made.

    One of kind "tuning" shows probabilities, errors and curves as well, and has the event
    `use`, when the threshold is to be used elsewhere. Its value has `chart` and `curves`, too.
    One of kind "gallery" has the event `step`, which brings the number of another photo as `to`;
    its value says of the photo its `title`, which it is (`at`), of how many (`of`), and as
    `chosen` the settings that it is shown with.

    The other events are `look`, when the server must make the map anew; `behind`, when it must
    make a background of a picture; and `save`. Each brings what `read_settings` reads.
    The value also has what `about_map` gives. The prop `remapped`, which answers the first, is
    such a value; if it is of a photo that is seen no more, it is not taken. The prop `behind`
    answers the second: its `path` is that of the picture, its `file` is what `draw_behind` made,
    or None, and its `number` is another each time.

    But for "tuning" there is a brush, and there are two events more: `correct` brings what
    `read_edits` reads, and is answered by the prop `corrected`, of which `levels` is None if
    nothing came of it, as `said`; `recolor` asks for the prop `recolored`, with `colors`.
    """
    template = _read("viewer.html").replace("@KIND@", kind).replace("@EMPTY@", EMPTY[kind])
    template = template.replace("@BRUSH@", "" if kind == "tuning" else _read("brush.html"))
    template = template.replace("@OVERLAY_COLOR@", OVERLAY_COLOR)
    return gr.HTML(
        html_template=template.replace("@OVERLAY_OPACITY@", str(OVERLAY_OPACITY)),
        css_template=(_read("viewer.css") + _read("brush.css")).replace("@HEAT@", HEAT_SCALE),
        js_on_load=ON_LOAD,
        apply_default_css=False,
        elem_id=elem_id,
        remapped=None,
        behind=None,
        corrected=None,
        recolored=None,
    )


def tell(viewer: gr.HTML, call: str) -> str:
    """Script that calls a method of a viewer."""
    root = f'document.querySelector("#{viewer.elem_id} .viewer")'
    return f"() => {{ {root}?.parentElement.viewer?.{call}; }}"
