"""The folder for visitors' photos, of which other users of this machine see nothing."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o700


def own_folder() -> Path:
    """Makes the folder, the same at each start so that what is old in it can be deleted.

    Where somebody else has already put something of its name, one of another name, and
    that once.
    """
    user = os.getuid() if hasattr(os, "getuid") else None
    folder = Path(tempfile.gettempdir(), "humanseg" if user is None else f"humanseg-{user}")
    with suppress(FileExistsError):  # it is a file
        folder.mkdir(OWNER_ONLY, exist_ok=True)
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode) and user in (None, status.st_uid):
        folder.chmod(OWNER_ONLY)  # an earlier version let all users look
        return folder
    return Path(tempfile.mkdtemp(prefix=f"{folder.name}-"))
