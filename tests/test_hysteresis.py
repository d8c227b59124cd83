"""What the network is nowhere sure of."""

import numpy as np
import pytest

from humanseg.engines.hysteresis import doubt_unsure


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([0.5, 0.9, 0.6, 0.1, 0.7, 0.5], [0.5, 0.9, 0.6, 0.1, 0.45, 0.45]),  # beside somebody sure
        ([0.5, 0.9, 0.6, 0.1, 0.8, 0.5], [0.5, 0.9, 0.6, 0.1, 0.8, 0.5]),
        ([0.5, 0.7, 0.6, 0.1, 0.65, 0.5], [0.5, 0.7, 0.6, 0.1, 0.45, 0.45]),  # the surest there is
        ([0.5, 0.59, 0.3, 0.1], [0.45, 0.45, 0.3, 0.1]),
        ([0.5, 0.6, 0.3, 0.1], [0.5, 0.6, 0.3, 0.1]),
        ([0.0, 0.49], [0.0, 0.49]),
        ([0.9, 0.7], [0.9, 0.7]),
    ],
)
def test_only_what_is_sure_somewhere_stays(given: list[float], expected: list[float]) -> None:
    result = doubt_unsure(np.array([given], np.float32))
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, np.array([expected], np.float32))


def test_parts_that_touch_at_a_corner_hang_together() -> None:
    probability = np.array([[0.9, 0.1], [0.1, 0.6]], np.float32)
    np.testing.assert_array_equal(doubt_unsure(probability), probability)
