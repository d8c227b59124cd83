"""How far it is from a stroke to each pixel, along the photo."""

import cv2
import numpy as np
import numpy.typing as npt

from humanseg.corrections.arrays import between, coarse
from humanseg.corrections.geodesic import geodesic_distance

Float = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LARGE = 5000
"""Windows of more pixels are walked through in steps of two: ways are smooth."""

STEP = 0.02
"""Cost of a step where nothing changes."""


def of_ways(
    lab: Float, own: Float, pixels: Mask, unlike: Float, rim: Mask, barred: Mask
) -> list[Float]:
    """How far it is, along the photo, from the stroke, the window's rim and what is settled."""
    wh = (own.shape[1], own.shape[0])
    factor = 1 if own.size <= LARGE else 2
    if factor > 1:
        lab, own, unlike = (coarse(array, factor) for array in (lab, own, unlike))
        pixels, rim, barred = (
            coarse(mask.astype(np.float32), factor) > 0 for mask in (pixels, rim, barred)
        )
    steps = []
    for axis in (1, 0):
        edge = np.linalg.norm(np.diff(lab, axis=axis), axis=2) / 20
        change = np.abs(np.diff(own, axis=axis))
        through = between(unlike, axis) * (factor / 5)
        kinds = np.stack([edge, change * 2, edge + change, through]).astype(np.float32)
        steps.append(kinds + np.float32(factor * STEP))
    by_color = [step[[0, 3]] for step in steps]
    edge, change, both, through = geodesic_distance(pixels, steps[0], steps[1], rounds=4)
    known = own >= 0.5
    from_rim = geodesic_distance(rim & ~known, by_color[0], by_color[1], rounds=3)
    from_other = geodesic_distance(barred, by_color[0], by_color[1], rounds=3)
    from_known = geodesic_distance(known & ~pixels, by_color[0], by_color[1], rounds=3)
    features = [np.minimum(way, top) for way, top in ((edge, 8), (change, 4), (both, 8))]
    features += [np.sqrt(np.minimum(way, 25)) for way in (edge, change, through)]
    features += [np.minimum(through, 10)]
    features += [np.sqrt(np.minimum(way, 9)) for way in (*from_known, *from_other)]
    features += [
        np.log((way + 0.1) / (np.minimum(other, 100) + 0.1))
        for way, other in (
            *((edge, from_rim[0]), (through, from_rim[1]), (edge, from_known[0])),
            *((edge, from_other[0]), (through, from_other[1])),
        )
    ]
    return [np.asarray(cv2.resize(feature, wh)) for feature in features]
