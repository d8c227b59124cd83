"""Brings the network's probabilities to the photo's resolution along the photo's edges.

The network sees a small copy of the photo. Along edges its map is explained by the
photo's colours, p = a . I + b in each small window, and the same a and b are then used
with the colours of the large photo. This is the fast guided filter of

    He and Sun, Fast Guided Filter, 2015, https://arxiv.org/abs/1505.00996

with a colour guide as in He et al., Guided Image Filtering, 2013, and with pixels
weighted by how sure the network is, as in

    Liba et al., Sky Optimization, 2020, https://arxiv.org/abs/2006.10172

It is believed where it has a reason: where the network is sure of both sides of an edge,
where colours explain its map, and where the photo has detail that the network did not see.
"""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.edges.tiles import Enlarged, tiles
from humanseg.photos.images import RGBImage
from humanseg.photos.shrink import shrink, shrink_within

Float = npt.NDArray[np.float32]

SOLVED = 0.5
"""Size at which the map is explained, as a share of its own: as good as the whole, and faster."""

RADIUS = 3
"""Of the window, in pixels at that size."""

EPSILON = 6.5
"""Variance of colours in [0, 255] below which there is noise and no edge to follow."""

LEAST_WEIGHT = np.float32(1e-3)
"""Of the pixels of which the network is not sure at all."""

NO_VARIANCE, LEAST_TRUST = np.float32(1e-3), np.float32(1e-4)
"""Where the map is flat, nothing is explained, and all windows count the same."""

CONTRAST = (0.45, 0.75)
"""Difference of probability in a window from which it holds an edge, and surely does."""

EXPLAINED = (0.5, 0.9)
"""Share of the map's variance that colours explain, from which they are followed, and fully."""

SCALE = (0.7, 1.7)
"""Pixels of the photo for one of the map, from which its detail counts, and fully."""


def refine(probability: Float, image: RGBImage) -> Float:
    """Resizes probabilities to the size of the photo, with edges where the photo's are.

    Away from edges, and in photos smaller than the map, the result is that of bilinear
    resizing. Apart from the result, memory does not grow with the photo.

    Args:
        probability: Of the network, float32 (h, w) in [0, 1].
        image: The photo, uint8 RGB (H, W, 3).

    Returns:
        float32 (H, W) in [0, 1].
    """
    height, width = image.shape[:2]
    result = np.asarray(cv2.resize(probability, (width, height)), np.float32)
    small = shrink_within(probability, round(SOLVED * max(probability.shape)))
    share = _near_edges(small) * _ramp(max(image.shape) / max(probability.shape), SCALE)
    part = _bounds(share)
    if not share[part].size:
        return result
    near, target = share[part], small[part]
    guide = shrink(image, (small.shape[1], small.shape[0]))[part].astype(np.float32)
    sure = np.abs(2 * target - 1)
    weight = np.maximum(sure * sure, LEAST_WEIGHT)
    slope, offset, explained = guided_filter(guide, target, weight, RADIUS, EPSILON)
    near *= _ramp(explained, EXPLAINED)
    # To be added to the interpolated map: nothing where colours are not followed. The offset
    # is the slope of a fourth channel, which is white.
    added = np.zeros((*small.shape, 4), np.float32)
    added[part] = np.dstack([near[..., None] * slope, near * (offset - target) / 255])
    enlarged = Enlarged(added, (height, width))
    for tile in tiles(height, width):
        if share[enlarged.source(tile)].any():
            products = cv2.cvtColor(image[tile], cv2.COLOR_RGB2RGBA).astype(np.float32)
            products *= enlarged[tile]
            result[tile] += products @ np.ones(4, np.float32)
            np.clip(result[tile], 0, 1, out=result[tile])
    return result


