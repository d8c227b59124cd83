"""A small share of `python -m tests.corpus`: damaged files of every format."""

import os
import subprocess
import sys

import pytest

from tests.corpus import make_file
from tests.pictures import by_format


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each file is read in a process of its own")
def test_only_image_errors_come_out():
    command = [sys.executable, "-m", "tests.corpus", "--count", "15"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split("|")[1:3] for line in done.stdout.splitlines()[2:]]
    assert [(name.strip(), int(files)) for name, files in rows] == [
        (name, 15) for name in by_format()
    ]


def test_a_file_follows_from_its_name():
    assert make_file("PNG-3") == make_file("PNG-3") != make_file("PNG-4")
