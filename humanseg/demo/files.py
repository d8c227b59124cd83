"""Files that visitors are handed: named after their photo, and deleted in time."""

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder


def keep(data: bytes, name: str) -> str:
    """Writes a file where Gradio serves it from, and deletes it when it is a day old.

    Returns:
        Its path, in a folder named after the content, which nobody else can guess.
    """
    return str(save_bytes_to_cache(data, name, get_upload_folder()))


def new_path(name: str) -> Path:
    """Where to write a large file piece by piece, that Gradio then serves like `keep`'s."""
    folder = Path(get_upload_folder()) / secrets.token_hex(32)
    folder.mkdir(parents=True)
    return folder / name


def encode_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Writes rows of the same keys in UTF-8, with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
