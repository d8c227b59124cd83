"""Files that visitors are handed: named after their photo, whole, and never changed.

A file appears at once under a path that was not there before. What `humanseg.demo.retention`
deletes by its age is therefore never what somebody was handed a moment ago.
"""

import csv
import hashlib
import inspect
import io
import secrets
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from gradio import processing_utils
from gradio.utils import get_upload_folder

from humanseg.demo.retention import HOUR
from humanseg.whole import write_whole

IN_PLACE = (
    "save_bytes_to_cache",
    "save_base64_to_cache",
    "save_pil_to_cache",
    "save_audio_to_cache",
    "async_ssrf_protected_download",
)
"""Functions of Gradio that write to a path named by the content, even while it is read."""

_SECRET = secrets.token_bytes(32)
FORMULA = tuple("=+-@\t\r\n")
"""With these a cell begins that is computed, as it does with their wide forms."""


def keep(data: bytes, name: str) -> str:
    """Writes a file where Gradio serves it from, until `humanseg.demo.retention` deletes it.

    The same content keeps its path for an hour, so that a page does not load a picture
    again, and many visitors of one example do not fill the disk.

    Returns:
        Its path, in a folder that nobody else can guess.
    """
    hour = int(time.time() // HOUR)
    key = hashlib.sha256(_SECRET + hour.to_bytes(8) + data).hexdigest()
    path = _folder(key) / name
    if not path.exists():
        write_whole(path, data)
    return str(path)


def new_path(name: str) -> Path:
    """Where to write a large file piece by piece, that Gradio then serves like `keep`'s."""
    folder = _folder(secrets.token_hex(32))
    folder.mkdir(parents=True)
    return folder / name


def encode_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Writes rows of the same keys in UTF-8, with the mark by which spreadsheets know it.

    Of a text that they would compute, such as a photo's name "=1+2.jpg", an apostrophe
    makes a text.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows({key: _as_text(value) for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _as_text(value: object) -> object:
    if isinstance(value, str) and unicodedata.normalize("NFKC", value).startswith(FORMULA):
        return f"'{value}"
    return value


def _folder(key: str) -> Path:
    return Path(get_upload_folder()).absolute() / key


def _in_a_folder_of_its_own(save: Callable[..., Any]) -> Callable[..., Any]:
    """Has a function of Gradio write each time to a new path, as `cache_dir` is new."""
    signature = inspect.signature(save)

    @wraps(save)
    def saved(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        given.arguments["cache_dir"] = str(
            Path(given.arguments["cache_dir"]) / secrets.token_hex(32)
        )
        return save(*given.args, **given.kwargs)

    return saved


for _name in IN_PLACE:
    setattr(processing_utils, _name, _in_a_folder_of_its_own(getattr(processing_utils, _name)))
