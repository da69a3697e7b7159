"""What several threads want done in one go: one leads and does it for all who wait by then, the others sleep."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class PendingWrite(Generic[T]):
    """What one thread wants. ``done``: it was dealt with, and ``granted`` says how; else its thread leads now."""

    what: T
    done: bool = False
    granted: bool = False
    awake: Lock = field(default_factory=_locked)


class GroupCommit(Generic[T]):
    """``join``, and who leads then: ``take``, deal with what was taken, and ``leave``, whatever happened."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._led = False
        self._waiting: list[PendingWrite[T]] = []
        self._taken: list[PendingWrite[T]] = []

    def __len__(self) -> int:
        """How many wishes wait to be taken."""
        return len(self._waiting)

    def join(self, what: T) -> PendingWrite[T]:
        """Waits until the wish is done, or until its thread is to lead."""
        mine = PendingWrite(what)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.awake.acquire()
        return mine

    def take(self) -> list[PendingWrite[T]]:
        """Every wish that waits by now, the leader's own among them."""
        with self._lock:
            self._taken, self._waiting = self._waiting, []
        return self._taken

    def leave(self, mine: PendingWrite[T]) -> None:
        """Wakes the next leader, then those whose wishes were taken."""
        with self._lock:
            done, self._taken = self._taken, []
            if not done:
                self._waiting.remove(mine)
            next_one = self._waiting[0] if self._waiting else None
            self._led = next_one is not None
        if next_one is not None:
            next_one.awake.release()
        for each in done:
            each.done = True
            each.awake.release()
