"""The network's input keeps the photo's aspect ratio, and its output lands where it belongs."""

import numpy as np
import pytest

from humanseg.engines.letterbox import letterbox, unletterbox


@pytest.mark.parametrize(
    ("image_wh", "input_wh", "content_wh"),
    [
        ((320, 320), (320, 320), (320, 320)),
        ((640, 480), (320, 256), (320, 240)),
        ((480, 640), (256, 320), (240, 320)),
        ((3000, 2000), (320, 224), (320, 213)),
        ((1920, 1080), (320, 192), (320, 180)),
        ((1, 1), (320, 320), (320, 320)),
        ((1, 2), (160, 320), (160, 320)),
        ((4000, 3), (320, 32), (320, 1)),
        ((3, 4000), (32, 320), (1, 320)),
        ((40000, 1), (320, 32), (320, 1)),
    ],
)
def test_sizes_there_and_back(image_wh, input_wh, content_wh):
    width, height = image_wh
    boxed = letterbox(np.full((height, width, 3), 77, np.uint8), 320)
    assert boxed.image.shape == (input_wh[1], input_wh[0], 3)
    assert boxed.content_wh == content_wh
    assert (boxed.image == 77).all(), "padding repeats the photo"
    probability = np.zeros(boxed.image.shape[:2], np.float32)
    assert unletterbox(probability, content_wh).shape == content_wh[::-1]


def test_a_photo_of_the_input_size_is_unchanged():
    image = np.random.default_rng(0).integers(0, 256, (64, 32, 3), dtype=np.uint8)
    boxed = letterbox(image, 64)
    assert (boxed.image == image).all()
    assert boxed.content_wh == (32, 64)


def test_shrinking_averages():
    checkers = np.indices((64, 64)).sum(0) % 2 * 200
    boxed = letterbox(np.dstack([checkers] * 3).astype(np.uint8), 32)
    assert (boxed.image == 100).all()


def test_padding_is_right_and_below_and_cut_off_again():
    image = np.zeros((2, 64, 3), np.uint8)
    image[1] = 90
    boxed = letterbox(image, 64)
    assert boxed.image[:, 0, 0].tolist() == [0] + [90] * 31
    probability = np.arange(32 * 64, dtype=np.float32).reshape(32, 64)
    assert (unletterbox(probability, boxed.content_wh) == probability[:2]).all()
