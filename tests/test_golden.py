"""The shipped weights find the people in the example photos, and nobody where nobody is."""

import pytest

from tests.conftest import EXAMPLES

# Points as (x, y) shares of the photo: on a person, and beside them.
POINTS = {
    "astronaut.png": ([(0.48, 0.2), (0.4, 0.7)], [(0.95, 0.1)]),
    "canyon-view.jpg": ([(0.51, 0.42), (0.53, 0.63)], [(0.1, 0.5), (0.9, 0.7), (0.5, 0.1)]),
    "friends-at-laptops.jpg": ([(0.41, 0.19), (0.77, 0.3), (0.37, 0.45)], [(0.07, 0.2)]),
    "office-meeting.jpg": ([(0.62, 0.46), (0.7, 0.6)], [(0.3, 0.15), (0.2, 0.62)]),
    "skateboarder.jpg": ([(0.49, 0.56), (0.5, 0.73)], [(0.5, 0.2), (0.9, 0.9)]),
    "street-style.jpg": ([(0.3, 0.5), (0.76, 0.5)], [(0.5, 0.04)]),
    "sunglasses.jpg": ([(0.57, 0.33), (0.5, 0.75)], [(0.15, 0.4), (0.9, 0.5)]),
    "woman-with-braids.jpg": ([(0.51, 0.35), (0.48, 0.7)], [(0.1, 0.2), (0.9, 0.1)]),
}


@pytest.mark.parametrize("name", POINTS)
def test_people_are_found(segmenter, name):
    mask = segmenter(EXAMPLES / name).mask()
    height, width = mask.shape
    on_people, beside = POINTS[name]
    assert [mask[int(y * height), int(x * width)] for x, y in on_people] == [True] * len(on_people)
    assert [mask[int(y * height), int(x * width)] for x, y in beside] == [False] * len(beside)


def test_nobody_is_found_where_nobody_is(segmenter):
    assert segmenter(EXAMPLES / "yellow-car.jpg").coverage() < 0.005
