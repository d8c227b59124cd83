"""The fit of the brush: what Keras fits is what NumPy scores with, and it sees the window."""

from pathlib import Path

import numpy as np
import pytest

from humanseg.corrections.scores import Numbers, save_numbers, score, to_grid
from training.brush.fitting import fit_brush, measure
from training.brush.network import Samples, fit


def windows(count: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Noise, float32 (N, 2, side, side), and which halves are lit, bool (N, side, side)."""
    rng = np.random.default_rng(0)
    features = rng.normal(3, 0.1, (count, 2, side, side)).astype(np.float32)
    right = rng.random((count, 1, 1)) < 0.5
    lit = np.broadcast_to((np.arange(side) >= side // 2) == right, (count, side, side))
    middle = side // 4
    for each, half in zip(features, lit, strict=True):
        for column in (middle, side - middle):
            each[0, middle : middle + 3, column] += half[0, column]
    return features, lit


def test_a_stroke_tells_pixels_that_are_far_from_it() -> None:
    """One spot in a window says which of its halves is meant: no pixel can know by itself."""
    side, taken = 40, 100
    features, lit = windows(64, side)
    rng = np.random.default_rng(1)
    some = np.stack([rng.choice(side * side, taken, replace=False) for _ in lit])
    places = np.stack([some % side + 0.5, some // side + 0.5], -1) / side
    yes = np.take_along_axis(lit.reshape(len(lit), -1), some, 1)
    flat = features.reshape(*features.shape[:2], -1)
    samples = Samples(
        np.stack([to_grid(each) for each in features]).astype(np.float16),
        np.stack([each[:, at].T for each, at in zip(flat, some, strict=True)]).astype(np.float16),
        places.astype(np.float32),
        np.stack([yes, ~yes], -1).astype(np.float32),
    )
    numbers = fit(samples, epochs=7, batch=4)
    scores = np.stack([score(numbers, each) for each in features[-16:]])
    assert np.mean((scores >= 0.5) == lit[-16:]) > 0.95


@pytest.mark.parametrize("work", [fit_brush, measure])
def test_without_photos_there_is_nothing_to_fit_or_to_measure(work) -> None:
    with pytest.raises(SystemExit, match="no photos whose masks are worth correcting"):
        work([])


def test_numbers_are_where_they_are_asked_for(tmp_path: Path) -> None:
    layer = (np.float32([[2]]), np.float32([3]))
    save_numbers(Numbers([layer], [layer]), tmp_path / "numbers")
    with np.load(tmp_path / "numbers") as file:
        assert file["window/0/weights"].tolist() == [[2]]
        assert file["pixel/0/biases"].tolist() == [3]
