"""Following the queue until told to stop."""

import contextlib
import logging
from threading import Event

from sync.district.projection.project import MOST_BATCHES, Keys, project
from sync.district.store.engine import Engine, StoreUnavailable, reading
from sync.district.store.projections import oldest_waiting

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.3
TROUBLE_SECONDS = 5.0


def follow(engine: Engine, keys: Keys, stop: Event) -> None:
    """Projects whatever is queued until ``stop`` is set."""
    follower = Follower(engine, keys)
    while not stop.is_set():
        stop.wait(follower.tick())


class Follower:
    """One projector's loop, a step at a time."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine, self._keys = engine, keys
        self._most = MOST_BATCHES
        self.passed_over: set[int] = set()

    def tick(self) -> float:
        """Projects some batches; returns the seconds to wait before the next step.

        When several batches together fail, they are tried one by one; the one that fails alone stays in the queue,
        is passed over until the next start, and does not hold up the rest.
        """
        try:
            done = project(self._engine, self._keys, self._most, self.passed_over)
        except StoreUnavailable as error:
            log.warning("the database is not available: %s", error)
            return TROUBLE_SECONDS
        except Exception:
            log.exception("projecting up to %d batches failed", self._most)
            self._narrow()
            return 0.0
        self._most = self._most if done else MOST_BATCHES
        return 0.0 if done else IDLE_SECONDS

    def _narrow(self) -> None:
        if self._most > 1:
            self._most = 1
            return
        with contextlib.suppress(StoreUnavailable), reading(self._engine) as connection:
            self.passed_over |= oldest_waiting(connection, self.passed_over)
        self._most = MOST_BATCHES
