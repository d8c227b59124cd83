"""The parts of the demo that need no server."""

import asyncio
import csv
import io
import tracemalloc
from dataclasses import replace
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from humanseg import ImageError, OptionError, Segmentation, Segmenter
from humanseg.demo import charts, curves
from humanseg.demo.about import about
from humanseg.demo.arguments import MISTAKE
from humanseg.demo.batch import segment_files
from humanseg.demo.files import encode_csv
from humanseg.demo.option_inputs import hex_color, read_options
from humanseg.demo.options import Options
from humanseg.demo.photo import PREVIEW_SIDE, Photo, picture_name, shrink
from humanseg.demo.single import SingleTab
from humanseg.photos.images import load_image
from tests.conftest import EXAMPLES

RED = np.full((1, 4, 3), (255, 0, 0), np.uint8)
PROBABILITY = np.array([[0.0, 0.25, 0.75, 1.0]], np.float32)
RESULT = Segmentation(RED, PROBABILITY)


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The upload folder, since only files in it are opened."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


def test_curves_of_a_known_map() -> None:
    measured = curves.measure(PROBABILITY, np.array([[False, False, True, True]]))
    assert measured.at(0.5) == {
        "area": 0.5,
        "iou": 1.0,
        "dice": 1.0,
        "precision": 1.0,
        "recall": 1.0,
    }
    assert measured.at(0.2)["precision"] == pytest.approx(2 / 3)
    assert measured.at(0.9)["recall"] == 0.5
    assert measured.best == 0.5


def test_of_equal_thresholds_the_best_is_nearest_to_one_half() -> None:
    iou = np.where(np.isin(curves.THRESHOLDS, [0.1, 0.4, 0.7]), 1.0, 0.0)
    assert curves.best_threshold(iou.tolist()) == 0.4


def test_ground_truth_must_be_as_large_as_the_photo(uploads: Path) -> None:
    path = uploads / "truth.png"
    Image.fromarray(np.array([[0, 127, 128, 255]], np.uint8)).save(path)
    assert curves.load_truth(str(path), 4, 1).tolist() == [[False, False, True, True]]
    with pytest.raises(ImageError, match=r"5 x 1 pixels\. Received: 4 x 1"):
        curves.load_truth(str(path), 5, 1)


PERSON = np.zeros((4, 6), bool)
PERSON[1:3, 2:5] = True
CUTOUT = np.dstack([np.full((4, 6, 3), 90, np.uint8), PERSON * np.uint8(255)])
MASKS = {
    "white on black": PERSON * np.uint8(255),
    "a cut-out of someone in dark clothes": CUTOUT,
    "white on transparent": np.repeat(PERSON[..., None] * np.uint8(255), 4, axis=2),
    "black on transparent": np.dstack([np.zeros((4, 6, 3), np.uint8), PERSON * np.uint8(255)]),
    "white whose opacity is the mask": np.dstack(
        [np.full((4, 6, 3), 255, np.uint8), PERSON * np.uint8(255)]
    ),
    "white on black, transparent in a corner": np.dstack(
        [*[PERSON * np.uint8(255)] * 3, np.where(np.arange(24).reshape(4, 6) > 0, 255, 0)]
    ).astype(np.uint8),
}


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_true_masks_as_people_make_them(uploads: Path, mask: np.ndarray) -> None:
    path = uploads / "truth.png"
    Image.fromarray(mask).save(path)
    np.testing.assert_array_equal(curves.load_truth(str(path), 6, 4), PERSON)


def test_a_mask_of_ones_is_refused(uploads: Path) -> None:
    path = uploads / "truth.png"
    Image.fromarray(PERSON.astype(np.uint8)).save(path)
    with pytest.raises(ImageError, match=r"must be white, 255, .* lightest value is 1$"):
        curves.load_truth(str(path), 6, 4)


@pytest.mark.parametrize("name", ["=1+2", "@SUM(A1)", "+cmd", "-2+3", "\t=1", "\uff1d1+2"])
def test_no_cell_of_a_table_is_computed(name: str) -> None:
    rows = list(
        csv.reader(io.StringIO(encode_csv([{"file": name, "width": -3}]).decode("utf-8-sig")))
    )
    assert rows == [["file", "width"], [f"'{name}", "-3"]]


