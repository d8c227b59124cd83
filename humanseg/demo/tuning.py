"""The tab that shows what a threshold does: heat map, live mask, and curves."""

from dataclasses import replace

import gradio as gr

from humanseg import HumanSegError, Segmenter
from humanseg.demo import charts
from humanseg.demo.components import (
    DETAILS,
    EXPIRED,
    MODEL,
    PAGE,
    STATE_SECONDS,
    Updates,
    describe,
    detail_input,
    empty_state,
    note,
    photo_input,
    picture,
    threshold_slider,
)
from humanseg.demo.examples import example_strip
from humanseg.demo.photo import Photo, Shown
from humanseg.demo.tuned import Tuned

CARRY = """(threshold) => document.dispatchEvent(
    new CustomEvent("humanseg:threshold", { detail: threshold }))"""
"""To the viewer, which takes it without the server."""

ERROR_LEGEND = """
<ul class="legend">
<li class="missed">Person, missed</li><li class="false">Marked, no person</li>
</ul>
"""


class TuningTab:
    """One photo, and optionally its true mask.

    Attributes:
        photo: The upload.
        threshold: The slider.
        apply: Carries the threshold to the other tabs.
    """

    def __init__(self, segmenter: Segmenter):
        self.segmenter = segmenter
        self.held = gr.State(time_to_live=STATE_SECONDS)
        with gr.Row(elem_classes="workbench"):
            with gr.Column(scale=2, min_width=320):
                self.photo = photo_input(height=260, elem_id="tuning-photo")
                self.message = gr.HTML()
                example_strip("tuning-examples", self.photo)
                with gr.Accordion("Compare with a ground-truth mask", open=False):
                    gr.HTML("<p>As large as the photo, white where people are.</p>")
                    self.truth = photo_input(
                        "Ground-truth mask",
                        height=200,
                        elem_id="tuning-truth",
                    )
                    self.truth_message = gr.HTML(elem_id="tuning-truth-message")
            with gr.Column(scale=3, min_width=320):
                self.empty = empty_state(
                    "What the threshold does appears here",
                    "Choose a photo, or click one of the examples.",
                )
                with gr.Column(visible=False) as self.results:
                    with gr.Row(elem_classes="pair"):
                        with gr.Column(min_width=140):
                            self.heat_map = picture(
                                "Probability", "Probability of a person at each pixel, in colour"
                            )
                            gr.HTML(charts.colour_bar())
                        with gr.Column(min_width=140):
                            self.mask = picture(
                                "Mask", "Mask at this threshold", elem_id="tuning-mask"
                            )
                            self.legend = gr.HTML(ERROR_LEGEND, visible=False)
                    self.threshold = threshold_slider("tuning-threshold")
                    self.detail = detail_input()
                    self.chart = gr.HTML(elem_id="tuning-chart")
                    self.apply = gr.Button(elem_id="tuning-apply")
        self._connect()

    def _connect(self) -> None:
        rendered = [self.message, self.mask, self.chart]
        compared = [self.held, self.truth_message, self.legend, self.apply, *rendered]
        self.photo.change(
            self.open,
            [self.photo, self.truth, self.threshold, self.detail],
            [self.empty, self.results, self.heat_map, *compared],
            show_progress_on=[self.photo],
            **PAGE,
            **MODEL,
        )
        self.detail.change(
            self.look_again,
            [self.held, self.threshold, self.detail],
            [self.heat_map, *compared],
            show_progress_on=[self.photo],
            **PAGE,
            **MODEL,
        )
        self.truth.change(
            self.compare,
            [self.held, self.truth, self.threshold],
            compared,
            show_progress_on=[self.truth],
            **PAGE,
            **MODEL,
        )
        self.threshold.change(
            self.render, [self.held, self.threshold], rendered, show_progress="hidden", **PAGE
        )

    def carry_to(self, others: list[gr.Slider]) -> None:
        """Lets the button set the thresholds of other tabs, and of this one."""
        self.apply.click(
            lambda held, threshold: (
                [held.best(threshold) if held else threshold] * (len(others) + 1)
            ),
            [self.held, self.threshold],
            [self.threshold, *others],
            show_progress="hidden",
            **PAGE,
        ).success(None, self.threshold, js=CARRY, **PAGE)

    def open(
        self, path: str | None, truth_path: str | None, threshold: float, detail: str
    ) -> Updates:
        """Segments the photo that was chosen, or clears the tab."""
        tuned, said = None, ""
        if path is not None:
            try:
                tuned = Tuned(Photo(self.segmenter, path), detail=DETAILS[detail])
            except HumanSegError as error:
                said = note(str(error), "error")
        shown = {
            self.empty: gr.update(visible=tuned is None),
            self.results: gr.update(visible=tuned is not None),
        }
        if tuned is None:
            return {**shown, self.held: None, self.message: said, self.truth_message: ""}
        return {
            **shown,
            self.heat_map: tuned.heat_map,
            **self.compare(tuned, truth_path, threshold),
        }

    def compare(self, held: Tuned | None, truth_path: str | None, threshold: float) -> Updates:
        """Takes the true mask in, or leaves it out again."""
        if held is None:
            missing = note("Choose the photo that this mask belongs to.") if truth_path else ""
            return {self.truth_message: missing}
        try:
            return self.measure(replace(held, truth=truth_path), threshold)
        except HumanSegError as error:
            updates = self.measure(replace(held, truth=None), threshold)
            return {**updates, self.truth_message: note(str(error), "error")}

    def look_again(self, held: Tuned | None, threshold: float, detail: str) -> Updates:
        """Runs the network for another detail, if it did not yet."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        held = replace(held, detail=DETAILS[detail])
        return {**self.measure(held, threshold), self.heat_map: held.heat_map}

    def measure(self, held: Tuned, threshold: float) -> Updates:
        """Makes all anew that depends on the curves."""
        best, said, which = held.curves.best, "", "this threshold"
        if best is not None:
            said = note(f"Best threshold {best:.2f}: IoU {held.curves.at(best)['iou']:.1%}.")
            which = f"the best threshold, {best:.2f},"
        return {
            self.held: held,
            self.truth_message: said,
            self.legend: gr.update(visible=held.truth is not None),
            self.apply: f"Use {which} on the other tabs",
            **self.render(held, threshold),
        }

    def render(self, held: Tuned | None, threshold: float) -> Updates:
        """Makes mask and chart anew from what is held."""
        if held is None:
            return {self.message: note(EXPIRED, "error")}
        return {
            self.message: describe(Shown(held.photo, held.options(threshold))),
            self.mask: gr.update(
                value=held.mask(threshold), label="Mask" if held.truth is None else "Errors"
            ),
            self.chart: held.chart(threshold),
        }
