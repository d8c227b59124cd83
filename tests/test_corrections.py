"""The correction brush: strokes are hints, what keeps only adds, what erases only removes."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from humanseg.corrections.brush import Brush
from humanseg.corrections.correct import correct
from humanseg.corrections.geodesic import geodesic_distance
from humanseg.corrections.likelihood import histogram, to_bins
from humanseg.corrections.state import State
from humanseg.corrections.strokes import Stroke, find_strokes
from humanseg.corrections.view import View
from humanseg.errors import OptionError
from humanseg.segmentation import Segmentation

EXAMPLES = Path(__file__).parents[1] / "examples"


def blocks():
    """A photo of a red and a green block on blue, of which the network saw the red one."""
    image = np.full((80, 120, 3), (30, 40, 200), np.uint8)
    image[20:60, 20:50] = 200, 30, 30
    image[20:60, 70:100] = 30, 200, 30
    image = (image + np.random.default_rng(0).integers(-8, 9, image.shape)).astype(np.uint8)
    probability = np.full((80, 120), 0.05, np.float32)
    probability[20:60, 20:50] = 0.95
    return Segmentation(image, probability)


def nothing(result):
    return np.full(result.probability.shape, 128, np.uint8)


def inside(result, rows, columns):
    part = np.zeros(result.probability.shape, bool)
    part[rows, columns] = True
    return part


def test_a_stroke_keeps_the_whole_block_under_it():
    result, corrections = blocks(), nothing(blocks())
    corrections[30:50, 82:88] = 255
    green = inside(result, slice(20, 60), slice(70, 100))
    added = result.correct(corrections).mask() & ~result.mask()
    assert np.count_nonzero(added & green) > 0.9 * np.count_nonzero(green)
    assert np.count_nonzero(added & ~green) < 0.05 * np.count_nonzero(green)


def test_a_stroke_erases_the_whole_block_under_it():
    result, corrections = blocks(), nothing(blocks())
    corrections[30:50, 32:38] = 0
    left = result.correct(corrections).mask()
    assert np.count_nonzero(left) < 0.1 * np.count_nonzero(result.mask())
    assert not np.any(left & (corrections == 0))


@pytest.mark.parametrize("grey", [64, 128, 191])
def test_strokes_of_nothing_change_nothing(grey):
    result = blocks()
    corrected = result.correct(np.full_like(nothing(result), grey))
    np.testing.assert_array_equal(corrected.probability, result.probability)
    assert corrected.image is result.image


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.77, 1.0])
def test_keeping_never_removes_and_erasing_never_adds(seed, threshold):
    rng = np.random.default_rng(seed)
    image = cv2.resize(rng.integers(0, 256, (6, 9, 3), np.uint8), (90, 60))
    probability = cv2.resize(rng.random((6, 9), np.float32), (90, 60)).clip(0, 1)
    result = Segmentation(image, probability)
    strokes = np.zeros(probability.shape, np.uint8)
    for _ in range(1 + seed % 3):
        a, b = (tuple(int(v) for v in rng.integers(0, (90, 60))) for _ in range(2))
        cv2.line(strokes, a, b, 1, int(rng.integers(1, 8)))
    painted = strokes == 1
    kept = result.correct(np.where(painted, 255, 128).astype(np.uint8), threshold)
    erased = result.correct(np.where(painted, 0, 128).astype(np.uint8), threshold)
    assert np.all(kept.probability >= probability)
    assert np.all(erased.probability <= probability)
    assert np.all(kept.probability[painted] == 1)
    assert np.all(erased.probability[painted] == 0)
    assert kept.probability.dtype == erased.probability.dtype == np.float32


def test_the_order_of_strokes_and_both_kinds_at_once():
    result, corrections = blocks(), nothing(blocks())
    corrections[30:50, 82:88] = 255
    corrections[30:50, 32:38] = 0
    mask = result.correct(corrections).mask()
    assert np.all(mask[corrections == 255])
    assert not np.any(mask[corrections == 0])


def test_what_is_transparent_stays_so():
    result, corrections = blocks(), nothing(blocks())
    opacity = np.full(result.probability.shape, 255, np.uint8)
    opacity[:, 85:] = 0
    corrections[30:50, 80:90] = 255
    transparent = Segmentation(result.image, result.probability * (opacity > 0), opacity)
    corrected = transparent.correct(corrections)
    assert not corrected.mask()[:, 85:].any()
    assert corrected.mask()[30:50, 80:85].all()
    assert corrected.opacity is opacity


@pytest.mark.parametrize(
    ("corrections", "received"),
    [
        (np.full((80, 119), 128, np.uint8), r"uint8 \(80, 119\)"),
        (np.full((80, 120), 128.0), r"float64 \(80, 120\)"),
        (Image.new("L", (120, 80), 128), "Image"),
        (np.full((80, 120, 3), 128, np.uint8), r"uint8 \(80, 120, 3\)"),
        (np.full((80, 120), 63, np.uint8), "63"),
        (np.full((80, 120), 192, np.uint8), "192"),
        (np.eye(80, 120, dtype=np.uint8), "1"),
    ],
)
def test_what_is_no_correction_is_refused(corrections, received):
    with pytest.raises(OptionError, match=f"^corrections .*Received: {received}$"):
        blocks().correct(corrections)


def test_more_strokes_than_anybody_draws_are_refused():
    result = blocks()
    corrections = nothing(result)
    corrections[::3, ::3] = 255
    with pytest.raises(OptionError, match=r"^corrections can be 500 strokes.* Received: 1080"):
        result.correct(corrections)


def test_threshold_out_of_range():
    with pytest.raises(OptionError, match="threshold must be between 0 and 1"):
        blocks().correct(nothing(blocks()), threshold=1.1)


def test_strokes_that_do_not_touch_are_told_apart_and_thin_ones_found():
    corrections = np.full((8, 16), 128, np.uint8)
    corrections[0, 0:3] = 255
    corrections[6, 12] = 255
    corrections[7, 0] = 0
    strokes = find_strokes(corrections, (8, 4))
    assert [(stroke.keep, np.argwhere(stroke.pixels).tolist()) for stroke in strokes] == [
        (True, [[0, 0]]),
        (True, [[3, 6]]),
        (False, [[3, 0]]),
    ]


def test_the_cheapest_way_goes_round_a_wall():
    seeds = np.zeros((3, 3), bool)
    seeds[0, 0] = True
    across, down = np.ones((1, 3, 2), np.float32), np.ones((1, 2, 3), np.float32)
    across[0, :2, 0] = 9
    found = geodesic_distance(seeds, across, down, rounds=2)
    assert found.tolist() == [[[0, 5, 6], [1, 4, 5], [2, 3, 4]]]
    assert np.all(geodesic_distance(~seeds & False, across, down, rounds=1) == 1e4)


def test_colours_that_are_here_are_likelier_than_others():
    lab = np.float32([[[20, 0, 0], [20, 0, 0], [80, 40, -40]]])
    bins = to_bins(lab)
    here = histogram(bins[:, :2])
    assert here[bins[0, 0]] > 10 * here[bins[0, 2]]
    np.testing.assert_allclose(here.sum(), 1 + 4096e-4, rtol=1e-4)
    weighted = histogram(bins, np.float32([[0, 0, 1]]))
    assert weighted[bins[0, 2]] > 10 * weighted[bins[0, 0]]


def test_what_was_painted_stays_whatever_later_strokes_say():
    everywhere = (slice(None), slice(None))
    state = State.of(np.float32([[0.2, 0.8, 0.4, 0.6]]))
    first = Stroke(np.array([[True, False, False, False]]), keep=True)
    state = state.after(first, everywhere, np.float32([[1, 0.9, 0.7, 0.1]]))
    np.testing.assert_allclose(state.now, [[1, 0.9, 0.7, 0.6]], atol=1e-6)
    second = Stroke(np.array([[False, False, False, True]]), keep=False)
    state = state.after(second, everywhere, np.float32([[0.9, 0.7, 0.2, 1]]))
    np.testing.assert_allclose(state.now, [[1, 0.3, 0.7, 0]], atol=1e-6)
    np.testing.assert_array_equal(state.side(keep=False).other, first.pixels)
    np.testing.assert_allclose(state.side(keep=False).network, [[0.8, 0.2, 0.6, 0.4]], atol=1e-6)


def drawn(result, corrections, scorer):
    brush = Brush(View.of(result.image), result.probability, scorer)
    return lambda: brush.draw(find_strokes(corrections, (120, 80)))


def test_each_stroke_is_scored_once():
    result, corrections = blocks(), nothing(blocks())
    scored = []

    def scorer(view, seen):
        scored.append(seen.window)
        return np.zeros_like(seen.own)

    draw = drawn(result, corrections, scorer)
    corrections[30:50, 82:88] = 255
    draw()
    corrections[70:75, 10:14] = 255
    np.testing.assert_array_equal(draw().now == 1, corrections == 255)
    assert len(scored) == 2


def test_strokes_follow_each_other_as_the_mask_is_wrong_and_right_ones_wait():
    """A stroke that erases what another one added comes after it; one on the mask is paint."""
    result, corrections = blocks(), nothing(blocks())
    scored = []

    def scorer(view, seen):
        scored.append((seen.keep, np.count_nonzero(seen.stroke)))
        return np.ones_like(seen.own)

    corrections[30:50, 82:88] = 255
    corrections[30:34, 30:34] = 255
    corrections[5:15, 80:90] = 0
    state = drawn(result, corrections, scorer)()
    assert scored == [(True, 120), (False, 100)]
    assert np.all(state.now[corrections == 255] == 1)
    assert np.all(state.now[corrections == 0] == 0)
    strokes = find_strokes(corrections, (120, 80))
    again = Brush(View.of(result.image), result.probability, scorer).draw(strokes[::-1])
    np.testing.assert_array_equal(again.now, state.now)


def test_a_stroke_on_a_real_photo_follows_its_edges():
    """The skateboarder, whom the network is made to miss, comes back at a stroke."""
    from humanseg import Segmenter

    found = Segmenter.from_pretrained()(EXAMPLES / "skateboarder.jpg")
    region = max(found.regions(), key=lambda r: r.area)
    left, top, right, bottom = region.box_xyxy
    missed = found.probability.copy()
    middle = top + (bottom - top) // 3
    missed[middle : middle + (bottom - top) // 3, left:right] = 0
    lost = (found.probability >= 0.5) & (missed < 0.5)
    depth = cv2.distanceTransform(lost.astype(np.uint8), cv2.DIST_L2, 5)
    corrections = np.where(depth > 0.6 * depth.max(), 255, 128).astype(np.uint8)
    corrected = correct(found.image, missed, corrections, 0.5) >= 0.5
    added = corrected & (missed < 0.5)
    assert np.count_nonzero(added & lost) > 2 * np.count_nonzero(corrections == 255)
    assert np.count_nonzero(added & lost) > 0.6 * np.count_nonzero(lost)
    assert np.count_nonzero(added & ~lost) < 0.5 * np.count_nonzero(lost)
