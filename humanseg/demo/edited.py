"""A visitor's photo whose mask is corrected: at once as it is seen, and in all that is made."""

import hashlib

from humanseg import Segmentation, Segmenter
from humanseg.demo.edits import (
    Edited,
    Edits,
    apply_clicks,
    apply_edits,
    apply_strokes,
    end_of_clicks,
)
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo
from humanseg.demo.viewer import view_of


class EditedPhoto(Photo):
    """A photo with what was done to its mask; it costs memory once there is anything.

    Args:
        segmenter: As for `Photo`, like all others.
        path: Of the uploaded file, or None if there is none.
        name: What results are called; that of the file, unless given.
        edited: What was done to it before; nothing, unless given. It follows what is done now.
            Without it the photo is known by its content: the viewer remembers strokes by the
            key, and gives them back with a photo that is chosen again when it is forgotten here.
    """

    def __init__(
        self,
        segmenter: Segmenter,
        path: str | None,
        name: str | None = None,
        edited: Edited | None = None,
    ):
        super().__init__(segmenter, path, name)
        self._edited = edited or Edited(hashlib.sha256(self._path.read_bytes()).hexdigest())
        self._view: tuple[object, Segmentation] | None = None
        self._clicked: tuple[object, Segmentation] | None = None

    @property
    def key(self) -> str:
        """By which the photo is known."""
        return self._edited.key

    @property
    def pixels_to_correct(self) -> int:
        """How many `correct` works on: all of the photo's at first."""
        return self.pixels if self._view is None else self._view[1].probability.size

    def correct(self, edits: Edits, options: Options) -> Segmentation:
        """Replaces the edits, and gives the result at the size of the viewer.

        Args:
            edits: All that the visitor did.
            options: Of the network and its map.
        """
        result = self._try(edits, options)
        self._edited.edits = edits
        return result

    def corrected(self, options: Options) -> Segmentation:
        """What `correct` gave."""
        return self._try(self._edited.edits, options)

    def _segment(self, options: Options) -> Segmentation:
        return apply_edits(super()._segment(options), self._edited.edits)

    def _try(self, edits: Edits, options: Options) -> Segmentation:
        look, view = (options.detail, options.refine), self._view
        if view is None or view[0] != look:
            view = self._view = (look, view_of(super()._segment(options)))
        end = end_of_clicks(edits)
        if not end:
            return apply_strokes(view[1], edits)
        key, clicked = (look, edits[:end]), self._clicked
        if clicked is None or clicked[0] != key:
            clicked = self._clicked = (key, apply_clicks(view[1], edits[:end]))
        return apply_strokes(clicked[1], edits[end:])
