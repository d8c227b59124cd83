"""The photos in a folder, and those that are left out."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from humanseg.errors import ImageError
from humanseg.photos.formats import HEAD, OTHER_SUFFIXES, SUFFIXES, identify


@dataclass
class Found:
    """What is in a folder and its subfolders.

    Attributes:
        photos: In order of name; also such as cannot be read, which is told of each
            when it is tried.
        hidden: Photos that are left out since their name, or their folder's, begins
            with a dot.
        problems: What could not be looked at, in a sentence each.
    """

    photos: list[Path] = field(default_factory=list)
    hidden: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def find_photos(source: Path) -> Found:
    """Lists a photo, or the photos of a folder and its subfolders.

    What is called like a picture is taken for one, and so is what begins like one,
    whatever it is called. Linked folders are followed, each folder once.

    Args:
        source: A file, taken whatever it is called, or a folder.

    Raises:
        ImageError: There is no such file, or no photo in the folder.
        OSError: The system does not say what `source` is: the name is too long, for example.
    """
    if not source.is_dir():
        if not os.path.lexists(source):
            raise ImageError(f"There is no file {str(source)!r}.")
        return Found([source])
    found = Found()
    seen: set[tuple[int, int]] = set()
    folders, links = [source], list[Path]()
    while folders or links:
        folder = folders.pop() if folders else links.pop(0)  # a folder's own name comes first
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            paths = sorted(folder.iterdir())
        except OSError as error:
            found.problems.append(f"{folder} cannot be looked into ({error.strerror}).")
            continue
        for path in paths:
            try:
                if path.is_dir():
                    (links if path.is_symlink() else folders).append(path)
                elif not _is_hidden(path.relative_to(source)):
                    found.photos += [path] * is_photo(path)
                elif path.suffix.lower() in SUFFIXES and not path.name.startswith("._"):
                    found.hidden.append(path)
            except OSError as error:
                found.problems.append(f"{path} cannot be looked at ({error.strerror}).")
    found.photos.sort()
    if not found.photos and not found.problems:
        raise ImageError(
            f"There is no photo in {str(source)!r}; accepted are {', '.join(SUFFIXES)}."
        )
    return found


def is_photo(path: Path) -> bool:
    """Whether a file, or a link that leads nowhere, is called or begins like a photo."""
    if not path.is_file():
        return path.is_symlink() and path.suffix.lower() in SUFFIXES
    if path.suffix.lower() in (*SUFFIXES, *OTHER_SUFFIXES):
        return True
    try:
        with path.open("rb") as file:
            return identify(file.read(HEAD)) is not None
    except OSError:
        return False


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
