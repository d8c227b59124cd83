"""Weights of a smaller layer in a larger one."""

import keras
import numpy as np
import numpy.typing as npt


def set_grown_weights(layer: keras.Layer, values: list[npt.NDArray[np.float32]]) -> bool:
    """Sets a layer's weights, with zeros around kernels that are smaller than the layer's.

    Args:
        layer: Built, and changed in place.
        values: float32, in the order of `layer.get_weights()`; kernels are (H, W, C, ...).

    Returns:
        Whether they fit. If not, the layer stays as it is.
    """
    shapes = [value.shape for value in layer.get_weights()]
    if [len(shape) for shape in shapes] != [value.ndim for value in values]:
        return False
    grown = []
    for value, shape in zip(values, shapes, strict=True):
        rims = [(full - own) // 2 for full, own in zip(shape, value.shape, strict=True)]
        fits = min(rims, default=0) >= 0 and not any(rims[2:])
        grown.append(np.pad(value, [(rim, rim) for rim in rims]) if fits else value)
    if [value.shape for value in grown] != shapes:
        return False
    layer.set_weights(grown)
    return True
