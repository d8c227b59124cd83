"""What a visitor can change about the pictures of a photo."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from humanseg import Segmentation
from humanseg.engines.detail import Detail
from humanseg.options import OPTIONS
from humanseg.photos.images import RGBImage
from humanseg.pictures.overlay import OverlayStyle
from humanseg.results import Picture, ResultOptions, clean, draw

Pixels: TypeAlias = npt.NDArray[np.uint8]

PICTURES: dict[str, Picture] = {"Cut-out": "cutout", "Overlay": "overlay", "Mask": "mask"}
"""By the names they have everywhere on the page."""

MARGIN = 0.04
"""Room around people in a trimmed cut-out, as a share of its long side."""

SPECK, HOLE = 0.001, 0.005
"""Parts and holes up to this share of the photo are cleaned up."""


LOOK_OPTIONS = ("detail", "refine")
"""Of the network and its map; all others change without running it again."""

MASK_OPTIONS = ("threshold", *LOOK_OPTIONS, "clean_up", "largest_only")
"""Of the mask; all others are about how it is drawn."""


@dataclass(frozen=True)
class Options:
    """How pictures are made from a result.

    Attributes:
        threshold: Probability from which a pixel is part of a person, in [0, 1].
        detail: "auto", "fast" or "fine"; all else changes without running the network again.
        refine: Whether edges follow the photo's.
        clean_up: Whether specks are dropped and small holes filled.
        largest_only: Whether only the largest person is kept.
        overlay_style: "fill" or "outline".
        overlay_color: As in CSS.
        overlay_opacity: Of the tint, in [0, 1].
        background: Of the cut-out: "transparent", "blur", a colour as in CSS, or a
            picture, uint8 RGB (H, W, 3).
        trim: Whether a downloaded cut-out ends where the people do.
    """

    threshold: float = OPTIONS["threshold"].default
    detail: Detail = OPTIONS["detail"].default
    refine: bool = OPTIONS["refine"].default
    clean_up: bool = OPTIONS["clean_up"].default
    largest_only: bool = OPTIONS["largest_only"].default
    overlay_style: OverlayStyle = OPTIONS["overlay_style"].default
    overlay_color: str = OPTIONS["overlay_color"].default
    overlay_opacity: float = OPTIONS["overlay_opacity"].default
    background: str | RGBImage = OPTIONS["background"].default
    trim: bool = OPTIONS["trim"].default

    @property
    def look(self) -> "Options":
        """The same `LOOK_OPTIONS`, and all others as they are by default."""
        return Options(detail=self.detail, refine=self.refine)

    def __post_init__(self) -> None:
        """Checks all values, since they may come from any program.

        Raises:
            OptionError: One is out of its range.
        """
        for name, option in OPTIONS.items():
            value = getattr(self, name)
            if name != "background" or not isinstance(value, np.ndarray):
                option.check(name, value)

    def clean(self, result: Segmentation) -> Segmentation:
        """The result with these options' clean-up."""
        return clean(result, self.for_results())

    def draw(self, cleaned: Segmentation, picture: str) -> Pixels:
        """Makes one of `PICTURES` from what `clean` returned, untrimmed.

        Returns:
            uint8, (H, W), (H, W, 3) or, before a transparent background, (H, W, 4).
        """
        # Untrimmed, since before-and-after pictures align.
        return draw(cleaned, PICTURES[picture], replace(self.for_results(), margin=None))

    def draw_for_download(self, cleaned: Segmentation, picture: str) -> Pixels:
        """The same as `draw`, trimmed if that is wanted."""
        return draw(cleaned, PICTURES[picture], self.for_results())

    def for_results(self, suffix: str = ".png") -> ResultOptions:
        """The same for `humanseg.results`."""
        transparent = isinstance(self.background, str) and self.background == "transparent"
        return ResultOptions(
            threshold=self.threshold,
            min_area=SPECK if self.clean_up else 0.0,
            max_hole_area=HOLE if self.clean_up else 0.0,
            largest_only=self.largest_only,
            overlay_style=self.overlay_style,
            overlay_color=self.overlay_color,
            overlay_opacity=self.overlay_opacity,
            background=None if transparent else self.background,
            margin=MARGIN if self.trim else None,
            suffix=suffix,
        )


def takes(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives an endpoint a parameter, with default and help, for each of some options.

    Gradio and MCP read them off signature and docstring.

    Args:
        names: Of the options, which stand where the endpoint itself has one `options`.
    """

    def give(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(endpoint)
        order = list(signature.parameters)[1:]
        first, last = order[: order.index("options")], order[order.index("options") + 1 :]

        @wraps(endpoint)
        def given(self: object, *values: Any) -> Any:
            # Counted from the front: Gradio's own wrapper has the signature of a function
            # with `self`, and adds a value for the parameter that it finds to be missing.
            given_for = dict(zip((*first, *names, *last), values, strict=False))
            options = Options(**{name: given_for.pop(name) for name in names})
            return endpoint(self, **given_for, options=options)

        own = signature.parameters
        kept = [own["self"], *(own[name] for name in first)]
        kept += [
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=OPTIONS[name].default,
                annotation=OPTIONS[name].type,
            )
            for name in names
        ]
        kept += [own[name] for name in last]
        given.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        given.__annotations__ = {parameter.name: parameter.annotation for parameter in kept[1:]}
        told, end = "".join(f"    {name}: {OPTIONS[name].help}\n" for name in names), "\nReturns:"
        given.__doc__ = inspect.cleandoc(endpoint.__doc__ or "").replace(end, told + end, 1)
        return given

    return give
