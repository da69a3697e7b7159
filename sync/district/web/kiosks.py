"""Kiosks and the server on the first page. Pure.

Whoever stands at a counter may look at this page while a citizen walks away. So nothing here moves with a single entry:
moments are told to the hour, numbers of entries to the hundred, and what waits only once it has waited for long.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.reference import Counter, Unit
from sync.district.domain.anomaly import TAMPERING
from sync.district.measures.kiosk_state import KioskState, kiosk_state
from sync.district.store.figures import KioskRow, LedgerAnomaly, Opening
from sync.district.times import local_day
from sync.protocol.health import Judged, Level, count, judged_health

WORRY = (KioskState.SILENT, KioskState.QUIET, KioskState.NEVER, KioskState.IN_TOUCH, KioskState.REVOKED)

ENTRIES = 100
"""Numbers of entries are told to the next hundred."""
OLD_DAYS = 2
"""From so many days on it is said since when entries wait on a kiosk."""


class Trouble(StrEnum):
    """What can be wrong with a kiosk, in the order in which somebody should look; the value stands in addresses.

    ``LEDGER``: its ledger does not hold. ``SILENT``: out of touch for days. ``PART_FAILED``: a part does not work.
    ``SET_ASIDE``: it holds entries that the district refused. ``BACKLOG``: entries wait on it for days.
    ``PART_WARNING``: a part will need somebody soon. ``NEVER``: it was enrolled and never in touch.
    """

    LEDGER = "ledger"
    SILENT = "silent"
    PART_FAILED = "part_failed"
    SET_ASIDE = "set_aside"
    BACKLOG = "backlog"
    PART_WARNING = "part_warning"
    NEVER = "never"


_AS_BAD = {Trouble.PART_FAILED: Trouble.SILENT}
"""A silent kiosk and one with a part that failed come before all others, in the order of their states."""


class LedgerLine(Struct, frozen=True):
    """One finding about a kiosk's ledger; ``serious`` when a person has to look into it."""

    kind: str
    n: int
    latest_on: date
    serious: bool


class KioskLine(Struct, frozen=True):
    """One kiosk. ``last_contact_at`` is the full hour before; ``silent_for`` is ``None`` when it was never in touch, or
    of late. ``backlog``: at most so many entries wait on the box, ``oldest_day`` since when if that is long
    ago, ``set_aside``: the box's own word, ``None`` when it never said. ``devices``: what it last said of its parts, by
    the names of ``sync.protocol.health``; nothing for a revoked one."""

    device_id: str
    unit_id: str
    unit_name: str
    counter_name: str
    state: KioskState
    last_contact_at: datetime | None
    silent_for: timedelta | None
    backlog: int | None
    oldest_day: date | None
    set_aside: int | None
    anomalies: tuple[LedgerLine, ...]
    devices: Mapping[str, Judged]

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with it, the worst first; nothing with one that was revoked."""
        if self.state is KioskState.REVOKED:
            return (Trouble.LEDGER,) if any(found.serious for found in self.anomalies) else ()
        levels = {fact.level for fact in self.devices.values()}
        wrong = {
            Trouble.LEDGER: any(found.serious for found in self.anomalies),
            Trouble.SILENT: self.state is KioskState.SILENT,
            Trouble.PART_FAILED: Level.FAILED in levels,
            Trouble.SET_ASIDE: bool(self.set_aside),
            Trouble.BACKLOG: self.oldest_day is not None,
            Trouble.PART_WARNING: Level.WARNING in levels,
            Trouble.NEVER: self.state is KioskState.NEVER,
        }
        return tuple(trouble for trouble in Trouble if wrong[trouble])


class OpeningLine(Struct, frozen=True):
    """At most so many batches wait to be opened, the oldest for so many full hours; entries that could not be opened
    or were refused."""

    waiting: int
    lag: timedelta
    unopened: int
    refused: int


def kiosk_lines(
    units: Sequence[Unit],
    counters: Sequence[Counter],
    rows: Sequence[KioskRow],
    anomalies: Sequence[LedgerAnomaly],
    ids: frozenset[str] | None,
    now: datetime,
) -> list[KioskLine]:
    """The kiosks of some units (``None``: of all), those that need a person first."""
    unit_names = {unit.unit_id: unit.name for unit in units}
    counter_names = {counter.counter_id: counter.name for counter in counters}
    found = _ledger_lines(anomalies)
    lines = [
        KioskLine(
            device_id=row.device_id,
            unit_id=row.unit_id,
            unit_name=unit_names.get(row.unit_id, row.unit_id),
            counter_name=counter_names.get(row.counter_id, row.counter_id) if row.counter_id else "",
            state=kiosk_state(row.active, row.last_contact_at and full_hour(row.last_contact_at), full_hour(now)),
            last_contact_at=row.last_contact_at and full_hour(row.last_contact_at),
            silent_for=_hours_since(row.last_contact_at, now) if row.last_contact_at else None,
            backlog=_to_the_hundred(count(row.health.get("pending"))),
            oldest_day=_old(_day(row.health.get("oldest_day")), local_day(now)),
            set_aside=count(row.health.get("set_aside")),
            anomalies=tuple(found[row.device_id]),
            devices=judged_health(row.health) if row.active else {},
        )
        for row in rows
        if ids is None or row.unit_id in ids
    ]
    return sorted(lines, key=_worry)


def coarse_opening(opening: Opening, now: datetime) -> OpeningLine:
    """What may be told of the batches that wait."""
    lag = (opening.oldest_at and _hours_since(opening.oldest_at, now)) or timedelta(0)
    waiting = _to_the_hundred(opening.waiting) if lag else 0
    return OpeningLine(waiting or 0, lag, opening.unopened, opening.refused)


def _worry(kiosk: KioskLine) -> tuple[int, int]:
    """What needs a person first: the worst trouble, then the state; the order of places otherwise."""
    worst = min((list(Trouble).index(_AS_BAD.get(each, each)) for each in kiosk.troubles), default=len(Trouble))
    return worst, WORRY.index(kiosk.state)


def _ledger_lines(anomalies: Sequence[LedgerAnomaly]) -> dict[str, list[LedgerLine]]:
    lines: dict[str, list[LedgerLine]] = defaultdict(list)
    for each in anomalies:
        lines[each.device_id].append(LedgerLine(each.kind, each.n, local_day(each.latest_at), each.kind in TAMPERING))
    return lines


def full_hour(moment: datetime) -> datetime:
    """The full hour at or before a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _hours_since(moment: datetime, now: datetime) -> timedelta | None:
    """The full hours between the full hours, so that the moment of the change tells nothing; ``None`` up to one."""
    span = full_hour(now) - full_hour(moment)
    return span if span > timedelta(hours=1) else None


def _to_the_hundred(n: int | None) -> int | None:
    return n and -(-n // ENTRIES) * ENTRIES


def _old(day: date | None, today: date) -> date | None:
    return day if day and (today - day).days >= OLD_DAYS else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
