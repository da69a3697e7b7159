"""What the kiosk knows of its staff: who they are, whose PIN is right, what their counter has to return."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from kiosk.domain.counter_figures import CounterFigures, figures_from
from kiosk.domain.counter_notes import CounterNotes, notes_from
from kiosk.domain.reference import CounterNotesRow, CounterPeriod, Officer, OfficerPin
from kiosk.store import tables
from kiosk.store.reference import open_code

_O, _D = tables.officers.c, tables.dossiers.c


class OpenDossier(Struct, frozen=True):
    """A dossier that is to be returned. ``code`` is empty where the file cannot name it."""

    code: str
    due_on: date


class FiguresOfPeriod(Struct, frozen=True):
    """A counter's figures from one day to another, both included."""

    first: date
    last: date
    figures: CounterFigures


def officer_by_card(tx: Connection, unit_id: str, text: str, day: date) -> Officer | None:
    """The officer of this unit, serving on a day, whose number stands on a card or was typed; letters and digits
    alone count. ``None`` for nobody, and where two would fit."""
    wanted = plain(text)
    found = [
        Officer(**row._mapping)
        for row in tx.execute(select(tables.officers).where(_O.unit_id == unit_id, _serving(day)))
        if wanted and plain(row.officer_number) == wanted
    ]
    return found[0] if len(found) == 1 else None


def plain(text: str) -> str:
    """A number as it is compared: how it is spaced, hyphenated or capitalised is no difference.

    >>> plain(" cb-0101 ")
    'CB0101'
    """
    return "".join(each for each in text.upper() if each.isalnum())


def pin_of(tx: Connection, officer_number: str) -> OfficerPin | None:
    """An officer's own PIN, as a hash; ``None`` while they have set none."""
    p = tables.officer_pins
    row = tx.execute(select(p).where(p.c.officer_number == officer_number, p.c.pin_hash != "")).first()
    return OfficerPin(**row._mapping) if row else None


def pin_hashes(tx: Connection) -> list[str]:
    """Every PIN that is taken here, as a hash: of officers, and of counters."""
    own, shared = select(tables.officer_pins.c.pin_hash), select(tables.counter_pins.c.pin_hash)
    return [*tx.execute(own).scalars(), *tx.execute(shared).scalars()]


def shared_pins_count(tx: Connection, unit_id: str, day: date) -> bool:
    """Whether some counter of a unit still has only a shared PIN."""
    c = tables.counters.c
    counters = tx.execute(select(c.counter_id).where(c.unit_id == unit_id)).scalars().all()
    return any(shared_pin_counts(tx, counter_id, day) for counter_id in counters)


def shared_pin_counts(tx: Connection, counter_id: str, day: date) -> bool:
    """Whether a counter's shared PIN is still taken: until somebody who sits there has a PIN of their own."""
    p, shared = tables.officer_pins.c, tables.counter_pins.c
    own = and_(_O.officer_number == p.officer_number, _O.counter_id == counter_id, p.pin_hash != "", _serving(day))
    has_own = select(func.count()).where(own).scalar_subquery()
    found = select(func.count()).where(shared.counter_id == counter_id, has_own == 0)
    return bool(tx.execute(found).scalar_one())


def figures_of(tx: Connection, counter_id: str) -> dict[str, FiguresOfPeriod]:
    """What the district told of a counter, by period. A row that is none of this is passed over."""
    found = {}
    table = tables.counter_periods
    for row in tx.execute(select(table).where(table.c.counter_id == counter_id)):
        period = CounterPeriod(**row._mapping)
        try:
            found[period.period] = FiguresOfPeriod(period.first_day, period.last_day, figures_from(period.content))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def notes_of(tx: Connection, counter_id: str) -> CounterNotes:
    """What the district told a counter's staff in words; nothing of a row that cannot be read."""
    table = tables.counter_notes
    row = tx.execute(select(table).where(table.c.counter_id == counter_id)).first()
    try:
        return CounterNotes() if row is None else notes_from(CounterNotesRow(**row._mapping).content)
    except (ValueError, KeyError, TypeError):
        return CounterNotes()


def has_dossiers(tx: Connection, counter_id: str) -> bool:
    """Whether the office's list of dossiers names this counter at all."""
    return tx.execute(select(_D.lookup).where(_D.counter_id == counter_id).limit(1)).first() is not None


def due(
    tx: Connection, key: bytes, counter_id: str, after: date | None, until: date, most: int
) -> tuple[int, Sequence[OpenDossier]]:
    """How many of a counter's dossiers are to be returned after a day (``None``: ever) and until another, and the
    first of them: those without an apology first, then the longest due."""
    where = _due(counter_id, after, until)
    n: int = tx.execute(select(func.count()).where(*where)).scalar_one()
    wanted = select(_D.closed_code, _D.due_on).where(*where)
    in_order = (_D.apologised_on.is_not(None), _D.due_on, _D.lookup)
    rows = tx.execute(wanted.order_by(*in_order).limit(most)).all() if n else ()
    return n, [OpenDossier(open_code(key, row.closed_code or b""), row.due_on) for row in rows]


def count_unapologised(tx: Connection, counter_id: str, until: date) -> int:
    """How many of a counter's dossiers were to be returned by a day, and have no apology that was handed over."""
    late = (*_due(counter_id, None, until), _D.apologised_on.is_(None))
    return int(tx.execute(select(func.count()).where(*late)).scalar_one())


def _due(counter_id: str, after: date | None, until: date) -> list[ColumnElement[Any]]:
    mine = [_D.counter_id == counter_id, _D.returned_on.is_(None), _D.due_on <= until]
    return mine if after is None else [*mine, _D.due_on > after]


def _serving(day: date) -> ColumnElement[bool]:
    return and_(or_(_O.valid_from.is_(None), _O.valid_from <= day), or_(_O.valid_to.is_(None), _O.valid_to >= day))
