"""The parts of the demo that need no server."""

import asyncio
import csv
import io
import tracemalloc
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from humanseg import ImageError, OptionError, Segmentation, Segmenter
from humanseg.demo import charts, curves
from humanseg.demo.about import about
from humanseg.demo.arguments import MISTAKE
from humanseg.demo.batch import CANCELLED, segment_files
from humanseg.demo.batch_words import summary
from humanseg.demo.examples import EXAMPLES as EXAMPLE_PHOTOS
from humanseg.demo.files import encode_csv
from humanseg.demo.gallery import GalleryTab
from humanseg.demo.option_inputs import hex_color, read_options, viewer_settings
from humanseg.demo.options import Options
from humanseg.demo.photo import Photo, picture_name
from humanseg.demo.single import SingleTab
from humanseg.demo.slides import SlideView
from humanseg.demo.viewer import read_settings
from humanseg.photos.images import load_image
from humanseg.results import KINDS
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
    measured = curves.measure(PROBABILITY, np.ma.MaskedArray([[False, False, True, True]]))
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
    unsaid = curves.measure(
        PROBABILITY,
        np.ma.MaskedArray([[False, False, True, True]], [[False, True, False, False]]),
    )
    assert (unsaid.at(0.2)["precision"], unsaid.at(0.2)["area"]) == (1.0, 0.75)


def test_of_equal_thresholds_the_best_is_nearest_to_one_half() -> None:
    iou = np.where(np.isin(curves.THRESHOLDS, [0.1, 0.4, 0.7]), 1.0, 0.0)
    assert curves.best_threshold(iou.tolist()) == 0.4


def test_ground_truth_must_be_as_large_as_the_photo(uploads: Path) -> None:
    path = uploads / "truth.png"
    Image.fromarray(np.array([[0, 127, 128, 255]], np.uint8)).save(path)
    truth = curves.load_truth(str(path), 4, 1)
    assert truth.tolist() == [[False, None, True, True]]
    assert curves.draw_truth(truth).tolist() == [[0, 127, 255, 255]]
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
    truth = curves.load_truth(str(path), 6, 4)
    assert truth.dtype == bool
    assert not np.ma.is_masked(truth)
    np.testing.assert_array_equal(truth, PERSON)


@pytest.mark.parametrize("photo", [example.file for example in EXAMPLE_PHOTOS])
def test_a_photo_is_no_true_mask_but_its_mask_is_as_any_file(
    photo: str, uploads: Path, segmenter: Segmenter
) -> None:
    result = segmenter(EXAMPLES / photo)
    height, width = result.probability.shape
    with pytest.raises(ImageError, match=r"black and white, .* looks like a photo\. Received: .*%"):
        curves.load_truth(EXAMPLES / photo, width, height)
    truth = result.picture("alpha", 0.5) if result.mask().any() else np.zeros((height, width), "u1")
    for name in ("mask.png", "mask.jpg"):  # soft at its edges, and with an encoder's noise
        Image.fromarray(truth).save(uploads / name, quality=60)
        read = curves.load_truth(uploads / name, width, height)
        assert np.mean(np.asarray(read) != (truth > 127)) < 0.005


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
    def fail(self: Segmenter, image: np.ndarray, detail: str = "auto") -> np.ndarray:
        if image.shape[:2] == shape:
            raise RuntimeError("a bug")
        return run_network(self, image, detail)

    run_network = Segmenter.run_network
    paths = [str(EXAMPLES / name) for name in ("astronaut.png", "skateboarder.jpg")]
    shape = load_image(paths[0]).shape[:2]
    monkeypatch.setattr(Segmenter, "run_network", fail)
    *_, done = segment_files(segmenter, paths, Options())
    assert [row["error"] for row in done.rows] == [MISTAKE, ""]


