"""Person segmentation: a photo goes in, a mask of every person comes out.

Example:
    from humanseg import Segmenter

    segmenter = Segmenter.from_pretrained()
    result = segmenter("photo.jpg")
    result.mask(threshold=0.5)  # bool (H, W)
    result.cutout()  # RGBA uint8 (H, W, 4)

The rooms of the house, from the ground up. Behind the arrow stands all that a room may
import of the others; nothing ever points down:

    errors          the exceptions, in one small tree
    whole           files that are written whole or not at all
    shipped         where the weights and examples that come with humanseg lie
    photos          <- errors
    network         <- errors
    masks           <- errors
    edges           <- photos
    corrections     <- edges errors photos
    pictures        <- edges errors photos
    checkpoints     <- errors network shipped
    engines         <- checkpoints errors photos whole
    options         <- errors pictures
    soft_mask       <- corrections edges errors masks photos
    segmentation    <- errors photos pictures soft_mask whole
    results         <- photos pictures segmentation soft_mask
    segmenter       <- checkpoints engines errors photos segmentation
    demo            <- checkpoints corrections edges engines errors masks options photos pictures
                       results shipped soft_mask whole
    serve           <- demo engines errors segmenter
    command         <- engines errors options photos pictures results segmenter serve whole
    benchmark       <- checkpoints edges engines errors photos pictures segmenter shipped

A photo goes photos -> engines -> edges -> corrections -> masks -> pictures; weights go
checkpoints -> network -> engines. Each room's `__init__` says what is in it.
"""

from humanseg.errors import HumanSegError, ImageError, OptionError, WeightsError
from humanseg.segmentation import Segmentation
from humanseg.segmenter import Segmenter

__version__ = "0.2.0"

__all__ = [
    "HumanSegError",
    "ImageError",
    "OptionError",
    "Segmentation",
    "Segmenter",
    "WeightsError",
]
