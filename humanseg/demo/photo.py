"""What is remembered of a visitor's photo, so that the network runs once for each."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from humanseg import Segmentation, Segmenter
from humanseg.backgrounds import composite
from humanseg.demo import files
from humanseg.demo.options import Options, Pixels
from humanseg.errors import ImageError
from humanseg.export import encode
from humanseg.images import RGBImage

PREVIEW_SIDE = 960
"""Pixels of the long side of pictures on the page; downloads have them all."""


@dataclass(frozen=True)
class Photo:
    """A segmented photo.

    Attributes:
        name: Of the uploaded file, without its suffix.
        full: The result at the photo's own size.
    """

    name: str
    full: Segmentation

    @classmethod
    def open(cls, segmenter: Segmenter, path: str | None) -> "Photo":
        """Reads and segments an uploaded file.

        Raises:
            ImageError: There is none, it cannot be read, or is too large.
        """
        if path is None:
            raise ImageError("Give a photo: a file of a picture.")
        return cls(files.stem(path), segmenter(path))

    @property
    def wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.full.probability.shape
        return width, height

    @cached_property
    def preview(self) -> Segmentation:
        """The result at the size of the page, from which pictures are quick to make."""
        scale = PREVIEW_SIDE / max(self.wh)
        if scale >= 1:
            return self.full
        width, height = (max(1, round(side * scale)) for side in self.wh)
        image, probability = (
            cv2.resize(array, (width, height), interpolation=cv2.INTER_AREA)
            for array in (self.full.image, self.full.probability)
        )
        return Segmentation(image, probability)

    @cached_property
    def original(self) -> str:
        """Path of the photo itself at the size of the page."""
        return files.keep(encode(self.preview.image, ".jpg"), f"{self.name}.jpg")

    def save(self, options: Options, picture: str) -> str:
        """Path of one of `PICTURES` at the photo's own size, lossless."""
        pixels = options.draw(options.clean(self.full), picture)
        return files.keep(encode(pixels, ".png"), picture_name(self.name, picture))


class Shown:
    """The pictures of a photo at the size of the page, each drawn when it is asked for.

    Args:
        photo: Whose they are.
        options: How they are made.
    """

    def __init__(self, photo: Photo, options: Options):
        self.photo = photo
        self.options = options
        self.result = options.clean(photo.preview)
        self._pixels: dict[str, Pixels] = {}

    def path(self, picture: str) -> str:
        """File of one of `PICTURES`; in colour it loses detail, unless transparent."""
        return self._keep(self._draw(picture), picture_name(self.photo.name, picture))

    def path_after(self, picture: str) -> str:
        """File to lay over the original: what is transparent shows a checkerboard."""
        pixels = self._draw(picture)
        if pixels.shape[2:] != (4,):
            return self.path(picture)
        return self._keep(on_checkerboard(pixels), f"{self.photo.name}-after.png")

    def _draw(self, picture: str) -> Pixels:
        if picture not in self._pixels:
            self._pixels[picture] = self.options.draw(self.result, picture)
        return self._pixels[picture]

    def _keep(self, pixels: Pixels, name: str) -> str:
        if pixels.shape[2:] == (3,):
            return files.keep(encode(pixels, ".jpg"), str(Path(name).with_suffix(".jpg")))
        return files.keep(encode(pixels, ".png"), name)


def picture_name(name: str, picture: str) -> str:
    """The file of a picture, for example "beach-cutout.png"."""
    return f"{name}-{picture.replace('-', '').lower()}.png"


def on_checkerboard(rgba: Pixels, square: int = 12) -> RGBImage:
    """Lays a transparent picture, uint8 (H, W, 4), on what stands for transparency."""
    rows, columns = np.ogrid[: rgba.shape[0], : rgba.shape[1]]
    light = (rows // square + columns // square) % 2 == 0
    board = np.repeat(np.where(light, np.uint8(255), np.uint8(214))[..., None], 3, axis=2)
    alpha = rgba[..., 3].astype(np.float32) / 255
    return composite(np.ascontiguousarray(rgba[..., :3]), np.asarray(alpha, np.float32), board)
