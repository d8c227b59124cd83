"""Colours as people write them."""

import numpy as np
import pytest

from humanseg.errors import OptionError
from humanseg.options import OPTIONS
from humanseg.pictures.colors import to_rgb


@pytest.mark.parametrize(
    "color", [(220, 0, 255), np.array([220, 0, 255]), "#dc00ff", "#DC00FF80", "rgb(220, 0, 255)"]
)
def test_one_colour_written_in_many_ways(color):
    assert to_rgb(color) == (220, 0, 255)


def test_names():
    assert to_rgb("white") == (255, 255, 255)


@pytest.mark.parametrize(
    "color",
    [(1, 2), (0, 0, 256), (-1, 0, 0), (1.0, 0.5, 0.0), np.ones(3), "nocolour", "#12", 7, None],
)
def test_what_is_no_colour(color):
    with pytest.raises(OptionError, match="A colour is three whole numbers from 0 to 255"):
        to_rgb(color)


def test_an_option_that_is_a_colour_names_itself_and_its_choices():
    said = "background must be 'transparent' or 'blur' or a colour, .* Received: 'nothing'"
    with pytest.raises(OptionError, match=said):
        OPTIONS["background"].check("background", "nothing")
