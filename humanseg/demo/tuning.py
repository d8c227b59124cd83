"""The tab that shows what a threshold does: heat map, live mask, errors and curves."""

from dataclasses import replace
from typing import Any

import gradio as gr

from humanseg import HumanSegError, ImageError, Segmenter
from humanseg.demo.components import (
    EXPIRED,
    MODEL,
    PAGE,
    STATE_SECONDS,
    TOLD,
    Updates,
    note,
    photo_input,
)
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.examples import example_strip
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.single import SingleTab
from humanseg.demo.tuned import Tuned
from humanseg.demo.viewer import read_settings, viewer


class TuningTab:
    """One photo, and optionally its true mask.

    Attributes:
        photo: The upload.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.held = gr.State(time_to_live=STATE_SECONDS)
        self.looked = gr.State(Options())
        with gr.Row(elem_classes="ways-in"):
            with gr.Column(scale=1, min_width=140):
                self.photo = photo_input(height=130, elem_id="tuning-photo")
            with gr.Column(scale=1, min_width=140):
                self.truth = photo_input("True mask, if known", height=130, elem_id="tuning-truth")
            with gr.Column(scale=3, min_width=320):
                example_strip("tuning-examples", self.photo)
                self.message = gr.HTML()
                self.truth_message = gr.HTML(elem_id="tuning-truth-message")
        self.viewer = viewer("tuning-viewer", "tuning")
        self._connect()

    def _connect(self) -> None:
        outputs = [self.held, self.message, self.truth_message, self.viewer]
        shown: dict[str, Any] = {"show_progress_on": [self.viewer], **PAGE, **MODEL}
        self.photo.change(self.open, [self.photo, self.truth, self.looked], outputs, **shown)
        self.truth.change(self.compare, [self.held, self.truth], outputs, **shown)
        told = {**shown, **TOLD}
        self.viewer.look(self.look, [self.held], [self.looked, *outputs], **told)

    def connect_to(self, single: SingleTab, tabs: gr.Tabs, batch_threshold: gr.Slider) -> None:
        """Lets the threshold, with its photo, be used on the other tabs.

        Args:
            single: Gets both; its viewer took the threshold already, in the browser.
            tabs: Of which that with the id "single" is then shown.
            batch_threshold: Gets the threshold.
        """

        def use(
            photo: str | None, there: str | None, held: EditedPhoto | None, event: gr.EventData
        ) -> Updates:
            chosen = read_settings(event._data).options
            gr.Info(
                f"Threshold {chosen.threshold:.2f} and its photo are in Single image now; your "
                "photos in the Gallery get this threshold, too."
            )
            looked = chosen.look
            updates: Updates = {single.photo: photo}
            if photo == there:  # with what was corrected there
                updates = single.show_held(held, looked) if held else single.open(photo, looked)
            return {
                single.looked: looked,
                batch_threshold: chosen.threshold,
                tabs: gr.Tabs(selected="single"),
                **updates,
            }

        self.viewer.use(
            use,
            [self.photo, single.photo, single.held],
            [
                *[single.looked, single.photo, single.held, single.message, single.viewer],
                *[tabs, batch_threshold],
            ],
            show_progress_on=[self.viewer],
            **TOLD,
            **MODEL,
        )

    def open(self, path: str | None, truth: str | None, looked: Options) -> Updates:
        """Segments the photo that was chosen, or clears the tab."""
        gone: Updates = {
            self.held: None,
            self.message: "",
            self.truth_message: "",
            self.viewer: None,
        }
        if path is None:
            return gone
        try:
            held = Tuned(Photo(self.segmenter, path), looked=looked)
        except HumanSegError as error:
            return {**gone, self.message: note(str(error), "error")}
        return {self.message: "", **self.compare(held, truth)}

    def compare(self, held: Tuned | None, truth: str | None) -> Updates:
        """Takes the true mask in, or leaves it out again."""
        if held is None:
            missing = note("Choose the photo that this mask belongs to.") if truth else ""
            return {self.truth_message: missing}
        said = ""
        held = replace(held, truth=truth)
        try:
            files = held.files()
        except ImageError as error:
            said = note(str(error), "error")
            held = replace(held, truth=None)
            files = held.files()
        return {self.held: held, self.truth_message: said, self.viewer: files}

    def look(self, held: Tuned | None, event: gr.EventData) -> Updates:
        """Makes the map anew, with more or less detail."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        chosen = read_settings(event._data).options
        looked = chosen.look
        held = replace(held, looked=looked)
        return {self.held: held, self.looked: looked, self.message: "", self.viewer: held.files()}
