"""A visitor's own photos: results as they come, cancelled at any time, and one ZIP."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import gradio as gr

from humanseg import HumanSegError, Segmenter
from humanseg.demo import batch_words as words
from humanseg.demo.batch import DEFAULT_KINDS, ArchiveError, check_batch, segment_files
from humanseg.demo.batch_results import Results
from humanseg.demo.batch_zip import BatchZip
from humanseg.demo.components import (
    BATCH,
    PAGE,
    STATE_SECONDS,
    Updates,
    empty_state,
    keep_focus,
    note,
    pictures_to_click,
    threshold_slider,
)
from humanseg.demo.edits import Edited
from humanseg.demo.option_inputs import OptionInputs, read_options, viewer_settings
from humanseg.demo.slides import Slides, SlideView
from humanseg.demo.uploads import MAX_FILES
from humanseg.photos.images import SUFFIXES


class BatchPanel:
    """Many photos at once.

    Attributes:
        threshold: The slider, for other tabs to set.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.is_cancelled = gr.State()
        self.done = gr.State(time_to_live=STATE_SECONDS)
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
                self.kinds = gr.CheckboxGroup(
                    list(words.IN_ZIP.items()),
                    value=list(DEFAULT_KINDS),
                    label="In the ZIP, of each photo",
                    elem_id="batch-kinds",
                )
                with gr.Accordion("More options", open=False):
                    self.options = OptionInputs()
                self.start = gr.Button("Segment photos", variant="primary", elem_id="batch-start")
                self.cancel = gr.Button("Cancel", visible=False, elem_id="batch-cancel")
            with gr.Column(scale=3, min_width=320):
                self.message = gr.HTML(elem_id="batch-message")
                self.zip = BatchZip(segmenter)
                self.empty = empty_state(
                    "Your results appear here", "Choose photos, then press the button."
                )
                self.overlays = pictures_to_click(
                    label="Results: click one to enlarge it",
                    visible="hidden",  # in the page, or it would miss some of what comes fast
                    columns=3,
                    object_fit="contain",
                    elem_id="batch-results",
                )
        self.view = SlideView(segmenter, "batch-viewer", words.RESULTS_EXPIRED)
        self._connect()

    def _connect(self) -> None:
        buttons = [self.start, self.cancel, self.message]
        begun = self.start.click(
            self.begin,
            None,
            [*buttons, self.is_cancelled],
            show_progress="hidden",
            queue=False,
            **PAGE,
        )
        begun.then(None, js=keep_focus("#batch-cancel"), **PAGE)
        ran = begun.then(
            self.run,
            [self.uploads, self.kinds, self.is_cancelled, self.threshold, *self.options.components],
            [
                *[*buttons, self.zip.button, self.zip.file, self.empty],
                *[self.overlays, self.done, self.view.box, self.view.shown, self.view.message],
            ],
            show_progress="minimal",
            show_progress_on=[self.message],
            **PAGE,
            **BATCH,
        )
        failed = ran.failure(self.fail, None, buttons, show_progress="hidden", queue=False, **PAGE)
        stopped = self.cancel.click(
            self.stop, self.is_cancelled, buttons, show_progress="hidden", queue=False, **PAGE
        )
        for ended in (ran.success, failed.then, stopped.then):
            ended(None, js=keep_focus("#batch-start"), **PAGE)
        self.zip.connect(self.done, self.view.shown, self.message, self.overlays, self.view.viewer)
        self.view.open_from(self.overlays, self.enlarge, [self.done, self.view.shown])

    def begin(self) -> Updates:
        """Lets it be cancelled from now on, though others may come first."""
        waiting = note("Waiting for its turn…")
        return {self.is_cancelled: Event(), self.message: waiting, **self._buttons(running=True)}

    def stop(self, is_cancelled: Event | None) -> Updates:
        """Leaves the photos out whose turn did not come yet."""
        if is_cancelled is not None:
            is_cancelled.set()
        return {self.message: note(words.CANCELLING), **self._buttons(running=False)}

    def fail(self) -> Updates:
        """Lets it be tried again, if the server failed or did not even begin."""
        return {self.message: note(words.FAILED, "error"), **self._buttons(running=False)}

    def _buttons(self, running: bool) -> Updates:
        return {
            self.start: gr.Button(visible=not running),
            self.cancel: gr.Button(visible=running),
        }

    def run(
        self,
        paths: list[str] | None,
        kinds: list[str],
        is_cancelled: Event | None,
        *chosen: Any,
    ) -> Iterator[Updates]:
        """Segments the files that were chosen, and packs a ZIP."""
        paths, stop, begun = paths or [], is_cancelled or Event(), time.monotonic()
        stopped = self._buttons(running=False)
        try:
            check_batch(paths, kinds)  # before earlier results go
            options = read_options(*chosen)
            settings = viewer_settings(options, chosen[-1])
            done = Results([], chosen=settings, kinds=kinds, inputs=chosen)
            edited = [Edited() for _ in paths]
            yield {
                self.message: words.progress(0, len(paths), 0.0),
                self.done: None,
                self.zip.button: gr.Button(visible="hidden"),
                self.view.box: gr.Column(visible=False),
                self.view.shown: None,
                self.view.message: "",
                **self._buttons(running=True),  # one that was cancelled may have ended meanwhile
                self.empty: gr.HTML(visible=False),
                self.overlays: gr.Gallery([], visible="hidden"),
            }
            for batch in segment_files(
                self.segmenter, paths, options, kinds, with_previews=True, is_cancelled=stop.is_set
            ):
                done = done.read(batch, paths, edited)
                said = words.progress(len(batch.rows), len(paths), time.monotonic() - begun)
                yield {
                    self.message: note(words.CANCELLING) if stop.is_set() else said,
                    self.overlays: gr.Gallery(done.previews, visible=bool(done.slides) or "hidden"),
                    self.done: done,
                }
        except HumanSegError as error:
            yield {self.message: note(str(error), "error"), **stopped}
        except ArchiveError:
            yield {self.message: note(words.UNWRITTEN, "error"), **stopped}
        else:
            yield {
                self.message: words.summary(batch),
                self.zip.file: batch.archive,
                self.zip.button: gr.Button(visible=bool(done.slides)),
                **stopped,
            }

    def enlarge(self, done: Slides | None, shown: Slides | None, event: gr.SelectData) -> Updates:
        """Opens the result that was clicked; `shown` is kept longer, while it is used."""
        slides = done or shown
        if slides is None:
            return {self.view.message: note(words.RESULTS_EXPIRED, "error")}
        return self.view.show(slides, event.index)
