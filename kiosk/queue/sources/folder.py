"""Watch a folder into which a ticket system writes files. Nothing is changed there; a file that grows is read again.

A file is read once it has kept its size and time for a while, whole or not at all. Half-written files are left alone:
names that end in ``.part`` or ``.tmp``, or begin with a dot.
"""

import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path

from kiosk.queue.event import QueueEvent
from kiosk.queue.files import RefusedFile, events_in_lines, events_in_table
from kiosk.queue.mapping import EventMap
from kiosk.queue.reading import Refusal

log = logging.getLogger(__name__)

STABLE_S = 2.0
MAX_FILES, MAX_FILE_BYTES = 1_000, 8_000_000
"""So many files, the newest, and so large a one; what is left out is refused, so that ``kiosk doctor`` tells of it."""
MAX_AGE_S = 2 * 86_400
"""What was written longer ago is of another day."""
TABLES, LINES = (".csv", ".txt", ".tsv"), (".jsonl", ".ndjson")

Seen = tuple[int, int]


class QueueFolder:
    """``look`` is called every few seconds. ``take`` gets all events of a file; ``refuse`` the first row of one that is
    wrong, of which nothing is taken until it changes."""

    def __init__(
        self,
        folder: Path,
        used: EventMap,
        delimiter: str,
        take: Callable[[list[QueueEvent]], object],
        refuse: Callable[[Refusal], None],
    ) -> None:
        self._folder, self._used, self._delimiter = folder, used, delimiter
        self._take, self._refuse = take, refuse
        self._seen: dict[str, tuple[Seen, float]] = {}
        self._read: dict[str, Seen] = {}
        self._known: set[str] = set()
        self._is_there = True

    def look(self, now_s: float, wall_s: float) -> None:
        """Reads what is new and finished. ``now_s`` never jumps, ``wall_s`` is in seconds since 1970."""
        found = self._newest(self._files(wall_s))
        self._seen = {name: self._seen.get(name, (found[name], now_s)) for name in found}
        self._read = {name: state for name, state in self._read.items() if name in found}
        for name, state in sorted(found.items(), key=lambda each: (each[1][0], each[0])):
            known, since = self._seen[name]
            if known != state:
                self._seen[name] = state, now_s
            elif now_s - since >= STABLE_S and self._read.get(name) != state:
                self._read[name] = state
                self._known.add(name)
                self._read_file(self._folder / name, state)

    def read_again(self) -> None:
        """Reads everything once more: the kiosk's day is another one, and what was left out may be of today."""
        self._read.clear()

    def _newest(self, found: dict[str, Seen]) -> dict[str, Seen]:
        """The files there is room for. One that was never read and is left out is refused, once."""
        self._known &= found.keys()
        if len(found) <= MAX_FILES:
            return found
        names = sorted(found, key=lambda name: (found[name][0], name), reverse=True)
        for name in names[MAX_FILES:]:
            if name not in self._known:
                self._known.add(name)
                self._refuse(Refusal(0, "too_many"))
        return {name: found[name] for name in names[:MAX_FILES]}

    def _files(self, wall_s: float) -> dict[str, Seen]:
        """The files worth reading, by name: their time and size."""
        found: dict[str, Seen] = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    state = _state_of(entry) if _is_wanted(entry.name) else None
                    if state and wall_s - state[0] / 1e9 <= MAX_AGE_S:
                        found[entry.name] = state
        except OSError as error:
            if self._is_there:
                log.warning("the folder of the queue cannot be read: %s", error.strerror)
            self._is_there = False
            return {}
        self._is_there = True
        return found

    def _read_file(self, path: Path, state: Seen) -> None:
        try:
            events = self._events_of(path, state)
        except RefusedFile as refused:
            self._refuse(refused.refusal)
            return
        except FileNotFoundError:
            return  # it was taken away since
        except OSError as error:
            log.warning("a file of the queue cannot be read: %s", error.strerror)
            self._refuse(Refusal(0, "cannot_read"))
            return
        except Exception as error:  # noqa: BLE001 - whatever a ticket system wrote, the next file is read
            log.error("a file of the queue could not be understood: %s", type(error).__name__)
            self._refuse(Refusal(0, "not_understood"))
            return
        self._take(events)

    def _events_of(self, path: Path, state: Seen) -> list[QueueEvent]:
        if state[1] > MAX_FILE_BYTES:
            raise RefusedFile(Refusal(0, "too_large"))
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise RefusedFile(Refusal(0, "too_large"))
        return events_in(path.name, content, self._used, self._delimiter)


def events_in(name: str, content: bytes, used: EventMap, delimiter: str) -> list[QueueEvent]:
    """All events of a file, which its name says to be a table or lines of JSON. Raises ``RefusedFile``."""
    if name.lower().endswith(LINES):
        rows = events_in_lines(content, used)
    else:
        rows = events_in_table(content, used, "\t" if name.lower().endswith(".tsv") else delimiter)
    return [event for row in rows for event in row]


def _is_wanted(name: str) -> bool:
    return name.lower().endswith(TABLES + LINES) and not name.startswith(".")


def _state_of(entry: "os.DirEntry[str]") -> Seen | None:
    """Time and size of a regular file, ``None`` for anything else."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None
