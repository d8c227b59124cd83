"""The endpoints that other programs call; their names and parameters stay.

The docstrings of the five functions inside are what a program, or a model over MCP,
gets to read: Gradio takes one line for each parameter.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import gradio as gr

import humanseg
from humanseg import HumanSegError, Segmenter
from humanseg.demo import batch, curves, files, schema
from humanseg.demo.components import MODEL, photo_input
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo, picture_name
from humanseg.export import encode_probability
from humanseg.overlay import OverlayStyle
from humanseg.segmentation import DEFAULT_THRESHOLD
from humanseg.weights import Weights


def add_endpoints(segmenter: Segmenter, weights: Weights) -> None:
    """Adds `/segment`, `/segment_batch`, `/probability`, `/threshold_curve`, `/health`."""

    def segment(
        image: str,
        threshold: float = DEFAULT_THRESHOLD,
        clean_up: bool = False,
        largest_only: bool = False,
        overlay_style: OverlayStyle = "fill",
        background: str = "transparent",
    ) -> tuple[Any, ...]:
        """Finds every person in a photo.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF, up to 89 megapixels.
            threshold: Probability from which a pixel is part of a person, 0 to 1.
            clean_up: Whether to drop specks and fill small holes.
            largest_only: Whether to keep only the largest person.
            overlay_style: "fill" tints people, "outline" draws a line around them.
            background: Of the cut-out: "transparent", "blur", or a colour as "#rrggbb".

        Returns:
            The mask (255 where people are), the overlay, the cut-out, and JSON.
            Pictures are lossless PNG files of the photo's own size, upright.
        """
        photo = Photo.open(segmenter, image)
        options = Options(threshold, clean_up, largest_only, overlay_style, background)
        pictures = [photo.save(options, name) for name in ("Mask", "Overlay", "Cut-out")]
        info: schema.SegmentInfo = {
            **photo_info(photo, image),
            "threshold": threshold,
            "coverage": options.clean(photo.full).coverage(threshold),
        }
        return *pictures, info

    def segment_batch(
        images: list[str],
        threshold: float = DEFAULT_THRESHOLD,
        clean_up: bool = False,
        largest_only: bool = False,
        overlay_style: OverlayStyle = "fill",
        background: str = "transparent",
    ) -> tuple[Any, ...]:
        """Finds every person in each of up to 100 photos.

        Args:
            images: Photos; one that cannot be read is reported, and the others are done.
            threshold: Probability from which a pixel is part of a person, 0 to 1.
            clean_up: Whether to drop specks and fill small holes.
            largest_only: Whether to keep only the largest person.
            overlay_style: "fill" tints people, "outline" draws a line around them.
            background: Of the cut-outs: "transparent", "blur", or a colour as "#rrggbb".

        Returns:
            A ZIP with three PNG files for each photo and results.csv, and JSON.
        """
        options = Options(threshold, clean_up, largest_only, overlay_style, background)
        done = batch.segment_files(segmenter, images or [], options)
        info: schema.BatchInfo = {
            "schema_version": schema.SCHEMA_VERSION,
            "threshold": threshold,
            "results": done.rows,
        }
        return done.archive, info

    def probability(image: str) -> tuple[Any, ...]:
        """Gives, for every pixel of a photo, the probability that it shows a person.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF, up to 89 megapixels.

        Returns:
            A 16-bit grey PNG file in which 65535 is a probability of 1, and JSON.
        """
        photo = Photo.open(segmenter, image)
        name = picture_name(photo.name, "Probability")
        return files.keep(encode_probability(photo.full.probability, ".png"), name), photo_info(
            photo, image
        )

    def threshold_curve(image: str, ground_truth: str | None = None) -> schema.CurveInfo:
        """Measures the mask of a photo at every threshold from 0.01 to 0.99.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF, up to 89 megapixels.
            ground_truth: Its true mask, as large as the photo, white where people are.

        Returns:
            JSON: area for each threshold; with a true mask IoU, Dice, precision, recall.
        """
        photo = Photo.open(segmenter, image)
        truth = curves.load_truth(ground_truth, *photo.wh) if ground_truth else None
        measured = curves.measure(photo.full.probability, truth)
        return {
            **photo_info(photo, image),
            "thresholds": curves.THRESHOLDS.tolist(),
            "area": measured.area,
            "iou": measured.scores.get("iou"),
            "dice": measured.scores.get("dice"),
            "precision": measured.scores.get("precision"),
            "recall": measured.scores.get("recall"),
            "best_threshold": measured.best,
        }

    def health() -> schema.Health:
        """Says which model answers.

        Returns:
            Version of humanseg, and name, revision, hash and engine of its network.
        """
        return {
            "schema_version": schema.SCHEMA_VERSION,
            "status": "ok",
            "version": humanseg.__version__,
            "model": weights.name,
            "revision": weights.revision,
            "sha256": weights.sha256,
            "engine": type(segmenter.engine).__name__,
        }

    image = photo_input("image", visible=False)
    ground_truth = photo_input("ground_truth", visible=False)
    images = gr.File(file_count="multiple", label="images", visible=False)
    options = [
        gr.Number(DEFAULT_THRESHOLD, label="threshold", visible=False),
        gr.Checkbox(False, label="clean_up", visible=False),
        gr.Checkbox(False, label="largest_only", visible=False),
        gr.Textbox("fill", label="overlay_style", visible=False),
        gr.Textbox("transparent", label="background", visible=False),
    ]
    pictures = [
        gr.Image(label=name, type="filepath", format="png", visible=False)
        for name in ("mask", "overlay", "cutout")
    ]
    probability_map = gr.Image(label="probability", type="filepath", format="png", visible=False)
    archive = gr.File(label="archive", visible=False)
    info = gr.JSON(label="info", visible=False)
    trigger = gr.Button(visible=False)
    endpoints: list[tuple[Callable[..., Any], list[Any], list[Any], dict[str, Any]]] = [
        (segment, [image, *options], [*pictures, info], MODEL),
        (segment_batch, [images, *options], [archive, info], MODEL),
        (probability, [image], [probability_map, info], MODEL),
        (threshold_curve, [image, ground_truth], [info], MODEL),
        (health, [], [info], {"queue": False}),
    ]
    for function, inputs, outputs, limits in endpoints:
        trigger.click(
            in_plain_words(function), inputs, outputs, api_name=function.__name__, **limits
        )


def photo_info(photo: Photo, path: str) -> schema.PhotoInfo:
    """What all answers on one photo have in common."""
    width, height = photo.wh
    return {
        "schema_version": schema.SCHEMA_VERSION,
        "file": Path(path).name,
        "width": width,
        "height": height,
    }


def in_plain_words(function: Callable[..., Any]) -> Callable[..., Any]:
    """Passes our one-sentence errors on to callers; Gradio hides all others."""

    @wraps(function)
    def endpoint(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except HumanSegError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return endpoint
