"""Augmentation: random views, pasted people, and other light.

A sample travels as image uint8 (H, W, 3), target float32 (H, W) in [0, 1] and
weight float32 (H, W), 0 where the label is not to be trusted.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.data.photos import IGNORE

Pixels = npt.NDArray[np.uint8]
Rng = np.random.Generator


@dataclass
class Sample:
    """One training sample; augmentation changes it in place."""

    image: npt.NDArray[np.uint8]
    target: npt.NDArray[np.float32]
    weight: npt.NDArray[np.float32]


def random_view(rng: Rng, photo: Pixels, size: int, zoom: tuple[float, float]) -> Sample:
    """Cuts a random square out of a photo: scale, aspect, rotation, flip, position.

    Args:
        rng: Source of randomness.
        photo: uint8 (H, W, 4), RGB and mask.
        size: Side of the result in pixels.
        zoom: Range of the photo's long side in the result, as a share of `size`.
    """
    height, width = photo.shape[:2]
    scale = size * np.exp(rng.uniform(*np.log(zoom))) / max(height, width)
    if scale < 0.6:  # an affine warp alone would alias
        wh = (max(1, round(width * 2 * scale)), max(1, round(height * 2 * scale)))
        mask = cv2.resize(photo[..., 3], wh, interpolation=cv2.INTER_NEAREST)
        image = cv2.resize(photo[..., :3], wh, interpolation=cv2.INTER_AREA)
        photo, scale = np.dstack([image, mask]), 0.5
        height, width = photo.shape[:2]

    aspect = np.exp(rng.uniform(-0.12, 0.12))
    angle = np.deg2rad(rng.normal(0, 8)) if rng.random() < 0.4 else 0.0
    flip = -1.0 if rng.random() < 0.5 else 1.0
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = rotation @ np.diag([flip * scale * aspect, scale / aspect])
    slack = np.array([width * scale * aspect, height * scale / aspect]) - size
    centre = size / 2 + rng.uniform(-0.5, 0.5, 2) * np.where(slack > 0, slack * 1.1, -slack)
    offset = centre - linear @ [width / 2, height / 2]
    matrix = np.column_stack([linear, offset])

    def warp(array: Any, interpolation: int, border: int, value: Any = 0) -> Any:
        return cv2.warpAffine(
            array, matrix, (size, size), flags=interpolation, borderMode=border, borderValue=value
        )

    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    grey = [int(value) for value in rng.integers(0, 256, 3)]
    mask = photo[..., 3]
    person = np.where(mask == IGNORE, 0, mask).astype(np.float32) / 255
    weight = np.ones((size, size), np.float32)
    if (mask == IGNORE).any():
        ignored = (mask == IGNORE).astype(np.float32)
        weight = 1.0 - (warp(ignored, cv2.INTER_LINEAR, border) > 0).astype(np.float32)
    return Sample(
        warp(np.ascontiguousarray(photo[..., :3]), cv2.INTER_LINEAR, border, grey),
        warp(person, cv2.INTER_LINEAR, border),
        weight,
    )


def paste_person(rng: Rng, sample: Sample, photo: Pixels) -> None:
    """Pastes the person of another photo into a sample, in place.

    A person cut off by an edge of their own photo stays at that edge, so that no
    straight cut appears inside the new one.

    Args:
        rng: Source of randomness.
        sample: The scene.
        photo: uint8 (H, W, 4), RGB and mask, with at least one person.
    """
    size = sample.target.shape[0]
    mask = (photo[..., 3] == 255).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(mask)
    if width < 8 or height < 8:
        return
    cut = slice(top, top + height), slice(left, left + width)
    person, alpha = photo[cut][..., :3], mask[cut].astype(np.float32)
    at_left, at_right = left <= 1, left + width >= mask.shape[1] - 1
    at_top, at_bottom = top <= 1, top + height >= mask.shape[0] - 1

    scale = size * np.exp(rng.uniform(np.log(0.15), np.log(1.2))) / max(width, height)
    wh = (max(4, round(width * scale)), max(4, round(height * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    # A pixel off the edge takes the old background's colour with it.
    alpha = cv2.erode(alpha, np.ones((3, 3), np.uint8), borderValue=1.0)
    alpha = cv2.resize(alpha, wh, interpolation=interpolation)
    alpha = cv2.GaussianBlur(alpha, (0, 0), rng.uniform(0.4, 0.9))
    person = cv2.resize(person, wh, interpolation=interpolation)
    if rng.random() < 0.5:
        person, alpha = person[:, ::-1], alpha[:, ::-1]
        at_left, at_right = at_right, at_left

    x = _position(rng, wh[0], size, at_left, at_right)
    y = _position(rng, wh[1], size, at_top, at_bottom)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(size, x + wh[0]), min(size, y + wh[1])
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    here = slice(y0, y1), slice(x0, x1)
    there = slice(y0 - y, y1 - y), slice(x0 - x, x1 - x)
    scene, alpha = sample.image[here], alpha[there]
    person = _match_light(rng, jitter_colour(rng, person[there]), scene)
    blended = scene + alpha[..., None] * (person.astype(np.float32) - scene)
    sample.image[here] = np.clip(blended + 0.5, 0, 255).astype(np.uint8)
    sample.target[here] += alpha - alpha * sample.target[here]
    sample.weight[here] = np.maximum(sample.weight[here], alpha > 0.5)


def _position(rng: Rng, length: int, size: int, at_start: bool, at_end: bool) -> int:
    """Where a cut-out of `length` starts along an axis of `size` pixels."""
    hidden = int(rng.uniform(0, 0.15) * length)
    if at_end:
        return size - length + hidden
    if at_start:
        return -hidden
    return int(rng.uniform(-0.3 * length, size - 0.7 * length))


def _match_light(rng: Rng, person: Pixels, scene: Pixels) -> Pixels:
    """Moves the person's brightness part of the way to the scene's."""
    strength = rng.uniform(0, 0.5)
    gain = (scene.mean() + 20) / (person.mean() + 20)
    return cv2.convertScaleAbs(person, alpha=float(np.clip(gain, 0.4, 1.6) ** strength))


def jitter_colour(rng: Rng, image: Pixels) -> Pixels:
    """Changes brightness, contrast, gamma, white balance and saturation."""
    values = np.linspace(0, 1, 256, dtype=np.float32)
    contrast, brightness = rng.uniform(0.75, 1.3), rng.uniform(-0.12, 0.12)
    values = np.clip((values - 0.5) * contrast + 0.5 + brightness, 0, 1)
    values = values ** np.exp(rng.uniform(-0.3, 0.3))
    table = np.clip(values[:, None] * rng.uniform(0.9, 1.1, 3), 0, 1)
    image = cv2.LUT(image, (table[None] * 255).astype(np.uint8))
    saturation = 0.0 if rng.random() < 0.04 else rng.uniform(0.6, 1.4)
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return cv2.addWeighted(image, saturation, grey, 1 - saturation, 0)


def degrade(rng: Rng, image: Pixels) -> Pixels:
    """Sometimes blurs, adds noise, or compresses like a bad JPEG."""
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.12:
        noise = rng.normal(0, rng.uniform(2, 10), image.shape).astype(np.float32)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))]
        image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR))
    return image
