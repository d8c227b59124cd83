"""When the C library gives freed memory back to the system.

Where the C library is not glibc these functions do nothing.
"""

import contextlib
import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Of `mallopt`; see https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def keep_freed_memory() -> None:
    """Has blocks up to 32 MiB used again, and up to 64 MiB kept for that.

    Otherwise each array of a few hundred kilobytes is fresh memory, that the system
    has to find and clear: a fifth of the time a photo takes.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, 32 << 20)
        libc.mallopt(M_TRIM_THRESHOLD, 64 << 20)


def release_free_memory() -> None:
    """Returns what is free: with large photos that is up to 100 MB."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
