"""Select rows whose column is among many values. PostgreSQL gets the values as one array: a statement that is always
the same, planned once, however many they are; SQLite gets them in slices below its limit of bound parameters.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

from sync.district.store.engine import Connection

SLICE = 400


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> Iterator[ColumnElement[bool]]:
    """Conditions that together name every row whose text or number is one of ``values``; none when there are none."""
    wanted: list[Any] = sorted(values)
    if not wanted:
        return
    if connection.dialect.name == "postgresql":
        yield column == any_(literal(wanted, ARRAY(BigInteger if isinstance(column.type, Integer) else String)))
        return
    for start in range(0, len(wanted), SLICE):
        yield column.in_(wanted[start : start + SLICE])
