"""When the C library gives freed memory back to the system.

Where the C library is not glibc these functions do nothing.
"""

import contextlib
import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Of `mallopt`; see https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def keep_freed_memory() -> None:
    """Has blocks up to 8 MiB used again, and up to 32 MiB kept for that by all threads.

    Otherwise each array of a few hundred kilobytes is fresh memory, which the system
    has to find and clear each time. With an arena for each thread, each would keep its
    own, and `release_free_memory` would not reach it.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, 8 << 20)
        libc.mallopt(M_TRIM_THRESHOLD, 32 << 20)
        libc.mallopt(M_ARENA_MAX, 1)


def release_free_memory() -> None:
    """Returns to the system what is free, which after large photos is much."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
