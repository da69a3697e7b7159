"""Change files so that each change is there whole or not at all after a power cut. Every change an update makes to the
disk goes through here, so that a test can cut the power at each of them."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from kiosk.paths import open_plain

CHUNK = 1024 * 1024
SPARE_BYTES = 200 * 1024 * 1024
"""What an update leaves free, so that ratings can be kept."""


class TooLarge(Exception):
    """There is more than there may be."""


def insist_on_room(folder: Path, needed: int) -> None:
    """Raises ``OSError`` (``ENOSPC``) unless so many bytes leave ``SPARE_BYTES`` free on the disk of a folder."""
    if shutil.disk_usage(folder).free < needed + SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def is_full(error: OSError) -> bool:
    """Whether the disk, or the user's share of it, has no room left."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Raises ``OSError``."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    sync_folder(path.parent)


def point(link: Path, target: str) -> None:
    """Lets a symbolic link name another target, from one moment to the next. Raises ``OSError``."""
    fresh = link.with_name(f"{link.name}.new")
    fresh.unlink(missing_ok=True)
    os.symlink(target, fresh)
    os.replace(fresh, link)
    sync_folder(link.parent)


def target_of(link: Path) -> str:
    """What a link names, empty when there is none."""
    try:
        return os.readlink(link)
    except OSError:
        return ""


def chunks(file: IO[bytes], most: int) -> Iterator[bytes]:
    """What is in a file, piece by piece. Raises ``TooLarge`` when that is more than ``most`` bytes."""
    left = most
    while piece := file.read(CHUNK):
        left -= len(piece)
        if left < 0:
            raise TooLarge
        yield piece


def copy_in(source: Path, target: Path, most: int) -> None:
    """Copies a plain file of at most ``most`` bytes. Raises ``OSError`` or ``TooLarge``."""
    target.unlink(missing_ok=True)
    with open_plain(source) as file, target.open("xb") as copy:
        for piece in chunks(file, most):
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    sync_folder(target.parent)


def empty_folder(path: Path, mode: int = 0o700) -> Path:
    """Makes a folder anew with nothing in it. Raises ``OSError``."""
    remove(path)
    path.mkdir(mode=mode, parents=True)
    return path


def remove(path: Path) -> None:
    """Removes a file or a folder with what is in it, if it is there. What a link names stays."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def sync_all() -> None:
    """Returns when everything that was written is on the disk."""
    os.sync()


def sync_folder(folder: Path) -> None:
    """Not every file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
