"""The map of 101 levels, and alpha that is made of it."""

import numpy as np
import pytest

from humanseg.edges.alpha import alpha_table, highest_in_cells, to_alpha
from humanseg.edges.levels import to_level, to_levels

STEPS = np.arange(101) / 100


def test_levels_of_a_few_probabilities():
    probability = np.float32([[0, 0.0099, 0.01, 0.29, 0.5, 0.999, 1]])
    assert to_levels(probability).tolist() == [[0, 0, 1, 29, 50, 99, 100]]
    assert to_levels(probability).dtype == np.uint8


def test_masks_at_every_step_follow_from_levels():
    steps = STEPS.astype(np.float32)
    random = np.random.default_rng(0).random((300, 50), np.float32)
    just = np.concatenate([steps, np.nextafter(steps, 0), np.nextafter(steps, 1)])
    for probability in (random, just.clip(0, 1)[None]):
        levels = to_levels(probability)
        for step, threshold in enumerate(STEPS.tolist()):
            np.testing.assert_array_equal(levels >= step, probability >= threshold)


def test_thresholds_between_steps_count_as_the_next():
    assert [to_level(threshold) for threshold in STEPS.tolist()] == list(range(101))
    assert [to_level(threshold) for threshold in (0.001, 0.495, 0.5001)] == [1, 50, 51]


@pytest.mark.parametrize("threshold", STEPS.tolist())
def test_alpha_is_at_least_one_half_exactly_where_the_mask_is(threshold):
    table = alpha_table(threshold)
    mask = np.arange(101) >= to_level(threshold)
    np.testing.assert_array_equal(table >= 0.5, mask)
    np.testing.assert_array_equal(np.round(table * 255) >= 128, mask)
    assert (np.diff(table) >= 0).all()
    assert table[100] == 1
    assert table[0] == (threshold == 0)


def test_a_suspicion_that_hangs_together_with_nobody_does_not_shine_through():
    levels = np.uint8([[90, 45, 40, 20, 40, 49]])
    expected = alpha_table(0.5)[levels] * [[1, 1, 1, 0, 0, 0]]
    np.testing.assert_array_equal(to_alpha(levels, 0.5), np.float32(expected))
    assert to_alpha(levels, 0.49)[0, 4] > 0  # the last one is somebody now
    assert not to_alpha(levels[:, 1:], 0.5).any()  # nobody is


def test_of_large_maps_each_cell_counts_as_its_highest_level():
    levels = np.zeros((5, 400), np.uint8)  # cells of 3 x 3
    levels[4, 399], levels[0, 0], levels[1, 7] = 60, 45, 40
    highest = highest_in_cells(levels)
    assert highest.shape == (2, 134)
    assert (highest[1, 133], highest[0, 0], highest[0, 2]) == (60, 45, 40)
    levels[2, 5] = 70  # in the cell between them
    alpha = to_alpha(levels, 0.5)
    assert (alpha[0, 0], alpha[1, 7]) == tuple(alpha_table(0.5)[[45, 40]])


def test_alpha_rises_evenly_around_the_threshold():
    table = alpha_table(0.5)
    np.testing.assert_allclose(
        table[[34, 35, 49, 50, 64, 65]], [0, 1 / 60, 29 / 60, 31 / 60, 59 / 60, 1]
    )
    np.testing.assert_allclose(alpha_table(0.02)[:4], [0, 1 / 3, 2 / 3, 1], atol=1e-6)


def test_thresholds_of_an_array_are_the_steps_they_say():
    assert [to_level(np.float32(step / 100)) for step in range(101)] == list(range(101))
