"""Locks held to the end of a transaction, so that one process at a time does one kind of work.

On SQLite a writing transaction already is alone; on PostgreSQL these are advisory locks.
"""

from enum import IntEnum

from sqlalchemy import text

from sync.district.store.engine import Connection

_FAMILY = 0x4C4E  # "LN": ours among the advisory locks of a shared server


class Lock(IntEnum):
    """What is done by one at a time. The numbers are seen by other releases: never reuse one."""

    SCHEMA = 1
    REFERENCE = 2
    PROJECTION = 3
    BOX_NUMBER = 4
    MAILS = 5
    CLOSING = 6
    ACTION_PLANS = 7
    OBJECTIONS = 8
    DISPLAYS = 9
    INQUIRIES = 10
    REMARKS = 11
    PUBLIC_LOG = 12
    APOLOGIES = 13
    TEMPLATES = 15
    PERSONAL_REQUESTS = 18
    RETENTION = 19
    KIOSK_SETTINGS = 14
    ROLLOUT = 17


def hold(connection: Connection, lock: Lock) -> None:
    """Waits for the lock and holds it until the transaction of ``connection`` ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:family, :lock)"), {"family": _FAMILY, "lock": int(lock)})
