"""The example photos: one click instead of an upload."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import gradio as gr

from humanseg.demo import files, uploads
from humanseg.demo.components import TOLD, pictures_to_click
from humanseg.pictures.encoding import encode

THUMBNAIL_SIDE = 240


@dataclass(frozen=True)
class Example:
    """A photo of the examples folder, and what it shows."""

    file: str
    caption: str

    @property
    def path(self) -> str:
        """Where the photo is."""
        return str(uploads.EXAMPLE_FOLDER / self.file)


EXAMPLES = (
    Example("sunglasses.jpg", "Hands and sunglasses"),
    Example("skateboarder.jpg", "Skateboarder in motion"),
    Example("street-style.jpg", "Three suits in a crowd"),
    Example("astronaut.png", "Astronaut portrait"),
    Example("woman-with-braids.jpg", "Hair in detail"),
    Example("friends-at-laptops.jpg", "Group from above"),
    Example("canyon-view.jpg", "Small, from behind"),
    Example("office-meeting.jpg", "Meeting with clutter"),
    Example("yellow-car.jpg", "Nobody at all"),
)


def example_strip(elem_id: str, photo: gr.Image | None = None) -> gr.Gallery:
    """A row of thumbnails.

    Args:
        elem_id: Of the row on the page.
        photo: The upload that a click fills, if any.
    """
    strip = pictures_to_click(
        thumbnails(),
        label="Examples",
        elem_id=elem_id,
        elem_classes="examples",
        columns=len(EXAMPLES),
        rows=1,
        object_fit="cover",
    )
    if photo is not None:
        # One at a time, so that the last one clicked stays.
        strip.select(
            chosen_example, outputs=photo, show_progress="hidden", concurrency_limit=1, **TOLD
        )
    return strip


def chosen_example(event: gr.SelectData) -> str:
    """Path of a copy of the example whose thumbnail was clicked."""
    return keep_example(event.index)


def keep_example(number: int) -> str:
    """Path of a copy of an example, as if it were uploaded.

    Gradio's own copy would be as old as the example, and so be deleted at once.
    """
    example = Path(EXAMPLES[number].path)
    return files.keep(example.read_bytes(), example.name)


@cache
def thumbnails() -> list[tuple[str, str]]:
    """Small copies of the examples with their captions."""
    return [(_thumbnail(example), example.caption) for example in EXAMPLES]


def _thumbnail(example: Example) -> str:
    photo = uploads.load(example.path)
    scale = THUMBNAIL_SIDE / min(photo.shape[:2])
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return files.keep(encode(small, ".jpg"), f"{Path(example.file).stem}.jpg")
