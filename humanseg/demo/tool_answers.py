"""What tools over MCP answer: JSON, and pictures that a model can look at.

Gradio itself answers with Python's own words for a value, which no program can read, and sends
no picture if there are several outputs. It has no documented way to change that, so a method
of its server is replaced; `tests/test_arguments.py` calls every tool and fails without it.
"""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from gradio import processing_utils
from gradio.mcp import GradioMCPServer
from gradio_client.utils import is_file_obj_with_meta
from PIL import Image
from pydantic_core import to_json

INLINE_SIDE = 1024
"""Pixels of the long side of a picture in an answer; its link leads to all of it."""


def answer_with_json() -> None:
    """Has the server of MCP answer as said above, from now on."""
    GradioMCPServer.postprocess_output_data = _contents  # type: ignore


def _contents(server: GradioMCPServer, data: Any, root_url: str) -> list[Any]:
    """Takes the place of `GradioMCPServer.postprocess_output_data`.

    Args:
        server: Whose method it is.
        data: The values of an endpoint; in a tuple of their own, or not, as Gradio got them.
        root_url: Of the app.

    Returns:
        For each value JSON as text, and before that of a picture the picture.
    """
    if len(data) == 1 and isinstance(data[0], list | tuple):
        data = data[0]
    contents: list[Any] = []
    for value in processing_utils.add_root_url(list(data), root_url, None):
        told = value
        if is_file_obj_with_meta(value):
            path = Path(value["path"])
            told = {"file": path.name, "url": value["url"]}
            if path.suffix == ".png":
                image, kind = inline(path)
                encoded = base64.b64encode(image).decode()
                contents.append(
                    server.types.ImageContent(type="image", data=encoded, mimeType=kind)
                )
        text = to_json(told).decode()  # of Gradio's own models, too
        contents.append(server.types.TextContent(type="text", text=text))
    return contents


def inline(path: Path) -> tuple[bytes, str]:
    """A picture of ours for an answer, at most `INLINE_SIDE` pixels on its long side.

    Args:
        path: Of a PNG file: grey of 8 or 16 bits, RGB or RGBA.

    Returns:
        A file of 8 bits, and its media type: PNG if it is grey, else WebP, which is small.
    """
    with Image.open(path) as file:
        image = file.copy()
    if image.mode.startswith("I"):  # 16 bits
        image = Image.fromarray(np.round(np.asarray(image) / 257).astype(np.uint8))
    image.thumbnail((INLINE_SIDE, INLINE_SIDE))
    data, kind = io.BytesIO(), "PNG" if image.mode == "L" else "WEBP"
    image.save(data, kind)
    return data.getvalue(), f"image/{kind.lower()}"
