"""How kiosks and the server stand, as pages, alerts and metrics tell it. Pure.

Whoever stands at a counter may look at a page while a citizen walks away. So nothing here moves with a single entry:
moments are told to the hour, numbers of entries to the hundred, and what waits only once it has waited for long.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from msgspec import Struct, field

from kiosk.domain.calendar import Holidays, OfficeCalendar, hours_for
from kiosk.domain.reference import OpeningHours
from sync.district.domain.anomaly import TAMPERING
from sync.district.measures.kiosk_state import ABANDONED_AFTER, GONE, KioskState, kiosk_state
from sync.district.measures.organisation import Organisation
from sync.district.times import local_day
from sync.protocol.health import Judged, Level, count, judged_health

WORRY = (
    *(KioskState.SILENT, KioskState.QUIET, KioskState.NEVER, KioskState.IN_TOUCH),
    *(KioskState.RETIRED, KioskState.REVOKED, KioskState.ABANDONED),
)

ACTIVE = "active"

ENTRIES = 100
"""Numbers of entries are told to the next hundred."""
OLD_DAYS = 2
"""From so many days on it is said since when entries wait on a kiosk."""


SCREEN = ("screen", "touch")
"""The facts without which a kiosk is of no use to anybody; they are a trouble of their own."""

FORTNIGHT = timedelta(days=14)
BUSY = 50
"""So many dossiers in a fortnight and not one released rating: nobody can or nobody may use the kiosk."""


class Trouble(StrEnum):
    """What can be wrong with a kiosk, in the order in which somebody should look; the value stands in addresses.

    ``SCREEN``: it draws nothing, or no finger can reach it. ``LEDGER``: its ledger does not hold. ``SILENT``: out of
    touch for a working day. ``PART_FAILED``: another part does not work. ``UNRATED``: where it stands many dossiers
    went through in a fortnight, and no rating was released. ``SET_ASIDE``: it holds entries that the district refused.
    ``BACKLOG``: entries wait on it for days. ``PART_WARNING``: a part will need somebody soon. ``NEVER``: it was
    enrolled and never in touch.
    """

    SCREEN = "screen"
    LEDGER = "ledger"
    SILENT = "silent"
    PART_FAILED = "part_failed"
    UNRATED = "unrated"
    SET_ASIDE = "set_aside"
    BACKLOG = "backlog"
    PART_WARNING = "part_warning"
    NEVER = "never"


_AS_BAD = {Trouble.PART_FAILED: Trouble.SILENT}
"""A silent kiosk and one with a part that failed come before all others, in the order of their states."""


class KioskRow(Struct, frozen=True):
    """A kiosk as the district knows it: ``known_as`` ``active``, ``retired`` or ``revoked``. ``health`` is what it last
    said of itself, unchecked. ``usual_gap_days``: so often it is usually in touch, 0 for every day."""

    device_id: str
    unit_id: str
    counter_id: str | None
    known_as: str
    enrolled_at: datetime
    last_contact_at: datetime | None
    health: Mapping[str, Any]
    usual_gap_days: int = 0

    @property
    def active(self) -> bool:
        """Whether it is in use."""
        return self.known_as == ACTIVE


class LedgerAnomaly(Struct, frozen=True):
    """How often one thing was found about one kiosk's ledger, and when last (aware UTC). ``open``: how many of these
    nobody has looked into."""

    device_id: str
    kind: str
    n: int
    latest_at: datetime
    open: int


class Opening(Struct, frozen=True):
    """How far opening lags behind accepting: batches that wait, since when, and entries that could not be opened or
    were refused."""

    waiting: int
    oldest_at: datetime | None
    unopened: int
    refused: int


class Offices(Struct, frozen=True):
    """When units serve citizens. ``hours``: as imported; a unit without any has those of the unit above it."""

    hours: Sequence[OpeningHours] = ()
    holidays: Holidays = Holidays()

    def calendars(self, organisation: Organisation, day: date) -> Callable[[str], OfficeCalendar]:
        """The hours of a unit on a day. Units with the same hours share one calendar."""
        by_unit: dict[str, list[OpeningHours]] = defaultdict(list)
        for row in self.hours:
            by_unit[row.unit_id].append(row)
        paths = organisation.paths_on(day) if by_unit else {}

        @cache
        def made(hours: tuple[OpeningHours, ...]) -> OfficeCalendar:
            return OfficeCalendar(hours, self.holidays)

        @cache
        def of(unit_id: str) -> OfficeCalendar:
            chain = tuple(reversed(paths.get(unit_id, (unit_id,))))
            return made(hours_for([row for each in chain for row in by_unit.get(each, ())], chain, day))

        return of


class Fortnight(Struct, frozen=True):
    """What went through in the last fortnight, by unit and counter: dossiers, and released ratings. One of a counter
    may name no unit."""

    dossiers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    ratings: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def unrated(self, organisation: Organisation, day: date) -> Collection[str]:
        """The units, and the counters, with many dossiers and no released rating."""
        unit_of = {counter_id: unit_id for unit_id, counter_id in organisation.counters_on(day)}
        came, rated = _by_place(self.dossiers, unit_of), _by_place(self.ratings, unit_of)
        return frozenset(place for place, n in came.items() if n >= BUSY and not rated[place])


def _by_place(counted: Mapping[tuple[str, str], int], unit_of: Mapping[str, str]) -> Counter[str]:
    """The sums by counter, and by unit with its counters."""
    found: Counter[str] = Counter()
    for (unit_id, counter_id), n in counted.items():
        if counter_id:
            found[counter_id] += n
        found[unit_of.get(counter_id, unit_id)] += n
    return found


class KnownKiosks(Struct, frozen=True):
    """Everything the district knows of its kiosks."""

    rows: Sequence[KioskRow]
    anomalies: Sequence[LedgerAnomaly] = ()
    offices: Offices = Offices()
    fortnight: Fortnight = Fortnight()


class LedgerLine(Struct, frozen=True):
    """One finding about a kiosk's ledger, ``n`` times; ``serious`` when a person has to look into it. ``open``: into
    how many of them nobody has (``district acknowledge``)."""

    kind: str
    n: int
    latest_on: date
    serious: bool
    open: int


class KioskLine(Struct, frozen=True):
    """One kiosk. ``last_contact_at`` is the full hour before; ``silent_for`` is ``None`` when it was never in touch, or
    of late. ``backlog``: at most so many entries wait on the box, ``oldest_day`` since when if that is long
    ago, ``set_aside``: the box's own word, ``None`` when it never said. ``devices``: what it last said of its parts, by
    the names of ``sync.protocol.health``; nothing for a revoked one. ``counter_id`` is empty for one in the hall.
    ``usual_gap_days``: so often it is usually in touch, 0 for every day."""

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
    is_unrated: bool = False
    counter_id: str = ""
    usual_gap_days: int = 0

    @property
    def has_open_anomalies(self) -> bool:
        """Whether its ledger was tampered with, as far as nobody has said what it was."""
        return any(found.serious and found.open for found in self.anomalies)

    @property
    def has_dead_screen(self) -> bool:
        """Whether nobody can rate at it, by its own word: it draws nothing, or no touch panel answers."""
        return any(self.devices[name].level is Level.FAILED for name in SCREEN if name in self.devices)

    @property
    def is_dark(self) -> bool:
        """Whether it is in touch and nobody can rate at it; then its contact must not be shown as if all were well."""
        return self.state is KioskState.IN_TOUCH and self.has_dead_screen

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with it, the worst first; of one that is not in use only what its ledger tells."""
        if self.state in GONE:
            return (Trouble.LEDGER,) if self.has_open_anomalies else ()
        levels = {fact.level for fact in self.devices.values()}
        other_parts = {fact.level for name, fact in self.devices.items() if name not in SCREEN}
        wrong = {
            Trouble.SCREEN: self.has_dead_screen,
            Trouble.LEDGER: self.has_open_anomalies,
            Trouble.SILENT: self.state is KioskState.SILENT,
            Trouble.PART_FAILED: Level.FAILED in other_parts,
            Trouble.UNRATED: self.is_unrated,
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
    organisation: Organisation, known: KnownKiosks, ids: frozenset[str] | None, now: datetime
) -> list[KioskLine]:
    """The kiosks of some units (``None``: of all), those that need a person first."""
    today = local_day(now)
    judge = _Judge(
        {unit.unit_id: unit.name for unit in organisation.newest_units()},
        {counter.counter_id: counter.name for counter in organisation.newest_counters()},
        _ledger_lines(known.anomalies),
        _states(known.offices.calendars(organisation, today), now),
        known.fortnight.unrated(organisation, today),
        now,
    )
    return sorted((judge.line(row) for row in known.rows if ids is None or row.unit_id in ids), key=_worry)


