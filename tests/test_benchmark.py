"""The benchmark measures what it says; how fast it is, is no matter of tests."""

import pytest

from humanseg.benchmark.__main__ import SIZES_WH, main, time_steps
from humanseg.benchmark.measure import (
    describe_machine,
    make_photo,
    median_and_quartiles,
    milliseconds,
    print_table,
    run_command,
    time_calls,
)
from humanseg.photos.images import load_image


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5], "3.0 (2.0-4.0)"),
        ([5, 1], "3.0 (2.0-4.0)"),
        ([100, 200, 300, 400, 500], "300 (200-400)"),
    ],
)
def test_median_and_quartiles(values, expected):
    assert median_and_quartiles(values) == expected
    assert milliseconds([value / 1000 for value in values]) == f"{expected} ms"


def test_calls_are_timed_after_the_warm_up():
    calls = []
    assert len(time_calls(lambda: calls.append(1), repeats=3, warm_up=2)) == 3
    assert len(calls) == 5


@pytest.mark.parametrize("arguments", [["--repeats", "1"], ["--deeplab", "nowhere.tflite"]])
def test_what_cannot_be_measured_is_refused_at_once(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    said = capsys.readouterr()
    assert arguments[1] in said.err.splitlines()[-1]
    assert not said.out


def test_table(capsys):
    print_table(["a", "b"], [["1", "2"]])
    assert capsys.readouterr().out == "\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"


def test_steps_and_command(tmp_path, segmenter):
    photo = make_photo(tmp_path, SIZES_WH["0.3 MP"])
    assert load_image(photo).shape == (480, 640, 3)
    steps = time_steps(segmenter, photo.read_bytes(), repeats=2)
    assert list(steps) == [
        "decode",
        "prepare",
        "network, two looks",
        "refine",
        "encode mask",
        "JPEG to mask",
        "JPEG to overlay",
        "JPEG to cut-out",
    ]
    assert all(seconds > 0 for times in steps.values() for seconds in times)
    seconds, memory = run_command(photo, ["mask"])
    assert seconds > 0
    assert memory > 50
    assert (tmp_path / "out" / "640x480-mask.png").is_file()
    assert "cores; Python" in describe_machine()
