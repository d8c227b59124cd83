"""Regions, polygons and run lengths of masks."""

import json

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco

from humanseg.errors import OptionError
from humanseg.masks.regions import decode_rle, encode_rle, find_regions

RING = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 0, 1],
        [0, 1, 0, 1, 0, 1],
        [0, 1, 1, 1, 0, 0],
    ],
    bool,
)


def random_masks():
    random = np.random.default_rng(0)
    yield RING
    yield np.zeros((4, 3), bool)
    yield np.ones((3, 5), bool)
    for size in ((1, 1), (1, 9), (9, 1), (8, 8), (37, 23)):
        for density in (0.2, 0.5, 0.8):
            yield random.random(size) < density


@pytest.mark.parametrize(
    ("mask", "counts"),
    [
        ([[0, 1], [0, 1]], [2, 2]),
        ([[1, 1], [0, 1]], [0, 1, 1, 2]),
        ([[0, 0, 0]], [3]),
        ([[1], [1]], [0, 2]),
    ],
)
def test_rle_counts_column_by_column_from_outside(mask, counts):
    assert encode_rle(np.array(mask, bool)) == {
        "size": list(np.shape(mask)),
        "counts": counts,
    }


@pytest.mark.parametrize("mask", list(random_masks()))
def test_rle_is_read_by_pycocotools(mask):
    rle = encode_rle(mask)
    compressed = coco.frPyObjects(rle, *mask.shape)
    np.testing.assert_array_equal(coco.decode(compressed), mask)
    assert compressed["counts"] == coco.encode(np.asfortranarray(mask, np.uint8))["counts"]
    np.testing.assert_array_equal(decode_rle(rle), mask)


def test_regions_have_area_box_outline_and_holes():
    ring, line = find_regions(RING)
    assert (ring.area, ring.box_xyxy) == (8, (1, 1, 4, 4))
    assert ring.outer.tolist() == [[1, 1], [1, 3], [3, 3], [3, 1]]
    assert [set(map(tuple, hole.tolist())) for hole in ring.holes] == [
        {(1, 2), (2, 1), (3, 2), (2, 3)}
    ]
    assert (line.area, line.box_xyxy, line.holes) == (2, (5, 1, 6, 3), [])


def test_region_as_json():
    line = find_regions(RING)[1]
    assert json.loads(json.dumps(line.to_dict())) == {
        "area": 2,
        "box_xyxy": [5, 1, 6, 3],
        "outer": [[5, 1], [5, 3], [6, 3], [6, 1]],
        "holes": [],
    }


def is_a_line(region) -> bool:
    """Whether the region's pixels lie in a row, a column or a diagonal."""
    left, top, right, bottom = region.box_xyxy
    width, height = right - left, bottom - top
    return region.area == max(width, height) and (min(width, height) == 1 or width == height)


def decode_polygon(polygon, shape) -> np.ndarray:
    """What COCO's own tools draw."""
    return coco.decode(coco.frPyObjects([polygon.ravel().astype(float).tolist()], *shape))[..., 0]


@pytest.mark.parametrize("mask", list(random_masks()))
def test_polygons_draw_the_mask_again(mask):
    canvas = np.zeros(mask.shape, np.uint8)
    regions = find_regions(mask)
    for region in regions:
        alone = np.zeros(mask.shape, np.uint8)
        if is_a_line(region):
            alone = decode_polygon(region.outer, mask.shape)
        else:
            cv2.fillPoly(alone, [region.outer, *region.holes], 1)
        assert np.count_nonzero(alone) == region.area
        canvas |= alone
    np.testing.assert_array_equal(canvas, mask)
    assert [r.area for r in regions] == sorted((r.area for r in regions), reverse=True)


@pytest.mark.parametrize("tolerance", [0, 3])
@pytest.mark.parametrize("mask", list(random_masks()))
def test_coco_reads_every_polygon(mask, tolerance):
    for region in find_regions(mask, tolerance):
        for polygon in (region.outer, *region.holes):
            assert len(polygon) >= 3
            decode_polygon(polygon, mask.shape)


@pytest.mark.parametrize(
    "pixels",
    [
        [(3, 4)],
        [(3, 4), (3, 5)],
        [(3, 4), (4, 4), (5, 4)],
        [(3, 4), (4, 5), (5, 6)],
        [(3, 6), (4, 5), (5, 4)],
    ],
)
def test_polygons_of_pixels_in_a_line_go_around_their_corners(pixels):
    mask = np.zeros((10, 12), bool)
    mask[tuple(np.transpose(pixels))] = True
    (region,) = find_regions(mask)
    np.testing.assert_array_equal(decode_polygon(region.outer, mask.shape), mask)


def test_tolerance_leaves_fewer_points():
    disk = np.zeros((101, 101), np.uint8)
    cv2.circle(disk, (50, 50), 40, 1, -1)
    exact, simple = (find_regions(disk.astype(bool), t)[0] for t in (0, 2))
    assert len(simple.outer) < len(exact.outer) / 2
    assert simple.area == exact.area


def test_negative_tolerance_is_refused():
    with pytest.raises(OptionError, match="tolerance must be at least 0 pixels"):
        find_regions(RING, -1)