def test_whatever_happens_to_one_file_the_others_are_done(
    segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Segmenter, image: np.ndarray, detail: str = "fast") -> np.ndarray:
        if image.shape[:2] == shape:
            raise RuntimeError("a bug")
        return run_network(self, image, detail)

    run_network = Segmenter.run_network
    paths = [str(EXAMPLES / name) for name in ("astronaut.png", "skateboarder.jpg")]
    shape = load_image(paths[0]).shape[:2]
    monkeypatch.setattr(Segmenter, "run_network", fail)
    rows = segment_files(segmenter, paths, Options()).rows
    assert [row["error"] for row in rows] == [MISTAKE, ""]


def test_previews_keep_what_is_transparent(segmenter: Segmenter, uploads: Path) -> None:
    with Image.open(EXAMPLES / "woman-with-braids.jpg") as image:
        photo = image.convert("RGB").resize((1500, 1000))
    photo.putalpha(255)
    photo.paste((0, 0, 0, 0), (0, 0, 1500, 500))
    photo.save(uploads / "a.png")
    alpha = Photo(segmenter, str(uploads / "a.png")).preview().alpha()
    assert alpha.shape == (640, 960)
    assert alpha[:310].max() == 0 < alpha[330:].max()


@pytest.mark.parametrize(
    ("options", "picture", "expected"),
    [
        (Options(), "Mask", [[0, 0, 255, 255]]),
        (Options(threshold=0.2), "Mask", [[0, 255, 255, 255]]),
        (Options(background="#00ff00"), "Cut-out", [[[0, 255, 0]] * 2 + [[255, 0, 0]] * 2]),
        (
            Options(background=np.full((1, 1, 3), (0, 0, 255), np.uint8)),
            "Cut-out",
            [[[0, 0, 255]] * 2 + [[255, 0, 0]] * 2],
        ),
    ],
)
def test_options_draw(options: Options, picture: str, expected: list[object]) -> None:
    assert options.draw(options.clean(RESULT), picture).tolist() == expected


def test_largest_only_drops_the_other_person() -> None:
    two = Segmentation(np.zeros((1, 7, 3), np.uint8), np.array([[1, 0, 0, 0, 1, 1, 1]], np.float32))
    options = Options(largest_only=True)
    assert options.clean(two).mask().tolist() == [[False] * 4 + [True] * 3]


@pytest.mark.parametrize(
    "option",
    [
        {"threshold": "0.4"},
        {"threshold": None},
        {"overlay_opacity": 1.5},
        {"trim": 0.05},
        {"detail": "best"},
        {"overlay_style": "dots"},
        {"overlay_color": "bleu"},
        {"overlay_color": None},
        {"background": ""},
        {"background": None},
    ],
)
def test_options_are_checked(option: dict[str, object]) -> None:
    with pytest.raises(OptionError, match="Received: "):
        Options(**option)


def test_inputs_of_the_page_become_options() -> None:
    switches = ["Edges follow the photo", "Trim the downloaded cut-out"]
    pictures = ("Tint", "#010203", 0.3, "Colour", "#0a0b0c", None)
    assert read_options(0.4, "Fine", switches, *pictures) == Options(
        threshold=0.4,
        detail="fine",
        overlay_color="#010203",
        overlay_opacity=0.3,
        background="#0a0b0c",
        trim=True,
    )
    options = read_options(
        0.4, "Fast", ["Drop specks, fill holes", "Largest person only"], *pictures
    )
    assert (options.detail, options.refine, options.trim) == ("fast", False, False)
    assert (options.clean_up, options.largest_only) == (True, True)


@pytest.mark.parametrize(
    ("picked", "expected"), [("#0a0b0c", "#0a0b0c"), ("rgba(26.4, 42, 255, 1)", "#1a2aff")]
)
def test_picked_colour_becomes_hexadecimal(picked: str, expected: str) -> None:
    assert hex_color(picked) == expected


def test_preview_is_bounded_and_small_photos_are_left_alone() -> None:
    assert shrink(np.zeros((10, 2000, 3), np.uint8)).shape == (5, PREVIEW_SIDE, 3)
    small = np.zeros((10, 20), np.float32)
    assert shrink(small) is small


def test_the_network_runs_once_for_each_detail(uploads: Path) -> None:
    sizes = []

    def engine(images: np.ndarray) -> np.ndarray:
        sizes.append(images.shape[2])
        return np.full(images.shape[:3], 0.5, np.float32)

    path = uploads / "red.png"
    Image.new("RGB", (90, 20), "red").save(path)
    photo = Photo(Segmenter(engine, 64), str(path))
    assert (photo.name, photo.wh) == ("red", (90, 20))
    photo.full()
    fast = list(sizes)
    for options in (Options(threshold=0.1), Options(refine=False), Options()):
        photo.full(options)
    assert sizes == fast == [64, 32]
    photo.preview(Options(detail="fine"))
    fine = list(sizes)
    for options in (Options(), Options(detail="fine")):
        photo.preview(options)
    assert sizes == fine != fast


