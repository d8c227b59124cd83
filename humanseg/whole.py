"""Writes files that others may be reading."""

import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file at once: nobody ever reads a part of it, even if the disk is full.

    Args:
        path: Its folders are made. What is there already is replaced; those who are
            reading it read the old file to its end.
        content: All of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Threads, and processes on other machines, may write the same file: each writes its own.
    unfinished = path.with_name(f".{secrets.token_hex(8)}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
