"""Deletes what visitors gave and were handed, within a day, whatever happened to the server.

Gradio deletes the files that it remembers: none of an earlier run that was killed, no
upload that broke off, nothing made for a call that was cancelled. So what counts here is
what lies in the upload folder.
"""

import asyncio
import errno
import logging
import os
import re
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.route_utils import delete_files_created_by_app
from gradio.utils import get_upload_folder

HOUR, DAY = 3_600, 86_400

WRITTEN = re.compile(r"[0-9a-f]{64}|tmp\w{8}")
"""Names at the top of the upload folder that Gradio and `humanseg.demo.files` give: folders
named by a hash, and uploads that are not complete. Nothing else is ours to delete."""

logger = logging.getLogger(__name__)


class SweptBlocks(gr.Blocks):
    """`gr.Blocks` that sweeps the upload folder at the start and every hour.

    It takes the place of Gradio's `delete_cache`.
    """

    def launch(self, *args: Any, **kwargs: Any) -> Any:
        """As that of `gr.Blocks`."""
        given = kwargs.pop("app_kwargs", None) or {}  # a new one: Gradio changes what it gets
        return super().launch(*args, app_kwargs={"lifespan": _deleting, **given}, **kwargs)


@asynccontextmanager
async def _deleting(app: Any) -> AsyncIterator[None]:
    blocks = app.get_blocks()
    await asyncio.to_thread(sweep, blocks)
    task = asyncio.create_task(_sweep_hourly(blocks))
    try:
        yield
    finally:
        task.cancel()
        delete_files_created_by_app(blocks, age=None)


async def _sweep_hourly(blocks: gr.Blocks) -> None:
    while True:
        await asyncio.sleep(HOUR)
        await asyncio.to_thread(sweep, blocks)


def sweep(blocks: gr.Blocks) -> None:
    """Deletes what was not written within a day less the hour until the next sweep.

    Args:
        blocks: The page, whose own pictures stay.
    """
    for component in blocks.blocks.values():
        for path in getattr(component, "keep_in_cache", ()):
            with suppress(OSError):
                os.utime(path)  # another server of this folder then lets it be, too
    delete_older(Path(get_upload_folder()), DAY - HOUR)
    for known in blocks.temp_file_sets:  # or they would grow for ever
        known.difference_update([path for path in list(known) if not Path(path).exists()])


def delete_older(folder: Path, seconds: float) -> None:
    """Deletes uploads and results that were written longer ago, and folders that are then empty.

    Args:
        folder: The upload folder; other files in it, and what links lead to, are left.
        seconds: Age from which they are deleted.
    """
    before = time.time() - seconds
    for entry in folder.glob("*"):
        if WRITTEN.fullmatch(entry.name):
            below = () if entry.is_symlink() else entry.rglob("*")
            for path in sorted([entry, *below], reverse=True):  # what folders hold, then they
                _delete_if_older(path, before)


def _delete_if_older(path: Path, before: float) -> None:
    try:
        status = path.lstat()
        if status.st_mtime < before:
            path.rmdir() if stat.S_ISDIR(status.st_mode) else path.unlink()
    except FileNotFoundError:  # another server of this folder was faster
        pass
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:
            logger.warning("%s cannot be deleted (%s).", path, error.strerror)
