"""The tab for one photo: cut-out, overlay and mask, and a threshold that acts at once."""

import asyncio
import secrets
from functools import partial
from typing import Any

import gradio as gr

from humanseg import HumanSegError, ImageError, Segmenter
from humanseg.demo import uploads
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
from humanseg.demo.edits import read_edits
from humanseg.demo.examples import example_strip
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.turns import submit
from humanseg.demo.viewer import (
    colors_file,
    draw_behind,
    levels_file,
    picture_files,
    read_settings,
    viewer,
)

# A link that is never on the page does not depend on Gradio's DOM.
DOWNLOAD = """(file) => {
    if (!file) return;
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""
UNCORRECTED = '() => document.dispatchEvent(new CustomEvent("humanseg:uncorrected"))'
SAVED = '() => document.dispatchEvent(new CustomEvent("humanseg:saved"))'


class SingleTab:
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
        self.viewer = viewer("single-viewer", brush=True)
        self.file = gr.File(visible=False)
        self._connect()

    def _connect(self) -> None:
        self.photo.change(
            self.open,
            [self.photo, self.looked],
            [self.held, self.message, self.viewer],
            show_progress_on=[self.viewer],
            **PAGE,
            **MODEL,
        )
        self.viewer.look(
            self.look,
            [self.held],
            [self.looked, self.message, self.viewer],
            show_progress_on=[self.viewer],
            **TOLD,
            **MODEL,
        )
        self.viewer.behind(
            self.set_behind,
            [self.held],
            [self.message, self.viewer],
            show_progress="hidden",
            **TOLD,
            **MODEL,
        )
        self.viewer.correct(
            self.correct,
            [self.held, self.looked],
            [self.held, self.message, self.viewer],
            show_progress="hidden",
            concurrency_limit=MODEL["concurrency_limit"],
            **TOLD,
        ).failure(None, js=UNCORRECTED, **PAGE)
        self.viewer.recolor(
            self.recolor,
            [self.held, self.looked],
            self.viewer,
            show_progress="hidden",
            **TOLD,
            **MODEL,
        )
        saved = self.viewer.save(
            self.save, [self.held], self.file, show_progress="hidden", **TOLD, **MODEL
        )
        saved.success(None, self.file, js=DOWNLOAD, **PAGE)
        saved.then(None, js=SAVED, **PAGE)

    def open(self, path: str | None, looked: Options) -> Updates:
        """Segments the photo that was chosen, or clears the tab."""
        if path is None:
            return {self.held: None, self.message: "", self.viewer: None}
        try:
            held = EditedPhoto(self.segmenter, path)
            found = self._show(held, looked)
        except HumanSegError as error:
            return {self.held: None, self.message: note(str(error), "error"), self.viewer: None}
        return {self.held: held, self.message: "", self.viewer: found}

    def look(self, held: EditedPhoto | None, event: gr.EventData) -> Updates:
        """Makes the map anew, with more or less detail."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        chosen = read_settings(event._data).options
        looked = Options(detail=chosen.detail, refine=chosen.refine)
        return {self.looked: looked, self.message: "", self.viewer: self._show(held, looked)}

    def _show(self, held: EditedPhoto, looked: Options) -> dict[str, Any]:
        files = picture_files(held, held.full(looked))
        return {**files, "key": held.key, "detail": looked.detail, "refine": looked.refine}

    async def correct(
        self, held: EditedPhoto | None, looked: Options, event: gr.EventData
    ) -> Updates:
        """Makes the map follow all that was done with the brush, when it is the photo's turn."""
        pixels = 0 if held is None else held.pixels_to_correct
        work = partial(self._correct, held, looked, event._data)
        return await asyncio.wrap_future(submit(pixels, work))

    def _correct(self, held: EditedPhoto | None, looked: Options, given: Any) -> Updates:
        key, levels, said = str(_get(given, "photo")), None, ""
        try:
            if held is None:
                raise ImageError(EXPIRED)
            if key == held.key:  # otherwise there is another photo by now
                result = held.correct(read_edits(_get(given, "edits")), looked)
                levels = levels_file(result)
        except HumanSegError as error:
            said = note(str(error), "error")
        answer = {"photo": key, "levels": levels, "said": said, "number": secrets.randbits(32)}
        # What is held is remembered for an hour from now on.
        return {self.held: held, self.message: said, self.viewer: gr.update(corrected=answer)}

    def recolor(self, held: EditedPhoto | None, looked: Options, event: gr.EventData) -> Updates:
        """Makes the colours anew that people have at the edges of a corrected mask."""
        key = str(_get(event._data, "photo"))
        if held is None or key != held.key:
            return {self.viewer: gr.skip()}
        colors = colors_file(held.corrected(looked), held)
        answer = {"photo": key, "colors": colors, "number": secrets.randbits(32)}
        return {self.viewer: gr.update(recolored=answer)}

    def set_behind(self, held: Photo | None, event: gr.EventData) -> Updates:
        """Makes a background of a picture."""
        file, said = None, ""
        try:
            if held is None:
                raise ImageError(EXPIRED)
            file = draw_behind(uploads.load(_get(event._data, "background_picture")), held)
        except HumanSegError as error:
            said = note(str(error), "error")
        # Of the same value the viewer would not hear again.
        answer = {"file": file, "number": secrets.randbits(32)}
        return {self.message: said, self.viewer: gr.update(behind=answer)}

    def save(self, held: Photo | None, event: gr.EventData) -> str:
        """Makes what is to be downloaded at the photo's own size."""
        if held is None:
            raise ImageError(EXPIRED)
        chosen = read_settings(event._data)
        return held.save(chosen.options, chosen.kind, chosen.suffix)


def _get(chosen: Any, name: str) -> Any:
    return chosen.get(name) if isinstance(chosen, dict) else None
