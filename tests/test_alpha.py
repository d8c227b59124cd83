"""Alpha scored on pictures whose matte is known."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from humanseg import Segmentation
from training import evaluate
from training.scoring import alpha
from training.scoring.mattes import (
    Matte,
    Picture,
    lay_before,
    make_pictures,
    read_mattes,
    read_scenes,
)


def write_manifest(folder: Path, rows: list[dict[str, object]]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two mattes, a cut-out, and a photo with and one without people."""
    for name, color, level in (("empty", 200, 0), ("person", 90, 255)):
        Image.new("RGB", (60, 40), (color,) * 3).save(tmp_path / f"{name}.png")
        Image.new("L", (60, 40), level).save(tmp_path / f"{name}-mask.png")
    rows = [
        {"split": "val", "source": "x", "image": f"{name}.png", "mask": f"{name}-mask.png"}
        for name in ("empty", "person")
    ]
    write_manifest(tmp_path, rows)
    kinds = {"photo01": "original", "doll02": "original", "singer03": "foreground"}
    write_manifest(
        tmp_path / "mattes",
        [{"image": f"{n}.webp", "colour": c, "hair": "A-"} for n, c in kinds.items()],
    )
    (tmp_path / "cutouts").mkdir()
    rows = [
        {"split": split, "kind": "head", "image": f"cutouts/{split}.webp"}
        for split in ("train", "val")
    ]
    write_manifest(tmp_path / "cutouts", rows)
    pixels = np.zeros((40, 60, 4), np.uint8)
    pixels[10:, 20:40] = (120, 80, 60, 255)
    pixels[8:10, 20:40] = (120, 80, 60, 128)
    for path in (*(f"mattes/{name}.webp" for name in kinds), "cutouts/val.webp"):
        Image.fromarray(pixels).save(tmp_path / path, lossless=True, exact=True)
    return tmp_path


def test_band_is_around_soft_and_boundary_pixels():
    truth = np.zeros((1, 200), np.float32)
    truth[0, 100:] = 1
    truth[0, 40] = 0.4
    truth[0, 20] = 0.01  # not worth a band
    (columns,) = np.nonzero(alpha.unknown_band(truth)[0])
    assert columns.tolist() == [*range(37, 44), *range(96, 104)]
    assert not alpha.unknown_band(np.ones((3, 5), np.float32)).any()


def test_gradient_of_a_ramp_is_its_slope():
    ramp = np.tile(np.arange(40, dtype=np.float32) / 40, (30, 1))
    inside = np.s_[6:-6, 6:-6]
    np.testing.assert_allclose(alpha.gradient_length(ramp)[inside], 1 / 40, rtol=2e-3)
    np.testing.assert_allclose(
        alpha.gradient_length(ramp.T.copy())[inside[::-1]], 1 / 40, rtol=2e-3
    )


def test_scores_of_a_right_and_of_a_shifted_answer():
    truth = np.zeros((100, 200), np.float32)
    truth[:, 100:] = 1
    image = np.full((100, 200, 3), 100, np.uint8)
    picture = Picture(Matte(Path("x"), "mattes", "x", "A", False), "x", image, truth, image)
    right = alpha.score_alpha(Segmentation(image, truth), picture)
    assert (right.error, right.sad, right.mse) == (0, 0, 0)
    assert right.gradient == pytest.approx(0, abs=1e-9)
    assert (right.pasted, right.iou, right.boundary_iou) == (0, 1, 1)
    # Two of the band's eight columns are wrong.
    shifted = alpha.score_alpha(Segmentation(image, np.roll(truth, 2, axis=1)), picture)
    assert shifted.error == 2 / 8
    assert shifted.sad == pytest.approx(0.2)
    assert shifted.mse == pytest.approx(250)
    assert shifted.pasted == pytest.approx((100 + 77 + 36) / 3 * 2 / 8)
    assert shifted.iou == 98 / 102  # and two columns came around
    assert shifted.gradient > 1


def test_person_takes_half_of_the_scenes_light():
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[1:] = (60, 60, 60, 255)
    scene = np.full((4, 4, 3), 160, np.uint8)
    picture = lay_before(Matte(Path("x"), "mattes", "x", "A", False), "x", rgba, scene)
    assert picture.person is not None
    assert picture.person[2, 2].tolist() == [85] * 3  # 60 * sqrt(2), the limit
    np.testing.assert_array_equal(picture.image[0], scene[0])
    np.testing.assert_array_equal(picture.image[1:], picture.person[1:])


def test_pictures_are_the_same_in_each_run(data: Path):
    scenes = read_scenes(data)
    assert [scene.name for scene in scenes] == ["empty.png"]
    found = read_mattes(data)
    assert [(m.kind, m.hair, m.original) for m in found] == [
        ("photo", "A", True),
        ("doll", "A", True),
        ("singer", "A", False),
        ("head", "", False),
    ]
    pictures = list(make_pictures(found, scenes))
    assert [p.name for p in pictures] == [
        *("photo01", "doll02"),
        *("singer03-0", "singer03-1", "val-0", "val-1"),
    ]
    assert pictures[0].person is None
    assert pictures[4].image.shape == (46, 90, 3)
    assert (pictures[4].alpha[-1, 35:55] == 1).all()
    for a, b in zip(pictures, make_pictures(found, scenes), strict=True):
        np.testing.assert_array_equal(a.image, b.image)


def test_people_without_a_scene_to_lay_them_before(data: Path):
    found = read_mattes(data)
    with pytest.raises(FileNotFoundError, match="photos that show nobody, and there are none"):
        next(make_pictures(found, []))
    originals = [matte for matte in found if matte.original]
    assert len(list(make_pictures(originals, []))) == 2


def test_scenes_are_of_the_share_that_is_kept_for_validation(tmp_path: Path):
    for folder, mode in (("images", "RGB"), ("masks", "L")):
        (tmp_path / folder).mkdir()
        for i in range(4):
            Image.new(mode, (8, 8)).save(tmp_path / folder / f"{i}.png")
    assert len(read_scenes(tmp_path, 1.0)) == 4
    assert read_scenes(tmp_path, 0.0) == []


def test_no_mattes(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"mattes/manifest\.csv"):
        read_mattes(tmp_path)


def test_a_missing_photo_is_told_before_any_is_scored(data: Path):
    (data / "person.png").unlink()
    options = evaluate.parse_arguments(["--data", str(data)])
    with pytest.raises(SystemExit, match=r"missing: 1, such as .*person\.png$"):
        evaluate.evaluate(options)


def test_evaluate_prints_a_row_for_each_group(data: Path, capsys: pytest.CaptureFixture[str]):
    summaries = evaluate.evaluate_alpha(evaluate.parse_arguments(["--data", str(data), "--alpha"]))
    assert {name: row["pictures"] for name, row in summaries.items()} == {
        "mattes": 3,
        "mattes, single strands (A)": 3,
        "mattes on their own photo": 1,
        "dolls": 1,
        "cutouts": 2,
    }
    assert "pasted" not in summaries["dolls"]
    assert capsys.readouterr().out.count("\n| ") == 5


def test_alpha_is_not_recorded(data: Path):
    with pytest.raises(SystemExit):
        evaluate.parse_arguments(["--data", str(data), "--alpha", "--record"])
