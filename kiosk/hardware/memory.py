"""Return free memory to the system at once: a kiosk runs for months with little of it."""

import ctypes
import gc

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # mallopt(3), malloc.h
LARGE_BYTES = 128 * 1024  # a decoded drawing is a megabyte
ARENAS = 2


def give_back_early() -> None:
    """To be called before anything large is loaded. A C library without these settings is left as it is.

    Left to itself, glibc learns from the first large block that is freed to keep all later ones: 30 MB here.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    for setting, value in ((MMAP_THRESHOLD, LARGE_BYTES), (TRIM_THRESHOLD, LARGE_BYTES), (ARENA_MAX, ARENAS)):
        mallopt(setting, value)


def start_without_collecting() -> None:
    """Nothing that is made at the start is garbage: looking for some takes 10 ms of it."""
    gc.disable()


def collect_from_now_on() -> None:
    """From here on garbage is looked for, but no more among what the start made: a touch never waits for that."""
    gc.freeze()
    gc.enable()
