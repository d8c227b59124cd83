"""Alpha and cut-out."""

import numpy as np
import pytest

from humanseg.pictures.cutout import cutout, soft_alpha


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (0.5, [0, 0, 0.5, 1, 1]),
        (0.35, [0, 0.5, 1, 1, 1]),
        (0.65, [0, 0, 0, 0.5, 1]),
        (1.0, [0, 0, 0, 0, 1]),
        (0.0, [1, 1, 1, 1, 1]),
    ],
)
def test_alpha_is_one_half_at_the_threshold(threshold, expected):
    probability = np.float32([[0, 0.35, 0.5, 0.65, 1]])
    alpha = soft_alpha(probability, threshold)
    assert alpha.dtype == np.float32
    np.testing.assert_allclose(alpha, [expected], atol=1e-6)


def test_cutout_is_not_premultiplied_and_clean_where_transparent():
    photo = np.full((1, 3, 3), 90, np.uint8)
    result = cutout(photo, np.float32([[0, 0.5, 1]]))
    assert result.tolist() == [[[0, 0, 0, 0], [90, 90, 90, 128], [90, 90, 90, 255]]]


def test_cutout_has_the_colour_of_the_person_at_a_soft_edge():
    alpha = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (8, 1))
    green, skin = np.array([0, 255, 0]), np.array([200, 150, 130])
    photo = np.round(alpha[..., None] * skin + (1 - alpha[..., None]) * green).astype(np.uint8)
    result = cutout(photo, alpha)
    np.testing.assert_array_equal(result[..., 3], np.round(alpha * 255))
    assert np.abs(result[..., :3].astype(int) - skin)[alpha > 0.1].max() <= 8
