"""The tab that shows what a threshold does: heat map, live mask, errors and curves."""

import gradio as gr

from humanseg import HumanSegError, ImageError, Segmenter
from humanseg.demo.components import (
    EXPIRED,
    MODEL,
    PAGE,
    STATE_SECONDS,
    TOLD,
    Updates,
    keep_focus,
    note,
    photo_input,
)
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.examples import example_strip
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.photo_view import connect_look
from humanseg.demo.single import SingleTab
from humanseg.demo.tuned import Tuned
from humanseg.demo.viewer import read_settings, tell, viewer


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
        # One event: a true mask may be chosen while its photo is still worked on.
        gr.on(
            [self.photo.change, self.truth.change],
            self.open,
            [self.photo, self.truth, self.held, self.looked],
            [self.held, self.message, self.truth_message, self.viewer],
            show_progress_on=[self.viewer],
            **PAGE,
            **MODEL,
        )
        connect_look(self.viewer, self.look, self.held, [self.looked, self.message])

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

        used = self.viewer.use(
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
        used.failure(None, js=tell(single.viewer, "stayAtLook()"), **PAGE)
        used.success(None, js=keep_focus("[role=tab][aria-selected=true]"), **PAGE)

    def open(
        self, path: str | None, truth: str | None, held: Tuned | None, looked: Options
    ) -> Updates:
        """Segments the photo that was chosen, and compares it with its true mask if there is one.

        Args:
            path: Of the photo, or None to clear the tab.
            truth: Path of the true mask, or None.
            held: What is shown; of the same photo the network need not run again.
            looked: How the network looks at photos here.
        """
        gone: Updates = {
            self.held: None,
            self.message: "",
            self.truth_message: "",
            self.viewer: None,
        }
        if path is None:
            missing = note("Choose the photo that this mask belongs to.") if truth else ""
            return {**gone, self.truth_message: missing}
        try:
            photo = held.photo if held and held.path == path else Photo(self.segmenter, path)
        except HumanSegError as error:
            return {**gone, self.message: note(str(error), "error")}
        opened, said = Tuned(photo, path, truth), ""
        try:
            files = opened.files(looked)
        except ImageError as error:
            said = note(str(error), "error")
            opened = Tuned(photo, path, None)
            files = opened.files(looked)
        return {**gone, self.held: opened, self.truth_message: said, self.viewer: files}

    def look(self, held: Tuned | None, event: gr.EventData) -> Updates:
        """Makes the map anew, with more or less detail."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        looked = read_settings(event._data).options.look
        remapped = gr.update(remapped=held.files(looked))
        return {self.looked: looked, self.message: "", self.viewer: remapped}
