"""The photo with people marked on it."""

import numpy as np
import pytest

from humanseg.errors import OptionError
from humanseg.pictures.overlay import _widen, overlay

PHOTO = np.full((9, 9, 3), 100, np.uint8)
MASK = np.zeros((9, 9), bool)
MASK[3:6, 3:6] = True


@pytest.mark.parametrize(("opacity", "expected"), [(0, 100), (0.25, 125), (1, 200)])
def test_fill_mixes_the_colour_inside_the_mask_alone(opacity, expected):
    result = overlay(PHOTO, MASK, color=(200, 200, 200), opacity=opacity)
    assert np.all(result[MASK] == expected)
    np.testing.assert_array_equal(result[~MASK], PHOTO[~MASK])


@pytest.mark.parametrize("background", [0, 255])
def test_outline_differs_from_any_background(background):
    photo = np.full((99, 99, 3), background, np.uint8)
    mask = np.zeros((99, 99), bool)
    mask[30:70, 30:70] = True
    result = overlay(photo, mask, color=(background,) * 3, style="outline")
    changed = np.any(result != background, axis=2)
    assert changed[25:35, 25:75].any()
    assert not changed[40:60, 40:60].any()
    assert not changed[:20].any()


def test_outline_has_its_colour_on_the_edge():
    result = overlay(PHOTO, MASK, color=(1, 2, 3), style="outline")
    assert result[3, 3:6].tolist() == [[1, 2, 3]] * 3


@pytest.mark.parametrize("style", ["fill", "outline"])
def test_without_people_the_photo_stays(style):
    result = overlay(PHOTO, np.zeros_like(MASK), style=style)
    np.testing.assert_array_equal(result, PHOTO)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"opacity": 1.1}, "opacity must be"), ({"style": "glow"}, "style must be")],
)
def test_options_out_of_range(options, message):
    with pytest.raises(OptionError, match=message):
        overlay(PHOTO, MASK, **options)


@pytest.mark.parametrize("radius", [*range(12), 35])
def test_outlines_are_octagons(radius):
    mask = np.zeros((81, 81), np.uint8)
    mask[40, 40] = 1
    y, x = np.abs(np.mgrid[-40:41, -40:41])
    corner = radius + int(0.414 * radius + 0.5)
    expected = (x <= radius) & (y <= radius) & (x + y <= corner)
    np.testing.assert_array_equal(_widen(mask, radius) > 0, expected)
