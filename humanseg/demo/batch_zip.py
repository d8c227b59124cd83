"""The button that hands a batch's ZIP out, made anew if results were corrected meanwhile."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from humanseg import HumanSegError, Segmenter
from humanseg.demo.batch import ArchiveError
from humanseg.demo.batch_results import Results, repack
from humanseg.demo.batch_words import (
    FAILED,
    KEPT_NO_MORE,
    REPACKING,
    UNWRITTEN,
    progress,
    summary,
    summary_of_corrections,
)
from humanseg.demo.components import PAGE, Updates, note
from humanseg.demo.option_inputs import read_options
from humanseg.demo.photo_view import DOWNLOAD
from humanseg.demo.slides import settled


class BatchZip:
    """A button, hidden until there is a ZIP.

    Args:
        segmenter: Of the batch.

    Attributes:
        button: It.
        file: The ZIP as it was made last.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.button = gr.Button(
            "Download all as ZIP", variant="primary", visible="hidden", elem_id="batch-zip"
        )
        self.file = gr.File(visible=False)

    def connect(
        self,
        done: gr.State,
        shown: gr.State,
        message: gr.HTML,
        overlays: gr.Gallery,
        viewer: gr.HTML,
    ) -> None:
        """Has clicks answered.

        Args:
            done: The `Results`.
            shown: Those of them that are looked at; kept longer, while they are.
            message: Where is said what is done.
            overlays: The previews.
            viewer: Where results are corrected.
        """
        self.done, self.message, self.overlays = done, message, overlays
        packed = self.button.click(
            self.pack,
            [done, shown],
            [message, overlays, done, self.file],
            js=settled(viewer),
            show_progress="minimal",
            show_progress_on=[message],
            concurrency_limit=2,  # each may hold a large background picture
            **{**PAGE, "trigger_mode": "once"},
        )
        packed.success(None, self.file, js=DOWNLOAD, **PAGE)
        told: dict[str, Any] = {"show_progress": "hidden", "queue": False, **PAGE}
        packed.failure(lambda: note(FAILED, "error"), None, message, **told)

    def pack(self, done: Results | None, shown: Results | None) -> Iterator[Updates]:
        """Gives the ZIP, or none if it cannot be made; as it was, if nothing else is known."""
        results, begun = done or shown, time.monotonic()
        if results is None:
            yield {self.message: note(KEPT_NO_MORE)}
            return
        count = len(results.changed)
        said: Updates = {}
        try:
            if count:
                options = read_options(*results.inputs)
                yield {self.message: progress(0, count, 0.0, REPACKING), self.file: None}
                for n, packed in enumerate(repack(self.segmenter, results, options), 1):
                    results, seconds = packed, time.monotonic() - begun
                    yield {
                        self.message: progress(min(n, count), count, seconds, REPACKING),
                        self.overlays: gr.Gallery(results.previews),
                    }
                said = {self.message: summary(results.batch) + summary_of_corrections(count)}
        except HumanSegError as error:
            yield {self.message: note(str(error), "error")}
        except ArchiveError:
            yield {self.message: note(UNWRITTEN, "error")}
        else:
            yield {self.done: results, self.file: results.batch.archive, **said}
