import re

import numpy as np
import pytest
from PIL import Image

from training.data.labels import (
    ignore_bystanders,
    label_boxes,
    label_whole,
    look_into_boxes,
    read_boxes,
    to_slices,
)
from training.data.photos import IGNORE, read_photos
from training.relabel import label_unlabelled, parse_arguments, relabel


def test_sure_people_elsewhere_are_ignored_and_the_labelled_one_is_not():
    labels = np.zeros((100, 100), np.uint8)
    labels[20:80, 10:30] = 255
    probability = np.zeros((100, 100), np.float32)
    probability[20:80, 8:32] = 0.9  # the labelled person, a little too wide
    probability[30:70, 60:80] = 0.9  # a bystander
    probability[5:15, 50:60] = 0.6  # perhaps one, perhaps not
    probability[95:97, 90:92] = 0.9  # a speck
    result = ignore_bystanders(probability, labels)
    assert (result[labels == 255] == 255).all()
    assert (result[30:70, 60:80] == IGNORE).all()
    assert not (result[:, :50] == IGNORE).any()
    assert not (result[:20] == IGNORE).any()
    assert not (result[90:] == IGNORE).any()


def test_boxes_hold_what_is_sure_and_nothing_is_outside():
    probability = np.zeros((10, 20), np.float32)
    probability[2:6, 2:6] = 0.95
    probability[6, 2:6] = 0.5
    probability[2:6, 15:18] = 0.95  # outside every box
    labels = label_boxes(probability, [(0.1, 0.2, 0.3, 0.8), (0.5, 0.0, 0.6, 1.0)])
    expected = np.zeros((10, 20), np.uint8)
    expected[2:6, 2:6] = 255
    expected[6, 2:6] = IGNORE
    expected[:, 10:12] = IGNORE  # nobody found in the second box
    np.testing.assert_array_equal(labels, expected)


def test_each_box_is_looked_at_by_itself_with_a_margin():
    seen = []

    def look(part):
        seen.append(part.shape[:2])
        return part[..., 0] / np.float32(255)

    image = np.zeros((100, 200, 3), np.uint8)
    image[10:40, 20:60] = 255
    probability = look_into_boxes(look, image, [(0.1, 0.2, 0.2, 0.5), (0.15, 0.0, 1.0, 1.0)])
    assert seen == [(10 + 30 + 10, 10 + 20 + 10), (100, 30 + 170)]
    expected = np.zeros((100, 200), np.float32)
    expected[20:40, 20:40] = 1.0
    expected[10:40, 30:60] = 1.0
    np.testing.assert_array_equal(probability, expected)


def test_where_boxes_overlap_the_mean_of_what_was_seen_counts():
    answers = iter([0.2, 0.8])
    probability = look_into_boxes(
        lambda part: np.full(part.shape[:2], next(answers), np.float32),
        np.zeros((10, 10, 3), np.uint8),
        [(0.0, 0.0, 0.6, 1.0), (0.4, 0.0, 1.0, 1.0)],
    )
    np.testing.assert_allclose(probability[5, [0, 5, 9]], [0.2, 0.5, 0.8])


@pytest.mark.parametrize(
    ("box", "slices"),
    [
        ((0.25, 0.1, 0.5, 0.2), (slice(1, 2), slice(5, 10))),
        ((-0.1, -0.1, 1.1, 1.1), (slice(0, 10), slice(0, 20))),
        ((1.0, 1.0, 1.0, 1.0), (slice(9, 10), slice(19, 20))),
    ],
)
def test_a_box_is_at_least_one_pixel_of_the_photo(box, slices):
    assert to_slices(box, height=10, width=20) == slices


def test_boxes_are_read_as_corners(tmp_path):
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.5 1.0\n0 0.25 0.5 0.5 0.5\n\n")
    assert read_boxes(tmp_path / "a.txt") == [(0.25, 0.0, 0.75, 1.0), (0.0, 0.25, 0.5, 0.75)]


