"""What a visitor chose in the viewer; any program may say anything instead."""

from dataclasses import dataclass
from typing import Any

from humanseg import OptionError
from humanseg.demo import uploads
from humanseg.demo.options import Options
from humanseg.options import OPTIONS
from humanseg.results import KINDS, SUFFIXES


@dataclass(frozen=True)
class Settings:
    """What is chosen.

    Attributes:
        options: How pictures are made.
        kind: What is to be downloaded, a key of `humanseg.results.KINDS`.
        suffix: In which format, one of `humanseg.results.SUFFIXES`.
    """

    options: Options
    kind: str = "cutout"
    suffix: str = ".png"


def read_settings(chosen: Any) -> Settings:
    """Reads what an event of the viewer brings.

    Raises:
        OptionError: Something in it is not what the viewer would send.
        ImageError: The background picture cannot be read.
    """
    if not isinstance(chosen, dict):
        raise OptionError(f"Settings must be an object. Received: {type(chosen).__name__}")
    kind, suffix = chosen.get("picture", "cutout"), chosen.get("suffix", ".png")
    for name, value, choices in (("picture", kind, tuple(KINDS)), ("suffix", suffix, SUFFIXES)):
        if value not in choices:
            raise OptionError(f"{name} must be one of {', '.join(choices)}. Received: {value!r}")
    given = {name: chosen[name] for name in OPTIONS if name in chosen}
    return Settings(Options(**{**given, "background": _background(chosen)}), kind, suffix)


def _background(chosen: dict[str, Any]) -> Any:
    kind, picture = chosen.get("background", "transparent"), chosen.get("background_picture")
    if kind == "picture":  # transparent until there is one
        return uploads.load(picture) if picture else "transparent"
    return chosen.get("background_color") if kind == "color" else kind
