"""Read an untrusted ZIP archive: check what can be wrong with it, and unpack no more than was asked for."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator

#: Whatever ``zipfile`` and the decompressors behind it raise for a damaged, locked or unknown archive.
ZIP_FAULTS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(RuntimeError, NotImplementedError, EOFError, OSError, ValueError, KeyError, IndexError, OverflowError),
)
_CHUNK = 64 * 1024


class TooLarge(Exception):
    """A part of the archive unpacks to more than was allowed."""


def chunks_of(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """A part of the archive, piece by piece. Raises ``TooLarge`` before it yields more than ``most`` bytes, and
    one of ``ZIP_FAULTS``."""
    if archive.getinfo(name).file_size > most:
        raise TooLarge(name)
    left = most
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TooLarge(name)
            yield chunk
