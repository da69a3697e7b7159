"""The page of all kiosks, for whoever keeps them running: what is wrong first, searched and by kind of trouble. Pure.

It tells of each kiosk what the first page tells (``sync.district.measures.kiosks``), and no more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from sync.district.domain.device_change import DeviceChange
from sync.district.domain.folded import folded
from sync.district.domain.kiosk_history import KioskFact
from sync.district.domain.settings_order import SettingsOrder
from sync.district.measures.kiosk_settings import SentKiosk
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import KioskLine, KioskRow, KnownKiosks, Trouble, kiosk_lines
from sync.district.measures.organisation import Organisation, is_there
from sync.district.times import local_day

PER_PAGE = 50
MAX_WORDS = 100


class FleetSearch(Struct, frozen=True):
    """What somebody asks for: kiosks with these words in their id, unit or counter, with this trouble; which page."""

    words: str = ""
    trouble: Trouble | None = None
    page: int = 1


class UnitWithout(Struct, frozen=True):
    """A unit that has counters and no kiosk in use."""

    unit_id: str
    name: str
    counters: int


class Fleet(Struct, frozen=True):
    """The page. ``all`` kiosks may be seen, ``found`` of them are meant, ``lines`` stand on this page, the worst first.
    ``troubles``: how many of all have each trouble."""

    asked: FleetSearch
    all: int
    in_touch: int
    troubles: Mapping[Trouble, int]
    found: int
    lines: tuple[KioskLine, ...]
    pages: int
    without: tuple[UnitWithout, ...]


class KioskPage(Struct, frozen=True):
    """One kiosk: how it stands, and what it noted of itself as a machine in some days. Notes stand here from the day
    after they arrived; what people did at it is told by ``district device show`` alone, on the server.
    ``changes``: what people did with it; ``units``: code and name of where it may be moved to, empty for too many.
    ``sent`` and ``orders``: what it says of the settings it was sent, and all orders for settings."""

    line: KioskLine
    days: int
    notes: tuple[KioskFact, ...]
    changes: tuple[DeviceChange, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    sent: SentKiosk | None = None
    orders: tuple[SettingsOrder, ...] = ()


def fleet(
    organisation: Organisation, known: KnownKiosks, unit_id: str | None, asked: FleetSearch, now: datetime
) -> Fleet:
    """The page for somebody of a unit (``None``: of all)."""
    ids = None if unit_id is None else organisation.below(unit_id, local_day(now))
    lines = kiosk_lines(organisation, known, ids, now)
    found = [line for line in lines if _is_meant(line, asked)]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, asked.page), pages)
    return Fleet(
        asked=FleetSearch(asked.words, asked.trouble, page),
        all=len(lines),
        in_touch=sum(line.state is KioskState.IN_TOUCH for line in lines),
        troubles=_counted(lines),
        found=len(found),
        lines=tuple(found[(page - 1) * PER_PAGE : page * PER_PAGE]),
        pages=pages,
        without=tuple(_without(organisation, known.rows, ids, now)),
    )


def _is_meant(line: KioskLine, asked: FleetSearch) -> bool:
    if asked.trouble is not None and asked.trouble not in line.troubles:
        return False
    there = folded(f"{line.device_id} {line.unit_id} {line.unit_name} {line.counter_name}")
    return all(word in there for word in folded(asked.words[:MAX_WORDS]).split())


def _counted(lines: Sequence[KioskLine]) -> dict[Trouble, int]:
    counted = Counter(trouble for line in lines for trouble in line.troubles)
    return {trouble: counted[trouble] for trouble in Trouble if counted[trouble]}


def _without(
    organisation: Organisation, rows: Sequence[KioskRow], ids: frozenset[str] | None, now: datetime
) -> list[UnitWithout]:
    """The units that are there today, have counters of their own and no kiosk in use."""
    today, served = local_day(now), {row.unit_id for row in rows if row.active}
    counters = Counter(unit_id for unit_id, _ in organisation.counters_on(today))
    names = {unit.unit_id: unit.name for unit in organisation.newest_units()}
    return [
        UnitWithout(unit_id, names.get(unit_id, unit_id), n)
        for unit_id, n in sorted(counters.items())
        if unit_id not in served and (ids is None or unit_id in ids) and _exists(organisation, unit_id, now)
    ]


def _exists(organisation: Organisation, unit_id: str, now: datetime) -> bool:
    return unit_id in organisation.units and is_there(organisation.units[unit_id], local_day(now))
