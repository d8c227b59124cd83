"""The pictures that a browser is sent, once for each photo."""

import io
import secrets
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from gradio import FileData
from PIL import Image

from humanseg import Segmentation
from humanseg.demo import files
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.edges.levels import TOP
from humanseg.photos.images import RGBImage
from humanseg.photos.shrink import shrink_within
from humanseg.pictures.backgrounds import cover
from humanseg.pictures.encoding import encode

Pixels: TypeAlias = npt.NDArray[np.uint8]

VIEW_SIDE = 1280
"""Pixels of the long side of what is drawn; downloads have all that the photo has."""


def picture_files(photo: Photo, full: Segmentation, truth: Pixels | None = None) -> dict[str, Any]:
    """What the viewer draws a photo from.

    Photos of at most `VIEW_SIDE` come exactly as they are, others smaller and as JPEG.

    Args:
        photo: Its name is not told.
        full: Its result, not cleaned.
        truth: Its true mask, as `humanseg.demo.curves.draw_truth` gives it.

    Returns:
        Files by name: `photo`; `levels`, a grey picture; `colors`, those of people above
        those of the background; `opacity` and `truth`, or None. `width` and `height` are the
        photo's own.
    """
    exact = max(photo.wh) <= VIEW_SIDE
    small = view_of(full)
    opacity = small.opacity
    return {
        "width": photo.wh[0],
        "height": photo.wh[1],
        "photo": _keep(small.image, "photo", exact),
        "levels": levels_file(small),
        "colors": colors_file(small, photo),
        "opacity": None if opacity is None else _keep(opacity, "opacity", True),
        "truth": None if truth is None else _keep(_nearest(truth, small), "truth", True),
    }


def about_map(key: str, looked: Options) -> dict[str, Any]:
    """What the viewer is told beside `picture_files`.

    Args:
        key: By which the photo is known.
        looked: How the network looked at it.
    """
    # The number is another each time: of the same value the viewer would not hear again.
    number = secrets.randbits(32)
    return {"key": key, "detail": looked.detail, "refine": looked.refine, "number": number}


def view_of(full: Segmentation) -> Segmentation:
    """A result at the size of what is drawn."""
    opacity = None if full.opacity is None else shrink_within(full.opacity, VIEW_SIDE)
    return Segmentation(
        shrink_within(full.image, VIEW_SIDE), shrink_within(full.probability, VIEW_SIDE), opacity
    )


def levels_file(small: Segmentation) -> dict[str, Any]:
    """The map of what `view_of` gave."""
    return _keep(small.levels, "levels", True)


def colors_file(small: Segmentation, photo: Photo) -> dict[str, Any]:
    """The colours of what `view_of` gave of a photo."""
    return _keep(_colors(small), "colors", max(photo.wh) <= VIEW_SIDE)


def draw_behind(picture: RGBImage, photo: Photo) -> dict[str, Any]:
    """A background as the viewer lays it behind the people of a photo."""
    scale = min(1.0, VIEW_SIDE / max(photo.wh))
    wh = max(1, round(photo.wh[0] * scale)), max(1, round(photo.wh[1] * scale))
    return _keep(cover(picture, wh), "background", exact=scale == 1)


def _colors(small: Segmentation) -> Pixels:
    """Colours in 8 bits, black where none are mixed, which packs better."""
    colors = small.colors
    height, width = colors.people.shape[:2]
    soft = small.levels > 0
    if small.opacity is None:
        soft &= small.levels < TOP
    used = cv2.resize(soft.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA) > 0
    used = cv2.dilate(used.astype(np.uint8), np.ones((3, 3), np.uint8))[..., None] > 0
    both = [
        np.round(plane * np.float32(255)) * used for plane in (colors.people, colors.background)
    ]
    return np.concatenate(both).astype(np.uint8)


def _nearest(truth: Pixels, small: Segmentation) -> Pixels:
    """As large as what is drawn, of the same values."""
    wh = small.probability.shape[::-1]
    return np.asarray(cv2.resize(truth, wh, interpolation=cv2.INTER_NEAREST), np.uint8)


def _keep(pixels: Pixels, name: str, exact: bool) -> dict[str, Any]:
    if pixels.ndim == 2:
        data, suffix = encode(pixels, ".png"), ".png"
    elif exact:
        file = io.BytesIO()
        # Of lossless encodings the quickest that is small.
        Image.fromarray(pixels).save(file, "WEBP", lossless=True, quality=20, method=0)
        data, suffix = file.getvalue(), ".webp"
    else:
        data, suffix = encode(pixels, ".jpg"), ".jpg"
    return FileData(path=files.keep(data, f"{name}{suffix}")).model_dump()
