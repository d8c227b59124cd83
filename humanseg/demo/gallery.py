"""The tab for many photos: the examples in one click, or a ZIP of one's own."""

from pathlib import Path

import gradio as gr

from humanseg import Segmenter
from humanseg.demo.batch_panel import BatchPanel
from humanseg.demo.components import Updates
from humanseg.demo.edits import Edited
from humanseg.demo.examples import EXAMPLES, example_strip, keep_example
from humanseg.demo.slides import Slide, Slides, SlideView

YOURS = (
    "Choose several; you get them back as one ZIP. Click a result to correct it: its own download "
    "and the ZIP follow."
)


class GalleryTab:
    """Many photos.

    Attributes:
        threshold: The slider, for other tabs to set.
    """

    def __init__(self, segmenter: Segmenter):
        gr.HTML("<h2>Examples</h2><p>Click one to enlarge it; arrows lead to the others.</p>")
        examples = example_strip("gallery-examples")
        self.view = SlideView(segmenter, "example-viewer")
        self.view.open_from(examples, self.show_example, self.view.shown)
        gr.HTML(f"<h2>Your photos</h2><p>{YOURS}</p>")
        self.threshold = BatchPanel(segmenter).threshold

    def show_example(self, shown: Slides | None, event: gr.SelectData) -> Updates:
        """Enlarges the example that was clicked."""
        edited = (
            [slide.edited for slide in shown.slides]
            if shown
            else [Edited(example.file) for example in EXAMPLES]  # by which the viewer knows strokes
        )
        slides = [
            Slide(keep_example(number), Path(example.file).stem, example.caption, done)
            for number, (example, done) in enumerate(zip(EXAMPLES, edited, strict=True))
        ]
        return self.view.show(Slides(slides), event.index)
