"""Colours of people without the old background at their edge."""

import numpy as np
import pytest

from humanseg.edges.foreground import add_detail, estimate_colors

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
