"""What a teacher sees, taught beside the mask."""

import numpy as np
import pytest
from PIL import Image

from humanseg.errors import WeightsError
from humanseg.network.model import build_model
from tests.test_model import SMALL
from training.classes import GRID, believe, between, load_teacher, note_classes
from training.classes import parse_arguments as parse_classes
from training.data.classes import CLASSES, UNSURE, TeacherClasses
from training.learning.losses import ClassLoss
from training.learning.options import parse_arguments
from training.learning.run import run
from training.learning.trainee import CLASS_HEAD, make_trainee


def test_a_class_is_believed_from_half_of_all_probability():
    scores = np.log(np.array([[[0.7, 0.2, 0.1], [0.4, 0.3, 0.3], [0.1, 0.1, 0.8]]], np.float32))
    assert believe(scores).tolist() == [[0, UNSURE, 2]]


def test_scores_are_interpolated_in_the_part_that_shows_the_photo():
    weights = between(33, 0.5)
    assert weights.shape == (GRID, 33)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-6)
    places = weights @ np.arange(33, dtype=np.float32)
    assert places[0] == 0
    np.testing.assert_allclose(places[-1], 33 / 2 - 0.5 - 33 / 4 / GRID, rtol=1e-5)
    np.testing.assert_allclose(np.diff(places[2:]), 33 / 2 / GRID, rtol=1e-4)


def test_classes_go_by_the_name_of_the_photo(tmp_path):
    grid = np.arange(4, dtype=np.uint8).reshape(1, 2, 2)
    np.savez(tmp_path / "classes.npz", stems=np.array(["a"]), classes=grid)
    classes = TeacherClasses(tmp_path / "classes.npz")
    assert classes.of(tmp_path / "a.avif").tolist() == [[0, 1], [2, 3]]
    assert classes.of(tmp_path / "b.avif").tolist() == [[UNSURE]]


def test_classes_of_photos_that_are_called_the_same_are_taken_for_neither(tmp_path):
    grids = np.arange(3, dtype=np.uint8).reshape(3, 1, 1)
    np.savez(tmp_path / "classes.npz", stems=np.array(["1", "2", "1"]), classes=grids)
    classes = TeacherClasses(tmp_path / "classes.npz")
    assert classes.of(tmp_path / "coco" / "1.jpg").tolist() == [[UNSURE]]
    assert classes.of(tmp_path / "2.jpg").tolist() == [[1]]


def test_loss_is_the_mean_over_what_the_teacher_is_sure_of():
    logits = np.zeros((1, 2, 2, CLASSES), np.float32)
    logits[0, 0, 0, 5] = 100
    classes = np.array([[[5, 3], [UNSURE, UNSURE]]], np.uint8)
    loss = float(ClassLoss()(classes, logits))
    assert loss == pytest.approx(np.log(CLASSES) / 3, rel=1e-5)  # one is added to the count
    assert float(ClassLoss()(np.full((1, 2, 2), UNSURE), logits)) == 0


def test_head_is_trained_beside_the_network_and_is_none_of_its_weights():
    plain = build_model(SMALL)
    model = make_trainee(plain, with_classes=True)
    mask, logits = model(np.zeros((1, 64, 96, 3), np.float32))
    assert mask.shape == (1, 64, 96, 1)
    assert logits.shape == (1, 4, 6, CLASSES)
    own = [weight for weight in model.weights if not weight.path.startswith(CLASS_HEAD)]
    assert len(model.weights) == len(own) + 2
    for ours, theirs in zip(own, plain.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_classes_are_noted_where_they_are_asked_for(tmp_path, monkeypatch):
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (8, 8)).save(tmp_path / folder / "a.png")
    sure = np.eye(CLASSES, dtype=np.float32)[[[5]]] * 9
    monkeypatch.setattr("training.classes.load_teacher", lambda path: lambda image: sure)
    arguments = ["--deeplab", "x", "--val-share", "0", "--out", str(tmp_path / "noted")]
    note_classes(parse_classes(["--data", str(tmp_path), *arguments]))
    assert TeacherClasses(tmp_path / "noted").of(tmp_path / "a.png").tolist() == [[5]]


def test_another_teacher_is_refused(tmp_path):
    path = tmp_path / "teacher.tflite"
    path.write_bytes(b"another network")
    options = parse_classes(["--data", "x", "--deeplab", str(path), "--out", str(tmp_path / "c")])
    with pytest.raises(WeightsError, match=r"must be the file of .*deeplab.* Received: [0-9a-f]+"):
        load_teacher(options.deeplab)


def test_classes_are_taught_where_they_are_drawn_along(tmp_path):
    options = parse_arguments(
        ["--data", str(tmp_path), "--run", str(tmp_path / "run"), "--classes", "classes.npz"]
    )
    with pytest.raises(SystemExit, match="--classes needs --augment device"):
        run(options)
    assert not (tmp_path / "run").exists()
