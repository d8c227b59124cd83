import numpy as np
from PIL import Image

from training.photos import IGNORE, read_photos
from training.relabel import ignore_bystanders, label_boxes, parse_arguments, read_boxes, relabel


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


def test_boxes_are_read_as_corners(tmp_path):
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.5 1.0\n0 0.25 0.5 0.5 0.5\n")
    assert read_boxes(tmp_path / "a.txt") == [(0.25, 0.0, 0.75, 1.0), (0.0, 0.25, 0.5, 0.75)]


def test_the_result_is_data_to_train_on(tmp_path, segmenter):
    data, out = tmp_path / "data", tmp_path / "out"
    (data / "unlabelled" / "boxes").mkdir(parents=True)
    for name in ("a", "b", "c"):
        Image.new("RGB", (64, 48), "white").save(data / f"{name}.png")
        Image.new("L", (64, 48)).save(data / f"{name}-mask.png")
    (data / "unlabelled" / "boxes" / "c.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (data / "manifest.csv").write_text(
        "split,source,image,mask\n"
        "train,street,a.png,a-mask.png\nval,street,b.png,b-mask.png\nunlabelled,boxes,c.png,\n"
    )
    weights = segmenter.weights.path
    arguments = ["--data", data, "--out", out, "--bystanders", "street", "--weights", weights]
    relabel(parse_arguments([str(argument) for argument in arguments]))
    train, val = read_photos(out, "train"), read_photos(out, "val")
    assert [photo.image.name for photo in train] == ["a.png", "c.png"]
    assert [photo.mask.parent.name for photo in train] == ["masks", "masks"]
    assert [photo.mask.name for photo in val] == ["b-mask.png"]
    assert all(photo.mask.exists() for photo in train + val)
