"""Months of the public index as they were first told: kept once, and never changed."""

from datetime import date

from msgspec import convert, to_builtins
from sqlalchemy import select

from sync.district.measures.public_figures import FixedMonth
from sync.district.store.engine import Connection
from sync.district.store.release_tables import public_months
from sync.district.store.upsert import insert_new

_FIELDS = FixedMonth.__struct_fields__


def fixed_month(connection: Connection, month: str) -> FixedMonth | None:
    """A month as it was first told; ``None`` when it was not told yet."""
    columns = (public_months.c[name] for name in _FIELDS)
    row = connection.execute(select(*columns).where(public_months.c.month == month)).first()
    return None if row is None else convert(dict(zip(_FIELDS, row, strict=True)), FixedMonth, str_keys=True)


def fixed_months(connection: Connection) -> list[FixedMonth]:
    """Every month that was told, the oldest first."""
    columns = (public_months.c[name] for name in _FIELDS)
    rows = connection.execute(select(*columns).order_by(public_months.c.month)).all()
    return [convert(dict(zip(_FIELDS, row, strict=True)), FixedMonth, str_keys=True) for row in rows]


def keep_month(connection: Connection, fixed: FixedMonth) -> None:
    """Keeps a month. One that was told already stays as it is, whoever else worked it out meanwhile."""
    insert_new(connection, public_months, [to_builtins(fixed, str_keys=True, builtin_types=(date,))])
