"""Where a visitor's corrections are tried out: on a small copy of the photo, at once."""

import secrets

from humanseg import Segmentation
from humanseg.demo.edits import Edits, apply_clicks, apply_strokes, end_of_clicks
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.viewer import view_of


class Easel:
    """A photo with what makes its corrections quick; it costs memory once there are any.

    Args:
        photo: What is corrected.

    Attributes:
        photo: As given.
        key: A word for the photo, by which answers that come late are known.
    """

    def __init__(self, photo: Photo):
        self.photo = photo
        self.key = secrets.token_hex(8)
        self._view: tuple[object, Segmentation] | None = None
        self._clicked: tuple[object, Segmentation] | None = None

    @property
    def pixels(self) -> int:
        """How many the next correction works on; a photo's own at the first."""
        return self.photo.pixels if self._view is None else self._view[1].probability.size

    def correct(self, edits: Edits, options: Options) -> Segmentation:
        """The result at the size of the viewer; the photo itself is corrected from now on.

        Args:
            edits: All that the visitor did.
            options: Of the network and its map.
        """
        result = self._tried(edits, options)
        self.photo.edits = edits
        return result

    def result(self, options: Options) -> Segmentation:
        """What `correct` gave."""
        return self._tried(self.photo.edits, options)

    def _tried(self, edits: Edits, options: Options) -> Segmentation:
        look = (options.detail, options.refine)
        view = self._view
        if view is None or view[0] != look:
            view = self._view = (look, view_of(self.photo.uncorrected(options)))
        end = end_of_clicks(edits)
        if not end:
            return apply_strokes(view[1], edits)
        clicked = self._clicked
        if clicked is None or clicked[0] != (look, edits[:end]):
            clicked = ((look, edits[:end]), apply_clicks(view[1], edits[:end]))
            self._clicked = clicked
        return apply_strokes(clicked[1], edits[end:])
