"""The tab for many photos: the examples in one click, or a ZIP of one's own."""

from typing import Any

import gradio as gr

from humanseg import HumanSegError, Segmenter
from humanseg.demo.batch import MAX_FILES, segment_files
from humanseg.demo.components import (
    BATCH,
    MODEL,
    PAGE,
    ContactSheet,
    Updates,
    describe,
    empty_state,
    note,
    threshold_slider,
)
from humanseg.demo.examples import chosen_example, example_strip
from humanseg.demo.option_inputs import OptionInputs, read_options
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo, Shown
from humanseg.demo.schema import BatchRow
from humanseg.photos.images import SUFFIXES


class GalleryTab:
    """Many photos.

    Attributes:
        threshold: The slider, for other tabs to set.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        gr.HTML("<h2>Examples</h2><p>Click one to see its mask, overlay and cut-out.</p>")
        self.examples = example_strip("gallery-examples")
        self.example_message = gr.HTML()
        self.sheet = ContactSheet("the example")
        gr.HTML("<h2>Your photos</h2><p>Choose several; you get them back as one ZIP.</p>")
        with gr.Row(elem_classes="workbench"):
            with gr.Column(scale=2, min_width=320):
                self.uploads = gr.File(
                    label=f"Photos, up to {MAX_FILES}",
                    file_count="multiple",
                    file_types=list(SUFFIXES),
                    height=220,
                    elem_id="batch-files",
                )
                self.threshold = threshold_slider("batch-threshold")
                with gr.Accordion("More options", open=False):
                    self.options = OptionInputs()
                self.start = gr.Button("Segment photos", variant="primary", elem_id="batch-start")
                self.message = gr.HTML(elem_id="batch-message")
            with gr.Column(scale=3, min_width=320):
                self.empty = empty_state(
                    "Your results appear here", "Choose photos, then press the button."
                )
                with gr.Column(visible=False) as self.results:
                    self.overlays = gr.Gallery(
                        label="Results",
                        columns=3,
                        object_fit="contain",
                        height="auto",
                        interactive=False,
                        buttons=["fullscreen"],
                        elem_id="batch-results",
                    )
                    self.archive = gr.DownloadButton(
                        "Download all as ZIP", variant="primary", elem_id="batch-zip"
                    )
        self._connect()

    def _connect(self) -> None:
        self.examples.select(
            self.show_example,
            outputs=[self.example_message, self.sheet.row, *self.sheet.components],
            show_progress_on=[self.example_message],
            **PAGE,
            **MODEL,
        )
        self.start.click(
            self.segment_uploads,
            [self.uploads, self.threshold, *self.options.components],
            [self.message, self.empty, self.results, self.overlays, self.archive],
            show_progress_on=[self.message],
            **PAGE,
            **BATCH,
        )

    def show_example(self, event: gr.SelectData) -> Updates:
        """Segments the example that was clicked."""
        shown = Shown(Photo(self.segmenter, chosen_example(event)), Options())
        return {
            self.example_message: describe(shown),
            self.sheet.row: gr.update(visible=True),
            **self.sheet.show(shown),
        }

    def segment_uploads(
        self,
        paths: list[str] | None,
        progress: gr.Progress = gr.Progress(),
        *chosen: Any,
    ) -> Updates:
        """Segments the files that were chosen, and packs a ZIP."""
        paths = paths or []
        try:
            batch = segment_files(
                self.segmenter,
                paths,
                read_options(*chosen),
                lambda done: progress((done, len(paths)), unit="photos"),
                with_previews=True,
            )
        except HumanSegError as error:
            return {self.message: note(str(error), "error")}
        return {
            self.message: summary(batch.rows),
            self.empty: gr.update(visible=False),
            self.results: gr.update(visible=True),
            self.overlays: batch.previews,
            self.archive: batch.archive,
        }


def summary(rows: list[BatchRow]) -> str:
    """How many photos were done, and a line for each that was not."""
    errors = [row["error"] for row in rows if row["error"]]
    done = note(f"{len(rows) - len(errors)} of {len(rows)} photos done.")
    return done + "".join(note(error, "error") for error in errors)
