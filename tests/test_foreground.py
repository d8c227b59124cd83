"""Colours of people without the old background at their edge."""

import cv2
import numpy as np
import pytest

from humanseg.edges.foreground import add_detail, estimate_colors
from humanseg.photos.strips import ROWS, resize_rows, strips

RED, BLUE = np.array([200, 20, 10]), np.array([10, 40, 220])


def ramp(height, width):
    """Alpha that is 0 in the left third, 1 in the right third, and rises between."""
    alpha = np.clip(np.linspace(-1, 2, width, dtype=np.float32), 0, 1)
    return np.broadcast_to(alpha, (height, width)).copy()


@pytest.mark.parametrize("size", [(6, 30), (400, 900)])
def test_flat_colours_come_back_from_a_known_composite(size):
    alpha = ramp(*size)
    photo = np.round(alpha[..., None] * RED + (1 - alpha[..., None]) * BLUE).astype(np.uint8)
    found = add_detail(photo, alpha, estimate_colors(photo, alpha)).astype(int)
    seen = alpha > 0.1
    assert np.abs(found - RED)[seen].max() <= 3
    assert np.abs(photo - RED)[seen].max() > 100


def test_colours_serve_other_thresholds():
    alpha = ramp(90, 300)
    photo = np.round(alpha[..., None] * RED + (1 - alpha[..., None]) * BLUE).astype(np.uint8)
    colors = estimate_colors(photo, alpha)
    for harder in (np.clip(2 * alpha, 0, 1), np.clip(2 * alpha - 1, 0, 1)):
        found = add_detail(photo, harder, colors).astype(int)
        np.testing.assert_array_equal(found[harder == 1], photo[harder == 1])
        edge = (harder > 0) & (harder < 0.1)
        assert np.abs(found - RED)[edge].max() <= 30


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (7, 5), (2, 700)])
def test_opaque_and_transparent_pixels_stay_as_they_are(size):
    random = np.random.default_rng(0)
    photo = random.integers(0, 256, (*size, 3), dtype=np.uint8)
    alpha = random.choice(np.float32([0, 0.5, 1]), size)
    found = add_detail(photo, alpha, estimate_colors(photo, alpha))
    np.testing.assert_array_equal(found[alpha != 0.5], photo[alpha != 0.5])


@pytest.mark.parametrize("small", [(5, 7), (3, 4, 2), (1, 1), (40, 40)])
@pytest.mark.parametrize("image_wh", [(31, 11), (20, 2 * ROWS + 9)])
def test_rows_equal_those_of_the_whole_resized_array(small, image_wh):
    array = np.random.default_rng(0).random(small, np.float32)
    rows = [resize_rows(array, image_wh, rows) for rows in strips(image_wh[1])]
    whole = cv2.resize(array, image_wh, interpolation=cv2.INTER_LINEAR)
    np.testing.assert_allclose(np.concatenate(rows), whole, atol=2e-6)
