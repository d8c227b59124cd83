"""The guided filter and the probabilities it brings to the photo's resolution."""

import cv2
import numpy as np
import pytest

from humanseg.edges.refine import guided_filter, refine
from humanseg.edges.tiles import SIDE, Enlarged, tiles

STEP = np.tile(np.float32([0, 0, 0, 1, 1]), (5, 1))


def filtered(guide, target, weight, **options):
    slope, offset, _ = guided_filter(np.dstack([guide] * 3), target, weight, **options)
    return (slope * guide[..., None]).sum(axis=-1) + offset


def test_guided_filter_of_a_5x5_step():
    # The two windows over the step have variance 2/9 in each of three equal channels, so a
    # penalty of 2/3 halves the slope. They say 1/6 and 1/3 where it is dark, 2/3 and 5/6
    # where it is bright; flat windows hardly count.
    result = filtered(STEP, STEP, np.ones_like(STEP), radius=1, epsilon=2 / 3)
    expected = np.tile([0, 1 / 6, 1 / 4, 3 / 4, 5 / 6], (5, 1))
    np.testing.assert_allclose(result, expected, atol=2e-3)


def test_share_of_variance_that_colours_explain():
    noise = np.random.default_rng(0).random((5, 5), np.float32)
    for guide, low, high in ((STEP, 0.98, 1), (np.ones_like(STEP), 0, 1e-6), (noise, 0, 0.9)):
        _, _, explained = guided_filter(
            np.dstack([guide] * 3), STEP, np.ones_like(STEP), radius=2, epsilon=1e-6
        )
        assert low <= explained[2, 2] <= high


def test_map_that_is_linear_in_colour_stays():
    colors = np.random.default_rng(0).random((5, 5, 3), np.float32)
    target = colors @ np.float32([0.2, 0.3, 0.1]) + np.float32(0.2)
    slope, offset, _ = guided_filter(colors, target, np.ones_like(target), radius=1, epsilon=1e-9)
    np.testing.assert_allclose((slope * colors).sum(axis=-1) + offset, target, atol=1e-3)


def test_pixels_of_little_weight_follow_the_others():
    target = STEP.copy()
    target[2, 2] = 0.5  # an unsure pixel that has the background's colour
    weight = np.ones_like(STEP)
    weight[2, 2] = 1e-6
    result = filtered(STEP, target, weight, radius=1, epsilon=1e-6)
    assert abs(result[2, 2]) < 1e-3


def step_photo(height, width):
    """A dark photo with a bright right side that begins at 3/5 of the width."""
    photo = np.full((height, width, 3), 20, np.uint8)
    photo[:, width * 3 // 5 :] = 230
    return photo


@pytest.mark.parametrize("height", [50, SIDE + 30])
def test_edge_moves_to_the_photos_edge(height):
    photo = step_photo(height, 500)
    truth = photo[..., 0] > 100
    blurred = cv2.GaussianBlur(cv2.resize(truth.astype(np.float32), (50, 40)), (0, 0), 2)
    plain = cv2.resize(blurred, (500, height))
    result = refine(blurred, photo)
    assert result.shape == truth.shape
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result >= 0.5, truth)
    assert np.abs(result - truth).mean() < 0.6 * np.abs(plain - truth).mean()


def test_where_the_network_is_sure_it_is_believed():
    photo = np.random.default_rng(0).integers(0, 20, (300, 400, 3), dtype=np.uint8)
    photo[:, 194:] += 200
    sure = np.zeros((30, 40), np.float32)
    sure[:, 20:] = 1
    sure[:, 19:21] = 0.5
    result = refine(sure, photo)
    plain = cv2.resize(sure, (400, 300))
    far = np.abs(np.arange(400) - 200) > 100
    np.testing.assert_allclose(result[:, far], plain[:, far], atol=1e-6)
    assert not np.allclose(result, plain, atol=1e-2)


def bilinear(probability, photo):
    return cv2.resize(probability, photo.shape[1::-1])


def test_one_that_is_sure_of_one_side_only_is_interpolated():
    photo = step_photo(300, 400)
    unsure = np.full((30, 40), 0.05, np.float32)
    unsure[:, 22:] = 0.45
    np.testing.assert_allclose(refine(unsure, photo), bilinear(unsure, photo), atol=1e-6)


def test_where_colours_explain_nothing_edges_stay():
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    blurred = cv2.GaussianBlur(np.float32(np.arange(40) >= 20)[None].repeat(30, 0), (0, 0), 2)
    np.testing.assert_allclose(refine(blurred, noise), bilinear(blurred, noise), atol=0.05)


def test_photos_without_more_detail_than_the_network_saw_are_interpolated():
    photo = step_photo(30, 40)
    blurred = cv2.GaussianBlur(np.float32(np.arange(80) >= 47)[None].repeat(60, 0), (0, 0), 2)
    np.testing.assert_allclose(refine(blurred, photo), bilinear(blurred, photo), atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 0.03, 1.0])
def test_nobody_stays_nobody(value):
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    result = refine(np.full((32, 48), value, np.float32), noise)
    np.testing.assert_allclose(result, value, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (20, 31)])
def test_photos_smaller_than_the_networks_map(size):
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    probability = np.random.default_rng(1).random((32, 48), np.float32)
    result = refine(probability, photo)
    assert result.shape == size
    assert result.min() >= 0
    assert result.max() <= 1


@pytest.mark.parametrize("small", [(5, 7), (3, 4, 3), (5, 7, 4), (1, 1), (40, 40)])
@pytest.mark.parametrize("shape", [(11, 31), (2 * SIDE + 9, 20)])
def test_tiles_are_those_of_the_whole_resized_map(small, shape):
    map_ = np.random.default_rng(0).random(small, np.float32)
    enlarged, whole = Enlarged(map_, shape), cv2.resize(map_, shape[::-1])
    for tile in tiles(*shape):
        np.testing.assert_allclose(enlarged[tile], whole[tile], atol=1e-4)
        source = map_[enlarged.source(tile)]
        assert source.min() - 1e-4 <= whole[tile].min() <= whole[tile].max() <= source.max() + 1e-4
