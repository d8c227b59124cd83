"""People cut out with true alpha, to paste into other photos."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from training.data.photos import read_manifest

SPREAD = 3.0
"""Pixels (standard deviation) around a cut-out that take on its colours."""


def list_cutouts(folder: Path) -> list[Path]:
    """Lists the cut-outs to train on: those of the split "train" of `folder`/manifest.csv.

    Args:
        folder: Its manifest has the columns split and image; images are RGBA pictures
            with true alpha, named from the parent of `folder`.
    """
    rows = read_manifest(folder / "manifest.csv", ("split", "image"))
    return [folder.parent / row["image"] for row in rows if row["split"] == "train"]


def read_cutout(path: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Reads colours, uint8 (H, W, 3), and alpha, uint8 (H, W), of a person cut out.

    Where nobody is, colours are those of the person nearby, so that none that were
    never seen are mixed in when the picture is scaled.
    """
    with Image.open(path) as file:
        rgba = np.asarray(file.convert("RGBA"))
    rgb, alpha = np.ascontiguousarray(rgba[..., :3]), np.ascontiguousarray(rgba[..., 3])
    share = alpha[..., None].astype(np.float32)
    seen = cv2.GaussianBlur(np.dstack([rgb * share, share]), (0, 0), SPREAD)
    near = seen[..., :3] / np.maximum(seen[..., 3:], 1e-3)
    return np.where(share > 0, rgb, (near + 0.5).clip(0, 255).astype(np.uint8)), alpha
