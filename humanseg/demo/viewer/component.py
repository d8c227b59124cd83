"""The viewer as a component of Gradio. Its script is in the page once, however many there are."""

import json
from pathlib import Path

import gradio as gr

from humanseg.demo.options import HOLE, SPECK
from humanseg.edges.levels import SOFTNESS, TOP
from humanseg.pictures.backgrounds import BLUR
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY

FOLDER = Path(__file__).parent
CONSTANTS = {"TOP": TOP, "SOFTNESS": SOFTNESS, "SPECK": SPECK, "HOLE": HOLE, "BLUR": BLUR}
IN_WORKER = ("levels", "pixelmap", "cleanup", "blur", "worker")
LOOKING = ("levels", "outline", "painter", "pictures", "stage", "words")
IN_PAGE = (*LOOKING, "history", "corrections", "brush", "viewer")

ON_LOAD = """humansegViewer(element, props, watch, upload, {
    save: (settings) => trigger("save", settings),
    look: (settings) => trigger("look", settings),
    behind: (settings) => trigger("behind", settings),
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


def viewer(elem_id: str, brush: bool = False) -> gr.HTML:
    """A viewer, empty until its value is what `picture_files` made.

    Its events are `look`, when the server must make the map anew; `behind`, when it must
    make a background of a picture; and `save`. Each brings what `read_settings` reads.
    The prop `behind` answers the second: its `file` is what `draw_behind` made, or None, and
    its `number` is another each time.

    With a brush the value also has `key`, by which a photo is known, and there are two events
    more: `correct` brings what `read_edits` reads, and is answered by the prop `corrected`, of
    which `levels` is None if nothing came of it, as `said`; `recolor` asks for the prop
    `recolored`, with `colors`.
    """
    template = _read("viewer.html").replace("@BRUSH@", _read("brush.html") if brush else "")
    template = template.replace("@OVERLAY_COLOR@", OVERLAY_COLOR)
    return gr.HTML(
        html_template=template.replace("@OVERLAY_OPACITY@", str(OVERLAY_OPACITY)),
        css_template=_read("viewer.css") + _read("brush.css"),
        js_on_load=ON_LOAD,
        apply_default_css=False,
        elem_id=elem_id,
        behind=None,
        corrected=None,
        recolored=None,
    )
