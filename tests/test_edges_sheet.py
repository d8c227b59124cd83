"""The contact sheet of edges."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from humanseg import Segmentation
from humanseg.photos.images import RGBImage
from training import edges_sheet
from training.edges_sheet import EXAMPLES, PARTS, SIDE
from training.scoring.alpha import PLAIN


class Everything:
    """Marks the whole photo if edges are refined, and nothing else."""

    def __call__(self, image: RGBImage, *, refine: bool) -> Segmentation:
        return Segmentation(image, np.full(image.shape[:2], refine, np.float32))


def test_parts_lie_in_their_photos():
    for name, parts in PARTS.items():
        with Image.open(EXAMPLES / name) as photo:
            assert all(0 <= x < photo.width and 0 <= y < photo.height for _, x, y in parts)


def test_columns_are_photo_interpolated_before_and_refined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        edges_sheet.Segmenter, "from_pretrained", classmethod(lambda cls, source: Everything())
    )
    rows = SIDE * sum(len(parts) for parts in PARTS.values())
    Image.new("RGB", (3 * SIDE, rows), "red").save(tmp_path / "before.png")
    edges_sheet.main(
        edges_sheet.parse_arguments(
            ["--out", str(tmp_path / "after.png"), "--before", str(tmp_path / "before.png")]
        )
    )
    with Image.open(tmp_path / "after.png") as sheet:
        pixels = np.asarray(sheet)
    photo, interpolated, before, refined = np.split(pixels, 4, axis=1)
    assert len(pixels) == rows
    assert (interpolated == PLAIN).all()
    assert (before == (255, 0, 0)).all()
    np.testing.assert_array_equal(refined[20:SIDE], photo[20:SIDE])  # below what it is called


def test_another_suffix_is_refused_before_the_work(tmp_path: Path, capsys):
    with pytest.raises(SystemExit):
        edges_sheet.parse_arguments(["--out", str(tmp_path / "after")])
    assert "--out is a .png file. Received" in capsys.readouterr().err
