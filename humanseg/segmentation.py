"""The result for one photo: its soft mask, and every picture made from it."""

import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from humanseg.errors import OptionError
from humanseg.photos.images import RGBImage
from humanseg.pictures import backgrounds, cutout, overlay
from humanseg.pictures.colors import Color
from humanseg.pictures.encoding import encode
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY, OverlayStyle
from humanseg.soft_mask import DEFAULT_THRESHOLD, SoftMask
from humanseg.whole import write_whole


@dataclass(frozen=True, eq=False, repr=False)
class Segmentation(SoftMask):
    """A photo, where its people are, and the pictures made of both.

    Attributes and masks are those of `SoftMask`.
    """

    def overlay(
        self,
        threshold: float = DEFAULT_THRESHOLD,
        *,
        color: Color = OVERLAY_COLOR,
        opacity: float = OVERLAY_OPACITY,
        style: OverlayStyle = "fill",
    ) -> RGBImage:
        """The photo with people marked, uint8 (H, W, 3); see `humanseg.pictures.overlay`."""
        return overlay.overlay(self.image, self.mask(threshold), color, opacity, style)

    def cutout(self, threshold: float = DEFAULT_THRESHOLD) -> npt.NDArray[np.uint8]:
        """The people alone, RGBA uint8 (H, W, 4); see `humanseg.pictures.cutout`."""
        return cutout.cutout(self.image, self.alpha(threshold), self.colors)

    def picture(
        self, kind: str = "cutout", threshold: float = DEFAULT_THRESHOLD
    ) -> npt.NDArray[np.uint8]:
        """One of the pictures by its name.

        Args:
            kind: "mask", (H, W) of 0 and 255; "alpha", (H, W), 255 opaque; "overlay",
                (H, W, 3); or "cutout", (H, W, 4).
            threshold: In [0, 1].

        Raises:
            OptionError: `kind` is something else, or `threshold` outside [0, 1].
        """
        if kind == "mask":
            return self.mask(threshold).astype(np.uint8) * 255
        if kind == "alpha":
            return np.asarray(cv2.convertScaleAbs(self.alpha(threshold), alpha=255), np.uint8)
        if kind == "overlay":
            return self.overlay(threshold)
        if kind == "cutout":
            return self.cutout(threshold)
        raise OptionError(
            f"kind must be 'mask', 'alpha', 'overlay' or 'cutout'. Received: {kind!r}"
        )

    def save(
        self,
        path: str | os.PathLike[str],
        kind: str = "cutout",
        threshold: float = DEFAULT_THRESHOLD,
    ) -> None:
        """Writes a picture, whole or not at all; a file that is there is replaced.

        Args:
            path: Ends with .png or .webp, both lossless, or .jpg.
            kind: As for `picture`.
            threshold: In [0, 1].

        Raises:
            OptionError: An option is out of range, or the format has no transparency.
            OSError: It cannot be written.
        """
        path = Path(path)
        suffix = path.suffix.lower().replace(".jpeg", ".jpg")
        write_whole(path, encode(self.picture(kind, threshold), suffix))

    def to_pil(self, kind: str = "cutout", threshold: float = DEFAULT_THRESHOLD) -> Image.Image:
        """A picture as Pillow's; arguments as for `picture`."""
        return Image.fromarray(self.picture(kind, threshold))

    def replace_background(
        self,
        background: Color | RGBImage = "white",
        threshold: float = DEFAULT_THRESHOLD,
    ) -> RGBImage:
        """The people before a colour or another picture; see `humanseg.pictures.backgrounds`."""
        alpha = self.alpha(threshold)
        return backgrounds.replace_background(self.image, alpha, background, self.colors)

    def blur_background(
        self, strength: float = backgrounds.BLUR, threshold: float = DEFAULT_THRESHOLD
    ) -> RGBImage:
        """The photo blurred around the people; see `humanseg.pictures.backgrounds`."""
        alpha = self.alpha(threshold)
        return backgrounds.blur_background(self.image, alpha, strength, self.colors)
