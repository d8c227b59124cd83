"""Opens `.keras` files that somebody else may have made.

Of the archive only numbers are used: they go into a network that was built in code,
so that no configuration in the file, and hence no code, is ever executed. Before
Keras opens the file it is checked here that it is what Keras writes and no more.
"""

import math
import zipfile
from pathlib import Path
from typing import IO, Any

import h5py

from humanseg.checkpoints.config import check_size
from humanseg.checkpoints.weights import Weights
from humanseg.errors import WeightsError

WEIGHTS_MEMBER = "model.weights.h5"
MEMBERS = {"metadata.json", "config.json", WEIGHTS_MEMBER}
MAX_OBJECTS = 10_000
MAX_DEPTH = 8


def load_model(weights: Weights) -> Any:
    """Builds the network with Keras and loads its weights.

    Returns:
        `keras.Model`; see `humanseg.network.model.build_model`.

    Raises:
        WeightsError: The file is not what its JSON file says.
    """
    from humanseg.network.model import build_model

    model = build_model(weights.architecture)
    load_weights(model, weights.path)
    return model


def load_weights(model: Any, path: Path) -> None:
    """Loads a checked `.keras` file into a network.

    Args:
        model: The `keras.Model` from `humanseg.network.model.build_model`, changed in place.
        path: The file.

    Raises:
        WeightsError: The file is not what Keras writes, or is for another architecture.
    """
    check_archive(path)
    try:
        model.load_weights(path)
    except Exception as error:
        reason = str(error).replace("\n", " ")
        raise WeightsError(
            f"{path.name} is for another architecture than its JSON file says: {reason:.300}"
        ) from error


def check_archive(path: Path) -> None:
    """Checks that a `.keras` file is as Keras writes it, without reading its numbers.

    The archive must hold the three known members, uncompressed (so that nothing
    expands), and the HDF5 member only plain, fully stored arrays of numbers inside
    the file (so that nothing else on the machine is read).

    Raises:
        WeightsError: It is not; the message says where.
    """
    check_size(path.name, path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive)
            with archive.open(WEIGHTS_MEMBER) as member:
                _check_hdf5(member)
    except WeightsError as error:
        raise WeightsError(
            f"{path.name} is not a .keras file that is safe to open: {error}"
        ) from None
    except Exception as error:  # whatever a broken or hostile file makes the parsers raise
        raise WeightsError(
            f"{path.name} is not a .keras file, or is broken ({error}): fetch it again."
        ) from error


def _check_members(archive: zipfile.ZipFile) -> None:
    names = [member.filename for member in archive.infolist()]
    if len(names) != len(MEMBERS) or set(names) != MEMBERS:
        raise WeightsError(f"its members must be {sorted(MEMBERS)}. Received: {names[:10]}")
    for member in archive.infolist():
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise WeightsError(f"its members must not be compressed. Received: {member.filename}")


def _check_hdf5(member: IO[bytes]) -> None:
    with h5py.File(member, "r") as file:
        pending: list[tuple[Any, str, int]] = [(file, "", 0)]
        seen = 0
        while pending:
            group, prefix, depth = pending.pop()
            for key in group:
                name = f"{prefix}/{key}"
                seen += 1
                if seen > MAX_OBJECTS or depth > MAX_DEPTH:
                    raise WeightsError(f"it is nested too deeply or has too many parts, at {name}")
                if type(group.get(key, getlink=True)) is not h5py.HardLink:
                    raise WeightsError(f"{name} is a link to elsewhere")
                item = group[key]
                if isinstance(item, h5py.Group):
                    pending.append((item, name, depth + 1))
                else:
                    _check_dataset(item, name)


def _check_dataset(item: Any, name: str) -> None:
    if not isinstance(item, h5py.Dataset) or item.dtype.kind not in "fiu":
        raise WeightsError(f"{name} is not an array of numbers")
    if item.is_virtual or item.external:
        raise WeightsError(f"{name} has its numbers in another file")
    if item.id.get_storage_size() != math.prod(item.shape) * item.dtype.itemsize:
        raise WeightsError(f"{name} does not hold as many numbers as its shape {item.shape} says")
