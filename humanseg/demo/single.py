"""The tab for one photo: cut-out, overlay and mask, and a threshold that acts at once."""

import gradio as gr

from humanseg import Segmenter
from humanseg.demo.components import MODEL, PAGE, STATE_SECONDS, photo_input
from humanseg.demo.examples import example_strip
from humanseg.demo.options import Options
from humanseg.demo.photo_view import PhotoView
from humanseg.demo.viewer import viewer


class SingleTab(PhotoView):
    """One photo; the network runs when it is chosen, and for more detail once again.

    Attributes:
        photo: The upload.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.held = gr.State(time_to_live=STATE_SECONDS)
        self.looked = gr.State(Options())
        with gr.Row(elem_classes="ways-in"):
            with gr.Column(scale=1, min_width=240):
                self.photo = photo_input(height=130, elem_id="single-photo")
            with gr.Column(scale=3, min_width=320):
                example_strip("single-examples", self.photo)
                self.message = gr.HTML()
        self.viewer = viewer("single-viewer")
        self.file = gr.File(visible=False)
        self.connect()
        self.photo.change(
            self.open,
            [self.photo, self.looked],
            [self.held, self.message, self.viewer],
            show_progress_on=[self.viewer],
            **PAGE,
            **MODEL,
        )
