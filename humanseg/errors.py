"""The errors callers may want to catch.

    HumanSegError
    ├── ImageError      the picture cannot be read, or is too large
    ├── OptionError     a parameter is outside its range
    └── WeightsError    weights cannot be found, verified or loaded

Each message is one sentence that says what is wrong and what is accepted.
"""


class HumanSegError(Exception):
    """Base of all errors raised on purpose by this package."""


class ImageError(HumanSegError, ValueError):
    """The picture cannot be read, or is too large."""


class OptionError(HumanSegError, ValueError):
    """A parameter is outside its range."""


class WeightsError(HumanSegError):
    """Weights cannot be found, verified or loaded."""