class _Judge(Struct, frozen=True):
    """What one kiosk is judged by."""

    unit_names: Mapping[str, str]
    counter_names: Mapping[str, str]
    found: Mapping[str, Sequence[LedgerLine]]
    state: Callable[[KioskRow], KioskState]
    unrated: Collection[str]
    now: datetime

    def line(self, row: KioskRow) -> KioskLine:
        in_use_long = row.active and row.enrolled_at <= self.now - FORTNIGHT
        return KioskLine(
            device_id=row.device_id,
            unit_id=row.unit_id,
            unit_name=self.unit_names.get(row.unit_id, row.unit_id),
            counter_name=self.counter_names.get(row.counter_id, row.counter_id) if row.counter_id else "",
            state=self.state(row),
            last_contact_at=row.last_contact_at and full_hour(row.last_contact_at),
            silent_for=_hours_since(row.last_contact_at, self.now) if row.last_contact_at else None,
            backlog=_to_the_hundred(count(row.health.get("pending"))),
            oldest_day=_old(_day(row.health.get("oldest_day")), local_day(self.now)),
            set_aside=count(row.health.get("set_aside")),
            anomalies=tuple(self.found.get(row.device_id, ())),
            devices=judged_health(row.health) if row.active else {},
            counter_id=row.counter_id or "",
            usual_gap_days=row.usual_gap_days,
            is_unrated=in_use_long and (row.counter_id or row.unit_id) in self.unrated,
        )


def _states(calendar: Callable[[str], OfficeCalendar], now: datetime) -> Callable[[KioskRow], KioskState]:
    """The state of a kiosk, worked out once for all that had their last contact in the same hour and the same hours of
    work: at night a whole province is as silent as one kiosk."""
    calendars: dict[int, OfficeCalendar] = {}

    @cache
    def state(active: bool, contact: datetime | None, calendar_id: int, usual_gap_days: int) -> KioskState:
        return kiosk_state(active, contact, full_hour(now), calendars[calendar_id], usual_gap_days)

    def of(row: KioskRow) -> KioskState:
        if row.known_as == KioskState.RETIRED:
            return KioskState.RETIRED
        if row.active and row.last_contact_at is None and now - row.enrolled_at > ABANDONED_AFTER:
            return KioskState.ABANDONED
        office = calendar(row.unit_id)
        calendars[id(office)] = office
        contact = row.last_contact_at and full_hour(row.last_contact_at)
        return state(row.active, contact, id(office), row.usual_gap_days)

    return of


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
        lines[each.device_id].append(
            LedgerLine(each.kind, each.n, local_day(each.latest_at), each.kind in TAMPERING, each.open)
        )
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
