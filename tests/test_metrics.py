import numpy as np
import pytest

from humanseg.masks.metrics import Counts, boundary, boundary_iou, count, counts_by_threshold


def mask(*rows: str) -> np.ndarray:
    return np.array([[cell == "#" for cell in row] for row in rows])


@pytest.mark.parametrize(
    ("predicted", "truth", "expected"),
    [
        (mask("##", ".."), mask("#.", "#."), Counts(tp=1, fp=1, fn=1, tn=1)),
        (mask("##", "##"), mask("##", "##"), Counts(tp=4, fp=0, fn=0, tn=0)),
        (mask("..", ".."), mask("..", ".."), Counts(tp=0, fp=0, fn=0, tn=4)),
        (mask("##", "##"), mask("..", ".."), Counts(tp=0, fp=4, fn=0, tn=0)),
    ],
)
def test_count(predicted, truth, expected):
    assert count(predicted, truth) == expected


def test_count_leaves_out_ignored_pixels():
    valid = mask("#.", "##")
    assert count(mask("##", ".."), mask("#.", "#."), valid) == Counts(1, 0, 1, 1)


def test_count_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"same shape. Received: \(1, 2\) and \(2, 1\)"):
        count(mask("##"), mask("#", "#"))


def test_ratios():
    counts = Counts(tp=6, fp=2, fn=1, tn=11)
    assert counts.iou == 6 / 9
    assert counts.background_iou == 11 / 14
    assert counts.dice == 12 / 15
    assert counts.precision == 6 / 8
    assert counts.recall == 6 / 7
    assert counts.accuracy == 17 / 20


def test_nothing_to_find_and_nothing_marked_is_perfect():
    assert Counts(tp=0, fp=0, fn=0, tn=4).iou == 1.0


def test_counts_add_up():
    assert Counts(1, 2, 3, 4) + Counts(10, 20, 30, 40) == Counts(11, 22, 33, 44)


def test_boundary_is_the_band_along_the_contour_and_the_photo_edge():
    filled = np.ones((7, 7), bool)
    # 2 % of the diagonal rounds to 0 and is raised to one pixel.
    assert boundary(filled).tolist() == (~np.pad(np.ones((5, 5), bool), 1)).tolist()


def test_boundary_width_follows_the_diagonal():
    filled = np.ones((300, 400), bool)  # diagonal 500, 2 % of it is 10
    assert boundary(filled).sum() == 300 * 400 - 280 * 380


def test_boundary_iou_sees_what_iou_does_not():
    truth = np.zeros((300, 400), bool)
    truth[50:250, 100:300] = True
    predicted = np.zeros_like(truth)
    predicted[55:245, 105:295] = True
    assert count(predicted, truth).iou == pytest.approx(0.9025)
    assert boundary_iou(predicted, truth) == pytest.approx(3700 / (7600 + 7200 - 3700))
    assert boundary_iou(truth, truth) == 1.0


def test_counts_by_threshold_equal_counting_each_mask():
    rng = np.random.default_rng(0)
    probability = rng.integers(0, 11, (9, 7)).astype(np.float32) / 10
    truth = rng.random((9, 7)) < 0.4
    thresholds = np.linspace(0, 1, 11, dtype=np.float32)
    expected = [count(probability >= threshold, truth) for threshold in thresholds]
    assert counts_by_threshold(probability, truth, thresholds) == expected


def test_counts_by_threshold_reach_thresholds_as_masks_do():
    probability = np.float32([[0.3, 0.45, 0.7, 0.95]])
    counts = counts_by_threshold(
        probability, np.zeros((1, 4), bool), np.array([0.3, 0.31, 0.45, 0.7, 0.95])
    )
    assert [c.fp for c in counts] == [4, 3, 3, 2, 1]


def test_counts_by_threshold_refuses_other_shapes():
    with pytest.raises(ValueError, match="as large as the photo"):
        counts_by_threshold(np.zeros((2, 3), np.float32), np.zeros((3, 2), bool), np.array([0.5]))
