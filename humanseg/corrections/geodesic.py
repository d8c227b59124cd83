"""Geodesic distances: how far it is from some pixels to all others, along the cheapest way.

A way along one row costs the difference of two running sums, so that the cheapest of all
ways along all rows is a running minimum. Sweeps to the right, left, down and up, again
and again, find ways with more and more turns; the ones that matter have few.
"""

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]

FAR = np.float32(1e4)
"""Where no seed is, as long as no sweep comes by."""


def geodesic_distance(
    seeds: npt.NDArray[np.bool_], across: Float, down: Float, rounds: int
) -> Float:
    """Cost of the cheapest way from a seed to each pixel, by steps to its four neighbours.

    Args:
        seeds: bool (h, w).
        across: Costs of the steps between neighbours in a row, of `n` kinds, float32
            (n, h, w - 1), not negative.
        down: Likewise in a column, float32 (n, h - 1, w).
        rounds: Of sweeps; ways have up to about twice as many turns.

    Returns:
        float32 (n, h, w), one map for each kind, up to `FAR`.
    """
    if not seeds.any():
        return np.full((len(across), *seeds.shape), FAR)
    row = np.pad(np.cumsum(across, axis=2, dtype=np.float32), ((0, 0), (0, 0), (1, 0)))
    column = np.pad(np.cumsum(down, axis=1, dtype=np.float32), ((0, 0), (1, 0), (0, 0)))
    distance = np.empty_like(row)
    distance[:] = np.where(seeds, np.float32(0), FAR)
    for _ in range(rounds):
        for along, axis in ((row, 2), (column, 1)):
            distance -= along
            np.minimum.accumulate(distance, axis, out=distance)
            distance += along
            distance += along
            back = np.flip(distance, axis)
            np.minimum.accumulate(back, axis, out=back)
            distance -= along
    return distance.clip(0, FAR, out=distance)
