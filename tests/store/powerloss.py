"""A disk that forgets: an APSW VFS in memory that knows which bytes were synced, and what a power cut would leave."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
POWERSAFE_OVERWRITE = 0x1000  # what SQLite's own Unix VFS claims too: bytes beside a torn write stay as they were


@dataclass
class File:
    """``seen`` is what programs read, ``synced`` what is surely on the medium, ``unsynced`` the writes in between: an
    offset with its bytes, or a length with ``None`` for a truncation."""

    seen: bytearray = field(default_factory=bytearray)
    synced: bytearray = field(default_factory=bytearray)
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)

    def after_power_loss(self, survives: float, dice: random.Random) -> bytes:
        """The synced bytes with each unsynced sector there by chance: lost, torn and reordered writes alike."""
        medium = bytearray(self.synced)
        for offset, data in self.unsynced:
            if data is None:
                if dice.random() < survives:
                    _apply(medium, offset, None)
                continue
            for start in range(0, len(data), SECTOR):
                if dice.random() < survives:
                    _apply(medium, offset + start, data[start : start + SECTOR])
        return bytes(medium)


class Disk(apsw.VFS):
    """Every write, truncation and sync first calls ``boundary``: the power may go there."""

    def __init__(self, name: str) -> None:
        self.name, self.files = name, dict[str, File]()
        self.boundary: Callable[[], None] = lambda: None
        self.syncs = 0
        super().__init__(name, "", iVersion=1)

    def after_power_loss(self, folder: Path, survives: float, dice: random.Random) -> None:
        """Writes what a power cut at this moment would leave into a folder, under the files' own names."""
        for path, file in self.files.items():
            (folder / Path(path).name).write_bytes(file.after_power_loss(survives, dice))

    def xOpen(self, name: object, flags: list[int]) -> "Handle":  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return Handle(self, self.files.setdefault(path, File()))

    def xAccess(self, path: str, flags: int) -> bool:  # noqa: N802
        return path in self.files

    def xDelete(self, path: str, sync: bool) -> None:  # noqa: N802
        self.files.pop(path, None)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class Handle:
    """An open file of the disk. Locks are granted: one connection has it to itself."""

    def __init__(self, disk: Disk, file: File) -> None:
        self._disk, self._file = disk, file

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.boundary()
        self._change(offset, bytes(data))

    def xTruncate(self, length: int) -> None:  # noqa: N802
        self._disk.boundary()
        self._change(length, None)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.boundary()
        for offset, data in self._file.unsynced:
            _apply(self._file.synced, offset, data)
        self._file.unsynced.clear()
        self._disk.syncs += 1

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._file.seen)

    def xFileControl(self, operation: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return POWERSAFE_OVERWRITE

    def xLock(self, level: int) -> None:  # noqa: N802
        pass

    def xUnlock(self, level: int) -> None:  # noqa: N802
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        pass

    def _change(self, offset: int, data: bytes | None) -> None:
        _apply(self._file.seen, offset, data)
        self._file.unsynced.append((offset, data))


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data
