"""Augmentation: random views, pasted people, and other light.

All is uint8, so that a sample takes little memory and few milliseconds: image (H, W, 3),
target (H, W), 255 for a person, and weight (H, W), 0 where the label is not to be
trusted and 255 elsewhere.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.data.photos import IGNORE

Pixels = npt.NDArray[np.uint8]
Rng = np.random.Generator
LEVELS = np.linspace(0, 1, 256, dtype=np.float32)


@dataclass
class Sample:
    """One training sample; augmentation changes it in place."""

    image: Pixels
    target: Pixels
    weight: Pixels


def random_view(rng: Rng, photo: Pixels, size: int, zoom: tuple[float, float]) -> Sample:
    """Cuts a random square out of a photo: scale, aspect, rotation, flip, position.

    Args:
        rng: Source of randomness.
        photo: uint8 (H, W, 4), RGB and mask; may be changed.
        size: Side of the result in pixels.
        zoom: Range of the photo's long side in the result, as a share of `size`.
    """
    mask = cv2.extractChannel(photo, 3)
    ignored = cv2.inRange(mask, IGNORE, IGNORE)
    has_ignored = cv2.hasNonZero(ignored)
    if has_ignored:
        cv2.insertChannel(mask & ~ignored, photo, 3)
    height, width = photo.shape[:2]
    scale = size * np.exp(rng.uniform(*np.log(zoom))) / max(height, width)
    if scale < 0.6:  # an affine warp alone would alias
        wh = (max(1, round(width * 2 * scale)), max(1, round(height * 2 * scale)))
        photo, ignored = (cv2.resize(a, wh, interpolation=cv2.INTER_AREA) for a in (photo, ignored))
        scale = 0.5
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
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    colour = [*(int(value) for value in rng.integers(0, 256, 3)), 0]

    def warp(array: Pixels) -> Pixels:
        return np.asarray(
            cv2.warpAffine(array, matrix, (size, size), borderMode=border, borderValue=colour),
            np.uint8,
        )

    view = warp(photo)
    weight = np.full((size, size), 255, np.uint8)
    if has_ignored:
        colour[0] = 0  # what lies outside the photo is known to be nobody
        weight[warp(ignored) > 0] = 0
    return Sample(_drop_mask(view), np.asarray(cv2.extractChannel(view, 3), np.uint8), weight)


def paste_person(rng: Rng, sample: Sample, photo: Pixels, is_cutout: bool = False) -> None:
    """Pastes the person of another photo into a sample, in place.

    A person cut off by an edge of their own photo stays at that edge, so that no
    straight cut appears inside the new one.

    Args:
        rng: Source of randomness.
        sample: The scene.
        photo: uint8 (H, W, 4), RGB and mask, with at least one person.
        is_cutout: Whether the mask is a true alpha, and becomes the target as it is.
    """
    size = sample.target.shape[0]
    mask = cv2.inRange(cv2.extractChannel(photo, 3), 1 if is_cutout else 255, 255)
    left, top, width, height = cv2.boundingRect(mask)
    if width < 8 or height < 8:
        return
    at_left, at_right = left <= 1, left + width >= mask.shape[1] - 1
    at_top, at_bottom = top <= 1, top + height >= mask.shape[0] - 1
    person = photo[top : top + height, left : left + width].copy()
    if not is_cutout:
        # A pixel off the edge takes the old background's colour with it.
        inner = cv2.erode(mask[top : top + height, left : left + width], np.ones((3, 3), np.uint8))
        cv2.insertChannel(inner, person, 3)

    scale = size * np.exp(rng.uniform(np.log(0.15), np.log(1.2))) / max(width, height)
    wh = (max(4, round(width * scale)), max(4, round(height * scale)))
    person = cv2.resize(person, wh, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    softness = rng.uniform(0.4, 0.9)
    if rng.random() < 0.5:
        person = person[:, ::-1]
        at_left, at_right = at_right, at_left

    x = _position(rng, wh[0], size, at_left, at_right)
    y = _position(rng, wh[1], size, at_top, at_bottom)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(size, x + wh[0]), min(size, y + wh[1])
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    here = slice(y0, y1), slice(x0, x1)
    person = np.ascontiguousarray(person[y0 - y : y1 - y, x0 - x : x1 - x])
    alpha = cv2.extractChannel(person, 3)
    if not is_cutout:
        alpha = cv2.GaussianBlur(alpha, (0, 0), softness)
    scene = np.ascontiguousarray(sample.image[here])
    colours = _match_light(rng, jitter_colour(rng, _drop_mask(person)), scene)
    share = alpha.astype(np.float32) / 255
    sample.image[here] = cv2.blendLinear(colours, scene, share, 1 - share)
    uncovered = cv2.multiply(~sample.target[here], ~alpha, scale=1 / 255)
    sample.target[here] = ~np.asarray(uncovered, np.uint8)
    sample.weight[here] |= cv2.inRange(alpha, 128, 255)


def _drop_mask(photo: Pixels) -> Pixels:
    """RGB of RGB and mask; three times as fast as a slice that is copied."""
    return np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGBA2RGB), np.uint8)


def _position(rng: Rng, length: int, size: int, at_start: bool, at_end: bool) -> int:
    """Where a cut-out of `length` starts along an axis of `size` pixels."""
    hidden = int(rng.uniform(0, 0.15) * length)
    if at_end and not (at_start and rng.random() < 0.5):
        return size - length + hidden
    if at_start:
        return -hidden
    return int(rng.uniform(-0.3 * length, size - 0.7 * length))


def _match_light(rng: Rng, person: Pixels, scene: Pixels) -> Pixels:
    """Moves the person's brightness part of the way to the scene's."""
    strength = rng.uniform(0, 0.5)
    gain = (sum(cv2.mean(scene)) + 60) / (sum(cv2.mean(person)) + 60)
    return cv2.convertScaleAbs(person, alpha=float(np.clip(gain, 0.4, 1.6) ** strength))


def jitter_colour(rng: Rng, image: Pixels) -> Pixels:
    """Changes brightness, contrast, gamma, white balance and saturation."""
    contrast, brightness = rng.uniform(0.75, 1.3), rng.uniform(-0.12, 0.12)
    values = np.clip((LEVELS - 0.5) * contrast + 0.5 + brightness, 0, 1)
    values = values ** np.exp(rng.uniform(-0.3, 0.3))
    table = np.clip(values[:, None] * rng.uniform(0.9, 1.1, 3), 0, 1)
    image = np.asarray(cv2.LUT(image, (table[None] * 255).astype(np.uint8)), np.uint8)
    saturation = 0.0 if rng.random() < 0.04 else rng.uniform(0.6, 1.4)
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return cv2.addWeighted(image, saturation, grey, 1 - saturation, 0)


def degrade(rng: Rng, image: Pixels) -> Pixels:
    """Sometimes blurs, adds noise, or compresses like a bad JPEG."""
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.12:
        noise = rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(2, 10))
        image = np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)
    if rng.random() < 0.15:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))]
        image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR))
    return image
