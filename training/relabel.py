"""Makes better labels for a next round of training with a network from the last.

    python -m training.relabel --data DATA --weights runs/first/best.keras \
        --bystanders ccp --bystanders selfie --out runs/relabelled
    python -m training.train --data runs/relabelled ...

Two things are done; the photos themselves and the validation photos stay as they are.

- In `--bystanders` sources only one person is labelled. People whom the network is
  sure of elsewhere in the photo are marked "ignore", so as not to be taught as
  background.
- Photos of the split "unlabelled" get labels. Where a photo has boxes around people, one
  YOLO line each in `unlabelled/boxes/NAME.txt` (class, centre x, centre y, width, height,
  as shares of the photo), the network looks at each box enlarged, as it could not do
  without being told where. Its sure pixels there become labels and the others are ignored;
  a box in which it finds nobody is ignored whole; outside there is nobody. Where it has a
  teacher's map of probabilities instead, `unlabelled/teacher/NAME.png` (8-bit grey, of any
  size), network and teacher are believed as far as they agree. Others are left out,
  and so are damaged photos.
"""

import argparse
import csv
import io
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from humanseg.errors import ImageError
from humanseg.photos.images import RGBImage, load_image
from humanseg.pictures.encoding import encode
from humanseg.whole import write_whole
from training.data.labels import (
    Labels,
    Look,
    Map,
    ignore_bystanders,
    label_boxes,
    label_whole,
    look_into_boxes,
    read_boxes,
)
from training.data.photos import FIELDS, check_files, read_labels, read_manifest
from training.outputs import own_path
from training.scoring.measuring import load_segmenter


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.relabel",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with manifest.csv")
    add("--weights", help="a .keras file (default: the weights that come with humanseg)")
    add("--bystanders", action="append", default=[], metavar="SOURCE")
    add("--out", type=own_path, required=True, help="folder for the new masks and manifest.csv")
    add("--resume", action="store_true", help="keep the masks that an interrupted call has made")
    return parser.parse_args(arguments)


def relabel(options: argparse.Namespace) -> None:
    """Writes a folder that `training.train --data` takes; the manifest last, and whole.

    Raises:
        SystemExit: There is a manifest already, or a photo or mask to look at is missing, or
            there are no such weights.
    """
    manifest = options.out / "manifest.csv"
    if manifest.exists():
        raise SystemExit(f"{manifest} exists already: choose another --out.")
    _, segmenter = load_segmenter(options.weights)

    def look(image: RGBImage) -> Map:
        return segmenter(image, detail="fine").probability

    data = options.data.resolve()
    rows = read_manifest(data / "manifest.csv", FIELDS)
    unlabelled = [row for row in rows if row["split"] == "unlabelled"]
    labelled = [row for row in rows if _has_bystanders(row, options)]
    check_files(data / row["image"] for row in unlabelled + labelled)
    check_files(data / row["mask"] for row in labelled)
    (options.out / "masks").mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    left_out = 0
    for number, row in enumerate(tqdm(rows, unit="photo", disable=None)):
        image, mask, split = data / row["image"], data / row["mask"], row["split"]
        if split == "unlabelled" or _has_bystanders(row, options):
            made = (options.out / "masks" / f"{number}-{image.stem}.png").resolve()
            if not (options.resume and made.is_file()):
                labels = _label(look, row, data)
                if labels is None:
                    left_out += 1
                    continue
                write_whole(made, encode(labels, ".png"))
            split, mask = "train", made
        writer.writerow([split, row["source"], image, mask])
    write_whole(manifest, text.getvalue().encode(), replace=False)
    if left_out:
        print(f"{left_out} photos are damaged or have neither boxes nor a teacher's map: left out")


def _label(look: Look, row: dict[str, str], data: Path) -> Labels | None:
    image = data / row["image"]
    try:
        if row["split"] == "unlabelled":
            return label_unlabelled(look, image, data / "unlabelled")
        return ignore_bystanders(look(load_image(image)), read_labels(data / row["mask"]))
    except ImageError as error:
        print(error)
        return None


def _has_bystanders(row: dict[str, str], options: argparse.Namespace) -> bool:
    return row["split"] == "train" and row["source"] in options.bystanders


def label_unlabelled(look: Look, photo: Path, folder: Path) -> Labels | None:
    """Labels one photo from what lies in `boxes/` or `teacher/` of a folder, if anything does."""
    boxes_path = folder / "boxes" / f"{photo.stem}.txt"
    teacher_path = folder / "teacher" / f"{photo.stem}.png"
    image = load_image(photo)
    if boxes_path.is_file():
        boxes = read_boxes(boxes_path)
        return label_boxes(look_into_boxes(look, image, boxes), boxes)
    if teacher_path.is_file():
        grey = Image.fromarray(load_image(teacher_path)[..., 0])
        teacher = grey.resize(image.shape[1::-1], Image.Resampling.BILINEAR)
        return label_whole(look(image), np.asarray(teacher, np.float32) / np.float32(255))
    return None


if __name__ == "__main__":
    relabel(parse_arguments())
