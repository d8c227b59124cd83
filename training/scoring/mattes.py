"""True mattes laid before person-free photos: pictures whose alpha is known.

The folder of training data may hold `mattes/` and `cutouts/`, each with a `manifest.csv`
that names RGBA pictures. Photographed mattes are scored on their own photo. All other
people are laid before photos of the validation split that show nobody, with brightness
and white balance moved half-way to the scene's. So these pictures are synthetic: noise,
focus and light do not fit as they do in a photo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from humanseg.photos.images import RGBImage, load_image
from humanseg.pictures.backgrounds import composite, cover
from training.data.photos import read_labels, read_manifest, read_photos

SCENES = 2
"""Scenes that each person is laid before."""

STEP = 37
"""From one scene to the next in their list, so that neighbours there, often alike, part."""

LIGHT = 0.5
"""How far brightness and white balance of the person are moved to the scene's."""

ROOM = (0.15, 0.25)
"""Around a cut-out, above and at each side, as shares of its height and width."""


@dataclass(frozen=True)
class Matte:
    """One person, or doll, with a true alpha.

    Attributes:
        path: Of an RGBA picture.
        source: "mattes" or "cutouts".
        kind: The file's name without its number: "photo", "doll", "generated", ...
        hair: "A" for single strands, "B" for a soft edge, "C" for a hard one, "" unknown.
        original: Whether the colours are those of the whole photo.
    """

    path: Path
    source: str
    kind: str
    hair: str
    original: bool


@dataclass(frozen=True)
class Picture:
    """A picture to score alpha on.

    Attributes:
        matte: Where it comes from.
        name: Different for each picture.
        image: uint8 RGB (H, W, 3).
        alpha: float32 (H, W) in [0, 1].
        person: The colours of the person alone, uint8 RGB (H, W, 3); None where the
            photo is an original, in which nobody knows them.
    """

    matte: Matte
    name: str
    image: RGBImage
    alpha: npt.NDArray[np.float32]
    person: RGBImage | None


def read_mattes(data: Path) -> list[Matte]:
    """Lists the mattes for measuring, in a fixed order.

    Raises:
        FileNotFoundError: `data` holds neither of the two folders.
        ValueError: A manifest lacks a column.
    """
    found = []
    for row in _rows(data / "mattes" / "manifest.csv", ("image", "hair", "colour")):
        path = data / "mattes" / row["image"]
        kind = path.stem.rstrip("0123456789")
        found.append(Matte(path, "mattes", kind, row["hair"][:1], row["colour"] == "original"))
    for row in _rows(data / "cutouts" / "manifest.csv", ("split", "image")):
        if row["split"] == "val":
            found.append(Matte(data / row["image"], "cutouts", row.get("kind", ""), "", False))
    if not found:
        raise FileNotFoundError(
            f"Alpha is scored on mattes/manifest.csv and cutouts/manifest.csv. Received: {data}"
        )
    return found


def read_scenes(data: Path, val_share: float = 0.1) -> list[Path]:
    """Lists the validation photos that show nobody, in a fixed order; as `read_photos` does."""
    photos = read_photos(data, "val", val_share)
    return [photo.image for photo in photos if not read_labels(photo.mask).any()]


def make_pictures(mattes: list[Matte], scenes: list[Path]) -> Iterator[Picture]:
    """Lays each person before `SCENES` scenes, which come in turn; the same in each run.

    Raises:
        FileNotFoundError: There are people to lay before scenes, and no scenes.
    """
    if not scenes and not all(matte.original for matte in mattes):
        raise FileNotFoundError(
            "People are laid before validation photos that show nobody, and there are none: add "
            "some, with masks that are all black."
        )
    number = 0
    for matte in mattes:
        with Image.open(matte.path) as file:
            rgba = np.asarray(file.convert("RGBA"))
        if matte.original:
            alpha = rgba[..., 3].astype(np.float32) / np.float32(255)
            rgb = np.ascontiguousarray(rgba[..., :3])
            yield Picture(matte, matte.path.stem, rgb, alpha, None)
            continue
        if matte.source == "cutouts":
            rgba = _make_room(rgba)
        for i in range(SCENES):
            scene = load_image(scenes[number * STEP % len(scenes)])
            yield lay_before(matte, f"{matte.path.stem}-{i}", rgba, scene)
            number += 1


def lay_before(matte: Matte, name: str, rgba: npt.NDArray[np.uint8], scene: RGBImage) -> Picture:
    """Lays a person, uint8 RGBA (H, W, 4), before a scene that is scaled to cover it."""
    height, width = rgba.shape[:2]
    alpha = rgba[..., 3].astype(np.float32) / np.float32(255)
    behind = cover(scene, (width, height))
    light = behind.mean((0, 1)) + 20
    own = np.average(rgba[..., :3].reshape(-1, 3), axis=0, weights=alpha.ravel()) + 20
    gain = np.clip(light / own, 0.4, 2.0) ** LIGHT
    person = np.clip(rgba[..., :3] * gain + 0.5, 0, 255).astype(np.uint8)
    return Picture(matte, name, composite(person, alpha, behind), alpha, person)


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    return read_manifest(path, columns) if path.is_file() else []


def _make_room(rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Puts a cut-out, cut flat at the bottom, at the lower edge of a larger picture."""
    above, beside = round(ROOM[0] * rgba.shape[0]), round(ROOM[1] * rgba.shape[1])
    return np.asarray(
        cv2.copyMakeBorder(rgba, above, 0, beside, beside, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    )
