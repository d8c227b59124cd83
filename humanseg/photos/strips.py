"""Large photos a few rows at a time, so that memory stays small."""

from collections.abc import Iterator

ROWS = 256


def strips(height: int) -> Iterator[slice]:
    """Splits the rows of a photo into slices of at most `ROWS`."""
    for top in range(0, height, ROWS):
        yield slice(top, min(top + ROWS, height))
