"""Samples made on the device, with JAX: the same kind as `augment` makes."""

import jax
import numpy as np
import pytest
from jax import random
from PIL import Image

from training.data.batches import TrainingBatches
from training.data.cache import PhotoCache
from training.data.classes import PERSON as PERSON_CLASS
from training.data.classes import UNSURE, TeacherClasses
from training.data.device_augment import make_batch, paste, views
from training.data.device_photos import load_photos
from training.data.device_pixels import INNER, RIM, level_starts
from training.data.on_device import batches_on_device
from training.data.photos import IGNORE, Photo

SIDE = 32
PERSON = slice(8, 24), slice(6, 18)


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    """One photo with a white person before black, one without, one that does not count."""
    folder = tmp_path_factory.mktemp("device")
    photos = []
    for source in ("person", "nobody", "doubtful"):
        image = np.zeros((24, 32, 3), np.uint8)
        mask = np.zeros((24, 32), np.uint8)
        if source == "person":
            image[PERSON], mask[PERSON] = 255, 255
        if source == "doubtful":
            mask[:] = IGNORE
        paths = [folder / f"{source}.{kind}.png" for kind in ("image", "mask")]
        for array, path in zip((image, mask), paths, strict=True):
            Image.fromarray(array).save(path)
        photos.append(Photo(source, *paths))
    return TrainingBatches(
        photos,
        PhotoCache(folder),
        size=32,
        batch_size=16,
        source_weights={"person": 2.0},
        paste_sources={"person"},
        paste_probability=0.5,
        zoom=(1.0, 2.0),
        seed=3,
    )


@pytest.fixture(scope="module")
def photos(batches):
    return load_photos(batches, SIDE)


@pytest.fixture(scope="module")
def seen(batches, tmp_path_factory):
    """The same photos, with a 12 where "nobody" is, left half, and a 7 in the right one."""
    path = tmp_path_factory.mktemp("classes") / "classes.npz"
    grid = np.array([[12, 7]], np.uint8).repeat(2, 0)
    np.savez(path, stems=np.array(["nobody.image"]), classes=grid[None])
    return load_photos(batches, SIDE, TeacherClasses(path))


def test_photos_lie_on_the_device_in_three_sizes(batches, photos):
    pixels = np.asarray(photos.pixels).view(np.uint8).reshape(3, -1, 4)
    starts = level_starts(SIDE)
    assert starts == [0, 1024, 1280, 1344]
    whole = pixels[0, : starts[1]].reshape(SIDE, SIDE, 4)
    unsure = UNSURE << 2
    assert (whole[9:23, 7:17] == [255, 255, 255, INNER | unsure]).all()
    assert whole[8, 6].tolist() == [255, 255, 255, RIM | unsure]
    assert not whole[24:].any()
    half = pixels[0, starts[1] : starts[2]].reshape(16, 16, 4)
    assert (half[5:11, 4:8] == [255, 255, 255, INNER | unsure]).all()
    assert half[:, 10:, :3].max() == 0
    np.testing.assert_allclose(photos.chance, [0.5, 0.75, 1.0])
    assert not list(batches.cache.folder.glob("*.pixels"))
    assert np.asarray(photos.boxes[0]).tolist() == [6, 8, 18, 24]
    assert np.asarray(photos.people).tolist() == [0]


def test_views_keep_image_and_mask_together(photos):
    made = views(random.key(0), photos, SIDE, 64, 32, (1.0, 2.0))
    image, target, weight, classes = map(np.asarray, made)
    assert image.shape == (64, 32, 32, 3)
    people = target.max((1, 2)) > 0.99
    assert 20 <= people.sum() <= 44
    assert (image[target > 0.99] > 250).all()
    doubtful = (weight == 0).any((1, 2))
    assert 8 <= doubtful.sum() <= 24
    assert not (doubtful & people).any()
    assert classes.shape == (64, 2, 2)
    assert (classes == UNSURE).all()


def test_classes_follow_the_view_and_the_person_pasted_on_it(seen):
    chances = jax.numpy.array([0.0, 1.0, 1.0])
    nobody = seen._replace(chance=chances)
    _, _, _, classes = views(random.key(0), nobody, SIDE, 64, 32, (1.0, 1.0))
    classes = np.asarray(classes)
    assert set(np.unique(classes)) == {7, 12, UNSURE}
    inside = classes[(classes != UNSURE).all((1, 2))]
    assert len(inside) >= 10
    left, right = inside[..., 0], inside[..., 1]
    assert ((left != right).all(1)).mean() > 0.5  # the photo or its mirror image
    scene = np.full((16, 32, 32, 3), 30, np.float32)
    empty = np.zeros((16, 32, 32), np.float32)
    sevens = np.full((16, 2, 2), 7, np.uint32)
    _, target, _, after = map(
        np.asarray, paste(random.key(1), nobody, SIDE, scene, empty, empty, sevens)
    )
    people = target[:, 8::16, 8::16] > 0.5
    assert 0 < people.sum() < people.size
    np.testing.assert_array_equal(after, np.where(people, PERSON_CLASS, 7))


def test_a_person_is_pasted_where_one_is_marked(photos):
    scene = np.full((32, 32, 32, 3), 30, np.float32)
    nobody, doubt = np.zeros((32, 32, 32), np.float32), np.zeros((32, 32, 32), np.float32)
    unsure = np.full((32, 2, 2), UNSURE, np.uint32)
    image, target, weight, _ = map(
        np.asarray, paste(random.key(1), photos, SIDE, scene, nobody, doubt, unsure)
    )
    assert (image[target == 0] == 30).all()
    assert (image[target > 0.99] > 35).all()
    assert (weight == (target > 0.5)).all()
    assert (target.max((1, 2)) > 0.9).sum() >= 24


def test_batches_depend_on_seed_and_step_alone(batches, photos):
    options = {"side": SIDE, "batch_size": 16, "size": 32, "zoom": (1.0, 2.0)}
    made = [make_batch(photos, 3, step, paste_probability=0.5, **options) for step in (4, 5, 4)]
    one, other, again = jax.device_get(made)
    for first, third in zip(one, again, strict=True):
        np.testing.assert_array_equal(first, third)
    assert all((first != second).any() for first, second in zip(one[:2], other[:2], strict=True))
    assert [array.shape for array in one] == [(16, 32, 32, 3), (16, 32, 32, 2), (16, 2, 2)]
    assert {array.dtype.name for array in one} == {"uint8"}
    assert set(np.unique(one[1][..., 1])) <= {0, 255}


def test_another_backend_is_told_what_to_set(batches):
    with pytest.raises(SystemExit, match="set KERAS_BACKEND=jax"):
        next(batches_on_device(batches, 0))
