"""Read the frames of an SQLite write-ahead log (https://sqlite.org/fileformat2.html, section 4).

SQLite reads a log up to the first frame whose checksum is wrong and takes what follows for the remains of a write that
the power cut off. That is right for the last transaction alone: each one before it was synced before the next began. So
a whole transaction behind a wrong frame means that the log was spoiled, and that SQLite would go back in time unsaid.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGE = 4096
"""SQLite's page size since 2016; our files never had another."""

_HEADER, _FRAME = 32, 24
_ORDER = {0x377F0682: "<", 0x377F0683: ">"}

Frame = tuple[int, bytes]
Sum = tuple[int, int]


@dataclass(slots=True)
class Log:
    """Page number and page of each frame, oldest first: ``committed`` is what SQLite reads, ``doubtful`` what stands
    behind it of the same round. ``spoiled``: somebody was thanked for some of that."""

    committed: list[Frame] = field(default_factory=list)
    doubtful: list[Frame] = field(default_factory=list)
    spoiled: bool = False


def log_of(file: Path) -> Path:
    """Where SQLite keeps the log of a file."""
    return file.with_name(file.name + "-wal")


def read_log(file: Path) -> Log:
    """The log of a file; empty when there is none. Nobody may write meanwhile."""
    try:
        content = log_of(file).read_bytes()
    except OSError:
        return Log()
    log, commits, unsettled = Log(), 0, list[Frame]()
    for frame, commit, right in _frames(content):
        unsettled.append(frame)
        if right and commit:
            log.committed += unsettled
            unsettled = []
        commits += commit and not right
    log.doubtful, log.spoiled = unsettled, commits > 1
    return log


def _frames(content: bytes) -> Iterator[tuple[Frame, bool, bool]]:
    """Each frame of the present round, whether a transaction ends with it, and whether SQLite would read it."""
    header = content[:_HEADER].ljust(_HEADER, b"\0")
    order = _ORDER.get(int.from_bytes(header[:4], "big"), "")
    running = _sum(header[:24], order or "<", (0, 0))
    whole = bool(order) and running == struct.unpack(">II", header[24:])
    salts = header[16:24] if whole else content[_HEADER + 8 : _HEADER + 16]
    for at in range(_HEADER, len(content) - _FRAME - PAGE + 1, _FRAME + PAGE):
        page = content[at + _FRAME : at + _FRAME + PAGE]
        number, pages_after = struct.unpack_from(">II", content, at)
        if content[at + 8 : at + 16] != salts:
            whole = False
            continue
        if whole:
            running = _sum(page, order, _sum(content[at : at + 8], order, running))
            whole = running == struct.unpack_from(">II", content, at + 16)
        yield (number, page), pages_after > 0, whole


def _sum(data: bytes, order: str, start: Sum) -> Sum:
    one, two = start
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for first, second in zip(words, words, strict=True):
        one = one + first + two & 0xFFFFFFFF
        two = two + second + one & 0xFFFFFFFF
    return one, two
