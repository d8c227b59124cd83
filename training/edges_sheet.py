"""Shows edges of the example photos at 100 %: hair, fingers, glasses and shoes.

    python -m training.edges_sheet --out after.png --before before.png

Each row is a part of a photo, as it is and pasted on a plain colour: with edges as coarse as
the network's, and as users get them. With --before, a sheet made by another version or with
other weights, what users got there stands in between.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from humanseg import Segmenter
from humanseg.photos.images import RGBImage, load_image
from humanseg.shipped import shipped
from training.outputs import own_file
from training.scoring.alpha import PLAIN
from training.scoring.measuring import load_segmenter

EXAMPLES = shipped("examples")
SIDE = 220
"""Pixels of each part."""

PARTS = {
    "astronaut.png": [("hair", 225, 110)],
    "canyon-view.jpg": [("cap", 600, 370)],
    "friends-at-laptops.jpg": [("hair", 1400, 150), ("fingers", 1012, 870)],
    "office-meeting.jpg": [("hair", 1127, 413)],
    "skateboarder.jpg": [("glasses", 328, 430), ("fingers", 509, 483), ("shoes", 330, 821)],
    "street-style.jpg": [("hat", 166, 110), ("fingers", 328, 235)],
    "sunglasses.jpg": [("fingers", 820, 320), ("glasses", 660, 205), ("hair", 760, 150)],
    "woman-with-braids.jpg": [("hair", 602, 181), ("braids", 216, 1050)],
}
"""Photo -> what is seen, and the middle of where, in pixels."""


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.edges_sheet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=own_file, required=True, help="a .png file")
    parser.add_argument("--before", type=Path, help="a sheet to compare with")
    parser.add_argument("--weights", help="a .keras file (default: those in weights/)")
    options = parser.parse_args(arguments)
    if options.out.suffix.lower() != ".png":
        parser.error(f"--out is a .png file. Received: {options.out}")
    return options


def main(options: argparse.Namespace) -> None:
    """Writes the sheet."""
    sheet = draw_sheet(load_segmenter(options.weights)[1])
    if options.before:
        before = load_image(options.before)[:, -SIDE:]
        sheet = np.hstack([sheet[:, :-SIDE], before, sheet[:, -SIDE:]])
    Image.fromarray(sheet).save(options.out)


def draw_sheet(segmenter: Segmenter) -> RGBImage:
    """Rows of parts, uint8 RGB (rows * SIDE, 3 * SIDE, 3): photo, interpolated, refined."""
    rows = []
    for name, parts in PARTS.items():
        photo = load_image(EXAMPLES / name)
        pasted = [
            segmenter(photo, refine=refine).replace_background(PLAIN) for refine in (False, True)
        ]
        for what, x, y in parts:
            row = np.hstack([_part(picture, x, y) for picture in (photo, *pasted)])
            rows.append(cv2.putText(row, what, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 255))
    return np.vstack(rows)


def _part(picture: RGBImage, x: int, y: int) -> RGBImage:
    left = int(np.clip(x - SIDE // 2, 0, picture.shape[1] - SIDE))
    top = int(np.clip(y - SIDE // 2, 0, picture.shape[0] - SIDE))
    return picture[top : top + SIDE, left : left + SIDE]


if __name__ == "__main__":
    main(parse_arguments())
