"""What else a teacher sees in the photos: 21 classes, coarse, taught beside the mask.

What is a dog, a sofa or a bottle is not a person: a network that has to tell them apart
finds people in what they are mixed with, and invents fewer.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

CLASSES = 21
"""Of PASCAL VOC: background, then twenty things."""

PERSON = 15
UNSURE = 31
"""What a pixel holds that teaches no class."""

UNSEEN = np.full((1, 1), UNSURE, np.uint8)
"""The classes of a photo that the teacher has not seen."""

STRIDE = 16
"""Pixels of a sample to one that has a class."""


class TeacherClasses:
    """The classes of each photo, by the stem of its name.

    Of photos that share one, it is not known whose classes they are: they count as not seen.

    Args:
        path: An `.npz` file: stems (N,), and classes uint8 (N, G, G) that are stretched
            over the whole photo, from 0 to 20 or `UNSURE`.
    """

    def __init__(self, path: Path):
        with np.load(path) as file:
            stems, classes = file["stems"].tolist(), file["classes"]
        times = Counter(stems)
        noted = zip(stems, classes, strict=True)
        self.grids = {stem: grid for stem, grid in noted if times[stem] == 1}

    def of(self, image: Path) -> npt.NDArray[np.uint8]:
        """The classes of a photo, uint8 (G, G); of one without any they are all unsure."""
        grid = self.grids.get(image.stem)
        return UNSEEN if grid is None else grid
