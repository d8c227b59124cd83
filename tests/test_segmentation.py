"""The result object: each method on a photo of a few pixels."""

import numpy as np
import pytest
from PIL import Image

from humanseg.errors import OptionError
from humanseg.segmentation import Segmentation

PROBABILITY = np.float32([[0, 0.5, 1, 1], [0, 0, 0.9, 0], [0.6, 0, 0, 0]])
IMAGE = np.full((3, 4, 3), 100, np.uint8)

POINT = {"only": {"x": 0, "y": 0}}


@pytest.fixture
def result():
    return Segmentation(IMAGE, PROBABILITY)


def test_mask_has_what_is_at_least_the_threshold(result):
    assert result.mask().tolist() == (PROBABILITY >= 0.5).tolist()
    assert result.mask(0.9).sum() == 3
    assert result.coverage() == 5 / 12


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
@pytest.mark.parametrize(
    "method", ["mask", "alpha", "cutout", "overlay", "coverage", "cleaned", "only"]
)
def test_threshold_out_of_range(result, method, threshold):
    with pytest.raises(OptionError, match="threshold must be between 0 and 1"):
        getattr(result, method)(threshold=threshold, **POINT.get(method, {}))


def test_pictures_have_the_photos_size(result):
    assert result.overlay(style="outline").shape == (3, 4, 3)
    assert result.cutout().shape == (3, 4, 4)
    assert result.replace_background((0, 0, 0)).shape == (3, 4, 3)
    assert result.replace_background(np.zeros((9, 2, 3), np.uint8)).shape == (3, 4, 3)
    assert result.blur_background(0.1).shape == (3, 4, 3)


def test_cutout_alpha_follows_the_threshold(result):
    assert result.cutout(0.9)[0, :, 3].tolist() == [0, 0, 255, 255]
    assert result.cutout(0.5)[0, :, 3].tolist() == [0, 132, 255, 255]


@pytest.mark.parametrize("threshold", [0, 0.3, 0.345, 0.5, 0.6, 1])
def test_alpha_agrees_with_the_mask(result, threshold):
    np.testing.assert_array_equal(result.alpha(threshold) >= 0.5, result.mask(threshold))
    np.testing.assert_array_equal(result.cutout(threshold)[..., 3] >= 128, result.mask(threshold))


def test_colours_are_estimated_once(result):
    result.cutout(0.3)
    assert result.colors is result.colors
    assert result.levels is result.levels


def test_results_and_regions_are_told_apart_like_other_objects(result):
    """Of arrays there is no single answer to whether they are equal."""
    other = Segmentation(IMAGE.copy(), PROBABILITY.copy())
    assert [other, result].index(result) == 1
    assert len({other, result, result}) == 2
    regions = result.regions()
    assert regions.index(regions[-1]) == len(regions) - 1 > 0


def test_data(result):
    assert [(region.area, region.box_xyxy) for region in result.regions()] == [
        (4, (1, 0, 4, 2)),
        (1, (0, 2, 1, 3)),
    ]
    assert result.rle() == {"size": [3, 4], "counts": [2, 2, 2, 2, 1, 1, 2]}


def test_cleaned_is_a_new_result(result):
    cleaned = result.cleaned(min_area=2 / 12)
    assert cleaned.mask().sum() == 4
    assert result.mask().sum() == 5
    assert cleaned.image is result.image


@pytest.mark.parametrize("kind", ["mask", "alpha", "overlay", "cutout"])
def test_pictures_are_saved_and_given_to_pillow(tmp_path, kind):
    image = np.zeros((2, 3, 3), np.uint8)
    result = Segmentation(image, np.array([[0, 1, 1], [0, 0, 1]], np.float32))
    result.save(tmp_path / "new" / "picture.png", kind)
    with Image.open(tmp_path / "new" / "picture.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), result.picture(kind))
    np.testing.assert_array_equal(np.asarray(result.to_pil(kind)), result.picture(kind))


def test_a_picture_that_is_none_is_not_written(tmp_path):
    result = Segmentation(np.zeros((1, 1, 3), np.uint8), np.ones((1, 1), np.float32))
    with pytest.raises(OptionError, match="Received: 'poster'"):
        result.save(tmp_path / "a.png", "poster")
    with pytest.raises(OptionError, match="JPEG has no transparency"):
        result.save(tmp_path / "a.jpg")
    assert list(tmp_path.iterdir()) == []


def test_a_result_says_in_short_what_it_is():
    result = Segmentation(np.zeros((2, 4, 3), np.uint8), np.full((2, 4), 0.5, np.float32))
    assert repr(result) == "<Segmentation 4 x 2, people cover 100.0%>"


def test_what_is_transparent_in_the_photo_stays_so():
    opacity = np.full((3, 4), 255, np.uint8)
    opacity[0, 2], opacity[0, 3] = 0, 128
    network = np.ones((3, 4), np.float32)
    result = Segmentation.from_network(IMAGE, network, refine=False, opacity=opacity)
    assert result.mask()[0].tolist() == [True, True, False, True]
    assert result.cutout()[0, :, 3].tolist() == [255, 255, 0, 128]
    assert result.cleaned(min_area=0.01).cutout()[0, :, 3].tolist() == [255, 255, 0, 128]
    behind = result.replace_background((0, 255, 0))
    assert behind[0, 2].tolist() == [0, 255, 0]
    assert np.abs(behind[0, 1].astype(int) - 100).max() <= 1


def test_only_one_person_is_left(result):
    alone = result.only(0, 2)
    assert alone.mask().tolist() == [[False] * 4, [False] * 4, [True, False, False, False]]
    assert result.only(3, 0).mask().sum() == 4
    assert result.only(3, 2, threshold=0.6).mask(0.6).sum() == 3
    assert result.mask().sum() == 5
