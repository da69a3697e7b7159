"""Tell whether a process runs: it holds a file lock, which the kernel releases however the process ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "sync.lock"
"""The agent's, in the data folder."""
TRIES, BLINK_SECONDS = 5, 0.01


@contextmanager
def held(folder: Path, name: str = LOCK) -> Iterator[bool]:
    """Holds a lock; whether it was free. A second agent may run on, it only delivers duplicates.

    A folder that cannot be written keeps nobody from starting: a lock file that is there is locked as it is, and where
    there is none nobody is asked.
    """
    descriptor: int | None = None
    with suppress(OSError):
        descriptor = _open(folder / name)
    try:
        yield descriptor is None or _take(descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def take(folder: Path, name: str) -> int:
    """Takes a lock for the rest of this process, if it is free; its descriptor. Raises ``OSError``.

    Whoever asks whether it is held has it for a blink, so it is tried some times.
    """
    descriptor = _open(folder / name)
    for _ in range(TRIES):
        if _take(descriptor):
            break
        time.sleep(BLINK_SECONDS)
    return descriptor


def is_running(folder: Path, name: str = LOCK) -> bool:
    """Whether a process holds the lock now."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NONBLOCK)  # whoever put a pipe there holds nobody up
    except OSError:
        return False
    try:
        return not _take(descriptor)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return os.open(path, os.O_RDONLY)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
