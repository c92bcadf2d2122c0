"""What a worker does with memory that an engine has given back."""

import ctypes
from functools import cache

# Parameters of mallopt (malloc.h).
M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4
M_ARENA_MAX = -8
WHOLE_INT = 2**31 - 1


@cache
def keep() -> bool:
    """Let this process keep what it frees, for the next window. Whether the C library could be told.

    Each layer of an encoder takes a scratch buffer of many megabytes and gives it back. glibc gets such buffers
    from the kernel one by one, which fills each with zeros: on a CPU that was a fifth of all time. A worker
    decodes one window after the other, so nothing is lost: its peak is what one window needs.
    """
    try:
        tell = ctypes.CDLL(None).mallopt
    except (
        AttributeError,
        OSError,
        TypeError,
    ):  # not glibc: musl has none, and no such habit on other systems
        return False
    # One arena: others are heaps of 64 MB, too small for these buffers.
    wishes = ((M_ARENA_MAX, 1), (M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, WHOLE_INT))
    done = [tell(parameter, value) == 1 for parameter, value in wishes]  # each, whatever came of the others
    return all(done)


def give_back() -> bool:
    """Give the kernel what this process has kept and does not use. Whether there was anything to give.

    After a chunk: what is in use lies scattered over what was kept, so that each chunk would need a little more than
    the one before. Taking it again costs a fiftieth of a chunk.
    """
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError, TypeError):
        return False
