"""Files that are there whole, or not at all."""

import errno
import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Writes a file beside its place, and puts it there when it is complete.

    Nobody ever reads a part of it, even if the disk is full.

    Args:
        path: Its folders are made.
        content: All of it.
        replace: Whether a file that is there is replaced; those who are reading it read
            the old one to its end.

    Raises:
        FileExistsError: There is such a file, and it is not to be replaced.
        OSError: It cannot be written; nothing of it is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Threads, and processes on other machines, may write the same file: each writes its own.
    unfinished = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        unfinished.write_bytes(content)
        if replace:
            unfinished.replace(path)
        else:
            _move_unless_there(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _move_unless_there(unfinished: Path, path: Path) -> None:
    taken = FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    try:
        path.hardlink_to(unfinished)  # fails if the path is taken, as a rename does not
    except FileExistsError:
        raise taken from None
    except (OSError, NotImplementedError):  # a file system without links
        if os.path.lexists(path):
            raise taken from None
        unfinished.rename(path)
