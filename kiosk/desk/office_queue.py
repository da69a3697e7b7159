"""What the desk asks of the office's ticket system, and what it tells of it once a day: sums, never a visit."""

import logging
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, Protocol

from kiosk.box.box import Box
from kiosk.box.facts import box_fact
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType, Fact
from kiosk.domain.rating import Transaction
from kiosk.flow.state.counter_view import CounterQueueView
from kiosk.flow.state.lobby import CounterChoice
from kiosk.queue.lines import CounterQueue, WaitingLine
from kiosk.queue.times import DayTimes, TimesRow
from kiosk.store import box_state, reference
from kiosk.store.engine import CannotRead

log = logging.getLogger(__name__)

REPORTED_DAYS = "queue_times_reported"
"""Where the box remembers which days it told last, so that none is told twice."""
MAX_REPORTED_DAYS = 7
"""More days than the queue's sums are remembered for (``kiosk.queue.listener``)."""
MAX_ROWS = 2_000


class OfficeQueue(Protocol):
    """Answers at once, from memory (real: ``kiosk.queue.listener``)."""

    def own_counter(self, counter: str | None) -> None:
        """The kiosk's own counter."""

    def touched(self) -> None:
        """A citizen touched the kiosk."""

    def transaction(self, counter: str | None, moment: Moment) -> Transaction:
        """Whether there was one at this counter around now."""

    def line(self, service: str, moment: Moment) -> WaitingLine | None:
        """Who waits for a service; ``None`` where nobody knows."""

    def at_counter(self, counter: str, moment: Moment) -> CounterQueue | None:
        """What the ticket system tells of a counter; ``None`` where it tells nothing."""

    def times(self) -> tuple[DayTimes, ...]:
        """The sums of the last days there were any of, in the order of the days."""


class NoQueue:
    """An office without a ticket system."""

    def own_counter(self, counter: str | None) -> None:
        pass

    def touched(self) -> None:
        pass

    def transaction(self, counter: str | None, moment: Moment) -> Transaction:
        return Transaction.UNKNOWN

    def line(self, service: str, moment: Moment) -> WaitingLine | None:
        return None

    def at_counter(self, counter: str, moment: Moment) -> CounterQueue | None:
        return None

    def times(self) -> tuple[DayTimes, ...]:
        return ()


def times_due(queue: OfficeQueue, box: Box, moment: Moment, is_over: Callable[[date], bool]) -> Fact | None:
    """The sums of the first day that is over, has any and was not told. Nothing is written here: whoever appends the
    entry keeps that it was told in the same transaction (``mark_reported``). Two tellings of one day could differ by a
    single visit, so what comes after the first is left out."""
    over = [each for each in queue.times() if is_over(each.day)]
    if not over:
        return None
    try:
        with box.store.read() as tx:
            reported, own, unit_id = box_state.get(tx, REPORTED_DAYS, []), box.identity.counter_id, box.identity.unit_id
            for each in over:
                if each.day.isoformat() in reported:
                    continue
                counters = (
                    [own] if own else [found.counter_id for found in reference.counters_of(tx, unit_id, each.day)]
                )
                body = times_body(each.day, unit_id, each.rows, counters)
                if body["rows"]:
                    return box_fact(EntryType.QUEUE_TIMES, moment, **body)
    except CannotRead as error:
        log.error("the times of the queue could not be told: %s", error)
    return None


def mark_reported(tx: Any, entry: Fact) -> None:
    """Remembers the day of an entry that is appended in this transaction."""
    days = [*box_state.get(tx, REPORTED_DAYS, []), entry.body["of_day"]]
    box_state.put(tx, REPORTED_DAYS, days[-MAX_REPORTED_DAYS:])


def queue_of(queue: OfficeQueue, counter: CounterChoice, moment: Moment) -> CounterQueueView | None:
    """What the staff of a counter may know of the queue now; ``None`` where there is no source, or none that knows."""
    line = queue.line(counter.field, moment) if counter.field else None
    here = queue.at_counter(counter.counter_id, moment)
    if line is None and here is None:
        return None
    longest = line.longest_ms // 60_000 if line and line.longest_ms is not None else None
    return CounterQueueView(
        moment.office_time.time(), line.waiting if line else None, longest, here.served if here else None
    )


def times_body(of_day: date, unit_id: str, rows: Collection[TimesRow], counters: Collection[str]) -> dict[str, Any]:
    """The body of the entry, with the rows of these counters alone."""
    own = [row for row in rows if row.counter in counters][:MAX_ROWS]
    named = sorted({row.counter for row in own})
    return {
        "of_day": of_day.isoformat(),
        "unit_id": unit_id,
        "counters": named,
        "rows": [[named.index(r.counter), r.service, str(r.timed), r.hour, r.n, r.minutes] for r in own],
    }
