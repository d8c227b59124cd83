"""The tab for one photo: cut-out, overlay and mask, and a threshold that acts at once."""

import secrets
from typing import Any

import gradio as gr

from humanseg import HumanSegError, ImageError, Segmenter
from humanseg.demo import uploads
from humanseg.demo.components import (
    EXPIRED,
    MODEL,
    PAGE,
    STATE_SECONDS,
    Updates,
    note,
    photo_input,
)
from humanseg.demo.easel import Easel
from humanseg.demo.edits import read_edits
from humanseg.demo.examples import example_strip
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
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
        self.easel = gr.State(time_to_live=STATE_SECONDS)
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
            [self.held, self.easel, self.message, self.viewer],
            show_progress_on=[self.viewer],
            **PAGE,
            **MODEL,
        )
        self.viewer.look(
            self.look,
            [self.held, self.easel],
            [self.looked, self.message, self.viewer],
            show_progress_on=[self.viewer],
            **PAGE,
            **MODEL,
        )
        self.viewer.behind(
            self.set_behind,
            [self.held],
            [self.message, self.viewer],
            show_progress="hidden",
            **PAGE,
            **MODEL,
        )
        self.viewer.correct(
            self.correct,
            [self.easel, self.looked],
            [self.held, self.easel, self.message, self.viewer],
            show_progress="hidden",
            **PAGE,
            **MODEL,
        ).failure(None, js=UNCORRECTED, **PAGE)
        self.viewer.recolor(
            self.recolor,
            [self.easel, self.looked],
            self.viewer,
            show_progress="hidden",
            **PAGE,
            **MODEL,
        )
        saved = self.viewer.save(
            self.save, [self.held], self.file, show_progress="hidden", **PAGE, **MODEL
        )
        saved.success(None, self.file, js=DOWNLOAD, **PAGE)
        saved.then(None, js=SAVED, **PAGE)

    def open(self, path: str | None, looked: Options) -> Updates:
        """Segments the photo that was chosen, or clears the tab."""
        none: Updates = {self.held: None, self.easel: None, self.viewer: None}
        if path is None:
            return {**none, self.message: ""}
        try:
            held = Photo(self.segmenter, path)
            easel = Easel(held)
            shown = self._show(easel, looked)
        except HumanSegError as error:
            return {**none, self.message: note(str(error), "error")}
        return {self.held: held, self.easel: easel, self.message: "", self.viewer: shown}

    def look(self, held: Photo | None, easel: Easel | None, event: gr.EventData) -> Updates:
        """Makes the map anew, with more or less detail."""
        if held is None or easel is None:
            return {self.message: note(EXPIRED, "error")}
        chosen = read_settings(event._data).options
        looked = Options(detail=chosen.detail, refine=chosen.refine)
        return {self.looked: looked, self.message: "", self.viewer: self._show(easel, looked)}

    def _show(self, easel: Easel, looked: Options) -> dict[str, Any]:
        return {**picture_files(easel.photo, easel.photo.full(looked)), "key": easel.key}

    def correct(self, easel: Easel | None, looked: Options, event: gr.EventData) -> Updates:
        """Makes the map follow all that was done with the brush."""
        key, edits = _get(event._data, "photo"), _get(event._data, "edits")
        answer: dict[str, Any] = {"photo": key, "levels": None, "number": secrets.randbits(32)}
        said = ""
        try:
            if easel is None:
                raise ImageError(EXPIRED)
            if key != easel.key:  # there is another photo by now
                return {self.message: gr.skip()}
            answer["levels"] = levels_file(easel.correct(read_edits(edits), looked))
        except HumanSegError as error:
            said = note(str(error), "error")
        updates: Updates = {self.message: said, self.viewer: gr.update(corrected=answer)}
        if easel is not None:  # it is kept for an hour from now on
            updates |= {self.easel: easel, self.held: easel.photo}
        return updates

    def recolor(self, easel: Easel | None, looked: Options, event: gr.EventData) -> Updates:
        """Makes the colours anew that people have at the edges of a corrected mask."""
        key = _get(event._data, "photo")
        if easel is None or key != easel.key:
            return {self.viewer: gr.skip()}
        colors = colors_file(easel.result(looked), easel.photo)
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
