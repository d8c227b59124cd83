"""The page: its head, the tabs and the foot, and how Gradio is to serve it."""

from pathlib import Path
from typing import Any

import gradio as gr

from humanseg import Segmenter
from humanseg.demo.about import about
from humanseg.demo.api import add_endpoints
from humanseg.demo.arguments import CheckedBlocks
from humanseg.demo.components import MODEL, PAGE
from humanseg.demo.gallery import GalleryTab
from humanseg.demo.refusals import HANDLERS
from humanseg.demo.retention import SweptBlocks
from humanseg.demo.sent_page import MIDDLEWARE
from humanseg.demo.single import SingleTab
from humanseg.demo.theme import THEME
from humanseg.demo.tuning import TuningTab
from humanseg.demo.turns import in_turn
from humanseg.demo.viewer import SCRIPT

HEADER = """
<h1>humanseg</h1>
<p>Cut the people out of any photo. Drop or paste yours anywhere; it is deleted within a day.</p>
"""


FOLLOW = """(here, there) => {
    const isNews = there && there.path !== globalThis.humansegFollowed;
    globalThis.humansegFollowed = there?.path;
    return isNews ? there : here;
}"""
"""The photo of the first tab goes along, if it was chosen there since the last time."""


class Page(CheckedBlocks, SweptBlocks):
    """`gr.Blocks` that checks what it is given, and deletes what it has kept long enough."""


def build_demo(segmenter: Segmenter) -> gr.Blocks:
    """Builds the page and the API, to be served with `launch(**LAUNCH)`.

    Args:
        segmenter: From `Segmenter.from_pretrained`, as the page names its weights.
    """
    weights = segmenter.weights
    if weights is None:
        raise ValueError("The demo names its weights: use Segmenter.from_pretrained.")
    with Page(title="humanseg", analytics_enabled=False) as demo:
        gr.HTML(HEADER, elem_classes="masthead")
        with gr.Tabs() as tabs:
            with gr.Tab("Single image", id="single"):
                single = SingleTab(segmenter)
            with gr.Tab("Gallery"):
                gallery = GalleryTab(segmenter)
            with gr.Tab("Threshold tuning") as tuning_tab:
                tuning = TuningTab(segmenter)
        gr.HTML(about(weights), elem_classes="about")
        tuning.connect_to(single, tabs, gallery.threshold)
        # In the browser, at once: an answer from here could arrive after, and so undo, what
        # the visitor chose meanwhile.
        tuning_tab.select(
            None,
            [tuning.photo, single.photo],
            tuning.photo,
            js=FOLLOW,
            **PAGE,
        )
        add_endpoints(segmenter, weights)
    for event in demo.fns.values():
        if event.concurrency_id == MODEL["concurrency_id"] and event.fn:
            event.fn = in_turn(event.fn)
    demo.queue(max_size=64, default_concurrency_limit=4)
    return demo


WORDS = gr.I18n(en={"common.complete": "Done"})
"""Of Gradio's words for screen readers those that it lacks."""

LAUNCH: dict[str, Any] = {
    "i18n": WORDS,
    "theme": THEME,
    "css_paths": Path(__file__).with_name("style.css"),
    "head": SCRIPT,
    "js": Path(__file__).with_name("page.js").read_text(encoding="utf-8"),
    "max_file_size": "50mb",
    "state_session_capacity": 100,
    "run_history": False,
    "ssr_mode": False,
    "app_kwargs": {"exception_handlers": HANDLERS, "middleware": MIDDLEWARE},
    "footer_links": ["api", "settings"],
}
