"""Read notices and opening hours of this unit and the units above it from the reference data."""

from datetime import date

from sqlalchemy import Connection, literal, or_, select

from kiosk.domain.calendar import Holidays, OfficeCalendar, holidays_from, hours_for, period_from
from kiosk.domain.reference import Notice, OpeningHours
from kiosk.store.tables import holidays, notices, opening_hours, units

MAX_LEVELS = 12


def chain_of(tx: Connection, unit_id: str) -> list[str]:
    """The unit and every unit above it, nearest first. A circle in the data ends."""
    above = select(literal(unit_id).label("unit_id"), literal(0).label("level")).cte("above", recursive=True)
    step = select(units.c.parent_id, above.c.level + 1).join(above, units.c.unit_id == above.c.unit_id)
    step = step.where(units.c.parent_id.is_not(None), above.c.level < MAX_LEVELS)
    found = above.union_all(step)
    rows = tx.execute(select(found.c.unit_id).order_by(found.c.level)).scalars()
    return list(dict.fromkeys(rows))


def notices_for(tx: Connection, chain: list[str], day: date) -> tuple[Notice, ...]:
    """The cards in force on a day for a unit, in the order in which they are shown."""
    n = notices.c
    found = tx.execute(
        select(notices)
        .where(
            n.unit_id.in_(chain),
            or_(n.valid_from.is_(None), n.valid_from <= day),
            or_(n.valid_to.is_(None), n.valid_to >= day),
        )
        .order_by(n.position, n.notice_id)
    )
    return tuple(Notice(**row._mapping) for row in found)


def calendar_for(tx: Connection, chain: list[str], day: date) -> OfficeCalendar:
    """The hours that govern a unit on a day, and every known holiday. Raises ``ValueError`` for a broken row."""
    rows = [OpeningHours(**row._mapping) for row in tx.execute(select(opening_hours))]
    for row in rows:
        for text in filter(None, (row.morning, row.afternoon)):
            period_from(text)
    return OfficeCalendar(hours_for(rows, chain, day), holidays_of(tx))


def holidays_of(tx: Connection) -> Holidays:
    """Every known holiday. Raises ``ValueError`` for a broken list."""
    return holidays_from(tx.execute(select(holidays.c.content)).scalars())