def test_network_and_teacher_are_believed_as_far_as_they_agree():
    teacher = np.array([[1.0, 1.0, 0.0, 0.0, 0.9]], np.float32)
    network = np.array([[1.0, 0.0, 1.0, 0.5, 0.0]], np.float32)
    assert label_whole(network, teacher).tolist() == [[255, 255, IGNORE, 0, IGNORE]]


def test_the_result_is_data_to_train_on(tmp_path, segmenter, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    (data / "unlabelled" / "boxes").mkdir(parents=True)
    for name in ("a", "b", "c", "more/a"):
        (data / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (64, 48), "white").save(data / f"{name}.png")
        Image.new("L", (64, 48)).save(data / f"{name}-mask.png")
    for name in ("c", "d", "e"):
        Image.new("RGB", (64, 48), "white").save(data / f"{name}.png")
    (data / "unlabelled" / "boxes" / "c.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (data / "unlabelled" / "teacher").mkdir()
    Image.new("L", (16, 12)).save(data / "unlabelled" / "teacher" / "d.png")
    (data / "manifest.csv").write_text(
        "split,source,image,mask\n"
        "train,street,a.png,a-mask.png\nval,street,b.png,b-mask.png\nunlabelled,boxes,c.png,\n"
        "unlabelled,people,d.png,\nunlabelled,people,e.png,\n"
        "train,street,more/a.png,more/a-mask.png\n"
    )
    weights = segmenter.weights.path
    arguments = ["--data", data, "--out", out, "--bystanders", "street", "--weights", weights]
    options = parse_arguments([str(argument) for argument in arguments])
    (data / "more" / "a-mask.png").rename(data / "moved.png")
    with pytest.raises(SystemExit, match=r"missing: 1, such as .*a-mask\.png$"):
        relabel(options)
    assert not out.exists()
    (data / "moved.png").rename(data / "more" / "a-mask.png")
    relabel(options)
    with pytest.raises(SystemExit, match=r"manifest\.csv exists already: choose another --out"):
        relabel(options)
    train, val = read_photos(out, "train"), read_photos(out, "val")
    assert [photo.image.name for photo in train] == ["a.png", "c.png", "d.png", "a.png"]
    assert [photo.mask.parent.name for photo in train] == ["masks"] * 4
    assert len({photo.mask for photo in train}) == 4
    assert [photo.mask.name for photo in val] == ["b-mask.png"]
    assert all(photo.mask.exists() for photo in train + val)
    said = "1 photos are damaged or have neither boxes nor a teacher's map"
    assert said in capsys.readouterr().out


def test_an_interrupted_call_goes_on_and_a_damaged_photo_does_not_end_it(
    tmp_path, segmenter, capsys, monkeypatch
):
    data, out = tmp_path / "data", tmp_path / "out"
    (data / "unlabelled" / "teacher").mkdir(parents=True)
    rows = ["split,source,image,mask"]
    for name in "abc":
        Image.new("RGB", (64, 48), "white").save(data / f"{name}.png")
        Image.new("L", (16, 12)).save(data / "unlabelled" / "teacher" / f"{name}.png")
        rows.append(f"unlabelled,people,{name}.png,")
    (data / "b.png").write_bytes((data / "b.png").read_bytes()[:60])
    (data / "manifest.csv").write_text("\n".join(rows))
    arguments = ["--data", data, "--out", out, "--weights", segmenter.weights.path]
    options = parse_arguments([*map(str, arguments), "--resume"])
    looked_at = []

    def interrupted_at_c(look, photo, folder):
        looked_at.append(photo.stem)
        if looked_at == ["a", "b", "c"]:
            raise KeyboardInterrupt
        return label_unlabelled(look, photo, folder)

    monkeypatch.setattr("training.relabel.label_unlabelled", interrupted_at_c)
    with pytest.raises(KeyboardInterrupt):
        relabel(options)
    relabel(options)
    assert looked_at == ["a", "b", "c", "b", "c"]
    assert [photo.image.name for photo in read_photos(out, "train")] == ["a.png", "c.png"]
    assert [photo.mask.name for photo in read_photos(out, "train")] == ["0-a.png", "2-c.png"]
    assert re.search(r"^b\.png is damaged", capsys.readouterr().out)
