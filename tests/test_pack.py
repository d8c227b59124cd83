"""Packs: what is trained on after a photo went through one is what was there before."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from training import pack
from training.data.cache import decode_photo
from training.data.packs import encode, teaching_order, unpack
from training.data.photos import IGNORE, Photo, read_photos


@pytest.fixture
def data(tmp_path):
    """Two validation photos, four to train on and one without labels but pseudo-labels."""
    folder = tmp_path / "data"
    labels = tmp_path / "labels"
    labels.mkdir()
    rows = ["split,source,image,mask"]
    splits = ["val"] * 2 + ["train"] * 4 + ["unlabelled"]
    for i, split in enumerate(splits):
        source = {"val": "a", "unlabelled": "c"}.get(split, "ab"[i % 2])
        image = np.full((48, 96, 3), 30 * i, np.uint8)
        mask = np.zeros((48, 96), np.uint8)
        mask[8:30, 10 + i : 60] = 255
        mask[30:40, 5:50] = IGNORE
        folder.mkdir(exist_ok=True)
        Image.fromarray(image).save(folder / f"{i}.png")
        Image.fromarray(mask).save((labels if split == "unlabelled" else folder) / f"{i}.m.png")
        rows.append(f"{split},{source},{i}.png,{i}.m.png")
    (labels / "6.m.png").rename(labels / "6.png")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder


def make(data, *more):
    return pack.pack(
        pack.parse_arguments(["--data", str(data), "--out", str(data.parent / "packs"), *more])
    )


def test_photos_are_the_same_after_packing(data, tmp_path):
    labels = tmp_path / "labels"
    packs = make(data, "--pseudo-labels", str(labels), "--megabytes", "0.004")
    assert len(packs) > 1
    assert all(path.stat().st_size <= 4000 for path in packs)
    unpacked = unpack(tmp_path / "packs", tmp_path / "cache")
    assert unpack(tmp_path / "packs", tmp_path / "cache") == unpacked
    for split in ("val", "train"):
        before = read_photos(data, split, pseudo_labels=labels)
        after = {photo.image.stem: photo for photo in read_photos(unpacked, split)}
        assert {p.image.stem: p.source for p in before} == {n: p.source for n, p in after.items()}
        for photo in before:
            one, two = (decode_photo(p, 96) for p in (photo, after[photo.image.stem]))
            np.testing.assert_array_equal(one[..., 3], two[..., 3])
            assert np.abs(one.astype(int) - two)[..., :3].max() <= 6


def test_photos_are_reduced_and_the_first_packs_are_a_data_set(data, tmp_path):
    packs = make(data, "--size", "48", "--megabytes", "0.004", "--source-weight", "b=3")
    for path in packs[1:]:
        path.unlink()
    unpacked = unpack(tmp_path / "packs", tmp_path / "cache")
    val, train = (read_photos(unpacked, split) for split in ("val", "train"))
    assert [photo.image.stem for photo in val] == ["0", "1"]
    assert {photo.source for photo in train} == {"b"}
    assert decode_photo(train[0], 512).shape == (24, 48, 4)


def test_photos_of_one_name_do_not_replace_each_other(tmp_path):
    data, rows = tmp_path / "data", ["split,source,image,mask"]
    for i, (split, folder) in enumerate([("val", "a"), ("train", "b"), ("train", "c")]):
        (data / folder).mkdir(parents=True)
        mask = np.zeros((8, 8), np.uint8)
        mask[:, : 2 * i + 2] = 255
        Image.fromarray(mask).save(data / folder / "mask.png")
        Image.new("RGB", (8, 8), (100 * i,) * 3).save(data / folder / "1.png")
        rows.append(f"{split},coco,{folder}/1.png,{folder}/mask.png")
    (data / "manifest.csv").write_text("\n".join(rows) + "\n")
    make(data)
    unpacked = unpack(tmp_path / "packs", tmp_path / "cache")
    for split, expected in (("val", [(0, 2)]), ("train", [(100, 4), (200, 6)])):
        arrays = [decode_photo(photo, 8) for photo in read_photos(unpacked, split)]
        found = [(int(a[0, 0, 0]), np.count_nonzero(a[0, :, 3])) for a in arrays]
        assert found == expected


def test_small_photos_in_the_same_format_are_not_encoded_again(data, tmp_path):
    photo = read_photos(data, "train")[0]
    with Image.open(photo.image) as image:
        image.save(tmp_path / "p.avif")
    small = Photo("a", tmp_path / "p.avif", photo.mask)
    packed = encode(small, 96, 50)
    assert (packed.photo, packed.mask) == (small.image.read_bytes(), small.mask.read_bytes())
    assert encode(small, 95, 50).photo != packed.photo


def test_what_is_drawn_most_comes_first():
    paths = [Path(f"{i}.png") for i in range(4)]
    photos = [Photo(source, path, path) for source, path in zip("aaab", paths, strict=True)]
    order = teaching_order(photos, {"a": 6.0})
    assert [photo.source for photo in order] == ["a", "a", "a", "b"]
    order = teaching_order(photos, {"a": 2.0})
    assert [photo.source for photo in order] == ["b", "a", "a", "a"]


def test_packs_are_not_written_over_nor_made_of_nothing(data, tmp_path):
    make(data)
    with ZipFile(tmp_path / "packs" / "pack-00.zip") as archive:
        assert archive.testzip() is None
    with pytest.raises(SystemExit, match="packs already"):
        make(data)
    (data / "manifest.csv").write_text("split,source,image,mask\n")
    with pytest.raises(SystemExit, match="There are no photos in"):
        pack.pack(pack.parse_arguments(["--data", str(data), "--out", str(tmp_path / "others")]))
