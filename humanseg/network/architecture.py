"""The few numbers from which the network is rebuilt, without importing Keras."""

from dataclasses import dataclass, fields
from typing import Any, Self

from humanseg.errors import WeightsError

ENCODER_NAMES = (
    "mobilenet_v3_large_minimalistic",
    "mobilenet_v3_large_relu",
    "mobilenet_v3_small_minimalistic",
)
"""The keys of `humanseg.network.model.ENCODERS`."""

MAX_FILTERS = 512
MAX_BLOCKS = 8


@dataclass(frozen=True)
class Architecture:
    """Encoder and widths of the network; see `humanseg.network.model`.

    Attributes:
        encoder: One of `ENCODER_NAMES`.
        context_filters: Channels of the context block at H/32.
        decoder_filters: Channels of the decoder at H/16, H/8, H/4 and H/2.
        skip_filters: Channels each skip is reduced to, in the same order.
        residual_blocks: Number of inverted residual blocks at H/32 and H/16.
    """

    encoder: str = "mobilenet_v3_large_relu"
    context_filters: int = 192
    decoder_filters: tuple[int, int, int, int] = (128, 96, 48, 24)
    skip_filters: tuple[int, int, int, int] = (96, 64, 40, 16)
    residual_blocks: tuple[int, int] = (2, 2)

    @classmethod
    def from_dict(cls, values: Any) -> Self:
        """Reads what `dataclasses.asdict` and JSON made of an architecture.

        The values may come from a file somebody else wrote, so that each is
        checked: nothing larger than `MAX_FILTERS` and `MAX_BLOCKS` allow is ever built.

        Raises:
            WeightsError: A key is unknown or missing, or a value out of range.
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(values, dict) or set(values) != names:
            raise WeightsError(
                f"An architecture is an object with the keys {sorted(names)}. Received: {values!r}"
            )
        if values["encoder"] not in ENCODER_NAMES:
            raise WeightsError(
                f"encoder must be one of {list(ENCODER_NAMES)}. "
                f"Received: encoder={values['encoder']!r}"
            )
        return cls(
            encoder=values["encoder"],
            context_filters=_whole("context_filters", [values["context_filters"]], 1)[0],
            decoder_filters=_whole("decoder_filters", values["decoder_filters"], 4),
            skip_filters=_whole("skip_filters", values["skip_filters"], 4),
            residual_blocks=_whole("residual_blocks", values["residual_blocks"], 2, 0, MAX_BLOCKS),
        )


def _whole(name: str, values: Any, count: int, low: int = 1, high: int = MAX_FILTERS) -> Any:
    """Checks that `values` are `count` whole numbers from `low` to `high`."""
    if (
        not isinstance(values, list | tuple)
        or len(values) != count
        or not all(type(value) is int and low <= value <= high for value in values)
    ):
        raise WeightsError(
            f"{name} must be {count} whole number(s) from {low} to {high}. Received: {values!r}"
        )
    return tuple(values)
