"""Files of pictures and probabilities."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from humanseg.errors import HumanSegError, OptionError
from humanseg.pictures.encoding import encode, encode_probability, trim

RGBA = np.array([[[9, 8, 7, 255], [0, 0, 0, 0]], [[1, 2, 3, 77], [200, 100, 50, 1]]], np.uint8)


@pytest.mark.parametrize("suffix", [".png", ".webp"])
@pytest.mark.parametrize("picture", [RGBA, RGBA[..., :3]])
def test_png_and_webp_keep_every_value(suffix, picture):
    read = Image.open(io.BytesIO(encode(np.ascontiguousarray(picture), suffix)))
    assert read.format == {".png": "PNG", ".webp": "WEBP"}[suffix]
    np.testing.assert_array_equal(np.asarray(read), picture)


def test_mask_is_grey():
    mask = np.array([[0, 255], [255, 0]], np.uint8)
    read = Image.open(io.BytesIO(encode(mask, ".png")))
    assert read.mode == "L"
    np.testing.assert_array_equal(np.asarray(read), mask)


def test_jpeg_is_rgb():
    red = np.full((8, 8, 3), (250, 5, 5), np.uint8)
    read = Image.open(io.BytesIO(encode(red, ".jpg")))
    assert read.format == "JPEG"
    assert np.abs(np.asarray(read).astype(int) - red).max() < 5


@pytest.mark.parametrize(
    ("picture", "suffix", "message"),
    [
        (RGBA, ".jpg", "JPEG has no transparency"),
        (np.zeros((1, 16_384), np.uint8), ".webp", "at most 16,383 pixels a side; choose PNG"),
        (np.zeros((65_501, 1), np.uint8), ".jpg", "at most 65,500 .* Received: 1 x 65,501"),
        (np.zeros((1_000_001, 1, 3), np.uint8), ".png", "at most 1,000,000 pixels a side. Rec"),
        (np.zeros((1, 1_000_001), np.uint8), ".webp", "at most 16,383 pixels a side. Rec"),
        (RGBA, ".gif", "suffix must be one of .png, .webp, .jpg. Received: '.gif'"),
    ],
)
def test_what_cannot_be_encoded(picture, suffix, message):
    with pytest.raises(OptionError, match=message):
        encode(picture, suffix)


def test_probability_as_16_bit_png():
    probability = np.float32([[0, 0.25, 1], [1 / 65535, 0.5, 0.75]])
    read = np.asarray(Image.open(io.BytesIO(encode_probability(probability, ".png"))))
    assert read.tolist() == [[0, 16384, 65535], [1, 32768, 49151]]


def test_probability_as_npy():
    probability = np.random.default_rng(0).random((3, 4), np.float32)
    read = np.load(io.BytesIO(encode_probability(probability, ".npy")), allow_pickle=False)
    np.testing.assert_array_equal(read, probability)


def test_a_probability_that_is_too_long_for_a_png():
    with pytest.raises(OptionError, match="at most 1,000,000 pixels a side"):
        encode_probability(np.zeros((1, 1_000_001), np.float32), ".png")


@pytest.mark.parametrize("suffix", [".png", ".webp", ".jpg"])
@pytest.mark.parametrize("answer", [(False, np.zeros(0, np.uint8)), cv2.error("no")])
def test_nothing_is_never_taken_for_a_file(monkeypatch, suffix, answer):
    def encode_nothing(*arguments):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(cv2, "imencode", encode_nothing)
    with pytest.raises(HumanSegError, match=f"A {suffix} file .*cannot be made"):
        encode(np.zeros((2, 2, 3), np.uint8), suffix)


def test_probability_in_no_other_format():
    with pytest.raises(OptionError, match="suffix must be"):
        encode_probability(np.zeros((2, 2), np.float32), ".jpg")


@pytest.mark.parametrize(
    ("margin", "rows", "columns"),
    [(0, (3, 5), (2, 6)), (1 / 3, (2, 6), (1, 7)), (5, (0, 8), (0, 10))],
)
def test_trim(margin, rows, columns):
    alpha = np.zeros((8, 10), np.float32)
    alpha[3:5, 2:6] = 1
    alpha[0, 0] = 0.03  # too faint to count
    picture = np.arange(80, dtype=np.uint8).reshape(8, 10)
    np.testing.assert_array_equal(
        trim(picture, alpha, margin), picture[slice(*rows), slice(*columns)]
    )


def test_nobody_leaves_the_picture_whole():
    picture = np.zeros((2, 3, 4), np.uint8)
    assert trim(picture, np.zeros((2, 3), np.float32)).shape == (2, 3, 4)


def test_negative_margin():
    with pytest.raises(OptionError, match="margin must be at least 0"):
        trim(np.zeros((2, 2), np.uint8), np.ones((2, 2), np.float32), -1)
