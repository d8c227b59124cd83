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

from humanseg.photos.images import RGBImage

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


def load_isnet(path: Path, threads: int) -> Peer:
    """IS-Net for general use, 1024 x 1024, prepared as rembg does.

    Source: Qin et al., Highly Accurate Dichotomous Image Segmentation, 2022,
    https://arxiv.org/abs/2203.03041
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return session.run(None, {name: pixels})[0][0, 0]

    def segment(image: RGBImage) -> npt.NDArray[np.float32]:
        resized = cv2.resize(image, (1024, 1024), interpolation=cv2.INTER_AREA)
        pixels = (resized / np.float32(255) - np.float32(0.5)).transpose(2, 0, 1)[None]
        height, width = image.shape[:2]
        return cv2.resize(run(pixels), (width, height), interpolation=cv2.INTER_LINEAR)

    return Peer(lambda: run(np.zeros((1, 3, 1024, 1024), np.float32)), segment)
