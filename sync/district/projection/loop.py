"""Follow the queue of batches until told to stop."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from threading import Event

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.conclusions import tell_officers
from sync.district.complaints.publish_to_kiosks import forget, tell
from sync.district.complaints.recompute import recompute_open
from sync.district.complaints.retention import list_erased
from sync.district.complaints.stuck import recheck_open
from sync.district.domain.deadlines import load_schemes
from sync.district.projection.doubts import look_for_doubts
from sync.district.projection.emptying import empty_erased, empty_late_copies
from sync.district.projection.project import MAX_BATCHES, Keys, project
from sync.district.projection.release import release
from sync.district.store.complaint_statuses import holiday_revision
from sync.district.store.contacts import seal_open_contacts
from sync.district.store.engine import Engine, StoreUnavailable, reading
from sync.district.store.erasure_list import ErasureList
from sync.district.store.projections import oldest_waiting
from sync.district.store.rollups import fill_some
from sync.district.times import local_day, utc_now

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.3
TROUBLE_SECONDS = 5.0


Daily = Callable[[datetime], object]
"""What is done once on each local day, before its release; given the moment."""


def follow(
    engine: Engine,
    keys: Keys,
    stop: Event,
    schemes: tuple[Scheme, ...] | None = None,
    daily: Sequence[Daily] = (),
    erased: ErasureList | None = None,
) -> None:
    """Projects whatever is queued, and tells the boxes how complaints stand, until ``stop`` is set. ``daily`` is done
    at the start and on every new day; ``erased``: the list beside the database of what was erased."""
    follower = ProjectorLoop(engine, keys, schemes, daily=daily, erased=erased)
    while not stop.is_set():
        stop.wait(follower.tick())


class ProjectorLoop:
    """One projector's loop, a step at a time."""

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        schemes: tuple[Scheme, ...] | None = None,
        now: Callable[[], datetime] = utc_now,
        daily: Sequence[Daily] = (),
        erased: ErasureList | None = None,
    ) -> None:
        self._erased, self._newest_erasure = erased, 0
        self._engine, self._keys, self._now, self._daily = engine, keys, now, daily
        self._schemes = load_schemes() if schemes is None else schemes
        self._holidays = -1
        self._day: date | None = None
        self._most = MAX_BATCHES
        self.passed_over: set[int] = set()

    def tick(self) -> float:
        """Projects some batches; returns the seconds to wait before the next step.

        When several batches together fail, they are tried one by one; the one that fails alone stays in the queue,
        is passed over until the next start, and does not hold up the rest.
        """
        try:
            done = project(self._engine, self._keys, self._most, self.passed_over, self._schemes)
        except StoreUnavailable as error:
            log.warning("the database is not available: %s", error)
            return TROUBLE_SECONDS
        except Exception:
            log.exception("projecting up to %d batches failed", self._most)
            self._narrow()
            return 0.0
        self._most = self._most if done else MAX_BATCHES
        return 0.0 if done else self._tell()

    def _tell(self) -> float:
        """Once a day releases what the day before brought, looks for doubts in a closed month, forgets what is long
        finished and checks that nothing is stuck; works out due dates anew when holidays were imported, then tells the
        boxes and fills a piece of a roll-up that is not whole; the seconds to wait then."""
        try:
            with reading(self._engine) as connection:
                newest = holiday_revision(connection)
            if local_day(self._now()) != self._day:
                self._begin_day(self._now())
                self._day = local_day(self._now())
            if newest != self._holidays:
                recompute_open(self._engine, self._schemes, self._now())
                self._holidays = newest
            published = tell(self._engine, self._schemes, self._now())
            if self._erased is not None:
                self._newest_erasure = list_erased(self._engine, self._erased, self._newest_erasure)
            emptied = empty_erased(self._engine, self._keys, self._now())
            return 0.0 if fill_some(self._engine) or published or emptied else IDLE_SECONDS
        except StoreUnavailable as error:
            log.warning("the database is not available: %s", error)
        except Exception:
            log.exception("telling the boxes how complaints stand failed")
        return TROUBLE_SECONDS

    def _begin_day(self, now: datetime) -> None:
        """What is done once a day. Nobody waits for the lists that were planned and for the doubts: if one of them
        fails, it is tried again the next day, and the release and the citizens' answers go on. Raises
        ``StoreUnavailable``."""
        self._attempt(partial(seal_open_contacts, self._engine))
        self._attempt(partial(empty_late_copies, self._engine))
        for each in self._daily:
            self._attempt(partial(each, now))
        self._attempt(partial(tell_officers, self._engine, now))
        release(self._engine, now, self._schemes)
        self._attempt(partial(look_for_doubts, self._engine, now))
        forget(self._engine, now)
        recheck_open(self._engine, now)

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("a part of the day's work failed; it is tried again tomorrow")

    def _narrow(self) -> None:
        if self._most > 1:
            self._most = 1
            return
        with contextlib.suppress(StoreUnavailable), reading(self._engine) as connection:
            self.passed_over |= oldest_waiting(connection, self.passed_over)
        self._most = MAX_BATCHES
