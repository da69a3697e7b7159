"""Conventions shared by all tables of the district: names of constraints, positions, points in time, and who reads what
is projected.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, MetaData, String, Table, TypeDecorator

from kiosk.domain.entry import EntryType

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PositionType = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, in and out. SQLite keeps it as UTC without a zone, so the zone is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def sqlite_moment(moment: datetime) -> str:
    """An aware moment as ``UtcDateTime`` writes it to SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def order_of_arrival() -> tuple[Column[Any], ...]:
    """The first columns of a table with a row for each entry; ``batch_id`` and ``seq`` are the order of arrival."""
    return (
        Column("entry_id", String(36), primary_key=True),
        Column("device_id", String(64), nullable=False),
        Column("epoch", PositionType, nullable=False),
        Column("seq", PositionType, nullable=False),
        Column("batch_id", PositionType, nullable=False),
    )


def projection_of(*types: EntryType) -> dict[str, Any]:
    """``info`` of a table that ``district rebuild`` makes again; ``types``: whose bodies' fields are its columns."""
    return {"projection_of": types}


def is_projection(table: Table) -> bool:
    """Whether ``district rebuild`` makes the table again."""
    return "projection_of" in table.info


def read_by(place: str) -> dict[str, Any]:
    """``info`` of a projected column: which file under ``sync/district`` reads it and acts on it."""
    return {"read_by": place}


def waits_for(work: str) -> dict[str, Any]:
    """``info`` of a projected column that nobody reads yet; the open work is described in docs/collected.toml."""
    return {"waits_for": work}
