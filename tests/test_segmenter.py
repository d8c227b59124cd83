"""From any photo to a result of its own size."""

import copy
import io
import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from humanseg import ImageError, OptionError, Segmentation, Segmenter, WeightsError
from humanseg.engines.hysteresis import DOUBTED
from humanseg.engines.windows import MOST, windows
from tests.conftest import EXAMPLES


class LeftHalf:
    """Stands for the network: the left half of what it is given is a person."""

    name = "test"

    def __init__(self):
        self.shapes = []

    def __call__(self, images):
        self.shapes.append(images.shape)
        probability = np.zeros(images.shape[:3], np.float32)
        probability[:, :, : images.shape[2] // 2] = 0.9
        return probability


@pytest.mark.parametrize(
    ("image_wh", "input_wh", "smaller_wh"),
    [
        ((1, 1), (96, 96), (64, 64)),
        ((2, 1), (96, 64), (64, 32)),
        ((640, 480), (96, 96), (64, 64)),
        ((1920, 1080), (96, 64), (64, 64)),
        ((4000, 3), (96, 32), (64, 32)),
        ((3, 4000), (32, 96), (32, 64)),
    ],
)
def test_the_result_has_the_size_of_the_photo(image_wh, input_wh, smaller_wh):
    engine = LeftHalf()
    width, height = image_wh
    result = Segmenter(engine, 96)(np.full((height, width, 3), 90, np.uint8), detail="fast")
    assert engine.shapes == [(1, *wh[::-1], 3) for wh in (input_wh, smaller_wh)]
    assert result.image.shape == (height, width, 3)
    assert result.probability.shape == (height, width)
    assert result.probability.dtype == np.float32
    assert 0 <= result.probability.min() <= result.probability.max() <= 1


def test_padding_is_cut_off():
    photo = np.full((480, 640, 3), 90, np.uint8)
    probability = Segmenter(LeftHalf(), 64).run_network(photo)
    assert probability.shape == (48, 64)


def test_fast_is_the_mean_of_the_photo_and_its_smaller_mirror_image():
    photo = np.full((480, 640, 3), 90, np.uint8)
    probability = Segmenter(LeftHalf(), 96).run_network(photo, "fast")
    # The mirror image's left half is the photo's right half; in the middle both are unsharp.
    np.testing.assert_allclose(np.delete(probability, [47, 48], axis=1), 0.45, atol=1e-6)


@pytest.mark.parametrize(("share", "looks", "found"), [(1.0, 3, 2 / 3), (0.02, 2, DOUBTED)])
def test_where_looks_disagree_on_much_of_the_photo_a_smaller_one_decides(share, looks, found):
    sizes = []

    def engine(images):  # sees somebody at the top and the left, but not in the mirror image
        sizes.append(images.shape[2])
        probability = np.zeros(images.shape[:3], np.float32)
        edge = int(images.shape[1] * share)
        probability[:, :edge] = probability[:, :, :edge] = len(sizes) != 2
        return probability

    photo = np.full((180, 180, 3), 90, np.uint8)
    probability = Segmenter(engine, 180 // 32 * 32).run_network(photo)
    assert sizes == [160, 96, 96][:looks]
    assert probability[0, 0] == pytest.approx(found)


@pytest.mark.parametrize(
    ("image_wh", "input_whs"),
    [
        ((640, 480), [(128, 96), (96, 96), (64, 64)]),
        ((100, 50), [(96, 64), (64, 32)]),
    ],
)
def test_fine_looks_at_photo_and_mirror_image_but_enlarges_no_small_photo(image_wh, input_whs):
    engine = LeftHalf()
    width, height = image_wh
    probability = Segmenter(engine, 96).run_network(
        np.full((height, width, 3), 90, np.uint8), "fine"
    )
    assert engine.shapes == [(1, *wh[::-1], 3) for wh in input_whs for _ in range(2)]
    assert probability.shape[1] == input_whs[0][0]
    np.testing.assert_allclose(probability, 0.45, atol=1e-6)


@pytest.mark.parametrize("detail", ["auto", "fast", "fine"])
def test_each_look_is_brought_back_to_where_the_photo_is(detail):
    def bright(images):
        return images[..., 0].astype(np.float32) / 255

    photo = np.zeros((300, 400, 3), np.uint8)
    photo[:200, :100] = 255
    result = Segmenter(bright, 96)(photo, detail=detail)
    expected = photo[..., 0] / 255
    away = np.ones((300, 400), bool)
    away[160:240, :140] = away[:240, 60:140] = False  # of the edge
    np.testing.assert_allclose(result.probability[away], expected[away], atol=2e-3)


class BrightPixels:
    """Stands for the network: what is bright is a person."""

    name = "test"

    def __init__(self):
        self.shapes = []

    def __call__(self, images):
        self.shapes.append(images.shape[1:3])
        return images[..., 0].astype(np.float32) / 255


def photo_of_person(image_hw, rows, columns):
    photo = np.zeros((*image_hw, 3), np.uint8)
    photo[rows, columns] = 255
    return photo


@pytest.mark.parametrize(
    ("rows", "columns", "shapes", "scale"),
    [
        (slice(40, 200), slice(100, 300), [(96, 96), (64, 64)], 1),  # large
        (slice(40, 60), slice(100, 300), [(96, 96), (64, 64), (64, 64)], 1),  # slender
        (slice(0, 0), slice(0, 0), [(96, 96), (64, 64)], 1),  # nobody
        (slice(40, 100), slice(100, 160), [(96, 96), (64, 64), (96, 96)], 2),  # small
        (slice(80, 200), np.arange(400) % 80 < 40, [(96, 96), (64, 64), (96, 128)], 4 / 3),  # all
    ],
)
def test_auto_looks_once_more_at_small_and_slender_people(rows, columns, shapes, scale):
    engine = BrightPixels()
    photo = photo_of_person((300, 400), rows, columns)
    probability = Segmenter(engine, 96).run_network(photo)
    assert engine.shapes == shapes
    assert probability.shape == (72 * scale, 96 * scale)


def test_auto_looks_at_no_mere_suspicion_enlarged():
    engine = BrightPixels()
    photo = photo_of_person((300, 400), slice(40, 100), slice(100, 160)) // 255 * np.uint8(120)
    Segmenter(engine, 96).run_network(photo)
    assert engine.shapes == [(96, 96), (64, 64)]


def test_the_enlarged_look_is_brought_back_to_where_people_are():
    photo = photo_of_person((300, 400), slice(240, 300), slice(350, 400))
    segmenter = Segmenter(BrightPixels(), 96)
    mask, rough = (segmenter(photo, detail=d, refine=False).mask() for d in ("auto", "fast"))
    person = photo[..., 0] > 0
    assert (mask ^ person).sum() < (rough ^ person).sum() < 0.1 * person.sum()
    assert segmenter.run_network(photo).max() == 1.0


def test_the_mean_of_three_looks_at_slender_people_is_where_the_photo_is():
    seen = iter([1.0, 0.9, 0.8])

    def engine(images):
        return images[..., 0].astype(np.float32) / 255 * next(seen)

    photo = photo_of_person((96, 72), slice(10, 80), slice(20, 40))
    probability = Segmenter(engine, 96).run_network(photo)
    np.testing.assert_allclose(probability[30:60, 24:36], 0.9, atol=1e-3)
    assert probability[:, 50:].max() == 0


@pytest.mark.parametrize("is_wide", [True, False])
def test_auto_looks_at_a_long_photo_in_windows(is_wide):
    photo = photo_of_person((500, 8000), slice(100, 400), slice(6000, 6150))
    photo = photo if is_wide else photo.transpose(1, 0, 2)
    engine = BrightPixels()
    segmenter = Segmenter(engine, 448)
    result = segmenter(photo)
    person = photo[..., 0] > 0
    mask = result.mask()
    assert (mask & person).sum() / (mask | person).sum() > 0.95
    whole = segmenter.run_network(np.zeros((1000, 1500, 3), np.uint8), "fast")
    assert whole.shape == (299, 448)
    *windows, first, mirrored = engine.shapes
    cost = sum(map(np.prod, windows)) / (np.prod(first) + np.prod(mirrored))
    assert 1 < cost <= 4.2  # and a little, as sizes are multiples of 32


@pytest.mark.parametrize("image_hw", [(2, 1), (1, 2), (1, 4000), (3, 100), (40, 81)])
def test_long_photos_of_any_size_are_looked_at(image_hw):
    photo = np.full((*image_hw, 3), 255, np.uint8)
    np.testing.assert_allclose(Segmenter(BrightPixels(), 64)(photo).probability, 1.0)


def test_a_line_of_any_length_is_looked_at_in_a_bounded_number_of_windows():
    for long in (1000, 65_535, 1_000_000, 89_000_000):
        starts, length = windows(long, 1)
        assert 200 < len(starts) <= MOST
        assert (starts[0], starts[-1] + length) == (0, long)
        assert max(np.diff(starts)) < length
    engine = BrightPixels()
    line = np.full((1, 200_000, 3), 255, np.uint8)
    np.testing.assert_allclose(Segmenter(engine, 64).run_network(line), 1.0)
    assert len(engine.shapes) <= MOST


def test_unrefined_edges_are_interpolated():
    photo = np.zeros((2, 8, 3), np.uint8)
    output = np.array([[1.0, 0.0]], np.float32)
    result = Segmentation.from_network(photo, output, refine=False)
    row = [1.0, 1.0, 0.875, 0.625, 0.375, 0.125, 0.0, 0.0]
    np.testing.assert_allclose(result.probability, [row, row])


def test_every_source_gives_the_same(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    file = io.BytesIO()
    image.save(file, "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(file.getvalue())
    segmenter = Segmenter(LeftHalf(), 64)
    for source in (pixels, image, file.getvalue(), path, str(path)):
        result = segmenter(source)
        np.testing.assert_array_equal(result.image, pixels)
        np.testing.assert_array_equal(result.probability, segmenter(pixels).probability)


def test_errors():
    with pytest.raises(ImageError, match="not a picture"):
        Segmenter(LeftHalf())(b"hello")
    with pytest.raises(WeightsError):
        Segmenter.from_pretrained("no-such-file.keras")
    with pytest.raises(OptionError, match=r"'auto' or 'fast' or 'fine'. Received: 'best'"):
        Segmenter(LeftHalf())(np.zeros((1, 1, 3), np.uint8), detail="best")


def test_the_real_network_takes_any_aspect_ratio(segmenter):
    rng = np.random.default_rng(0)
    for height, width in [(1, 1), (3, 4000), (700, 100), (90, 300), (333, 333)]:
        photo = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        assert segmenter(photo).probability.shape == (height, width)
    assert segmenter.input_size == segmenter.weights.input_size


def test_many_photos_come_back_in_order_and_none_stops_the_others(tmp_path):
    photos = [np.full((8, 8 * (i + 1), 3), 255, np.uint8) for i in range(5)]
    segmenter = Segmenter(lambda images: images[..., 0] / np.float32(255), 32)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    results = list(segmenter.map([*photos[:3], broken, *photos[3:]], progress=True))
    assert [type(result).__name__ for result in results] == [
        *["Segmentation"] * 3,
        "ImageError",
        *["Segmentation"] * 2,
    ]
    assert [r.image.shape[1] for r in results if isinstance(r, Segmentation)] == [8, 16, 24, 32, 40]
    with pytest.raises(OptionError, match="detail must be"):  # no fault of a photo's
        next(segmenter.map(photos, detail="best"))


@pytest.mark.parametrize(
    "photo", ["one.jpg", Path("one.jpg"), b"\xff\xd8", Image.new("L", (2, 2)), np.ones((4, 5, 3))]
)
def test_a_single_photo_is_not_many(photo):
    with pytest.raises(OptionError, match=r"map takes many photos.* Received: \w+$"):
        next(Segmenter(LeftHalf()).map(photo))
    stack = np.zeros((2, 4, 5, 3), np.uint8)
    assert len(list(Segmenter(LeftHalf(), 32).map(stack))) == 2


def test_the_older_name_of_refine_is_still_accepted():
    photo = np.zeros((64, 64, 3), np.uint8)
    photo[:, 30:] = 255
    segmenter = Segmenter(lambda images: images[..., 0] / np.float32(255), 32)
    with pytest.warns(DeprecationWarning, match="refine now"):
        old = segmenter(photo, refined=False)
    new = segmenter(photo, refine=False)
    np.testing.assert_array_equal(old.probability, new.probability)


def test_transparent_parts_of_a_photo_stay_transparent(segmenter):
    with Image.open(EXAMPLES / "woman-with-braids.jpg") as image:
        photo = image.convert("RGB")
    photo.thumbnail((400, 400))
    y, x = (int(values.mean()) for values in np.nonzero(segmenter(photo).mask()))
    photo.putalpha(255)
    photo.paste((0, 0, 0, 0), (x - 12, y - 12, x + 12, y + 12))
    result = segmenter(photo)
    assert not result.mask()[y, x]
    assert result.cutout()[y, x].tolist() == [0, 0, 0, 0]
    assert result.cutout()[y + 20, x, 3] > 200


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_copy_loads_its_weights_anew(segmenter, duplicate):
    photo = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        other = duplicate(segmenter)
        assert cv2.getNumThreads() == 1  # the program's to say
    finally:
        cv2.setNumThreads(threads)
    assert other.weights == segmenter.weights
    assert other.engine is not segmenter.engine
    np.testing.assert_array_equal(other(photo).probability, segmenter(photo).probability)


def test_a_copy_with_an_engine_of_ones_own():
    other = pickle.loads(pickle.dumps(Segmenter(LeftHalf(), 96)))
    assert (type(other.engine), other.input_size) == (LeftHalf, 96)


def test_a_copy_looks_in_the_same_size(segmenter):
    mine = Segmenter(segmenter.engine, 640, segmenter.weights)
    assert pickle.loads(pickle.dumps(mine)).input_size == 640
