"""Write and find files on a USB stick: each whole or not at all, and never one over another.

Names fit the oldest FAT (eight characters, a dot, three), case does not matter, and nothing is read from them: what a
file is, its content says. So a stick may rename, shout or shorten them.
"""

import errno
import os
from base64 import b32encode
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

FOLDER = "langnghe"
BATCH, ANSWER = "lnb", "lna"
MAX_BYTES = 64 * 1024 * 1024


class StickTrouble(Exception):
    """The stick cannot be read or written. The message says why and what to do; what is on it stays as it was."""


def put(root: Path, content: bytes, extension: str, named_after: bytes, same: Callable[[bytes], bool]) -> Path | None:
    """Writes ``content`` into our folder on the stick, under a name drawn from ``named_after``; ``None`` when a file
    that is the ``same`` is there already. A damaged or foreign file under that name is left alone.

    Raises ``StickTrouble``; then nothing half written is left under that name.
    """
    folder = root / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        for number in range(100):
            path = folder / f"{_short_name(named_after, number)}.{extension}"
            if not path.exists():
                _write_whole(path, content)
                return path
            if same(_start_of(path)):
                return None
    except OSError as error:
        raise StickTrouble(_explained(root, error)) from error
    raise StickTrouble(f"{folder} is full of damaged files; use another stick")


def files(path: Path) -> list[Path]:
    """What is at ``path``: the file itself, or every file of ours on the stick, by name. Ours end in ``.lnb`` or
    ``.lna`` whatever the case; half-written ones do not. Raises ``StickTrouble``."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise StickTrouble(f"there is no file or folder {path}; plug the stick in and mount it")
    try:
        folders = [path, *(one for one in path.iterdir() if one.is_dir() and one.name.lower() == FOLDER)]
        inside = [one for folder in folders for one in folder.iterdir()]
        return sorted(one for one in inside if one.suffix.lower() in (f".{BATCH}", f".{ANSWER}") and one.is_file())
    except OSError as error:
        raise StickTrouble(_explained(path, error)) from error


def read(path: Path) -> bytes:
    """A whole file, cut where nothing of ours goes on. Raises ``StickTrouble``; the other files may be well."""
    try:
        return _start_of(path)
    except OSError as error:
        raise StickTrouble(_explained(path, error)) from error


def insist_on_a_folder(path: Path) -> None:
    """Raises ``StickTrouble`` when there is no such folder: an export into nowhere would fill the box's own disk."""
    if not path.is_dir():
        raise StickTrouble(f"there is no folder {path}; plug the stick in and mount it, then name the folder it is in")


def _start_of(path: Path) -> bytes:
    """The whole file, when it is no larger than anything of ours may be."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES)


def _short_name(named_after: bytes, number: int) -> str:
    return b32encode(blake2b(named_after, digest_size=5, salt=number.to_bytes(16)).digest()).decode().lower()


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Not every file system can; the file itself is whole in any case."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _explained(place: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{place} is full; make room or take another stick, and do the same again: what is on it already counts"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{place} cannot be written ({error.strerror}); check the stick's switch and how it is mounted"
    if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO):
        return f"{place} fails ({error.strerror}); plug it in again or take another stick"
    return f"{place}: {error.strerror or error}"
