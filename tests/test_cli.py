"""The command: names of results, errors that do not stop the rest, exit codes."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from humanseg import __version__
from humanseg.command import cli
from humanseg.errors import ImageError, WeightsError
from humanseg.photos.batch import PixelBudget, overlapped, unique_stems
from humanseg.photos.folders import find_photos
from humanseg.segmenter import Segmenter


def red_people(images):
    """Stands for the network: what is red is a person."""
    return np.where(images[..., 0] > images[..., 2], 0.7, 0.0).astype(np.float32)


@pytest.fixture(autouse=True)
def segmenter(monkeypatch):
    monkeypatch.setattr(
        Segmenter, "from_pretrained", classmethod(lambda cls, source: cls(red_people, 32))
    )


def save_photo(path: Path, size=(8, 4)) -> Path:
    """A photo with a person in its left half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photo = Image.new("RGB", size, "red")
    photo.paste("blue", (size[0] // 2, 0, *size))
    photo.save(path)
    return path


NAMED_LIKE_RESULTS = {"a.png": (8, 4), "a-mask.png": (8, 5), "d.png": (8, 6)}


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def run(*arguments) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_three_pictures_of_the_photos_size(tmp_path, capsys):
    photo = save_photo(tmp_path / "beach.jpg", (8, 4))
    assert run(photo, "--out", tmp_path / "out") == 0
    assert written(tmp_path / "out") == ["beach-cutout.png", "beach-mask.png", "beach-overlay.png"]
    modes = {}
    for path in (tmp_path / "out").iterdir():
        with Image.open(path) as image:
            assert image.size == (8, 4)
            modes[path.stem] = image.mode
    assert modes == {"beach-cutout": "RGBA", "beach-mask": "L", "beach-overlay": "RGB"}
    assert "1 of 1 photos done" in capsys.readouterr().out


@pytest.mark.parametrize(("threshold", "marked"), [(0.0, 8), (0.5, 4), (0.68, 4), (0.72, 0)])
def test_threshold(tmp_path, threshold, marked):
    photo = save_photo(tmp_path / "a.png", (8, 1))
    assert run(photo, "--out", tmp_path, "--threshold", threshold, "--save", "mask") == 0
    with Image.open(tmp_path / "a-mask.png") as image:
        assert np.asarray(image).tolist() == [[255] * marked + [0] * (8 - marked)]
    assert written(tmp_path) == ["a-mask.png", "a.png"]


def size_and_mode(path: Path) -> tuple[tuple[int, int], str]:
    with Image.open(path) as image:
        return image.size, image.mode


@pytest.mark.parametrize(
    ("options", "name", "expected"),
    [
        (["--background", "white", "--format", "jpg"], "a-cutout.jpg", ((64, 32), "RGB")),
        (["--background", "#102030"], "a-cutout.png", ((64, 32), "RGB")),
        (["--background", "PICTURE"], "a-cutout.png", ((64, 32), "RGB")),
        (["--background", "blur", "--format", "webp"], "a-cutout.webp", ((64, 32), "RGB")),
        (["--format", "webp"], "a-cutout.webp", ((64, 32), "RGBA")),
        (["--trim", "0"], "a-cutout.png", ((32, 32), "RGBA")),
        (["--save", "alpha"], "a-alpha.png", ((64, 32), "L")),
        (["--save", "probability"], "a-probability.png", ((64, 32), "I;16")),
        (
            ["--overlay-style", "outline", "--overlay-color", "red"],
            "a-overlay.png",
            ((64, 32), "RGB"),
        ),
        (["--overlay-opacity", "0.2", "--no-refine"], "a-overlay.png", ((64, 32), "RGB")),
        (["--detail", "fine"], "a-mask.png", ((64, 32), "L")),
        (["--min-area", "0.9", "--save", "mask"], "a-mask.png", ((64, 32), "L")),
    ],
)
def test_options_of_pictures(tmp_path, options, name, expected):
    photo = save_photo(tmp_path / "a.png", (64, 32))
    picture = save_photo(tmp_path / "beach.png", (10, 10))
    options = [str(picture) if option == "PICTURE" else option for option in options]
    assert run(photo, "--out", tmp_path / "out", *options) == 0
    assert size_and_mode(tmp_path / "out" / name) == expected


def test_clean_up_options_reach_the_mask(tmp_path):
    photo = save_photo(tmp_path / "a.png", (64, 32))
    assert run(photo, "--out", tmp_path, "--save", "mask", "--min-area", "0.9") == 0
    with Image.open(tmp_path / "a-mask.png") as image:
        assert not np.asarray(image).any()


def test_regions_as_json(tmp_path):
    photo = save_photo(tmp_path / "a.png", (64, 32))
    assert run(photo, "--out", tmp_path, "--save", "regions", "--threshold", "0.4") == 0
    data = json.loads((tmp_path / "a-regions.json").read_text())
    assert data["threshold"] == 0.4
    assert data["coverage"] == 0.5
    assert data["rle"] == {"size": [32, 64], "counts": [0, 1024, 1024]}
    assert data["regions"] == [
        {
            "area": 1024,
            "box_xyxy": [0, 0, 32, 32],
            "outer": [[0, 0], [0, 31], [31, 31], [31, 0]],
            "holes": [],
        }
    ]


def test_folders_keep_their_structure_and_nothing_is_overwritten(tmp_path):
    for name in ("a/x.jpg", "b/x.jpg", "b/x.png", "b/deep/X.JPG", "b/.hidden.jpg", "b/notes.txt"):
        path = tmp_path / name
        save_photo(path) if path.suffix != ".txt" else path.write_text("not a photo")
    out = tmp_path / "out"
    assert run(tmp_path / "a/x.jpg", tmp_path / "b", "--out", out, "--save", "mask") == 0
    assert written(out) == ["deep/X-mask.png", "x-2-mask.png", "x-3-mask.png", "x-mask.png"]


def test_results_inside_a_folder_of_photos_are_not_taken_for_photos(tmp_path):
    save_photo(tmp_path / "a.jpg")
    for options in ([], ["--overwrite"]):
        assert run(tmp_path, "--out", tmp_path, *options) == 0
    assert written(tmp_path) == ["a-cutout.png", "a-mask.png", "a-overlay.png", "a.jpg"]


def test_a_folder_of_results_alone_is_reported(tmp_path, capsys):
    save_photo(tmp_path / "out" / "beach-mask.png")
    assert run(tmp_path / "out", "--out", tmp_path / "out") == 1
    assert "only results of an earlier run" in capsys.readouterr().err


def test_a_link_that_leads_to_itself_is_reported_and_the_others_are_done(tmp_path, capsys):
    save_photo(tmp_path / "in" / "a.jpg")
    (tmp_path / "in" / "loop-mask.png").symlink_to("loop-mask.png")
    assert run(tmp_path / "in", "--out", tmp_path / "out", "--save", "mask") == 1
    assert written(tmp_path / "out") == ["a-mask.png"]
    assert re.search(r"loop-mask\.png cannot be opened", capsys.readouterr().err)


def test_a_file_that_is_named_is_done_whatever_it_is_called(tmp_path):
    photo = save_photo(tmp_path / "party-mask.jpg")
    assert run(photo, "--out", tmp_path) == 0
    assert "party-mask-cutout.png" in written(tmp_path)


def test_files_that_are_there_are_not_replaced_unasked(tmp_path, capsys):
    save_photo(tmp_path / "party.jpg")
    mine = save_photo(tmp_path / "party-mask.png")
    before = mine.read_bytes()
    assert run(tmp_path, "--out", tmp_path, "--save", "mask") == 1
    assert mine.read_bytes() == before
    assert (
        "party-mask.png exists: give --overwrite, --skip-existing or another --out"
        in capsys.readouterr().err
    )


def test_unreadable_files_are_reported_and_the_rest_done(tmp_path, capsys):
    save_photo(tmp_path / "in/good.jpg")
    (tmp_path / "in/bad.jpg").write_bytes(b"hello")
    sources = [tmp_path / "missing.jpg", tmp_path / "in", tmp_path / ("long" * 100)]
    assert run(*sources, "--out", tmp_path / "out") == 1
    output = capsys.readouterr()
    errors = [line for line in output.err.splitlines() if "humanseg: " in line]
    assert len(errors) == 3
    assert "long cannot be looked at (File name too long)." in errors.pop(1)
    assert "There is no file" in errors[0]
    assert "missing.jpg" in errors[0]
    assert "bad.jpg is not a picture that can be read" in errors[1]
    assert "1 of 2 photos done" in output.out
    assert "good-mask.png" in written(tmp_path / "out")


def test_a_photo_too_long_for_the_format_is_reported_and_the_rest_done(tmp_path, capsys):
    save_photo(tmp_path / "in/good.jpg")
    Image.new("RGB", (16_400, 2)).save(tmp_path / "in/long.png")
    options = ["--save", "overlay", "--format", "webp"]
    assert run(tmp_path / "in", "--out", tmp_path / "out", *options) == 1
    assert "long.png: A .webp file has at most 16,383 pixels a side" in capsys.readouterr().err
    assert written(tmp_path / "out") == ["good-overlay.webp"]


def test_whatever_happens_to_one_photo_the_others_are_done(tmp_path, capsys, monkeypatch):
    for name in "abcdefgh":
        save_photo(tmp_path / f"in/{name}.png", (8 + ord(name), 4))
    errors = {
        (4, 8 + ord("b")): RuntimeError("a bug"),
        (4, 8 + ord("c")): MemoryError(),
        (4, 8 + ord("d")): OSError(28, "No space left on device"),
    }

    def fail_on_some(self, image, **options):
        result = segment(self, image, **options)
        if error := errors.get(result.image.shape[:2]):
            raise error
        return result

    segment = Segmenter.__call__
    monkeypatch.setattr(Segmenter, "__call__", fail_on_some)
    assert run(tmp_path / "in", "--out", tmp_path / "out", "--save", "mask") == 1
    output = capsys.readouterr()
    assert written(tmp_path / "out") == [f"{name}-mask.png" for name in "aefgh"]
    assert "b.png: RuntimeError: a bug" in output.err
    assert "c.png: MemoryError" in output.err
    assert "d.png: its results cannot be written (No space left on device)" in output.err
    assert "5 of 8 photos done" in output.out


def test_names_that_are_too_long_or_taken_by_a_file(tmp_path, capsys):
    save_photo(tmp_path / f"in/{'b' * 248}.jpg")
    save_photo(tmp_path / "in/sub/a.jpg")
    save_photo(tmp_path / "in/good.jpg")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sub").write_text("a file where a folder is needed")
    assert run(tmp_path / "in", "--out", tmp_path / "out", "--save", "mask") == 1
    assert written(tmp_path / "out") == ["good-mask.png", "sub"]
    output = capsys.readouterr()
    assert output.err.count("its results cannot be written") == 2
    assert "1 of 3 photos done" in output.out
    assert run(tmp_path / "in", "--out", tmp_path / ("out" * 100)) == 1
    assert re.fullmatch(r"humanseg: .*File name too long.*\n", capsys.readouterr().err)


def test_a_photo_of_the_run_is_never_replaced(tmp_path, capsys):
    photos = [save_photo(tmp_path / name, size) for name, size in NAMED_LIKE_RESULTS.items()]
    before = [photo.read_bytes() for photo in photos]
    behind = save_photo(tmp_path / "d-cutout.png", (3, 3))
    background = behind.read_bytes()
    options = ["--overwrite", "--background", behind, "--out", tmp_path]
    assert run(*photos, *options) == 1
    assert [photo.read_bytes() for photo in photos] == before
    assert behind.read_bytes() == background
    assert "a-mask.png is itself a photo of this run: give another --out" in capsys.readouterr().err


def test_skip_existing_goes_on_where_a_run_was_interrupted(tmp_path, capsys, monkeypatch):
    for name in "abc":
        save_photo(tmp_path / f"in/{name}.png")
    out = tmp_path / "out"
    assert run(tmp_path / "in/a.png", tmp_path / "in/b.png", "--out", out) == 0
    done = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    (out / "b-overlay.png").write_bytes(b"")  # as an older version left it
    (tmp_path / "in/a.png").write_bytes(b"it is not read")
    assert run(tmp_path / "in", "--out", out, "--skip-existing") == 0
    assert "3 of 3 photos done, 1 of them before" in capsys.readouterr().out
    assert len(written(out)) == 9
    assert all(path.stat().st_size for path in out.iterdir())
    kept = [path for path in done if path.name != "b-overlay.png"]
    assert [path.stat().st_mtime_ns for path in kept] == [done[path] for path in kept]

    def fail(source):
        raise WeightsError("Nothing is left to do.")

    monkeypatch.setattr(Segmenter, "from_pretrained", fail)
    assert run(tmp_path / "in", "--out", out, "--skip-existing") == 0


def test_what_is_there_is_seen_before_a_photo_is_segmented(tmp_path, monkeypatch):
    save_photo(tmp_path / "a.png")
    assert run(tmp_path / "a.png", "--out", tmp_path, "--save", "mask") == 0
    monkeypatch.setattr(Segmenter, "__call__", None)
    assert run(tmp_path / "a.png", "--out", tmp_path, "--save", "mask", "overlay") == 1
    assert written(tmp_path) == ["a-mask.png", "a.png"]


def test_what_is_left_out_is_named(tmp_path, capsys):
    for name in ("ann.jpg", "tom-mask.jpg", "eva-mask.png", ".hidden.jpg"):
        save_photo(tmp_path / "party" / name)
    assert run(tmp_path / "party", "--out", tmp_path, "--save", "mask") == 0
    error = capsys.readouterr().err
    assert re.search(r"left out as hidden: \S*\.hidden\.jpg", error)
    assert re.search(r"left out as results of an earlier run: \S*eva-mask\.png\n", error)
    assert {"ann-mask.png", "tom-mask-mask.png"} < set(written(tmp_path))


@pytest.mark.parametrize("name", ["..jpg", "...jpg", ". .jpg", ".jpg"])
def test_results_lie_in_the_out_folder_whatever_a_photo_is_called(tmp_path, name):
    save_photo(tmp_path / "a.png").rename(tmp_path / name)
    out = tmp_path / "results/mine"
    assert run(tmp_path / name, "--out", out, "--save", "mask") == 0
    assert len(written(out)) == 1
    assert len(written(tmp_path)) == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_names_that_the_terminal_cannot_show(tmp_path, encoding):
    save_photo(tmp_path / "Ergebnis-ü-😀/p.jpg")
    command = [sys.executable, "-m", "humanseg", "Ergebnis-ü-😀", "nö\udcff.jpg"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(Path.cwd())}
    command += ["--out", "Ergebnis-ü-😀/aus", "--save", "mask"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert b"There is no file" in done.stderr
    assert b"1 of 1 photos done" in done.stdout
    assert (tmp_path / "Ergebnis-ü-😀/aus/p-mask.png").is_file()


def test_an_interrupted_run_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Segmenter, "from_pretrained", interrupt)
    assert run(save_photo(tmp_path / "a.jpg"), "--out", tmp_path) == 130
    assert "with --skip-existing it goes on" in capsys.readouterr().err


def test_a_folder_without_photos(tmp_path, capsys):
    assert run(tmp_path, "--out", tmp_path / "out") == 1
    assert "There is no photo in" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_weights_that_cannot_be_loaded(tmp_path, capsys, monkeypatch):
    def fail(source):
        raise WeightsError(f"There are no weights at {source}.")

    monkeypatch.setattr(Segmenter, "from_pretrained", fail)
    photo = save_photo(tmp_path / "a.jpg")
    assert run(photo, "--out", tmp_path / "out", "--weights", "my.keras") == 1
    assert "humanseg: There are no weights at my.keras.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--threshold", "1.5"], "must be between 0 and 1. Received: 1.5"),
        (["--threshold", "half"], "must be between 0 and 1. Received: half"),
        (["--threshold", "nan"], "must be between 0 and 1. Received: nan"),
        (["--save", "poster"], "invalid choice"),
        (["--out", "FILE"], "--out must be a folder"),
        (["--format", "jpg"], "give a --background too"),
        (["--background", "nocolor"], "blur or transparent. Received: nocolor"),
        (["--overlay-color", "blur"], "Received: 'blur'"),
        (["--overwrite", "--skip-existing"], "not allowed with argument"),
    ],
)
def test_wrong_options(tmp_path, capsys, options, message):
    photo = save_photo(tmp_path / "a.jpg")
    options = [str(photo) if option == "FILE" else option for option in options]
    with pytest.raises(SystemExit) as error:
        run(photo, "--out", tmp_path / "out", *options)
    assert error.value.code == 2
    assert message in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as ended:
        run("--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"humanseg {__version__}\n"


def test_unique_stems():
    names = ["a.jpg", "a.png", "A.gif", "a-2.jpg", "b/a.jpg", "b.c.jpg"]
    assert unique_stems([Path("..jpg"), Path("b/...png")]) == [Path("__jpg"), Path("b/___png")]
    composed, decomposed = "\u00fc.jpg", "u\u0308.jpg"
    assert unique_stems(map(Path, [composed, decomposed]))[1] == Path("u\u0308-2")
    stems = unique_stems(map(Path, names))
    assert stems == [*map(Path, ["a", "a-2", "A-3", "a-2-2", "b/a", "b.c"])]


def test_find_photos(tmp_path):
    with pytest.raises(ImageError, match="There is no file"):
        find_photos(tmp_path / "none")
    odd_name = save_photo(tmp_path / "photo.png").rename(tmp_path / "photo")
    assert find_photos(odd_name).photos == [odd_name]


def test_overlapped_keeps_the_order_the_errors_and_a_bound():
    begun = []

    def square(number):
        begun.append(number)
        if number == 2:
            raise ValueError("two")
        return number**2

    results = overlapped(square, range(100), workers=2)
    first = [next(results) for _ in range(3)]
    assert [future.result() for future in first[:2]] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        first[2].result()
    results.close()
    assert len(begun) <= 3 + 2 * 2 + 1


def test_pixel_budget_lets_small_photos_in_together_and_a_large_one_alone(tmp_path):
    small, large = save_photo(tmp_path / "s.png", (10, 5)), save_photo(tmp_path / "l.png", (50, 9))
    unreadable = tmp_path / "u.png"
    budget = PixelBudget(100)
    inside = threading.Event()

    def enter():
        with budget.hold(large):
            inside.set()

    with budget.hold(small), budget.hold(unreadable):
        with budget.hold(small):
            waiting = threading.Thread(target=enter)
            waiting.start()
        assert not inside.wait(0.05)
    waiting.join(5)
    assert inside.is_set()


def test_only_the_person_at_a_point(tmp_path, capsys):
    photo = save_photo(tmp_path / "a.png", (8, 1))
    with Image.open(photo) as image:
        image.putpixel((6, 0), (255, 0, 0))
        image.save(photo)
    saved = (photo, "--no-refine", "--out", tmp_path, "--save", "mask", "--overwrite")
    for x, marked in ((6, [6]), (5.5, [6]), (1, [0, 1, 2, 3])):
        assert run(*saved, "--only", x, 0) == 0
        with Image.open(tmp_path / "a-mask.png") as image:
            assert np.flatnonzero(np.asarray(image)).tolist() == marked
    assert run(*saved, "--only", -1, 0) == 1
    assert "in the photo, of 8 x 1 pixels. Received: -1.0, 0.0" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(*saved, "--only", 1, 0, "--largest-only")


def test_a_folder_in_the_place_of_a_result_is_no_result(tmp_path, capsys):
    photo = save_photo(tmp_path / "a.png")
    (tmp_path / "out" / "a-mask.png").mkdir(parents=True)
    arguments = (photo, "--out", tmp_path / "out", "--save", "mask")
    assert run(*arguments, "--skip-existing") == 1
    assert "its results cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["", "--out", "x"], ["x", "--out", ""], ["x", "-o", ""]])
def test_an_empty_path_is_not_the_current_folder(arguments, capsys):
    with pytest.raises(SystemExit):
        run(*arguments)
    assert "must not be empty" in capsys.readouterr().err


def test_the_demo_says_how_it_was_called(capsys):
    with pytest.raises(SystemExit):
        run("demo", "--help")
    assert capsys.readouterr().out.startswith("usage: humanseg demo ")
