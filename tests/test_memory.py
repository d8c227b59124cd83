"""Memory that was freed is used again."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource
from threading import Thread
import numpy as np
from humanseg.engines.memory import keep_freed_memory, release_free_memory
from humanseg.edges.refine import refine

photo = np.zeros((1200, 1600, 3), np.uint8)
probability = np.full((300, 400), 0.5, np.float32)

def fresh_pages():
    refine(probability, photo)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    refine(probability, photo)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident_pages():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])

def work():
    refine(probability, photo)

default = fresh_pages()
keep_freed_memory()
fresh_pages()
kept = fresh_pages()
for _ in range(8):
    thread = Thread(target=work)
    thread.start()
    thread.join()
resident = resident_pages()
release_free_memory()
print(default, kept, resident, resident_pages())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_freed_memory_is_kept_until_it_is_released():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    default, kept, resident, released = map(int, run.stdout.split())
    assert kept < default / 4
    assert released < resident - 1000
