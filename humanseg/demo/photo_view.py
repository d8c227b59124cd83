"""A photo in a viewer: its map, corrections and downloads are made as it asks for them."""

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from gradio.blocks import Block

from humanseg import HumanSegError, ImageError, Segmenter
from humanseg.demo import uploads
from humanseg.demo.components import EXPIRED, MODEL, PAGE, TOLD, Updates, note
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.edits import Edited, read_edits
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.turns import submit
from humanseg.demo.viewer import (
    about_map,
    colors_file,
    draw_behind,
    levels_file,
    picture_files,
    read_settings,
    tell,
)

# A link that is never on the page does not depend on Gradio's DOM.
DOWNLOAD = """(file) => {
    if (!file) return;
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""


def connect_look(
    viewer: gr.HTML, handler: Callable[..., Updates], held: gr.State, told: list[Block]
) -> None:
    """Has a viewer's event `look` answered; if that fails, what is seen is chosen again.

    Args:
        viewer: It.
        handler: Makes the map anew.
        held: The photo, for the handler.
        told: What changes beside the viewer.
    """
    looked = viewer.look(handler, held, [*told, viewer], show_progress_on=[viewer], **TOLD, **MODEL)
    looked.failure(None, js=tell(viewer, "stayAtLook()"), **PAGE)


class PhotoView:
    """A viewer, and what is remembered of the photo in it.

    Attributes:
        segmenter: Finds the people.
        held: The photo.
        looked: How the network looks at photos here.
        message: Beside the viewer.
        viewer: It.
        file: What is downloaded.
        expired: What is said when the photo is no longer remembered.
    """

    segmenter: Segmenter
    held: gr.State
    looked: gr.State
    message: gr.HTML
    viewer: gr.HTML
    file: gr.File
    expired: str = EXPIRED

    def connect(self) -> None:
        """Has the viewer's events answered."""
        connect_look(self.viewer, self.look, self.held, [self.looked, self.message])
        quiet: dict[str, Any] = {"show_progress": "minimal", "show_progress_on": [self.viewer]}
        laid_behind = self.viewer.behind(
            self.set_behind, [self.held], [self.message, self.viewer], **quiet, **TOLD, **MODEL
        )
        laid_behind.failure(None, js=tell(self.viewer, 'busy("")'), **PAGE)
        corrected = self.viewer.correct(
            self.correct,
            [self.held, self.looked],
            [self.message, self.viewer],
            show_progress="hidden",
            concurrency_limit=MODEL["concurrency_limit"],
            **TOLD,
        )
        corrected.failure(None, js=tell(self.viewer, "brush.corrections.failed()"), **PAGE)
        # Remembered for an hour from now on: what is held now, not what was when it was asked.
        corrected.success(lambda held: held, self.held, self.held, show_progress="hidden", **PAGE)
        self.viewer.recolor(
            self.recolor,
            [self.held, self.looked],
            self.viewer,
            show_progress="hidden",
            **TOLD,
            **MODEL,
        )
        saved = self.viewer.save(self.save, [self.held], self.file, **quiet, **TOLD, **MODEL)
        saved.success(None, self.file, js=DOWNLOAD, **PAGE)
        for after in (saved.success, saved.failure):  # `then` is not called after a failure
            after(None, js=tell(self.viewer, "saving(null)"), **PAGE)

    def open(
        self,
        path: str | None,
        looked: Options,
        name: str | None = None,
        edited: Edited | None = None,
    ) -> Updates:
        """Segments a photo, or shows none; of `name` and `edited` as `EditedPhoto` says."""
        if path is None:
            return {self.held: None, self.message: "", self.viewer: None}
        try:
            held = EditedPhoto(self.segmenter, path, name, edited)
            found = self._show(held, looked)
        except HumanSegError as error:
            return {self.held: None, self.message: note(str(error), "error"), self.viewer: None}
        return {self.held: held, self.message: "", self.viewer: found}

    def look(self, held: EditedPhoto | None, event: gr.EventData) -> Updates:
        """Makes the map anew, with more or less detail."""
        if held is None:
            return {self.message: note(self.expired, "error")}
        chosen = read_settings(event._data).options
        looked = chosen.look
        return self.show_held(held, looked)

    def show_held(self, held: EditedPhoto, looked: Options) -> Updates:
        """Shows a photo that is held already, and looks at others likewise."""
        remapped = gr.update(remapped=self._show(held, looked))
        return {self.looked: looked, self.message: "", self.viewer: remapped}

    def _show(self, held: EditedPhoto, looked: Options) -> dict[str, Any]:
        files = picture_files(held, held.full(looked))
        return {**files, **about_map(held.key, looked)}

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
                raise ImageError(self.expired)
            if key == held.key:  # otherwise there is another photo by now
                result = held.correct(read_edits(_get(given, "edits")), looked)
                levels = levels_file(result)
        except HumanSegError as error:
            said = str(error)
        answer = {"turn": _get(given, "turn"), "levels": levels, "said": said}
        return {
            self.message: note(said, "error") if said else "",
            self.viewer: gr.update(corrected={**answer, "number": secrets.randbits(32)}),
        }

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
        path, file, said = _get(event._data, "background_picture"), None, ""
        try:
            if held is None:
                raise ImageError(self.expired)
            file = draw_behind(uploads.load(path), held)
        except HumanSegError as error:
            said = note(str(error), "error")
        # Of the same value the viewer would not hear again.
        answer = {"path": path, "file": file, "number": secrets.randbits(32)}
        return {self.message: said, self.viewer: gr.update(behind=answer)}

    def save(self, held: Photo | None, event: gr.EventData) -> str:
        """Makes what is to be downloaded at the photo's own size."""
        if held is None:
            raise ImageError(self.expired)
        chosen = read_settings(event._data)
        return held.save(chosen.options, chosen.kind, chosen.suffix)


def _get(chosen: Any, name: str) -> Any:
    return chosen.get(name) if isinstance(chosen, dict) else None