def test_photos_of_many_visitors_are_not_kept_in_memory(uploads: Path) -> None:
    path = uploads / "wide.png"
    Image.new("RGB", (4000, 2000), "red").save(path)
    engine = lambda images: np.zeros(images.shape[:3], np.float32)  # noqa: E731
    tracemalloc.start()
    photo = Photo(Segmenter(engine, 64), str(path))
    full = photo.full()
    photo.preview()
    assert Path(photo.original).name == "wide.jpg"
    assert picture_name(photo.name, "Cut-out") == "wide-cutout.png"
    full_bytes = full.image.nbytes
    assert full_bytes == 2000 * 4000 * 3
    del full
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak > full_bytes
    assert kept < full_bytes / 4


def test_pictures_to_look_at_are_drawn_for_visitors_alone(segmenter: Segmenter) -> None:
    photo = str(EXAMPLES / "skateboarder.jpg")
    assert segment_files(segmenter, [photo], Options()).previews == []
    batch = segment_files(segmenter, [photo], Options(), with_previews=True)
    assert [name for _, name in batch.previews] == ["skateboarder"]


def test_a_forgotten_photo_is_said_to_be(segmenter: Segmenter) -> None:
    with gr.Blocks():
        tab = SingleTab(segmenter)
    event = gr.EventData(None, {})
    with pytest.raises(ImageError, match="no longer kept"):
        tab.save(None, event)
    updates = [tab.look(None, event), tab.set_behind(None, event)]
    updates.append(asyncio.run(tab.correct(None, Options(), event)))
    for update in updates:
        assert "no longer kept" in update[tab.message]
    assert updates[-1][tab.viewer]["corrected"]["levels"] is None


def test_only_downloaded_cutouts_are_trimmed() -> None:
    wide = Segmentation(np.zeros((1, 50, 3), np.uint8), np.zeros((1, 50), np.float32))
    wide.probability[0, 20:30] = 1.0
    options = Options(trim=True)
    assert options.draw(wide, "Cut-out").shape == (1, 50, 4)
    assert options.draw_for_download(wide, "Cut-out").shape == (1, 10, 4)
    assert options.draw_for_download(wide, "Mask").shape == (1, 50)


def test_heat_map_goes_from_dark_to_yellow() -> None:
    low, high = charts.heat_map(np.array([[0, 1]], np.float32))[0].tolist()
    assert low == [68, 1, 84]
    assert high == [253, 231, 37]


def test_error_map_marks_missed_and_false() -> None:
    errors = charts.error_map(
        np.zeros((1, 3, 3), np.uint8),
        np.array([[True, False, True]]),
        np.array([[True, True, False]]),
    )
    assert errors.tolist() == [[[64] * 3, list(charts.MISSED_COLOR), list(charts.FALSE_COLOR)]]


def test_chart_escapes_names_and_marks_thresholds() -> None:
    chart = charts.curve_chart("a < b", [0.0, 1.0], {"<i>": [0.0, 1.0]}, 0.25, best=0.75)
    assert "<i>" not in chart
    assert ">0.25</text>" in chart
    assert ">best 0.75</text>" in chart
    assert 'points="44.0,230.0 468.0,34.0"' in chart


@pytest.mark.parametrize("mentions_weights", [True, False])
def test_about_shows_scores_and_the_licence_of_these_weights(
    mentions_weights: bool, segmenter: Segmenter, tmp_path: Path
) -> None:
    weights = segmenter.weights
    assert weights is not None
    said = weights.sha256 if mentions_weights else "of another model"
    (tmp_path / "README.md").write_text(f"---\nlicense: apache-2.0\n---\n{said}\n")
    weights = replace(
        weights,
        path=tmp_path / "humanseg.keras",
        name="<me>/m",
        scores={"selfies & co": {"iou": 0.9712}, "nobody": {"clean": 0.5}},
    )
    text = about(weights)
    assert "&lt;me&gt;/m" in text
    assert ("apache-2.0" in text) == mentions_weights
    assert '<th scope="col">Mean IoU</th>' in text
    assert '<th scope="row">selfies &amp; co</th><td>0.971</td><td>-</td><td>-</td>' in text
    assert weights.sha256[:12] in text
