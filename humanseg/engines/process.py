"""A process of humanseg's own: the command, the server, the benchmark.

These settings count for all that runs in a process. In a program that uses humanseg as a
library they are the program's to make.
"""

import cv2

from humanseg.engines.memory import keep_freed_memory
from humanseg.engines.threads import available_cores


def ready_process() -> None:
    """Has OpenCV use the cores that there are, and freed memory used again."""
    cv2.setNumThreads(available_cores())
    keep_freed_memory()
