"""What the endpoints answer.

The docstrings of the methods are what a program, or a model over MCP, gets to read:
Gradio takes one line for each parameter. Those of the options come from `humanseg.options`.
"""

from pathlib import Path
from typing import Any, cast

import humanseg
from humanseg import Segmenter
from humanseg.checkpoints.weights import Weights
from humanseg.demo import batch, curves, files, schema, uploads
from humanseg.demo.options import LOOK_OPTIONS, MASK_OPTIONS, Options, takes
from humanseg.demo.photo import Photo, picture_name
from humanseg.options import OPTIONS
from humanseg.pictures.encoding import encode, encode_probability


class Endpoints:
    """A method for each endpoint, of the same name and parameters.

    Args:
        segmenter: Finds the people.
        weights: What it was made from.
    """

    def __init__(self, segmenter: Segmenter, weights: Weights):
        self.segmenter = segmenter
        self.weights = weights

    @takes(*OPTIONS)
    def segment(
        self,
        image: str,
        options: Options,
        corrections: str | None = None,
        only: list[float] | None = None,
    ) -> tuple[Any, ...]:
        """Finds every person in a photo.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP or GIF, up to 89 megapixels.
            corrections: A grey picture as large as the photo: 255 keep, 0 erase, 128 nothing.
            only: A point [x, y] in pixels: only the person there, or the nearest, is kept.

        Returns:
            The mask (255 where people are), the overlay, the cut-out, and JSON.
            Pictures are lossless PNG files of the photo's own size, upright; only a
            trimmed cut-out is smaller.
        """
        photo = Photo(self.segmenter, image)
        result = photo.full(options, corrections, only)
        pictures = [
            files.keep(
                encode(options.draw_for_download(result, picture), ".png"),
                picture_name(photo.name, picture),
            )
            for picture in ("Mask", "Overlay", "Cut-out")
        ]
        info: schema.SegmentInfo = {
            **photo_info(photo, image),
            "threshold": options.threshold,
            "coverage": result.coverage(options.threshold),
        }
        return *pictures, info

    @takes(*OPTIONS)
    def segment_batch(self, images: list[str], options: Options) -> tuple[Any, ...]:
        """Finds every person in each of up to 100 photos.

        Args:
            images: Photos; one that cannot be read is reported, and the others are done.

        Returns:
            A ZIP with three PNG files for each photo and results.csv, and JSON.
        """
        *_, done = batch.segment_files(self.segmenter, images or [], options)
        info: schema.BatchInfo = {
            "schema_version": schema.SCHEMA_VERSION,
            "threshold": options.threshold,
            "results": done.rows,
        }
        return done.archive, info

    @takes(*MASK_OPTIONS)
    def regions(
        self,
        image: str,
        options: Options,
        corrections: str | None = None,
        only: list[float] | None = None,
    ) -> schema.RegionsInfo:
        """Gives the mask of a photo as data: areas, boxes, polygons and COCO run lengths.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP or GIF, up to 89 megapixels.
            corrections: A grey picture as large as the photo: 255 keep, 0 erase, 128 nothing.
            only: A point [x, y] in pixels: only the person there, or the nearest, is kept.

        Returns:
            JSON: coverage, run lengths, and each connected region, the largest first.
        """
        photo = Photo(self.segmenter, image)
        data = photo.full(options, corrections, only).to_dict(options.threshold)
        return cast(schema.RegionsInfo, {**photo_info(photo, image), **data})

    @takes(*LOOK_OPTIONS)
    def probability(
        self,
        image: str,
        options: Options,
        corrections: str | None = None,
        only: list[float] | None = None,
    ) -> tuple[Any, ...]:
        """Gives, for every pixel of a photo, the probability that it shows a person.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP or GIF, up to 89 megapixels.
            corrections: A grey picture as large as the photo: 255 keep, 0 erase, 128 nothing.
            only: A point [x, y] in pixels: only the person there, or the nearest, is kept.

        Returns:
            A 16-bit grey PNG file in which 65535 is a probability of 1, and JSON.
        """
        photo = Photo(self.segmenter, image)
        name = picture_name(photo.name, "Probability")
        found = photo.full(options, corrections, only).probability
        return files.keep(encode_probability(found, ".png"), name), photo_info(photo, image)

    @takes(*LOOK_OPTIONS)
    def threshold_curve(
        self, image: str, ground_truth: str | None = None, *, options: Options
    ) -> schema.CurveInfo:
        """Measures the mask of a photo at every threshold from 0.01 to 0.99.

        Args:
            image: A photo: JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP or GIF, up to 89 megapixels.
            ground_truth: Its true mask, as large as the photo, white where people are.

        Returns:
            JSON: area for each threshold; with a true mask IoU, Dice, precision, recall.
        """
        photo = Photo(self.segmenter, image)
        truth = curves.load_truth(uploads.find(ground_truth), *photo.wh) if ground_truth else None
        found = photo.full(options).probability
        measured = curves.measure(found, truth)
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

    def health(self) -> schema.Health:
        """Says which model answers.

        Returns:
            Version of humanseg, and name, revision, hash and engine of its network.
        """
        return {
            "schema_version": schema.SCHEMA_VERSION,
            "status": "ok",
            "version": humanseg.__version__,
            "model": self.weights.name,
            "revision": self.weights.revision,
            "sha256": self.weights.sha256,
            "engine": type(self.segmenter.engine).__name__,
        }


def photo_info(photo: Photo, path: str) -> schema.PhotoInfo:
    """What all answers on one photo have in common."""
    width, height = photo.wh
    return {
        "schema_version": schema.SCHEMA_VERSION,
        "file": Path(path).name,
        "width": width,
        "height": height,
    }
