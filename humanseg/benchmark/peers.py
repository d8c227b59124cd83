"""What else people use to find a person in a photo, to be measured on the same machine."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter
from huggingface_hub import cached_assets_path

from humanseg.checkpoints.config import hash_file
from humanseg.errors import WeightsError
from humanseg.photos.images import RGBImage

DEEPLAB = "https://github.com/google-coral/test_data/raw/master/deeplabv3_mnv2_pascal_quant.tflite"
DEEPLAB_SHA256 = "350af47fd346ea6d74b58833a351f583ba860e9806ec5bd292ff8d8f1f249398"
DEEPLAB_SIDE = 513
ISNET = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/isnet-general-use.onnx"
ISNET_SHA256 = "60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a"

MEMBER = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"


class MediaPipeSelfie:
    """MediaPipe Selfie Segmentation, general model: 256 x 256, 0.1 M parameters.

    Args:
        wheel: The wheel of mediapipe 0.10.14; it cannot be installed beside TensorFlow
            2.21, so the network is read from it.
        threads: Processor cores to use.
    """

    def __init__(self, wheel: Path, threads: int = 2):
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(MEMBER)
        self.interpreter = Interpreter(model_content=content, num_threads=threads)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.output = self.interpreter.get_output_details()[0]["index"]

    def __call__(self, image: RGBImage) -> npt.NDArray[np.float32]:
        """Returns the probability map (H, W) of an RGB photo (H, W, 3)."""
        height, width = image.shape[:2]
        resized = cv2.resize(image, (256, 256), interpolation=cv2.INTER_AREA)
        self.interpreter.set_tensor(self.input, resized[None].astype(np.float32) / 255)
        self.interpreter.invoke()
        probability = self.interpreter.get_tensor(self.output)[0, ..., 0]
        return cv2.resize(probability, (width, height), interpolation=cv2.INTER_LINEAR)


class Peer(NamedTuple):
    """Another way to find people.

    Attributes:
        network: Runs the network alone.
        segment: From a photo, uint8 RGB (H, W, 3), to probabilities (H, W).
    """

    network: Callable[[], Any]
    segment: Callable[[RGBImage], npt.NDArray[np.float32]]


def load_mediapipe(threads: int) -> Peer:
    """MediaPipe Selfie Segmentation, from the wheel of mediapipe 0.10.14 on PyPI."""
    folder = cached_assets_path("humanseg", "peers")
    if not list(folder.glob("mediapipe-*.whl")):
        # Only data is taken from the wheel, so that it may be for any Python.
        wheel = ["mediapipe==0.10.14", "--python-version=3.12", "--only-binary=:all:"]
        target = ["--platform=manylinux_2_17_x86_64", "--no-deps", f"--dest={folder}"]
        pip = [sys.executable, "-m", "pip", "download", "--quiet"]
        subprocess.run([*pip, *wheel, *target], check=True)
    peer = MediaPipeSelfie(next(folder.glob("mediapipe-*.whl")), threads)
    return Peer(peer.interpreter.invoke, peer)


def load_deeplab(path: Path, threads: int) -> Peer:
    """DeepLabV3 with MobileNetV2 for the classes of PASCAL VOC, 513 x 513, 8 bit.

    Its answer is a class for each pixel, so that the probabilities are 0 or 1 but where
    they are interpolated. Source: Chen et al., Rethinking Atrous Convolution for Semantic
    Image Segmentation, 2017, https://arxiv.org/abs/1706.05587

    Args:
        path: The file of `DEEPLAB`.
        threads: Processor cores to use.

    Raises:
        WeightsError: It is another file.
    """
    person = 15
    interpreter = Interpreter(
        model_content=read_verified(path, DEEPLAB, DEEPLAB_SHA256), num_threads=threads
    )
    interpreter.allocate_tensors()
    inputs = interpreter.get_input_details()[0]["index"]
    classes = interpreter.get_output_details()[0]["index"]

    def segment(image: RGBImage) -> npt.NDArray[np.float32]:
        height, width = image.shape[:2]
        pixels, high, wide = prepare_for_deeplab(image)
        interpreter.set_tensor(inputs, pixels)
        interpreter.invoke()
        found = interpreter.get_tensor(classes).reshape(pixels.shape[1:3])[:high, :wide] == person
        return cv2.resize(found.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)

    return Peer(interpreter.invoke, segment)


def prepare_for_deeplab(image: RGBImage) -> tuple[npt.NDArray[np.uint8], int, int]:
    """Puts a photo, uint8 RGB (H, W, 3), at the top left of what DeepLab takes.

    Returns:
        uint8 (1, 513, 513, 3), grey beside the photo, and how many rows and columns it fills.
    """
    height, width = image.shape[:2]
    scale = DEEPLAB_SIDE / max(height, width)
    high, wide = max(1, round(height * scale)), max(1, round(width * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pixels = np.full((1, DEEPLAB_SIDE, DEEPLAB_SIDE, 3), 128, np.uint8)
    pixels[0, :high, :wide] = cv2.resize(image, (wide, high), interpolation=method)
    return pixels, high, wide


def read_verified(path: Path, address: str, sha256: str) -> bytes:
    """Reads a network of somebody else's.

    Raises:
        WeightsError: There is none at `path`, or another than that at `address`.
    """
    received = hash_file(path) if path.is_file() else "no file"
    if received != sha256:
        raise WeightsError(
            f"{path} must be the file of {address}, SHA-256 {sha256}. Received: {received}"
        )
    return path.read_bytes()


def load_isnet(path: Path, threads: int) -> Peer:
    """IS-Net for general use, 1024 x 1024, prepared as rembg does.

    Source: Qin et al., Highly Accurate Dichotomous Image Segmentation, 2022,
    https://arxiv.org/abs/2203.03041

    Args:
        path: The file of `ISNET`.
        threads: Processor cores to use.

    Raises:
        WeightsError: It is another file, or onnxruntime is not installed.
    """
    content = read_verified(path, ISNET, ISNET_SHA256)
    try:
        import onnxruntime
    except ImportError as error:
        raise WeightsError(f"IS-Net needs onnxruntime: `pip install onnxruntime` ({error})") from (
            error
        )

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return session.run(None, {name: pixels})[0][0, 0]

    def segment(image: RGBImage) -> npt.NDArray[np.float32]:
        resized = cv2.resize(image, (1024, 1024), interpolation=cv2.INTER_AREA)
        pixels = (resized / np.float32(255) - np.float32(0.5)).transpose(2, 0, 1)[None]
        height, width = image.shape[:2]
        return cv2.resize(run(pixels), (width, height), interpolation=cv2.INTER_LINEAR)

    return Peer(lambda: run(np.zeros((1, 3, 1024, 1024), np.float32)), segment)
