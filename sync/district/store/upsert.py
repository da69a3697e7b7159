"""INSERT … ON CONFLICT, which SQLite and PostgreSQL both support but SQLAlchemy keeps apart."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Executable, Integer, LargeBinary, String, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

from sync.district.store.engine import Connection
from sync.district.store.metadata import UtcDateTime

MANY = 8
"""From so many rows on PostgreSQL gets them as arrays, one for each column: one statement, planned once."""


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows whose key is not there yet, and leaves the others as they are."""
    if not rows:
        return
    if _as_arrays(connection, rows):
        _insert_arrays(connection, table, rows, "DO NOTHING")
        return
    connection.execute(_insert_new(connection.dialect.name, table), rows)


_PLAIN = (
    (Text, "text"),
    (String, "text"),  # without a length: a cast to a length would cut in silence, the column itself refuses
    (Boolean, "boolean"),
    (Integer, "bigint"),
    (Date, "date"),
    (LargeBinary, "bytea"),
    (UtcDateTime, "timestamptz"),
    (JSON, "json"),
)


def _plain_type(column: Column[Any]) -> str:
    for known, name in _PLAIN:
        if isinstance(column.type, known):
            return name
    raise TypeError(f"{column} is not a plain column")


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, or replaces those with the same primary key. Every row names the same columns."""
    if not rows:
        return
    if _as_arrays(connection, rows):
        keys = [column.name for column in table.primary_key]
        once = {tuple(row[key] for key in keys): row for row in rows}
        changed = ", ".join(f"{name} = excluded.{name}" for name in rows[0] if name not in keys)
        _insert_arrays(connection, table, list(once.values()), f"({', '.join(keys)}) DO UPDATE SET {changed}")
        return
    connection.execute(_upsert(connection.dialect.name, table, tuple(rows[0])), rows)


def _as_arrays(connection: Connection, rows: Sequence[dict[str, Any]]) -> bool:
    return connection.dialect.name == "postgresql" and len(rows) >= MANY


def _insert_arrays(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], on_conflict: str) -> None:
    columns = {
        name: [_dumped(row[name]) if isinstance(table.c[name].type, JSON) else row[name] for row in rows]
        for name in rows[0]
    }
    arrays = ", ".join(f"%s::{_plain_type(table.c[name])}[]" for name in columns)
    statement = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) ON CONFLICT {on_conflict}"  # noqa: S608 - our own names
    )
    connection.exec_driver_sql(statement, tuple(columns.values()))


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> Executable:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def add_up(connection: Connection, table: Table, column: str, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, or adds ``column`` to the row with the same primary key. No two rows have the same key."""
    if not rows:
        return
    keys = [key.name for key in table.primary_key]
    if _as_arrays(connection, rows):
        added = f"{column} = {table.name}.{column} + excluded.{column}"
        _insert_arrays(connection, table, rows, f"({', '.join(keys)}) DO UPDATE SET {added}")
        return
    statement = _insert(connection.dialect.name, table)
    total = {column: table.c[column] + statement.excluded[column]}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=total), rows)


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def claim_row(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Inserts one row; ``False`` when its key was there already. Of several that try at once, one gets ``True``."""
    adding = _insert(connection.dialect.name, table).values(**row).on_conflict_do_nothing()
    return connection.execute(adding.returning(*table.primary_key)).first() is not None
