"""Small copies of pictures and maps."""

import numpy as np
import pytest

from humanseg.photos.shrink import scaled_wh, shrink, shrink_within


@pytest.mark.parametrize("times", [2, 4, 8])
def test_each_pixel_is_the_mean_of_those_that_fall_into_it(times: int) -> None:
    blocks = np.random.default_rng(0).random((4 * times, 5 * times, 3), np.float32)
    means = blocks.reshape(4, times, 5, times, 3).mean((1, 3))
    np.testing.assert_allclose(shrink(blocks, (5, 4)), means, atol=1e-6)


def test_sizes_that_are_no_multiple_stay_near_the_mean() -> None:
    rows = np.repeat(np.linspace(0, 255, 1001).round()[:, None], 7, 1).astype(np.uint8)
    small = shrink(rows, (1, 100))
    assert small.dtype == np.uint8
    np.testing.assert_allclose(small[:, 0], np.arange(100) * 2.55 + 1.275, atol=1.5)


def test_the_long_side_is_bounded_and_smaller_pictures_are_left_alone() -> None:
    assert shrink_within(np.zeros((10, 2000, 3), np.uint8), 1000).shape == (5, 1000, 3)
    small = np.zeros((10, 20), np.float32)
    assert shrink_within(small, 20) is small
    assert scaled_wh(np.zeros((1, 2000)), 100) == (100, 1)
    assert scaled_wh(small, 40) == (40, 20)
