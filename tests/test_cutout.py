"""Cut-out."""

import numpy as np

from humanseg.pictures.cutout import cutout


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
