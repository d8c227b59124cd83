"""Where the files that come with humanseg lie."""

from pathlib import Path


def shipped(folder: str) -> Path:
    """Path of `weights` or `examples`: in the installed package, or beside it in a clone."""
    package = Path(__file__).parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder
