"""The training code, up to a whole tiny run with its resume and its evaluation."""

import csv
import pickle
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import cv2
import h5py
import keras
import numpy as np
import pytest
from PIL import Image

from humanseg.checkpoints.config import read_config, write_config
from humanseg.network.model import build_model
from tests.test_model import SMALL
from training import evaluate, remeasure, train
from training.data.augment import Sample, degrade, jitter_colour, paste_person, random_view
from training.data.batches import TrainingBatches
from training.data.cache import PhotoCache
from training.data.cutouts import list_cutouts
from training.data.photos import IGNORE, Photo, read_labels, read_photos, read_stems
from training.data.workers import batches_ahead
from training.learning import loop
from training.learning.losses import MaskLoss
from training.learning.lovasz import lovasz_loss
from training.learning.options import parse_arguments
from training.learning.samples import leave_out
from training.learning.schedule import learning_rate
from training.learning.start import freeze
from training.learning.strided_depthwise import DepthwiseConv2D
from training.learning.trainee import make_trainee


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Twelve photos of a bright disc on noise: a "person" that is quick to learn."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "images").mkdir()
    (folder / "masks").mkdir()
    rng = np.random.default_rng(0)
    for i in range(12):
        image = rng.integers(0, 80, (48, 64, 3), dtype=np.uint8)
        mask = np.zeros((48, 64), np.uint8)
        cv2.circle(mask, (20 + i, 24), 10 + i % 3, 255, -1)
        image[mask == 255] = (230, 180, 150)
        cv2.imwrite(str(folder / "images" / f"{i:02}.png"), image)
        cv2.imwrite(str(folder / "masks" / f"{i:02}.png"), mask)
    return folder


def make_batches(data, folder, **changes):
    options = {
        "size": 32,
        "batch_size": 2,
        "source_weights": {},
        "paste_sources": {data.name},
        "paste_probability": 0.5,
        "zoom": (1.0, 2.2),
        "seed": 0,
    }
    return TrainingBatches(read_photos(data, "train"), PhotoCache(folder), **(options | changes))


def test_folder_split_is_complete_and_stays_the_same(data):
    train_photos, val_photos = (read_photos(data, split, 0.3) for split in ("train", "val"))
    names = [photo.image.stem for photo in train_photos + val_photos]
    assert sorted(names) == [f"{i:02}" for i in range(12)]
    assert 0 < len(val_photos) < 12
    assert read_photos(data, "val", 0.3) == val_photos


