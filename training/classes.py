"""Notes which of 21 classes a teacher sees where in each training photo.

    python -m training.classes --data DATA --deeplab FILE.tflite --out runs/classes.npz
    python -m training.train --data DATA --classes runs/classes.npz --augment device ...

The teacher is DeepLabV3 with MobileNetV2, which learnt PASCAL VOC's classes. It takes
a tenth of a second a photo.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter
from tqdm import tqdm

from humanseg.benchmark.peers import (
    DEEPLAB,
    DEEPLAB_SHA256,
    DEEPLAB_SIDE,
    prepare_for_deeplab,
    read_verified,
)
from humanseg.photos.images import RGBImage, load_image
from training.data.classes import UNSURE
from training.data.photos import check_files, read_photos
from training.learning.options import add_photos
from training.outputs import own_file

GRID = 48
"""Rows and columns that are noted of a photo."""

SURE = 0.5
"""Probability from which on a class is believed."""

LOGITS = 182
"""The teacher's tensor of scores, 8 bits, (1, 33, 33, 21), before it makes classes of them."""


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.classes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add_photos(parser)
    add("--deeplab", type=Path, required=True, metavar="FILE", help=f"the teacher: {DEEPLAB}")
    add("--out", type=own_file, required=True, metavar="FILE", help="an .npz file")
    return parser.parse_args(arguments)


def note_classes(options: argparse.Namespace) -> None:
    """Writes what `training.data.classes.TeacherClasses` reads.

    Raises:
        SystemExit: A photo is missing.
    """
    look = load_teacher(options.deeplab)
    photos = read_photos(
        options.data, "train", options.val_share, pseudo_labels=options.pseudo_labels
    )
    check_files(photo.image for photo in photos)
    seen = [
        believe(look(load_image(photo.image)))
        for photo in tqdm(photos, "looking", unit="photo", disable=None)
    ]
    stems = np.array([photo.image.stem for photo in photos])
    with options.out.open("wb") as file:  # to a name NumPy would add an ending
        np.savez_compressed(file, stems=stems, classes=np.array(seen))


def load_teacher(path: Path) -> Callable[[RGBImage], npt.NDArray[np.float32]]:
    """From a photo to scores of each class, float32 (`GRID`, `GRID`, 21), stretched over it.

    Raises:
        WeightsError: It is another file than `DEEPLAB`.
    """
    interpreter = Interpreter(
        model_content=read_verified(path, DEEPLAB, DEEPLAB_SHA256),
        num_threads=2,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    inputs = interpreter.get_input_details()[0]["index"]
    scale, zero = interpreter.get_tensor_details()[LOGITS]["quantization"]

    def look(image: RGBImage) -> npt.NDArray[np.float32]:
        pixels, high, wide = prepare_for_deeplab(image)
        interpreter.set_tensor(inputs, pixels)
        interpreter.invoke()
        scores = (interpreter.get_tensor(LOGITS)[0].astype(np.float32) - zero) * np.float32(scale)
        rows, columns = (between(len(scores), length / DEEPLAB_SIDE) for length in (high, wide))
        return np.einsum("iy,jx,yxc->ijc", rows, columns, scores, optimize=True)

    return look


def between(count: int, share: float) -> npt.NDArray[np.float32]:
    """Weights, float32 (`GRID`, `count`), that interpolate in the first part of a row of pixels."""
    places = (np.arange(GRID) + 0.5) / GRID * share * count - 0.5
    distances = np.abs(places.clip(0, count - 1)[:, None] - np.arange(count))
    return np.maximum(0, 1 - distances).astype(np.float32)


def believe(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The class of each pixel, uint8 (H, W), from scores (H, W, C); `UNSURE` where none is sure."""
    likely = np.exp(scores - scores.max(-1, keepdims=True))
    likely /= likely.sum(-1, keepdims=True)
    classes = likely.argmax(-1).astype(np.uint8)
    classes[likely.max(-1) < SURE] = UNSURE
    return classes


if __name__ == "__main__":
    note_classes(parse_arguments())
