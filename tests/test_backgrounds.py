"""People before another background."""

import numpy as np
import pytest

from humanseg.errors import OptionError
from humanseg.pictures.backgrounds import blur_background, composite, cover, replace_background

ALPHA = np.float32([[0, 0.25, 0.5, 1]])


def test_composite_of_known_alpha():
    white, dark = np.full((1, 4, 3), 210, np.uint8), np.full((1, 4, 3), 10, np.uint8)
    assert composite(white, ALPHA, dark)[..., 0].tolist() == [[10, 60, 110, 210]]


def test_color_is_seen_where_nobody_is():
    photo = np.full((2, 3, 3), 90, np.uint8)
    alpha = np.float32([[0, 0, 1], [0, 1, 1]])
    result = replace_background(photo, alpha, (1, 2, 3))
    assert result.tolist() == [
        [[1, 2, 3], [1, 2, 3], [90, 90, 90]],
        [[1, 2, 3], [90, 90, 90], [90, 90, 90]],
    ]


def test_color_may_be_an_array():
    photo, nobody = np.full((1, 1, 3), 90, np.uint8), np.zeros((1, 1), np.float32)
    assert replace_background(photo, nobody, np.array([1, 2, 3])).tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((2, 2, 3)),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 2, 3, 1), np.uint8),
    ],
    ids=lambda picture: f"{picture.dtype} {picture.shape}",
)
def test_other_pictures_are_refused(picture):
    photo, nobody = np.full((1, 1, 3), 90, np.uint8), np.zeros((1, 1), np.float32)
    with pytest.raises(OptionError, match=r"uint8 RGB of shape \(h, w, 3\)"):
        replace_background(photo, nobody, picture)


def test_no_fringe_of_the_old_background_is_left():
    green, skin = np.array([0, 255, 0]), np.array([200, 150, 130])
    alpha = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (8, 1))
    photo = np.round(alpha[..., None] * skin + (1 - alpha[..., None]) * green).astype(np.uint8)
    result = replace_background(photo, alpha, (0, 0, 0)).astype(int)
    assert np.abs(result - alpha[..., None] * skin).max() <= 6


@pytest.mark.parametrize(
    ("columns", "image_wh", "expected"),
    [
        ([10, 20, 30, 40], (2, 1), [20, 30]),
        ([10, 20, 30, 40], (4, 1), [10, 20, 30, 40]),
        ([10, 20], (2, 2), None),
    ],
)
def test_cover_cuts_what_stands_out(columns, image_wh, expected):
    picture = np.repeat(np.array([columns], np.uint8)[..., None], 3, axis=2)
    result = cover(picture, image_wh)
    assert result.shape == (image_wh[1], image_wh[0], 3)
    if expected:
        assert result[0, :, 0].tolist() == expected


def test_person_does_not_bleed_into_the_blur():
    photo = np.full((100, 100, 3), 50, np.uint8)
    photo[:, 40:60] = 255
    alpha = np.zeros((100, 100), np.float32)
    alpha[:, 40:60] = 1
    result = blur_background(photo, alpha, strength=0.1)
    assert np.unique(result[alpha == 0]).tolist() == [50]
    assert np.unique(result[alpha == 1]).tolist() == [255]


def test_background_is_blurred():
    photo = np.zeros((64, 64, 3), np.uint8)
    photo[:, ::2] = 200
    result = blur_background(photo, np.zeros((64, 64), np.float32), strength=0.1)
    assert result.std() < 5
    assert abs(result.mean() - 100) < 2


@pytest.mark.parametrize("strength", [0, -0.1, 0.3])
def test_strength_out_of_range(strength):
    with pytest.raises(OptionError, match="strength must be above 0"):
        blur_background(np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2), np.float32), strength)
