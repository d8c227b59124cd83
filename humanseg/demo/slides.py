"""Photos that are enlarged one after the other, with steps to those beside them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from humanseg import ImageError, OptionError, Segmenter
from humanseg.demo.components import EXPIRED, MODEL, PAGE, STATE_SECONDS, TOLD, Updates
from humanseg.demo.edits import Edited
from humanseg.demo.options import LOOK_OPTIONS, Options
from humanseg.demo.photo_view import PhotoView
from humanseg.demo.viewer import tell, viewer


def settled(viewer: gr.HTML, then: str = "") -> str:
    """Script that has an event wait until the server knows the last stroke.

    Args:
        viewer: Of the stroke.
        then: Call of a method of it, for when the event is sent.
    """
    shown = f'document.querySelector("#{viewer.elem_id} .viewer")?.parentElement.viewer'
    return f"""async (...given) => {{
        await {shown}?.brush.corrections.settled();
        {then and f"{shown}?.{then};"}
        return given;
    }}"""


@dataclass(frozen=True)
class Slide:
    """A photo that can be opened.

    Attributes:
        path: Of its file.
        name: What its results are called.
        title: What it is called here.
        edited: What was done to its mask; it stays when another one is opened.
    """

    path: str
    name: str
    title: str
    edited: Edited = field(default_factory=Edited)


@dataclass(frozen=True)
class Slides:
    """Photos in a row.

    Attributes:
        slides: All of them.
        pixels: Of the largest one, for `humanseg.demo.turns`; 0 if all are small.
        chosen: Settings that the viewer takes over when one is opened.
    """

    slides: list[Slide]
    pixels: int = 0
    chosen: dict[str, Any] = field(default_factory=dict)


class SlideView(PhotoView):
    """A viewer that is hidden until one of many photos is opened in it.

    Args:
        segmenter: Finds the people.
        elem_id: Of the viewer.
        expired: As for `PhotoView`.

    Attributes:
        shown: The `Slides` that can be stepped through.
        box: What is hidden.
        outputs: All that `show` changes.
    """

    def __init__(self, segmenter: Segmenter, elem_id: str, expired: str = EXPIRED):
        self.segmenter = segmenter
        self.expired = expired
        self.held = gr.State(time_to_live=STATE_SECONDS)
        self.looked = gr.State(Options())
        self.shown = gr.State(time_to_live=STATE_SECONDS)
        self.message = gr.HTML()
        with gr.Column(visible=False) as self.box:
            self.viewer = viewer(elem_id, "gallery")
        self.file = gr.File(visible=False)
        self.outputs: list[Any] = [
            *[self.held, self.looked, self.shown, self.message, self.viewer, self.box]
        ]
        self.connect()
        stepped = self.viewer.step(
            self.step,
            [self.shown, self.looked],
            self.outputs,
            show_progress="minimal",
            show_progress_on=[self.viewer],
            **TOLD,
            **MODEL,
        )
        stepped.failure(None, js=tell(self.viewer, "stay()"), **PAGE)

    def open_from(
        self, thumbnails: gr.Gallery, handler: Callable[..., Updates], given: Any
    ) -> None:
        """Has a photo opened by a click on its thumbnail.

        Args:
            thumbnails: Of all photos.
            handler: Gives what `show` gives, or says why not.
            given: Its inputs.
        """
        opened = thumbnails.select(
            handler,
            given,
            self.outputs,
            js=settled(self.viewer, "wait()"),
            show_progress_on=[thumbnails],
            **TOLD,
            **MODEL,
        )
        for after in (opened.success, opened.failure):
            after(None, js=tell(self.viewer, "stay()"), **PAGE)

    def show(self, slides: Slides, at: int) -> Updates:
        """Opens a photo with the settings that belong to it."""
        looked = Options(**{name: slides.chosen[name] for name in LOOK_OPTIONS if slides.chosen})
        updates = self._open(slides, at, looked, slides.chosen)
        return {
            self.looked: looked,
            self.box: gr.Column(visible=True),
            **updates,
        }

    def step(self, slides: Slides | None, looked: Options, event: gr.EventData) -> Updates:
        """Opens another photo; what is chosen in the viewer stays."""
        if slides is None:
            raise ImageError(self.expired)
        to = event._data.get("to") if isinstance(event._data, dict) else None
        if type(to) is not int or not 0 <= to < len(slides.slides):
            raise OptionError(f"to must be one of {len(slides.slides)} photos. Received: {to!r}")
        return self._open(slides, to, looked, None)

    def _open(
        self, slides: Slides, at: int, looked: Options, chosen: dict[str, Any] | None
    ) -> Updates:
        slide = slides.slides[at]
        updates = self.open(slide.path, looked, slide.name, slide.edited)
        if updates[self.viewer]:
            place = {"title": slide.title, "at": at, "of": len(slides.slides)}
            updates[self.viewer] |= {**place, "chosen": chosen}
        return {self.shown: slides, **updates}  # is remembered for an hour from now on
