"""Photos and masks decoded once, as training reads them over and over."""

import hashlib
from pathlib import Path
from tempfile import NamedTemporaryFile

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.photos.images import load_image
from training.data.cutouts import read_cutout
from training.data.photos import Photo, read_labels


class PhotoCache:
    """Photos decoded once, kept on disk, and read through the page cache.

    Args:
        folder: Where the decoded arrays are kept.
        max_side: Larger photos are reduced to this many pixels on the long side.
    """

    def __init__(self, folder: Path, max_side: int = 512):
        self.folder = folder
        self.max_side = max_side
        self.known: dict[Photo, tuple[Path, int, tuple[int, ...]]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, photo: Photo) -> npt.NDArray[np.uint8]:
        """Returns photo and mask as one uint8 array (H, W, 4)."""
        if photo not in self.known:
            kept = np.load(self.keep(photo), mmap_mode="r")
            self.known[photo] = self.path(photo), kept.offset, kept.shape
        path, offset, shape = self.known[photo]  # to parse the header takes half a millisecond
        return np.fromfile(path, np.uint8, offset=offset).reshape(shape)

    def path(self, photo: Photo) -> Path:
        """Where the decoded photo is kept: its name changes when its files do."""
        paths = (photo.image, photo.mask)
        stamp = [(str(path), path.stat().st_mtime_ns, self.max_side) for path in paths]
        return self.folder / f"{hashlib.sha256(repr(stamp).encode()).hexdigest()[:24]}.npy"

    def keep(self, photo: Photo) -> Path:
        """Decodes the photo if it is not kept yet, and says where it is."""
        path = self.path(photo)
        if not path.exists():
            decoded = decode_photo(photo, self.max_side)
            # Two processes may decode the same photo at once: each writes a file of its own.
            with NamedTemporaryFile(dir=self.folder, suffix=".partial", delete=False) as file:
                np.save(file, decoded)
            Path(file.name).replace(path)
        return path


def decode_photo(photo: Photo, max_side: int) -> npt.NDArray[np.uint8]:
    """Reads photo and mask as one uint8 array (H, W, 4).

    Args:
        photo: What to read.
        max_side: A larger one is reduced to this many pixels on the long side.

    Raises:
        ValueError: The two are of different sizes, or the mask is none.
    """
    if photo.is_cutout:
        rgb, mask = read_cutout(photo.image)
    else:
        rgb, mask = load_image(photo.image), read_labels(photo.mask)
    if rgb.shape[:2] != mask.shape:
        raise ValueError(
            f"A mask must be as large as its photo. "
            f"Received: {photo.image.name} {rgb.shape[:2]}, mask {mask.shape}"
        )
    scale = max_side / max(mask.shape)
    if scale < 1:
        size = [max(1, round(side * scale)) for side in mask.shape[::-1]]
        rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)
    return np.dstack([rgb, mask])
