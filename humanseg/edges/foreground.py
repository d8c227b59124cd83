"""The colour people would have without the background shining through at their edge.

A photo is I = alpha F + (1 - alpha) B. Pasted elsewhere with the colours I instead of
F, hair keeps a fringe of the old background. F and B are estimated as in

    Germer et al., Fast Multi-Level Foreground Estimation, 2020,
    https://arxiv.org/abs/2006.14970

from a coarse level to a fine one: at each, a few steps that explain every pixel while
keeping F and B smooth where alpha changes. Unlike there, only a small copy of the photo
is solved; the photo's own detail is then added pixel by pixel, shared between F and B
by least squares. That is as accurate as solving the photo itself, and much cheaper.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.edges.tiles import Enlarged, tiles
from humanseg.photos.images import RGBImage
from humanseg.photos.shrink import shrink_within

Float = npt.NDArray[np.float32]

LONG_SIDE = 256
"""Pixels of the small copy."""

COARSE_SIDE = 32
"""Levels up to this size take ten steps, larger ones two."""

REGULARIZATION = 1e-5
"""Smoothness where alpha is constant."""

NEIGHBOURS = ((0, 1), (2, 1), (1, 0), (1, 2))
"""Rows and columns in an array padded by one pixel."""


@dataclass(frozen=True)
class Colors:
    """The two colours that each place of a photo mixes, in a small copy.

    Attributes:
        people: float32 (h, w, 3) in [0, 1].
        background: float32 (h, w, 3) in [0, 1].
    """

    people: Float
    background: Float


def estimate_colors(image: RGBImage, alpha: Float) -> Colors:
    """Estimates the colours of people and background, the longer part of the work.

    They are smooth, and hardly change with the threshold that alpha was made with: one
    estimate serves all thresholds.

    Args:
        image: uint8 RGB (H, W, 3).
        alpha: Opacity of the people, float32 (H, W) in [0, 1].
    """
    small = shrink_within(image, LONG_SIDE).astype(np.float32) / np.float32(255)
    return Colors(*_multi_level(small, shrink_within(alpha, LONG_SIDE)))


def add_detail(
    image: RGBImage, alpha: Float, colors: Colors, out: RGBImage | None = None
) -> RGBImage:
    """The colours of the people alone, with the photo's detail.

    Args:
        image: uint8 RGB (H, W, 3).
        alpha: Opacity of the people, float32 (H, W) in [0, 1].
        colors: Of the photo.
        out: A copy of `image` to write to, which saves memory; else one is made.

    Returns:
        uint8 RGB (H, W, 3), equal to `image` where alpha is 0 or 1.
    """
    result = image.copy() if out is None else out
    people, background = (Enlarged(c, alpha.shape) for c in (colors.people, colors.background))
    for tile in tiles(*alpha.shape):
        soft = (alpha[tile] > 0) & (alpha[tile] < 1)
        if not soft.any():
            continue
        a = alpha[tile][soft][:, None]
        f, b = people[tile][soft], background[tile][soft]
        missing = image[tile][soft] / np.float32(255) - a * f - (1 - a) * b
        f += a / (a * a + (1 - a) * (1 - a)) * missing
        result[tile][soft] = np.round(f.clip(0, 1) * 255)
    return result


def _multi_level(image: Float, alpha: Float) -> tuple[Float, Float]:
    """Foreground and background, both float32 (h, w, 3) in [0, 1]."""
    height, width = alpha.shape
    people = _mean_color(image, alpha)
    background = _mean_color(image, 1 - alpha)
    levels = max(1, math.ceil(math.log2(max(width, height))))
    for level in range(levels + 1):
        wh = (round(width ** (level / levels)), round(height ** (level / levels)))
        people = _resize(people, wh, cv2.INTER_NEAREST)
        background = _resize(background, wh, cv2.INTER_NEAREST)
        steps = 10 if max(wh) <= COARSE_SIDE else 2
        people, background = _smooth(
            _resize(image, wh), _resize(alpha, wh), people, background, steps
        )
    return people, background


def _smooth(
    image: Float, alpha: Float, people: Float, background: Float, steps: int
) -> tuple[Float, Float]:
    """Jacobi steps: each pixel's two colours from its own colour and its neighbours'."""
    weights = [REGULARIZATION + np.abs(alpha - around)[..., None] for around in _neighbours(alpha)]
    a = alpha[..., None]
    total: Float = sum(weights[1:], start=weights[0])
    aa, bb, ab = a * a + total, (1 - a) * (1 - a) + total, a * (1 - a)
    share = np.reciprocal(aa * bb - ab * ab)
    for _ in range(steps):
        f = a * image + _weighted_sum(weights, people)
        b = (1 - a) * image + _weighted_sum(weights, background)
        people = (share * (bb * f - ab * b)).clip(0, 1)
        background = (share * (aa * b - ab * f)).clip(0, 1)
    return people, background


def _weighted_sum(weights: list[Float], array: Float) -> Float:
    total = np.zeros_like(array)
    for weight, around in zip(weights, _neighbours(array), strict=True):
        total += weight * around
    return total


def _neighbours(array: Float) -> list[Float]:
    """The array moved by one pixel in four directions, its edge repeated."""
    height, width = array.shape[:2]
    padded = cv2.copyMakeBorder(array, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    return [np.asarray(padded[y : y + height, x : x + width], np.float32) for y, x in NEIGHBOURS]


def _mean_color(image: Float, weight: Float) -> Float:
    total = weight.sum() + REGULARIZATION
    return np.asarray((image * weight[..., None]).sum((0, 1), keepdims=True) / total, np.float32)


def _resize(
    array: npt.NDArray[np.generic], wh: tuple[int, int], how: int = cv2.INTER_AREA
) -> Float:
    return np.asarray(cv2.resize(array, wh, interpolation=how))