def guided_filter(
    guide: Float, target: Float, weight: Float, radius: int, epsilon: float
) -> tuple[Float, Float, Float]:
    """Explains a map by the colours of a picture, in windows around each pixel.

    Of the windows that hold a pixel, those count most in which the map varies and colours
    explain it.

    Args:
        guide: float32 (h, w, 3).
        target: float32 (h, w).
        weight: How much each pixel counts, float32 (h, w), above 0.
        radius: Windows have 2 * radius + 1 pixels.
        epsilon: Penalty on the slope, a variance of the guide.

    Returns:
        Slope float32 (h, w, 3) and offset float32 (h, w), averaged over the windows
        that hold a pixel: the filtered map is sum(slope * guide, axis=-1) + offset.
        Then the share of the map's variance that it explains there, (h, w) in [0, 1].
    """
    size = (2 * radius + 1, 2 * radius + 1)

    def window_mean(array: Float) -> Float:
        return np.asarray(cv2.boxFilter(array, -1, size, borderType=cv2.BORDER_REFLECT))

    total = window_mean(weight)

    def mean(array: Float) -> Float:
        return window_mean(weight * array) / total

    channels = [np.ascontiguousarray(guide[..., i]) for i in range(3)]
    means = [mean(channel) for channel in channels]
    mean_target = mean(target)
    with_target = [mean(channels[i] * target) - means[i] * mean_target for i in range(3)]
    covariance = {
        (i, j): mean(channels[i] * channels[j]) - means[i] * means[j]
        for i in range(3)
        for j in range(i, 3)
    }
    for i in range(3):
        covariance[i, i] += np.float32(epsilon)
    slope = _solve(covariance, with_target)
    offset = mean_target - np.einsum("chw,chw->hw", slope, np.stack(means))
    variance = np.maximum(mean(target * target) - mean_target * mean_target, 0)
    explained = np.einsum("chw,chw->hw", slope, np.stack(with_target)) / (variance + NO_VARIANCE)
    explained = explained.clip(0, 1)
    trust = np.maximum(explained * explained * np.sqrt(variance), LEAST_TRUST)
    all_trust = window_mean(trust)

    def trusted_mean(array: Float) -> Float:
        return window_mean(trust * array) / all_trust

    slopes = np.dstack([trusted_mean(channel) for channel in slope])
    return slopes, trusted_mean(offset), trusted_mean(explained)


def _solve(a: dict[tuple[int, int], Float], b: list[Float]) -> Float:
    """Solves A x = b in each pixel, where A is symmetric, 3 x 3 and positive definite.

    By A = L D L^T, which takes a fifth of the time of `np.linalg.solve`.

    Args:
        a: The upper half of A, by row and column, each (h, w).
        b: The three components, each (h, w).

    Returns:
        x, float32 (3, h, w).
    """
    l10, l20 = a[0, 1] / a[0, 0], a[0, 2] / a[0, 0]
    d1, below = a[1, 1] - l10 * a[0, 1], a[1, 2] - l10 * a[0, 2]
    l21 = below / d1
    d2 = a[2, 2] - l20 * a[0, 2] - l21 * below
    y1 = b[1] - l10 * b[0]
    x2 = (b[2] - l20 * b[0] - l21 * y1) / d2
    x1 = y1 / d1 - l21 * x2
    return np.stack([b[0] / a[0, 0] - l10 * x1 - l20 * x2, x1, x2])


def _bounds(share: Float) -> tuple[slice, slice]:
    """Rows and columns outside of which `share` is 0, and what the windows there reach."""
    x, y, width, height = cv2.boundingRect((share > 0).astype(np.uint8))
    if not width:
        return slice(0), slice(0)
    reach = 2 * RADIUS
    return slice(max(0, y - reach), y + height + reach), slice(max(0, x - reach), x + width + reach)


def _near_edges(probability: Float) -> Float:
    """1 where a window holds both what is surely a person and what is not, falling to 0."""
    window = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
    contrast = cv2.dilate(probability, window) - cv2.erode(probability, window)
    return np.asarray(cv2.blur(_ramp(contrast, CONTRAST), (3, 3)), np.float32)


def _ramp(value: Float | float, ends: tuple[float, float]) -> Float:
    """0 up to the first end, 1 from the second."""
    return np.asarray((value - ends[0]) / (ends[1] - ends[0]), np.float32).clip(0, 1)
