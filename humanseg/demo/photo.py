"""What is remembered of a visitor's photo, so that the network runs once for each."""

import numpy as np
import numpy.typing as npt

from humanseg import Segmentation, Segmenter
from humanseg.demo import files, uploads
from humanseg.demo.corrections import check_point, load_corrections
from humanseg.demo.options import Options
from humanseg.engines.detail import Detail
from humanseg.errors import ImageError
from humanseg.photos.images import Opacity, RGBImage
from humanseg.results import make_files


class Photo:
    """A photo and what the network said of it, at each detail that was asked for.

    The photo itself is kept in memory until its first use alone: it may be large, and
    visitors many. Its file outlives what is remembered here.

    Args:
        segmenter: Finds the people.
        path: Of the uploaded file, or None if there is none.
        name: What results are called; that of the file, unless given.

    Attributes:
        name: As given.
        wh: Width and height in pixels, upright.

    Raises:
        ImageError: There is no uploaded file, it cannot be read, or is too large.
    """

    def __init__(self, segmenter: Segmenter, path: str | None, name: str | None = None):
        if path is None:
            raise ImageError("Give a photo: a file of a picture.")
        self._path = uploads.find(path)
        self.name = self._path.stem if name is None else name
        self._unused: tuple[RGBImage, Opacity | None] | None = uploads.load_photo(self._path)
        height, width = self._unused[0].shape[:2]
        self.wh = (width, height)
        self._segmenter = segmenter
        self._outputs: dict[Detail, npt.NDArray[np.float32]] = {}

    @property
    def pixels(self) -> int:
        """How many it has."""
        return self.wh[0] * self.wh[1]

    def full(
        self,
        options: Options = Options(),
        corrections: str | None = None,
        only: object = None,
    ) -> Segmentation:
        """The result at the photo's own size; too large to be kept for every visitor.

        Args:
            options: For the result.
            corrections: A picture for `humanseg.demo.corrections.load_corrections`, or None.
            only: A point in the person to keep, or None for all.

        Raises:
            HumanSegError: Either is something else.
        """
        point = None if only is None else check_point(only)
        strokes = None if corrections is None else load_corrections(corrections)
        result = self._segment(options)
        if strokes is not None:
            result = result.correct(strokes, options.threshold)
        result = options.clean(result)
        return result if point is None else result.only(*point, options.threshold)

    def _segment(self, options: Options) -> Segmentation:
        loaded, self._unused = self._unused, None
        image, opacity = uploads.load_photo(self._path) if loaded is None else loaded
        detail = options.detail
        if detail not in self._outputs:
            self._outputs[detail] = self._segmenter.run_network(image, detail)
        return Segmentation.from_network(
            image, self._outputs[detail], refine=options.refine, opacity=opacity
        )

    def save(self, options: Options, kind: str = "cutout", suffix: str = ".png") -> str:
        """Path of a file at the photo's own size.

        Args:
            options: How it is made.
            kind: A key of `humanseg.results.KINDS`.
            suffix: Of overlay and cut-out, one of `humanseg.results.SUFFIXES`.
        """
        made = make_files(self._segment(options), [kind], options.for_results(suffix))
        ((ending, data),) = made
        return files.keep(data, f"{self.name}-{ending}")


def picture_name(name: str, picture: str) -> str:
    """The file of a picture, for example "beach-cutout.png"."""
    return f"{name}-{picture.replace('-', '').lower()}.png"
