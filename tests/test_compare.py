from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from humanseg.benchmark import peers
from humanseg.checkpoints.config import hash_file
from humanseg.masks.metrics import Counts
from training.compare import load_peers, markdown_table, parse_arguments, save_figure
from training.data.photos import Photo
from training.scoring.baselines import centre_ellipse, everybody, nobody
from training.scoring.scores import (
    PhotoScore,
    score_map,
    summarize,
    summarize_by_size,
    summarize_by_source,
)

IMAGE = np.full((50, 40, 3), 128, np.uint8)
PHOTO = Photo("b", Path("b.jpg"), Path("b.png"))


def score(source: str, counts: Counts) -> PhotoScore:
    return PhotoScore(Photo(source, None, None), counts, boundary_iou=0.5, error=0.1)


@pytest.mark.parametrize(
    ("baseline", "share"), [(nobody, 0.0), (everybody, 1.0), (centre_ellipse, np.pi * 0.25 * 0.4)]
)
def test_baselines_mark_what_they_say(baseline, share):
    assert baseline(IMAGE).shape == (50, 40)
    assert baseline(IMAGE).mean() == pytest.approx(share, abs=0.02)


def test_ignored_pixels_count_nowhere():
    labels = np.array([[255, 127], [0, 0]], np.uint8)
    probability = np.array([[0.8, 0.9], [0.1, 0.6]], np.float32)
    result = score_map(probability, labels, PHOTO)
    assert result.counts == Counts(tp=1, fp=1, fn=0, tn=1)
    assert result.error == pytest.approx((0.2 + 0.1 + 0.6) / 3)


@pytest.mark.parametrize("shape", [(2, 2), (1, 3)])
def test_a_mask_of_another_size_names_its_photo(shape):
    with pytest.raises(ValueError, match=rf"{PHOTO.image.name} \(2, 3\), mask"):
        score_map(np.zeros((2, 3), np.float32), np.zeros(shape, np.uint8), PHOTO)


def test_a_photo_of_which_all_is_ignored_does_not_count():
    ignored = score_map(np.ones((2, 2), np.float32), np.full((2, 2), 127, np.uint8), PHOTO)
    counted = score("a", Counts(tp=1, fp=1, fn=0, tn=2))
    assert summarize_by_source([ignored, counted]) == summarize_by_source([counted])


def test_summary_counts_photos_with_and_without_people_apart():
    scores = [
        score("a", Counts(tp=1, fp=1, fn=0, tn=2)),
        score("a", Counts(tp=3, fp=0, fn=0, tn=1)),
        score("a", Counts(tp=0, fp=0, fn=0, tn=4)),
        score("a", Counts(tp=0, fp=1, fn=0, tn=3)),
    ]
    assert summarize(scores) == {
        "photos": 4,
        "iou": 0.75,
        "boundary_iou": 0.5,
        "dataset_iou": 0.6667,
        "miou": round((4 / 6 + 10 / 12) / 2, 4),
        "accuracy": 0.875,
        "error": 0.1,
        "clean": 0.5,
        "false_share": 0.125,
    }


def test_summary_by_the_size_of_people():
    scores = [
        score("a", Counts(tp=1, fp=0, fn=0, tn=99)),
        score("a", Counts(tp=1, fp=1, fn=1, tn=97)),
        score("a", Counts(tp=30, fp=0, fn=70, tn=0)),
        score("a", Counts(tp=0, fp=0, fn=0, tn=9)),
    ]
    summaries = summarize_by_size(scores)
    assert {name: summary["iou"] for name, summary in summaries.items()} == {
        "under 2%": 1.0,
        "2 to 5%": 0.3333,
        "15% and more": 0.3,
    }


def test_table_has_a_row_for_each_method_and_a_column_for_each_source():
    scores = [
        score("a", Counts(1, 1, 0, 2)),
        score("both", Counts(1, 0, 0, 3)),
        score("both", Counts(0, 1, 0, 3)),
        score("none", Counts(0, 0, 0, 4)),
    ]
    summaries = summarize_by_source(scores)
    summaries["all"]["ms"] = 12.3
    assert markdown_table({"ours": summaries}) == (
        "| | a | both | both: clean | none: clean | ms |\n"
        "|---|---:|---:|---:|---:|---:|\n"
        "| ours | 0.500 / 0.500 | 1.000 / 0.500 | 0% | 100% | 12 |"
    )


@pytest.mark.parametrize("option", ["--deeplab", "--isnet"])
@pytest.mark.parametrize(
    ("content", "received"),
    [
        (None, "no file"),
        (b"abc", "ba7816bf8f01cfea"),
    ],
)
def test_a_peer_of_another_content_is_refused(option, content, received, tmp_path):
    path = tmp_path / "network"
    if content:
        path.write_bytes(content)
    options = parse_arguments(["--data", "d", option, str(path)])
    with pytest.raises(SystemExit, match=rf"must be the file of https://github.com.*{received}"):
        load_peers(options)


def test_no_peer_is_scored_that_was_not_asked_for():
    assert load_peers(parse_arguments(["--data", "d"])) == {}


def test_deeplab_marks_class_15_of_the_photo_and_not_of_its_border(tmp_path, monkeypatch):
    """A stand-in for the network: it sees a person wherever a pixel is red."""

    class Interpreter:
        def __init__(self, model_content, num_threads):
            assert model_content == b"network"

        def allocate_tensors(self):
            pass

        def get_input_details(self):
            return [{"index": 0}]

        get_output_details = get_input_details

        def set_tensor(self, index, pixels):
            assert (pixels.dtype, pixels.shape) == (np.uint8, (1, 513, 513, 3))
            assert (pixels[0, 257:] == 128).all()
            self.pixels = pixels

        def invoke(self):
            self.classes = np.where(self.pixels[..., 0] > 127, 15, 8).astype(np.int64)

        def get_tensor(self, index):
            return self.classes

    (tmp_path / "network").write_bytes(b"network")
    monkeypatch.setattr(peers, "Interpreter", Interpreter)
    monkeypatch.setattr(peers, "DEEPLAB_SHA256", hash_file(tmp_path / "network"))
    image = np.zeros((20, 40, 3), np.uint8)
    image[:, :10, 0] = 255
    probability = peers.load_deeplab(tmp_path / "network", 1).segment(image)
    np.testing.assert_array_equal(probability >= 0.5, image[..., 0] == 255)


def test_figure_has_a_column_for_each_photo(tmp_path):
    Image.fromarray(IMAGE).save(tmp_path / "a.png")
    methods = {"nobody": nobody, "everybody": everybody}
    save_figure(methods, [tmp_path / "a.png"] * 2, tmp_path / "figure.png", height=100)
    with Image.open(tmp_path / "figure.png") as figure:
        assert figure.size == (2 * (80 + 6), 3 * (100 + 6))
