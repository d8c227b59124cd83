"""The tab for one photo, and the view of a photo that other tabs have as well."""

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
from humanseg.demo.examples import example_strip
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.viewer import draw_behind, picture_files, read_settings, viewer

# A link that is never on the page does not depend on Gradio's DOM.
DOWNLOAD = """(file) => {
    if (!file) return;
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""
SAVED = '() => document.dispatchEvent(new CustomEvent("humanseg:saved"))'


class PhotoView:
    """A viewer, and what is remembered of the photo in it.

    Attributes:
        segmenter: Finds the people.
        held: The photo.
        looked: How the network looks at photos here.
        message: Beside the viewer.
        viewer: It.
        file: What is downloaded.
    """

    segmenter: Segmenter
    held: gr.State
    looked: gr.State
    message: gr.HTML
    viewer: gr.HTML
    file: gr.File

    def connect(self) -> None:
        """Has the viewer's events answered."""
        self.viewer.look(
            self.look,
            [self.held],
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
        saved = self.viewer.save(
            self.save, [self.held], self.file, show_progress="hidden", **PAGE, **MODEL
        )
        saved.success(None, self.file, js=DOWNLOAD, **PAGE)
        saved.then(None, js=SAVED, **PAGE)

    def open(self, path: str | None, looked: Options, name: str | None = None) -> Updates:
        """Segments a photo, of which results are called `name`, or shows none."""
        if path is None:
            return {self.held: None, self.message: "", self.viewer: None}
        try:
            held = Photo(self.segmenter, path, name)
            found = picture_files(held, held.full(looked))
        except HumanSegError as error:
            return {self.held: None, self.message: note(str(error), "error"), self.viewer: None}
        return {self.held: held, self.message: "", self.viewer: found}

    def look(self, held: Photo | None, event: gr.EventData) -> Updates:
        """Makes the map anew, with more or less detail."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        chosen = read_settings(event._data).options
        looked = Options(detail=chosen.detail, refine=chosen.refine)
        return {
            self.looked: looked,
            self.message: "",
            self.viewer: picture_files(held, held.full(looked)),
        }

    def set_behind(self, held: Photo | None, event: gr.EventData) -> Updates:
        """Makes a background of a picture."""
        file, said = None, ""
        try:
            if held is None:
                raise ImageError(EXPIRED)
            file = draw_behind(uploads.load(_picture(event._data)), held)
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


def _picture(chosen: Any) -> Any:
    return chosen.get("background_picture") if isinstance(chosen, dict) else None