def test_of_a_photo_all_is_in_the_zip_or_nothing(
    segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(result: Segmentation, options: object) -> bytes:
        if result.image.shape[0] == height:
            raise ImageError("This cannot be made.")
        return b"{}"

    paths = [str(EXAMPLES / name) for name in ("astronaut.png", "skateboarder.jpg")]
    height = load_image(paths[0]).shape[0]
    monkeypatch.setitem(KINDS, "regions", fail)
    *_, done = segment_files(segmenter, paths, Options(), ("alpha", "mask", "regions"))
    assert [row["error"] for row in done.rows] == ["This cannot be made.", ""]
    assert done.archive is not None
    with zipfile.ZipFile(done.archive) as packed:
        ends = ("alpha.png", "mask.png", "regions.json")
        assert packed.namelist() == [*(f"skateboarder-{end}" for end in ends), "results.csv"]


def test_a_batch_is_done_bit_by_bit_until_it_is_cancelled(segmenter: Segmenter) -> None:
    paths = [str(EXAMPLES / "skateboarder.jpg")] * 12
    cancelled = Event()
    bits = segment_files(segmenter, paths, Options(), ["mask"], is_cancelled=cancelled.is_set)
    assert [row["error"] for row in next(bits).rows] == [""]
    cancelled.set()
    *_, done = bits
    errors = [row["error"] for row in done.rows]
    made = errors.count("")
    assert 1 <= made < 12
    assert set(errors) == {"", CANCELLED}
    assert f"Cancelled: {made} of 12 photos done." in summary(done)
    assert done.archive is not None
    with zipfile.ZipFile(done.archive) as packed:
        assert len(packed.namelist()) == made + 1


@pytest.mark.parametrize("kinds", [[], ["poster"]])
def test_what_a_zip_cannot_hold_is_refused(segmenter: Segmenter, kinds: list[str]) -> None:
    with pytest.raises(OptionError, match=r"The ZIP holds .* Received: "):
        next(segment_files(segmenter, [str(EXAMPLES / "astronaut.png")], Options(), kinds))


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
    for background in ("Transparent", "Colour", "Blurred", "Picture"):
        behind = str(EXAMPLES / "canyon-view.jpg")
        values = ("Outline", "#010203", 0.3, background, "#0a0b0c", behind)
        options = read_options(0.4, "Fine", switches, *values)
        again = read_settings(viewer_settings(options, behind)).options
        assert repr(again) == repr(options)  # as pictures are not equal to each other
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


def test_the_network_runs_once_for_each_detail(uploads: Path) -> None:
    sizes = []

    def engine(images: np.ndarray) -> np.ndarray:
        sizes.append(images.shape[2])
        return np.full(images.shape[:3], 0.5, np.float32)

    path = uploads / "red.png"
    Image.new("RGB", (90, 60), "red").save(path)
    photo = Photo(Segmenter(engine, 64), str(path))
    assert (photo.name, photo.wh) == ("red", (90, 60))
    photo.full()
    first = list(sizes)
    for options in (Options(threshold=0.1), Options(refine=False), Options()):
        photo.full(options)
    assert sizes == first == [64, 32]
    photo.full(Options(detail="fine"))
    fine = list(sizes)
    for options in (Options(), Options(detail="fine")):
        photo.full(options)
    assert sizes == fine != first


def test_photos_of_many_visitors_are_not_kept_in_memory(uploads: Path) -> None:
    path = uploads / "wide.png"
    Image.new("RGB", (4000, 2000), "red").save(path)
    engine = lambda images: np.zeros(images.shape[:3], np.float32)  # noqa: E731
    tracemalloc.start()
    photo = Photo(Segmenter(engine, 64), str(path))
    full = photo.full()
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
    *_, done = segment_files(segmenter, [photo], Options())
    assert done.previews == [None]
    *_, done = segment_files(segmenter, [photo], Options(), with_previews=True)
    assert [Path(str(path)).name for path in done.previews] == ["skateboarder.jpg"]


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
    with gr.Blocks():
        view = SlideView(segmenter, "results", "Choose others.")
    for call in (view.save, partial(view.step, looked=Options())):
        with pytest.raises(ImageError, match="Choose others"):
            call(None, event=event)


def test_corrections_stay_with_a_photo_while_others_are_opened(
    segmenter: Segmenter, uploads: Path
) -> None:
    with gr.Blocks():
        tab = GalleryTab(segmenter)
    first, other = (gr.SelectData(None, {"index": n, "value": None}) for n in (1, 2))
    opened = tab.show_example(None, first)
    photo, shown = opened[tab.view.held], opened[tab.view.shown]
    plain = photo.full().levels
    stroke = {"tool": "erase", "points": [0.5, 0.4, 0.5, 0.5], "radius": 0.1, "threshold": 0.5}
    given = gr.EventData(None, {"photo": photo.key, "edits": [stroke], "turn": 7})
    answer = asyncio.run(tab.view.correct(photo, Options(), given))[tab.view.viewer]["corrected"]
    assert answer["levels"]
    assert answer["turn"] == 7
    corrected = photo.full().levels
    assert np.any(corrected != plain)
    opened = tab.view.step(shown, Options(), gr.EventData(None, {"to": 2}))
    assert opened[tab.view.viewer]["key"] != photo.key
    assert tab.show_example(shown, other)[tab.view.viewer]["key"] == opened[tab.view.viewer]["key"]
    again = tab.show_example(opened[tab.view.shown], first)
    assert again[tab.view.viewer]["key"] == photo.key
    np.testing.assert_array_equal(again[tab.view.held].full().levels, corrected)


def test_an_example_is_known_again_when_it_was_forgotten(
    segmenter: Segmenter, uploads: Path
) -> None:
    with gr.Blocks():
        tab = GalleryTab(segmenter)
    keys = [
        tab.show_example(None, gr.SelectData(None, {"index": n, "value": None}))[tab.view.viewer][
            "key"
        ]
        for n in (1, 1, 2)
    ]
    assert keys[0] == keys[1] != keys[2]


def test_only_downloaded_cutouts_are_trimmed() -> None:
    wide = Segmentation(np.zeros((1, 50, 3), np.uint8), np.zeros((1, 50), np.float32))
    wide.probability[0, 20:30] = 1.0
    options = Options(trim=True)
    assert options.draw(wide, "Cut-out").shape == (1, 50, 4)
    assert options.draw_for_download(wide, "Cut-out").shape == (1, 10, 4)
    assert options.draw_for_download(wide, "Mask").shape == (1, 50)


def test_chart_escapes_names_and_marks_the_best_threshold() -> None:
    chart = charts.curve_chart("a < b", [0.0, 1.0], {"<i>": [0.0, 1.0]}, best=0.75)
    assert "<i>" not in chart
    assert ">best 0.75</text>" in chart
    assert 'points="40.0,200.0 388.0,34.0"' in chart
    assert 'data-left="40" data-right="388"' in chart


@pytest.mark.parametrize("mentions_weights", [True, False])
def test_about_shows_scores_and_the_licence_of_these_weights(
    mentions_weights: bool, segmenter: Segmenter, tmp_path: Path
) -> None:
    weights = segmenter.weights
    assert weights is not None
    said = weights.sha256 if mentions_weights else "of another model"
    limits = "## Limits\n\n- **Hats** < `a.png`,\n  shoes.\n\n## Z\n"
    (tmp_path / "README.md").write_text(f"---\nlicense: apache-2.0\n---\n{said}\n{limits}")
    weights = replace(
        weights,
        path=tmp_path / "humanseg.keras",
        name="<me>/m",
        revision="0123",
        scores={"selfies & co": {"iou": 0.9712}, "ccp": {"clean": 0.5}},
    )
    text = about(weights)
    assert "&lt;me&gt;/m" in text
    assert ("apache-2.0" in text) == mentions_weights
    limit = "<li><strong>Hats</strong> &lt; <code>a.png</code>, shoes.</li>"
    assert (limit in text) == mentions_weights
    assert '<a href="https://huggingface.co/&lt;me&gt;/m">' in text
    assert '<th scope="row">Street fashion, whole bodies <small>(ccp)</small></th>' in text
    assert '<th scope="col">Mean IoU</th>' in text
    assert '<th scope="row">selfies &amp; co</th><td>0.971</td><td>-</td><td>-</td>' in text
    assert weights.sha256[:12] in text