def test_only_pictures_are_photos_and_masks(tmp_path):
    for name in ("images/a.jpg", "images/._a.jpg", "images/notes.txt", "masks/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for other in ("masks/a.json", "masks/._a.png", "masks/a.txt"):
        (tmp_path / other).touch()
    photo = Photo(tmp_path.name, tmp_path / "images/a.jpg", tmp_path / "masks/a.png")
    assert read_photos(tmp_path, "val", 1.0) == [photo]


def test_manifest_split(data):
    folder = data.parent / "with-manifest"
    folder.mkdir()
    with (folder / "manifest.csv").open("w") as file:
        file.write("split,source,image,mask\ntrain,a,1.jpg,1.png\nval,b,2.jpg,2.png\n")
    (photo,) = read_photos(folder, "val")
    assert (photo.source, photo.image, photo.mask) == ("b", folder / "2.jpg", folder / "2.png")


def test_a_manifest_of_a_spreadsheet_is_read_and_one_without_a_column_refused(tmp_path):
    rows = "split,source,image,mask\r\nval,b,2.jpg,2.png\r\nunlabelled,b,3.jpg\r\n"
    (tmp_path / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    assert read_photos(tmp_path, "val") == [Photo("b", tmp_path / "2.jpg", tmp_path / "2.png")]
    assert len(read_photos(tmp_path, "train", pseudo_labels=tmp_path)) == 1
    (tmp_path / "manifest.csv").write_text(rows.replace(",source", ""))
    with pytest.raises(ValueError, match=r"split, source, image, mask, .*\.csv without source$"):
        read_photos(tmp_path, "val")


def test_data_in_neither_form_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"manifest.csv, or with images/ and masks/"):
        read_photos(tmp_path, "train")


def test_masks_of_other_values_are_refused(tmp_path):
    Image.fromarray(np.array([[0, 1]], np.uint8)).save(tmp_path / "mask.png")
    with pytest.raises(ValueError, match=r"Received: mask\.png with \[1\]"):
        read_labels(tmp_path / "mask.png")


def test_cache_reduces_large_photos_and_is_read_again(data, tmp_path):
    photo = read_photos(data, "train")[0]
    cache = PhotoCache(tmp_path, max_side=32)
    array = cache.load(photo)
    assert array.shape == (24, 32, 4)
    assert set(np.unique(array[..., 3])) == {0, 255}
    assert len(list(tmp_path.glob("*.npy"))) == 1
    np.testing.assert_array_equal(cache.load(photo), array)


def test_of_a_mask_of_another_size_nothing_is_kept(data, tmp_path):
    photo = replace(read_photos(data, "train")[0], mask=tmp_path / "mask.png")
    Image.new("L", (48, 64)).save(photo.mask)
    with pytest.raises(ValueError, match=r"as large as its photo.* \(48, 64\), mask"):
        PhotoCache(tmp_path / "cache").load(photo)
    assert list((tmp_path / "cache").iterdir()) == []


def test_view_keeps_image_and_mask_together():
    rng = np.random.default_rng(3)
    photo = np.zeros((60, 80, 4), np.uint8)
    photo[20:50, 30:60] = 255
    for _ in range(20):
        sample = random_view(rng, photo, 64, (1.0, 2.2))
        # Where borders are filled with a colour the target is 0: compare inside only.
        person = sample.target > 252
        assert (sample.image[person] > 240).all()
        assert sample.image.shape == (64, 64, 3)


def test_view_gives_ignored_pixels_no_weight():
    photo = np.zeros((64, 64, 4), np.uint8)
    photo[..., 3] = IGNORE
    sample = random_view(np.random.default_rng(0), photo, 32, (1.0, 2.2))
    assert sample.weight[16, 16] == 0
    assert sample.target.max() == 0


def test_paste_adds_a_person_where_it_marks_one():
    photo = np.zeros((40, 40, 4), np.uint8)
    photo[10:30, 10:30] = (250, 250, 250, 255)
    pasted = 0
    for seed in range(10):
        sample = Sample(
            np.full((64, 64, 3), 30, np.uint8),
            np.zeros((64, 64), np.uint8),
            np.full((64, 64), 255, np.uint8),
        )
        paste_person(np.random.default_rng(seed), sample, photo)
        untouched = sample.target == 0
        assert (sample.image[untouched] == 30).all()
        pasted += (sample.target > 230).any()
    assert pasted >= 8


def test_a_cutout_keeps_its_true_alpha_and_no_hidden_colour(tmp_path):
    rgba = np.full((40, 40, 4), (0, 255, 0, 0), np.uint8)  # green that nobody sees
    rgba[10:30, 10:30] = (250, 250, 250, 128)
    rgba[14:26, 14:26, 3] = 255
    (tmp_path / "people").mkdir()
    for name in ("one", "kept"):
        Image.fromarray(rgba).save(tmp_path / "people" / f"{name}.webp", lossless=True)
    rows = "split,image\ntrain,people/one.webp\nval,people/kept.webp\n"
    (tmp_path / "people" / "manifest.csv").write_text(rows)
    (path,) = list_cutouts(tmp_path / "people")
    photo = PhotoCache(tmp_path / "cache").load(Photo("people", path, path))
    assert photo[20, 9].tolist() == [250, 250, 250, 0]
    assert photo[20, [10, 20], 3].tolist() == [128, 255]
    sample = Sample(
        *(np.full((64, 64, *d), v, np.uint8) for d, v in (((3,), 0), ((), 0), ((), 255)))
    )
    for seed in range(5):
        paste_person(np.random.default_rng(seed), sample, photo, True)
    assert np.count_nonzero((sample.target > 100) & (sample.target < 140)) > 0
    assert sample.target.max() == 255
    assert (np.ptp(sample.image.astype(int), axis=2) < 60).all()


def test_about_half_of_those_pasted_are_cutouts(data, tmp_path):
    cutouts = [Photo("people", tmp_path / f"{i}.webp", tmp_path / f"{i}.webp") for i in range(3)]
    batches = make_batches(data, tmp_path, cutouts=cutouts)
    share = np.mean([person.is_cutout for person in batches.people])
    assert 0.4 < share < 0.6


def test_colours_change_but_shape_and_type_do_not():
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        changed = degrade(rng, jitter_colour(rng, image))
        assert changed.shape == image.shape
        assert changed.dtype == np.uint8
        assert (changed != image).any()


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_depend_on_seed_and_step_alone(data, tmp_path, workers):
    batches, again = make_batches(data, tmp_path), make_batches(data, tmp_path)
    with batches_ahead(again, 5, workers) as ahead:
        made = list(islice(ahead, 6))
    for step, (images, labels) in enumerate(made, start=5):
        np.testing.assert_array_equal(batches.batch(step)[0], images)
        np.testing.assert_array_equal(batches.batch(step)[1], labels)
    assert (made[0][0] != made[1][0]).any()


def test_a_worker_that_fails_says_why(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    batches = make_batches(tmp_path / "data", tmp_path, paste_sources={"data"})
    shutil.rmtree(tmp_path / "data")
    with batches_ahead(batches, 0, 1) as ahead, pytest.raises(FileNotFoundError):
        next(ahead)


KILLED = """
import os, pickle, signal, sys
from training.data.workers import batches_ahead
with batches_ahead(pickle.load(open(sys.argv[1], "rb")), 0, 2) as ahead:
    next(ahead)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_a_run_that_is_killed(data, tmp_path):
    (tmp_path / "batches").write_bytes(pickle.dumps(make_batches(data, tmp_path)))
    # The processes share this pipe: it is read to its end only once all of them have ended.
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "batches")],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


def test_loss_is_small_only_for_the_right_mask():
    target = np.zeros((1, 8, 8, 1), np.float32)
    target[:, 2:6, 2:6] = 1
    y_true = 255 * np.concatenate([target, np.ones_like(target)], -1)
    loss = MaskLoss()
    right, wrong = (float(loss(y_true, p)) for p in (target, 1 - target))
    assert right < 1e-3
    assert wrong > 2


def test_loss_leaves_out_ignored_pixels():
    target = np.zeros((1, 8, 8, 1), np.float32)
    weight = np.ones_like(target)
    weight[:, :4] = 0
    predicted = np.where(weight == 0, 0.9, 0.1).astype(np.float32)
    other = np.where(weight == 0, 0.2, 0.1).astype(np.float32)
    y_true = 255 * np.concatenate([target, weight], -1)
    assert float(MaskLoss()(y_true, predicted)) == float(MaskLoss()(y_true, other))


def test_loss_punishes_false_people_on_empty_photos():
    y_true = np.concatenate([np.zeros((1, 64, 64, 1)), np.full((1, 64, 64, 1), 255)], -1)
    predicted = np.full((1, 64, 64, 1), 1e-4, np.float32)
    quiet = float(MaskLoss()(y_true, predicted))
    predicted[:, :8, :8] = 0.9
    assert float(MaskLoss()(y_true, predicted)) > quiet + 0.5


@pytest.mark.parametrize(
    ("probability", "known", "expected"),
    [
        # Masks of 2 people pixels: none, one or both found, and with one pixel too many.
        ([0, 0, 0, 0], [1, 1, 1, 1], 1),
        ([1, 0, 0, 0], [1, 1, 1, 1], 1 / 2),
        ([1, 1, 0, 0], [1, 1, 1, 1], 0),
        ([1, 1, 1, 0], [1, 1, 1, 1], 1 / 3),
        ([0, 1, 1, 0], [1, 1, 1, 1], 2 / 3),
        ([0, 1, 1, 0], [1, 1, 0, 1], 1 / 2),
        # Between two masks: 0.75 of the way from nothing missing to one pixel missing.
        ([1, 0.25, 0, 0], [1, 1, 1, 1], 0.75 / 2),
    ],
)
def test_lovasz_loss_is_1_minus_iou(probability, known, expected):
    truth, known, probability = (
        np.array([values], np.float32) for values in ([1, 1, 0, 0], known, probability)
    )
    assert float(lovasz_loss(truth, known, probability)[0]) == pytest.approx(expected)
    assert float(lovasz_loss(0 * truth, known, probability)[0]) == 0


def test_lovasz_takes_the_place_of_dice_where_people_are():
    target = np.zeros((2, 8, 8, 1), np.float32)
    target[0, :4] = 1
    y_true = 255 * np.concatenate([target, np.ones_like(target)], -1)
    predicted = np.full_like(target, 0.3)
    plain, other = (MaskLoss(lovasz=share).call(y_true, predicted) for share in (0, 1))
    # Up to a level of 0.3 all is wrong, up to 0.7 what is missed: no IoU either way.
    lovasz = 0.7
    dice = 1 - (2 * 0.3 * 32 + 0.128) / (32 + 0.3 * 64 + 0.128)
    assert float(other[0] - plain[0]) == pytest.approx(lovasz - dice, abs=1e-3)
    assert float(other[1]) == float(plain[1])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_statistics_that_are_kept_stay_while_the_rest_is_trained(dtype):
    inputs = keras.Input((4, 4, 3))
    plain = keras.Model(inputs, keras.layers.BatchNormalization(name="norm")(inputs))
    plain.get_layer("norm").set_weights(np.array([[1, 2, 3], [0] * 3, [5] * 3, [4] * 3]))
    model = make_trainee(plain, dtype, keeps_statistics=True)
    images = np.random.default_rng(0).normal(5, 2, (2, 4, 4, 3)).astype(np.float32)
    np.testing.assert_allclose(model(images, training=True), plain(images), rtol=0.02, atol=0.05)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.train_on_batch(images, images)
    gamma, beta, mean, variance = model.get_layer("norm").get_weights()
    assert (mean == 5).all()
    assert (variance == 4).all()
    assert (gamma != [1, 2, 3]).all()
    assert (beta != 0).all()


def test_fused_normalization_computes_the_same():
    images = np.random.default_rng(0).normal(3, 2, (2, 4, 4, 3)).astype(np.float32)
    plain = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.BatchNormalization()])
    fused = make_trainee(plain)
    for training in (True, False):
        np.testing.assert_allclose(
            fused(images, training=training), plain(images, training=training), atol=1e-5
        )
    for ours, theirs in zip(fused.weights, plain.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6, err_msg=ours.path)


@pytest.mark.parametrize(("stride", "kernel"), [(1, 3), (2, 3), (2, 5)])
@pytest.mark.parametrize("shape", [(2, 12, 9, 4), (2, 11, 8, 4)])
def test_strided_depthwise_convolution_computes_the_same(stride, kernel, shape):
    images = np.random.default_rng(0).normal(0, 1, shape).astype(np.float32)
    plain = keras.layers.DepthwiseConv2D(kernel, strides=stride, use_bias=False)
    expected = plain(images)
    strided = DepthwiseConv2D.from_config(plain.get_config())
    strided.build(shape)
    strided.set_weights(plain.get_weights())
    np.testing.assert_allclose(strided(images), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("stride", "first"), [(2, "expanded_conv_depthwise_pad"), (4, "expanded_conv_1_depthwise_pad")]
)
def test_freezing_keeps_the_layers_before_the_skip(stride, first):
    model = build_model(SMALL)
    freeze(model, SMALL, stride)
    names = [layer.name for layer in model.layers]
    trainable = {layer.name for layer in model.layers if layer.trainable}
    assert trainable == set(names[names.index(first) :])


TINY = replace(SMALL, residual_blocks=(1, 0))


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Runs train a network of few layers: tracing them is nearly all that a run here takes."""
    monkeypatch.setattr("training.learning.run.Architecture", lambda: TINY)


def run_options(data, run, *more: str):
    return parse_arguments(
        f"--data {data} --run {run} --cache {data.parent / 'cache'} --steps 3 --batch-size 2 "
        f"--workers 0 "
        f"--size 32 --val-size 64 --val-share 0.3 --warmup-steps 2 --learning-rate 0.01 "
        f"--encoder mobilenet_v3_small_minimalistic "
        f"--encoder-weights {run.parent}/small.weights.h5 --freeze-stride 2 --epochs 2".split()
        + list(more),
    )


@pytest.fixture
def encoder_weights(tmp_path):
    backbone = keras.applications.MobileNetV3Small(
        input_shape=(None, None, 3), minimalistic=True, include_top=False, weights=None
    )
    backbone.save_weights(tmp_path / "small.weights.h5")


@pytest.mark.usefixtures("encoder_weights")
def test_a_run_can_be_resumed_exactly_and_its_network_evaluated(
    data, tmp_path, monkeypatch, capsys
):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    save_state = loop.save_state

    def copy_after_first_epoch(path, model, schedule):
        save_state(path, model, schedule)
        if not broken.exists():
            shutil.copytree(whole, broken)

    whole.mkdir()
    (whole / "log.csv").write_text("epoch,loss\n")  # of a run that ended in its first epoch
    with monkeypatch.context() as patch:
        patch.setattr(loop, "save_state", copy_after_first_epoch)
        train.train(run_options(data, whole))
    with pytest.raises(SystemExit, match="--resume"):
        train.train(run_options(data, broken))
    with pytest.raises(SystemExit, match=r"steps was 3\. Received: 4"):
        train.train(run_options(data, broken, "--resume", "--steps", "4"))
    train.train(run_options(data, broken, "--resume"))

    logs = [read_csv(run / "log.csv") for run in (whole, broken)]
    assert [row["epoch"] for row in logs[1]] == ["0", "1"]
    for expected, row in zip(*logs, strict=True):
        assert float(row["loss"]) == pytest.approx(float(expected["loss"]), rel=1e-5)
    states = [read_h5(run / "checkpoint.weights.h5") for run in (whole, broken)]
    assert states[0].keys() == states[1].keys()
    for name, value in states[0].items():
        np.testing.assert_allclose(value, states[1][name], rtol=1e-4, atol=1e-6, err_msg=name)

    weights = str(broken / "best.keras")
    capsys.readouterr()
    arguments = ["--data", str(data), "--val-share", "0.3", "--weights", weights, "--record"]
    for wrong in (["--split", "train"], ["--detail", "fine"], ["--no-refine"]):
        with pytest.raises(SystemExit):
            evaluate.parse_arguments([*arguments, *wrong])
    capsys.readouterr()
    summaries = evaluate.evaluate(
        evaluate.parse_arguments([*arguments, "--photos", str(tmp_path / "photos.csv")])
    )
    assert f"| all | {summaries['all']['photos']} |" in capsys.readouterr().out
    assert read_config(broken / "best.keras").scores == summaries
    rows = read_csv(tmp_path / "photos.csv")
    assert len(rows) == summaries["all"]["photos"]
    assert np.mean([float(row["iou"]) for row in rows]) == pytest.approx(
        summaries["all"]["iou"], abs=1e-3
    )


@pytest.mark.parametrize("threshold", ["0", "1", "1.5", "nan"])
def test_a_threshold_that_no_weights_can_have_is_refused_before_the_work(threshold, capsys):
    with pytest.raises(SystemExit):
        evaluate.parse_arguments(["--data", "x", "--threshold", threshold])
    assert "--threshold must be above 0 and below 1" in capsys.readouterr().err


@pytest.mark.usefixtures("encoder_weights")
def test_a_run_starts_from_a_network_of_another_shape_and_leaves_photos_out(data, tmp_path, capsys):
    architecture = replace(TINY, decoder_filters=(16, 8, 8, 12), residual_blocks=(0, 0))
    other = build_model(architecture)
    other.save(tmp_path / "other.keras")
    write_config(tmp_path / "other.keras", architecture, 64)
    everything = len(read_photos(data, "train", 0.3))
    left_out = read_photos(data, "train", 0.3)[0].image.name
    (tmp_path / "bad.txt").write_text(f"# hand labelled\n\n{left_out}  # hand\n")
    options = run_options(
        data,
        tmp_path / "run",
        *("--weights", str(tmp_path / "other.keras"), "--leave-out", str(tmp_path / "bad.txt")),
        *("--epochs", "1", "--learning-rate", "0", "--weight-decay", "0"),
    )
    train.train(options)
    printed = capsys.readouterr().out
    assert f"{everything - 1} photos to train on" in printed
    assert "decoder_2_b_conv starts afresh" in printed
    assert "context_residual_0_expand_conv starts afresh" in printed

    started = build_model(TINY)
    started.load_weights(tmp_path / "run" / "averaged.keras")
    same, fresh = "decoder_16_a_conv", "decoder_2_b_conv"
    np.testing.assert_allclose(
        *(model.get_layer(same).get_weights()[1] for model in (other, started)), rtol=1e-5
    )
    assert started.get_layer(fresh).get_weights()[1].shape[-1] == 8


@pytest.mark.usefixtures("encoder_weights")
def test_a_run_that_keeps_statistics_trains_all_else(data, tmp_path):
    keras.utils.set_random_seed(0)
    start = build_model(TINY)
    start.save(tmp_path / "start.keras")
    write_config(tmp_path / "start.keras", TINY, 64)
    train.train(
        run_options(
            data,
            tmp_path / "run",
            *("--weights", str(tmp_path / "start.keras"), "--freeze-stride", "1"),
            *("--keep-statistics", "--lovasz", "0.7", "--epochs", "1"),
        )
    )
    trained = build_model(TINY)
    trained.load_weights(tmp_path / "run" / "averaged.keras")
    changed = {
        before.path: bool((before.numpy() != after.numpy()).any())
        for before, after in zip(start.weights, trained.weights, strict=True)
    }
    assert not any(changed[path] for path in changed if "/moving_" in path)
    assert changed["head/kernel"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--keep-statistics"], "--keep-statistics needs --weights"),
        (["--lovasz", "1.5"], "--lovasz must be from 0 to 1. Received: 1.5"),
    ],
)
def test_losses_and_statistics_that_cannot_be_are_refused(data, tmp_path, options, words):
    with pytest.raises(SystemExit, match=words):
        train.train(run_options(data, tmp_path / "run", *options))
    assert not (tmp_path / "run").exists()


def test_statistics_are_measured_anew_and_all_else_stays(data, tmp_path, monkeypatch):
    monkeypatch.setattr(remeasure, "BATCHES", 2)
    before = build_model(SMALL)
    before.save(tmp_path / "before.keras")
    write_config(tmp_path / "before.keras", SMALL, 64)
    options = run_options(data, tmp_path / "run", "--weights", str(tmp_path / "before.keras"))
    with pytest.raises(SystemExit, match="Give the --weights"):
        remeasure.remeasure(run_options(data, tmp_path / "run"))
    options.data = tmp_path / "nowhere"
    with pytest.raises(FileNotFoundError, match="nowhere"):
        remeasure.remeasure(options)
    options.data = data
    with pytest.raises(SystemExit, match="There is no run in"):
        train.train(run_options(data, tmp_path / "none", "--resume"))
    remeasure.remeasure(options)
    after = build_model(SMALL)
    after.load_weights(tmp_path / "run" / "best.keras")
    assert read_config(tmp_path / "run" / "best.keras").architecture == SMALL
    for old, new in zip(before.weights, after.weights, strict=True):
        same = np.array_equal(old.numpy(), new.numpy())
        assert same or old.name in ("moving_mean", "moving_variance"), old.path
    norm = "decoder_2_b_bn"
    assert not np.array_equal(
        *(model.get_layer(norm).moving_variance.numpy() for model in (before, after))
    )


@pytest.mark.usefixtures("encoder_weights")
def test_a_run_that_leads_nowhere_ends_with_a_sentence(data, tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"Sources are \['data0?'\]. Received: .*dada.*street"):
        train.train(
            run_options(data, tmp_path / "a", "--source-weight", "street=2", "--paste-from", "dada")
        )
    # Weights are kept after the very step that spoils them, before a loss tells of it.
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    with pytest.raises(SystemExit, match="no longer a number"):
        train.train(run_options(data, tmp_path / "b", "--learning-rate", "nan"))
    assert not (tmp_path / "b" / "averaged.keras").exists()


@pytest.mark.parametrize("size", ["--size=250", "--val-size=300", "--size=0", "--val-size=4096"])
def test_sizes_that_no_network_takes_are_refused_before_the_work(data, tmp_path, size):
    given = size.partition("=")[2]
    with pytest.raises(SystemExit, match=f"multiples of 32 up to 2048. Received: {given}$"):
        train.train(run_options(data, tmp_path / "run", size))
    assert not (tmp_path / "run").exists()


def test_a_run_does_not_begin_beside_the_best_network_of_another(data, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "best.keras").write_bytes(b"an average")
    with pytest.raises(SystemExit, match=r"best\.keras exists already: choose another --run"):
        train.train(run_options(data, run))
    assert [path.name for path in run.iterdir()] == ["best.keras"]


@pytest.mark.usefixtures("encoder_weights")
def test_a_run_needs_photos_in_both_splits(data, tmp_path):
    with pytest.raises(SystemExit, match="12 photos to train on, 0 to validate on"):
        train.train(run_options(data, tmp_path / "run", "--val-share", "0"))


def test_the_learning_rate_grows_and_ends_where_it_is_told_to():
    rates = {"peak": 0.01, "warmup_steps": 2, "final_share": 0.25}
    assert learning_rate(0.0, 0, **rates) == pytest.approx(0.005)
    assert learning_rate(0.0, 1, **rates) == pytest.approx(0.01)
    assert learning_rate(0.5, 50, **rates) == pytest.approx(0.00625)
    assert learning_rate(1.0, 99, **rates) == pytest.approx(0.0025)


@pytest.mark.usefixtures("encoder_weights")
def test_a_run_by_the_clock_ends_by_itself_and_goes_on_with_the_time_that_was_left(
    data, tmp_path, monkeypatch
):
    clock = count(step=1.0)  # a second at each look
    monkeypatch.setattr("training.learning.schedule.monotonic", lambda: next(clock))
    options = run_options(data, tmp_path / "run", "--minutes", "0.1", "--steps", "4")
    train.train(options)
    log = read_csv(tmp_path / "run" / "log.csv")
    assert len(log) == 2  # 6 seconds: 4 steps and 2 steps
    with h5py.File(tmp_path / "run" / "checkpoint.weights.h5") as file:
        assert file.attrs["seconds"] == 6.0

    with h5py.File(tmp_path / "run" / "checkpoint.weights.h5", "a") as file:
        file.attrs["seconds"] = 4.0
    train.train(run_options(data, tmp_path / "run", "--minutes", "0.1", "--steps", "4", "--resume"))
    assert len(read_csv(tmp_path / "run" / "log.csv")) == 3


def test_photos_to_leave_out_are_named_with_any_suffix(tmp_path):
    (tmp_path / "list.txt").write_text("# hand labelled\n\n a.jpg  # hand\nb.c.avif\n")
    stems = read_stems(tmp_path / "list.txt")
    assert stems == {"a", "b.c"}
    photos = [Photo("x", Path(f"images/{name}.avif"), Path("m.png")) for name in ("a", "b.c", "d")]
    assert leave_out(photos, stems) == photos[2:]
    with pytest.raises(SystemExit, match="not there"):
        leave_out(photos, {"a", "e"})


def test_the_manifest_gives_pseudo_labels_and_photos_held_out(tmp_path):
    rows = ["split,source,image,mask"]
    rows += [f"train,trick,images/t{i}.avif,masks/t{i}.png" for i in range(9)]
    rows += ["train,coco,images/c.avif,masks/c.png", "val,coco,images/v.avif,masks/v.png"]
    rows += ["unlabelled,people,images/p.jpg,"]
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n")
    labels = tmp_path / "labels"
    known = {"pseudo_labels": labels, "hold_out": {"trick": 4}}
    train_photos, val_photos = (read_photos(tmp_path, s, **known) for s in ("train", "val"))
    assert [p.source for p in train_photos] == ["trick"] * 5 + ["coco", "people"]
    assert train_photos[-1] == Photo("people", tmp_path / "images/p.jpg", labels / "p.png")
    assert [p.source for p in val_photos] == ["coco"] + ["trick"] * 4
    assert not set(train_photos) & set(val_photos)
    assert len(read_photos(tmp_path, "train")) == 10


def test_a_source_cannot_hold_out_more_photos_than_it_has(tmp_path):
    (tmp_path / "manifest.csv").write_text("split,source,image,mask\ntrain,a,i.png,m.png\n")
    with pytest.raises(ValueError, match="Received: a=2"):
        read_photos(tmp_path, "val", hold_out={"a": 2})


def read_csv(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def read_h5(path):
    values = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: values.update({name: item[()]}) if hasattr(item, "dtype") else None
        )
    return values
