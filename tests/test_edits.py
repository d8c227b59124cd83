"""What a visitor paints on the page, as Python reads, draws and applies it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from humanseg import OptionError, Segmentation, Segmenter
from humanseg.demo import edits
from humanseg.demo.edited import EditedPhoto
from humanseg.demo.edits import Edit, apply_edits, draw_strokes, read_edits
from humanseg.demo.options import Options

DOT = {"tool": "keep", "points": [0.5, 0.5], "radius": 0.1, "threshold": 0.5}


def test_strokes_are_drawn_where_they_were_painted() -> None:
    line = {"tool": "erase", "points": [2.5 / 8, 0.5, 5.5 / 8, 0.5], "radius": 1 / 8}
    dot = {"tool": "keep", "points": [7.5 / 8, 0.5 / 5], "radius": 1 / 8}
    drawn = draw_strokes(read_edits([{**DOT, **line}, {**DOT, **dot}]), (8, 5))
    assert drawn.dtype == np.uint8
    np.testing.assert_array_equal(
        drawn,
        [
            [128, 128, 128, 128, 128, 128, 255, 255],
            [128, 128, 0, 0, 0, 0, 128, 255],
            [128, 0, 0, 0, 0, 0, 0, 128],
            [128, 128, 0, 0, 0, 0, 128, 128],
            [128, 128, 128, 128, 128, 128, 128, 128],
        ],
    )


def test_later_strokes_cover_earlier_ones() -> None:
    both = read_edits([DOT, {**DOT, "tool": "erase"}])
    assert set(np.unique(draw_strokes(both, (40, 40)))) == {0, 128}
    assert set(np.unique(draw_strokes(both[::-1], (40, 40)))) == {128, 255}


def test_strokes_on_large_photos_are_where_they_are_on_small_ones() -> None:
    strokes = read_edits([DOT, {**DOT, "tool": "erase", "points": [0.1, 0.2, 0.3, 0.8]}])
    large, small = draw_strokes(strokes, (4000, 3000)), draw_strokes(strokes, (400, 300))
    assert large.shape == (3000, 4000)
    assert set(np.unique(large)) == {0, 128, 255}
    assert np.mean(cv2.resize(large, (400, 300), interpolation=cv2.INTER_AREA) != small) < 0.02


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        [1],
        [{**DOT, "tool": "saw"}],
        [{**DOT, "tool": []}],
        [{**DOT, "points": []}],
        [{**DOT, "points": [0.1, 0.2, 0.3]}],
        [{**DOT, "points": "ab"}],
        [{**DOT, "points": [0.1, 1.1]}],
        [{**DOT, "points": [0.1, float("nan")]}],
        [{**DOT, "points": [True, 0.1]}],
        [{**DOT, "points": ["0.1", 0.1]}],
        [{**DOT, "radius": 0}],
        [{**DOT, "radius": 0.3}],
        [{**DOT, "radius": None}],
        [{**DOT, "threshold": 2}],
        [{"tool": "only"}],
        [DOT] * (edits.MOST_EDITS + 1),
        [{**DOT, "points": [0.5] * 2 * (edits.MOST_POINTS // 2 + 1)}] * 2,
        [{**DOT, "points": [0.5] * 2 * (edits.MOST_POINTS + 1)}],
    ],
)
def test_what_no_viewer_sends_is_refused_in_a_short_sentence(given: object) -> None:
    with pytest.raises(OptionError, match="Received: ") as refusal:
        read_edits(given)
    assert len(str(refusal.value)) < 250


def two_people() -> Segmentation:
    """Two blocks, of which one is larger."""
    image = np.full((60, 100, 3), (30, 40, 200), np.uint8)
    probability = np.full((60, 100), 0.02, np.float32)
    for columns in (slice(10, 30), slice(60, 90)):
        image[20:50, columns] = 200, 30, 30
        probability[20:50, columns] = 0.95
    noise = np.random.default_rng(0).integers(-8, 9, image.shape)
    return Segmentation((image + noise).astype(np.uint8), probability)


def click(x: float, y: float) -> Edit:
    return Edit("only", ((x, y),), 0.01, 0.5)


def test_the_last_click_counts_and_strokes_after_it_stay() -> None:
    result = two_people()
    left, right = click(0.2, 0.6), click(0.75, 0.6)
    mask = result.mask()
    left_only = np.where(np.arange(100) < 45, mask, False)
    np.testing.assert_array_equal(apply_edits(result, (left,)).mask(), left_only)
    np.testing.assert_array_equal(apply_edits(result, (left, right)).mask(), mask & ~left_only)
    keep = Edit("keep", ((0.7, 0.5), (0.8, 0.7)), 0.03, 0.5)
    assert apply_edits(result, (left, keep)).mask()[30, 70]
    assert not apply_edits(result, (keep, left)).mask()[:, 45:].any()


def test_what_is_seen_is_what_is_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segmenter: Segmenter
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with Image.open(Path(__file__).parents[1] / "examples" / "street-style.jpg") as photo:
        photo.convert("RGB").resize((256, 232)).save(tmp_path / "street.png")
    photo = EditedPhoto(segmenter, str(tmp_path / "street.png"))
    before = photo.full()
    strokes = read_edits(
        [
            {"tool": "erase", "points": [0.3, 0.5, 0.35, 0.7], "radius": 0.03, "threshold": 0.5},
            {"tool": "only", "points": [0.75, 0.6], "radius": 0.03, "threshold": 0.5},
            {"tool": "keep", "points": [0.1, 0.2, 0.2, 0.2], "radius": 0.03, "threshold": 0.4},
        ]
    )
    for count in (3, 1, 2, 3, 0):
        seen = photo.correct(strokes[:count], Options())
        np.testing.assert_array_equal(seen.probability, photo.full().probability)
        np.testing.assert_array_equal(seen.levels, photo.corrected(Options()).levels)
        assert np.any(seen.levels != before.levels) == (count > 0)
    assert photo.pixels_to_correct == 256 * 232
