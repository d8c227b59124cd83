"""Person segmentation: a photo goes in, a mask of every person comes out.

Example:
    from humanseg import Segmenter

    segmenter = Segmenter.from_pretrained()
    result = segmenter("photo.jpg")
    result.mask(threshold=0.5)  # bool (H, W)
    result.cutout()  # RGBA uint8 (H, W, 4)
"""

from humanseg.errors import HumanSegError, ImageError, OptionError, WeightsError
from humanseg.segmentation import Segmentation
from humanseg.segmenter import Segmenter

__version__ = "0.1.0"

__all__ = [
    "HumanSegError",
    "ImageError",
    "OptionError",
    "Segmentation",
    "Segmenter",
    "WeightsError",
]
