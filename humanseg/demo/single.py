"""The tab for one photo: cut-out, overlay and mask, and a threshold that acts at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from humanseg import HumanSegError, ImageError, Segmenter
from humanseg.demo.components import (
    EXPIRED,
    MODEL,
    PAGE,
    STATE_SECONDS,
    ContactSheet,
    Updates,
    describe,
    empty_state,
    note,
    photo_input,
    threshold_slider,
)
from humanseg.demo.examples import example_strip
from humanseg.demo.option_inputs import OptionInputs, read_options
from humanseg.demo.options import PICTURES
from humanseg.demo.photo import Photo, Shown

# A link that is never on the page does not depend on Gradio's DOM.
DOWNLOAD = """(file) => {
    if (!file) return;
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""


class SingleTab:
    """One photo; the network runs when it is chosen, and for more detail once again.

    Attributes:
        photo: The upload.
        threshold: The slider, for other tabs to set.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.held = gr.State(time_to_live=STATE_SECONDS)
        with gr.Row(elem_classes="workbench"):
            with gr.Column(scale=2, min_width=320):
                self.photo = photo_input(height=300, elem_id="single-photo")
                self.message = gr.HTML()
                example_strip("single-examples", self.photo)
            with gr.Column(scale=3, min_width=320):
                self.empty = empty_state(
                    "Your cut-out appears here",
                    "Choose a photo, or click one of the examples.",
                )
                with gr.Column(visible=False) as self.results:
                    self.compare = gr.ImageSlider(
                        label="Before and after",
                        type="filepath",
                        interactive=False,
                        buttons=["fullscreen"],
                        max_height=560,
                        elem_id="compare",
                    )
                    self.view = gr.Radio(
                        list(PICTURES), value="Cut-out", label="Show", elem_classes="segmented"
                    )
                    self.threshold = threshold_slider("single-threshold")
                    with gr.Accordion("More options", open=False):
                        self.options = OptionInputs()
                    with gr.Row(elem_classes="downloads"):
                        self.downloads = {
                            name: gr.Button(
                                f"Download {name.lower()}",
                                variant="primary" if name == "Cut-out" else "secondary",
                                size="md",
                                min_width=100,
                            )
                            for name in PICTURES
                        }
                    self.regions = gr.Button("Download data (JSON)", size="md")
        self.sheet = ContactSheet()
        self.file = gr.File(visible=False)
        self._connect()

    def _connect(self) -> None:
        rendered = [self.message, self.compare, *self.sheet.components]
        self.photo.change(
            self.open,
            [self.photo, self.view, self.threshold, *self.options.components],
            [self.held, self.empty, self.results, self.sheet.row, *rendered],
            show_progress_on=[self.photo],
            **PAGE,
            **MODEL,
        )
        drawn = [component.change for component in self.options.others]
        for changes, limits in (
            ([self.view.change, self.threshold.change], {}),
            (drawn, MODEL),  # for some, the whole photo is needed again
        ):
            gr.on(
                changes,
                self.render,
                [self.held, self.view, self.threshold, *self.options.components],
                rendered,
                show_progress="hidden",
                **PAGE,
                **limits,
            )
        self.options.detail.change(
            self.render,
            [self.held, self.view, self.threshold, *self.options.components],
            rendered,
            show_progress_on=[self.photo],
            **PAGE,
            **MODEL,
        )
        saving: dict[gr.Button, Callable[..., str]] = {self.regions: self.save_regions}
        saving |= {button: partial(self.save, name) for name, button in self.downloads.items()}
        for button, save in saving.items():
            button.click(
                save,
                [self.held, self.threshold, *self.options.components],
                self.file,
                show_progress_on=[button],
                **PAGE,
                **MODEL,
            ).success(None, self.file, js=DOWNLOAD, **PAGE)

    def open(self, path: str | None, view: str, *chosen: Any) -> Updates:
        """Segments the photo that was chosen, or clears the tab."""
        held, said = None, ""
        if path is not None:
            try:
                held = Photo(self.segmenter, path)
            except HumanSegError as error:
                said = note(str(error), "error")
        ready = held is not None
        return {
            self.held: held,
            self.message: said,
            self.empty: gr.update(visible=not ready),
            self.results: gr.update(visible=ready),
            self.sheet.row: gr.update(visible=ready),
            **(self.render(held, view, *chosen) if held else {}),
        }

    def render(self, held: Photo | None, view: str, *chosen: Any) -> Updates:
        """Makes the pictures anew from what is held."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        try:
            shown = Shown(held, read_options(*chosen))
        except HumanSegError as error:
            return {self.message: note(str(error), "error")}
        return {
            self.message: describe(shown),
            self.compare: (held.original, shown.path_after(view)),
            **self.sheet.show(shown),
        }

    def save(self, picture: str, held: Photo | None, *chosen: Any) -> str:
        """Writes a picture at the photo's own size, to be downloaded."""
        if held is None:
            raise ImageError(EXPIRED)
        options = read_options(*chosen)
        return held.save(held.full(options), options, picture)

    def save_regions(self, held: Photo | None, *chosen: Any) -> str:
        """Writes the mask as data, to be downloaded."""
        if held is None:
            raise ImageError(EXPIRED)
        return held.save_regions(read_options(*chosen))
