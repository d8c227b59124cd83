"""Specks, holes and bystanders."""

import numpy as np
import pytest

from humanseg.errors import OptionError
from humanseg.masks.cleanup import (
    clean_up,
    keep_largest,
    keep_part,
    remove_small_holes,
    remove_small_objects,
)

MASK = np.array(
    [
        [1, 0, 0, 0, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 0, 1],
        [1, 0, 1, 1, 1],
    ],
    bool,
)
"""20 pixels: specks of one, a part of eight, and a hole of one."""


@pytest.mark.parametrize(("min_area", "left"), [(0, 10), (1 / 20, 10), (2 / 20, 8), (9 / 20, 0)])
def test_parts_under_min_area_are_dropped(min_area, left):
    result = remove_small_objects(MASK, min_area)
    assert np.count_nonzero(result) == left
    assert not np.any(result & ~MASK)


@pytest.mark.parametrize(("max_area", "filled"), [(0, 0), (0.04, 0), (1 / 20, 1), (1, 1)])
def test_holes_up_to_max_area_are_filled_but_not_the_open_background(max_area, filled):
    result = remove_small_holes(MASK, max_area)
    assert np.count_nonzero(result ^ MASK) == filled
    assert result[2, 3] == bool(filled)


def test_only_the_largest_is_kept():
    assert keep_largest(MASK).tolist() == (MASK & (np.arange(5) > 1)).tolist()


LEFT, TOP_LEFT, RIGHT = ((3, 0), (0, 0), (2, 2))  # row and column of a pixel of each part


@pytest.mark.parametrize(
    ("point", "part"),
    [
        ((0, 0), TOP_LEFT),
        ((0.9, 3.9), LEFT),
        ((1, 3), LEFT),  # as near to the large part: the first from the top left
        ((1.9, 3), LEFT),  # in the same pixel
        ((3, 2), RIGHT),  # in its hole
        ((4.99, 0), RIGHT),
        ((0, 1), TOP_LEFT),
    ],
)
def test_only_the_part_at_a_point_is_kept(point, part):
    kept = keep_part(MASK, *point)
    assert kept[part]
    assert np.count_nonzero(kept) == (8 if part == RIGHT else 1)
    assert not np.any(kept & ~MASK)


@pytest.mark.parametrize("point", [(-0.1, 0), (5, 0), (0, 4), (0, float("nan"))])
def test_a_point_outside_the_photo_is_refused(point):
    with pytest.raises(OptionError, match=r"in the photo, of 5 x 4 pixels. Received: "):
        keep_part(MASK, *point)


@pytest.mark.parametrize("value", [False, True])
def test_masks_with_nothing_or_all_in_them_stay(value):
    mask = np.full((3, 4), value)
    for clean in (
        keep_largest,
        lambda m: remove_small_objects(m, 0.1),
        lambda m: keep_part(m, 1, 1),
    ):
        assert np.all(clean(mask) == value)
    assert np.all(remove_small_holes(mask, 1) == value)


def test_soft_edge_goes_with_its_speck_and_stays_with_its_person():
    probability = np.float32([[0.4, 0.9, 0.3, 0.1, 0.3, 0.8, 0.9, 0.7, 0.2]])
    result = clean_up(probability, 0.5, min_area=2 / 9)
    np.testing.assert_array_equal(result, np.float32([[0, 0, 0, 0, 0.3, 0.8, 0.9, 0.7, 0.2]]))


def test_filled_hole_is_certain_and_the_outline_untouched():
    probability = np.full((7, 7), 0.9, np.float32)
    probability[0] = 0.2
    probability[3, 3] = 0.4
    result = clean_up(probability, 0.5, max_hole_area=2 / 49)
    assert result[3, 3] == 1
    assert np.all(result[0] == np.float32(0.2))
    assert np.all(result[1:] >= np.float32(0.9))


def test_without_options_nothing_changes():
    probability = np.random.default_rng(0).random((20, 30), np.float32)
    np.testing.assert_array_equal(clean_up(probability, 0.5), probability)


@pytest.mark.parametrize("area", [-0.1, 1.1])
def test_area_out_of_range(area):
    with pytest.raises(OptionError, match="share of the photo"):
        remove_small_objects(MASK, area)
