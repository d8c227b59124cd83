"""What can be changed about a result: each option once, with its range, default and help.

The API's endpoints, their inputs and checks, and the command's options are made from this.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from humanseg.errors import OptionError
from humanseg.pictures.colors import to_rgb
from humanseg.pictures.overlay import OVERLAY_COLOR, OVERLAY_OPACITY


@dataclass(frozen=True)
class Option:
    """One of the things that can be changed.

    Attributes:
        default: What it is unless it is given; of its type are all values.
        help: One sentence.
        choices: All values it may have, or those besides a colour; or None.
        is_color: Whether it may be a colour, as "#rrggbb" or a name.
    """

    default: Any
    help: str
    choices: Collection[str] | None = None
    is_color: bool = False

    @property
    def type(self) -> type:
        """`float`, a share in [0, 1]; `str`; or `bool`."""
        return type(self.default)

    def check(self, name: str, value: object) -> None:
        """Checks a value, which may come from any program.

        Raises:
            OptionError: It is out of range.
        """
        if self.type is bool:
            _check(isinstance(value, bool), name, "true or false", value)
        elif self.type is float:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            _check(is_number and 0 <= value <= 1, name, "a number between 0 and 1", value)  # type: ignore[operator]
        elif not self.is_color:
            choices = self.choices or ()
            right = isinstance(value, str) and value in choices
            _check(right, name, " or ".join(map(repr, choices)), value)
        elif not (self.choices and isinstance(value, str) and value in self.choices):
            choices = [*map(repr, self.choices or ()), "a colour, such as '#dc00ff' or 'white'"]
            try:
                to_rgb(value)  # type: ignore[arg-type]
            except OptionError:
                _check(False, name, " or ".join(choices), value)


def _check(right: bool, name: str, range_of: str, value: object) -> None:
    if not right:
        raise OptionError(f"{name} must be {range_of}. Received: {value!r}")


OPTIONS: dict[str, Option] = {
    "threshold": Option(0.5, "Probability from which a pixel is part of a person, 0 to 1."),
    "detail": Option(
        "auto",
        'How closely to look: "fast", "fine" for small people, which takes longer, or "auto".',
        ("auto", "fast", "fine"),
    ),
    "refine": Option(True, "Whether edges follow the photo's."),
    "clean_up": Option(False, "Whether to drop specks and fill small holes."),
    "largest_only": Option(False, "Whether to keep only the largest person."),
    "overlay_style": Option(
        "fill", '"fill" tints people, "outline" draws a line around them.', ("fill", "outline")
    ),
    "overlay_color": Option(OVERLAY_COLOR, 'A colour, as "#rrggbb" or a name.', is_color=True),
    "overlay_opacity": Option(OVERLAY_OPACITY, "Of the tint, 0 to 1."),
    "background": Option(
        "transparent",
        'Of the cut-out: "transparent", "blur", or a colour as "#rrggbb" or a name.',
        ("transparent", "blur"),
        is_color=True,
    ),
    "trim": Option(False, "Whether the cut-out ends where the people do."),
}
"""By the name that each has in Python, in the API and, with dashes, in the command."""
