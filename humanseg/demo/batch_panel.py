"""A visitor's own photos: results as they come, cancelled at any time, and one ZIP."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import gradio as gr

from humanseg import HumanSegError, Segmenter
from humanseg.demo.batch import DEFAULT_KINDS, MAX_FILES, ArchiveError, Batch, segment_files
from humanseg.demo.batch_words import UNWRITTEN, progress, summary
from humanseg.demo.components import (
    BATCH,
    EXPIRED,
    MODEL,
    PAGE,
    STATE_SECONDS,
    TOLD,
    Updates,
    empty_state,
    note,
    pictures_to_click,
    threshold_slider,
)
from humanseg.demo.edits import Edited
from humanseg.demo.option_inputs import OptionInputs, read_options, viewer_settings
from humanseg.demo.slides import Slide, Slides, SlideView
from humanseg.photos.images import SUFFIXES

IN_ZIP = {
    "Mask": "mask",
    "Overlay": "overlay",
    "Cut-out": "cutout",
    "Soft mask (alpha)": "alpha",
    "Probability (16 bit)": "probability",
    "Data (JSON)": "regions",
}


class BatchPanel:
    """Many photos at once.

    Attributes:
        threshold: The slider, for other tabs to set.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.cancelled: dict[str | None, Event] = {}
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
                    list(IN_ZIP.items()),
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
                self.archive = gr.DownloadButton(
                    "Download all as ZIP", variant="primary", visible="hidden", elem_id="batch-zip"
                )
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
        self.view = SlideView(segmenter, "batch-viewer")
        self._connect()

    def _connect(self) -> None:
        buttons = [self.start, self.cancel, self.message]
        begun = self.start.click(
            self.begin, None, buttons, show_progress="hidden", queue=False, **PAGE
        )
        begun.then(
            self.run,
            [self.uploads, self.kinds, self.threshold, *self.options.components],
            [*buttons, self.archive, self.empty, self.overlays, self.done, self.view.box],
            show_progress="minimal",
            show_progress_on=[self.message],
            **PAGE,
            **BATCH,
        )
        self.cancel.click(self.stop, None, buttons, show_progress="hidden", queue=False, **PAGE)
        self.overlays.select(
            self.enlarge,
            [self.done, self.view.shown],
            self.view.outputs,
            show_progress_on=[self.overlays],
            **TOLD,
            **MODEL,
        )

    def begin(self, request: gr.Request) -> Updates:
        """Lets it be cancelled from now on, though others may come first."""
        self.cancelled[request.session_hash] = Event()
        return {self.message: note("Waiting for its turn…"), **self._buttons(running=True)}

    def stop(self, request: gr.Request) -> Updates:
        """Leaves the photos out whose turn did not come yet."""
        if request.session_hash in self.cancelled:
            self.cancelled[request.session_hash].set()
        return {self.message: note("Cancelling…"), **self._buttons(running=False)}

    def _buttons(self, running: bool) -> Updates:
        return {
            self.start: gr.Button(visible=not running),
            self.cancel: gr.Button(visible=running),
        }

    def run(
        self,
        paths: list[str] | None,
        kinds: list[str],
        request: gr.Request,
        *chosen: Any,
    ) -> Iterator[Updates]:
        """Segments the files that were chosen, and packs a ZIP."""
        paths, begun = paths or [], time.monotonic()
        is_cancelled = self.cancelled.get(request.session_hash) or Event()
        stopped = self._buttons(running=False)
        try:
            options = read_options(*chosen)
            settings = viewer_settings(options, chosen[-1])
            edited = [Edited() for _ in paths]
            yield {
                self.message: progress(0, len(paths), 0.0),
                self.done: None,
                self.archive: gr.DownloadButton(visible="hidden"),
                self.view.box: gr.Column(visible=False),
                self.empty: gr.HTML(visible=False),
                self.overlays: gr.Gallery([], visible="hidden"),
            }
            for batch in segment_files(
                self.segmenter,
                paths,
                options,
                kinds,
                with_previews=True,
                is_cancelled=is_cancelled.is_set,
            ):
                yield {
                    self.message: progress(len(batch.rows), len(paths), time.monotonic() - begun),
                    **self._show(batch, paths, edited, settings),
                }
        except HumanSegError as error:
            yield {self.message: note(str(error), "error"), **stopped}
        except ArchiveError:
            yield {self.message: note(UNWRITTEN, "error"), **stopped}
        else:
            archive = gr.DownloadButton(
                value=batch.archive, visible=not all(row["error"] for row in batch.rows)
            )
            yield {self.message: summary(batch), self.archive: archive, **stopped}
        finally:
            if self.cancelled.get(request.session_hash) is is_cancelled:
                del self.cancelled[request.session_hash]

    def _show(
        self, batch: Batch, paths: list[str], edited: list[Edited], settings: dict[str, Any]
    ) -> Updates:
        made = zip(batch.rows, batch.previews, paths, edited, strict=False)
        read = [
            (row, preview, Slide(path, row["name"], row["file"], done))
            for row, preview, path, done in made
            if preview
        ]
        pixels = max(((row["width"] or 0) * (row["height"] or 0) for row, *_ in read), default=0)
        previews = [(preview, row["name"]) for row, preview, _ in read]
        return {
            self.overlays: gr.Gallery(previews, visible=True if read else "hidden"),
            self.done: Slides([slide for *_, slide in read], pixels, settings),
        }

    def enlarge(self, done: Slides | None, shown: Slides | None, event: gr.SelectData) -> Updates:
        """Opens the result that was clicked; `shown` is kept longer, while it is used."""
        slides = done or shown
        if slides is None:
            return {self.view.message: note(EXPIRED, "error")}
        return self.view.show(slides, event.index)
