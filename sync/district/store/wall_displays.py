"""Keep the addresses of wall displays. Of an address the hash of its secret is kept alone: a copy of the database opens
none."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, insert, select, update

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.store import audit
from sync.district.store.display_tables import wall_displays
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold

HOLDS = timedelta(days=366)
"""So long an address holds, when nobody ends it before."""
MAX_OF_UNIT = 8
"""So many of one unit hold at a time."""

_W = wall_displays.c


class WallDisplay(Struct, frozen=True):
    """An address that holds. Moments are aware UTC."""

    display_id: int
    unit_id: str
    made_by: str
    made_at: datetime
    ends_at: datetime


class TooManyDisplays(Exception):
    """The unit has as many addresses as may hold at a time."""


def make(connection: Connection, unit_id: str, person: str, now: datetime) -> str:
    """Makes an address for a unit and notes who did; its secret, which is shown once. Raises ``TooManyDisplays``."""
    hold(connection, Lock.DISPLAYS)
    if len(holding(connection, unit_id, now)) >= MAX_OF_UNIT:
        raise TooManyDisplays
    secret = secrets.token_urlsafe(16)
    values: dict[str, Any] = {"token_hash": _hash(secret), "unit_id": unit_id, "made_by": person}
    values |= {"made_at": now, "ends_at": now + HOLDS}
    display_id = int(connection.execute(insert(wall_displays).values(values).returning(_W.display_id)).scalar_one())
    _note(connection, now, person, "display_made", unit_id, display_id)
    return secret


def end(connection: Connection, display: WallDisplay, person: str, now: datetime) -> None:
    """Ends an address from now on, and notes who did."""
    ends = update(wall_displays).where(_W.display_id == display.display_id, _W.ends_at > now).values(ends_at=now)
    if connection.execute(ends).rowcount:
        _note(connection, now, person, "display_ended", display.unit_id, display.display_id)


def holding(connection: Connection, unit_id: str, now: datetime) -> Sequence[WallDisplay]:
    """The addresses of a unit that hold, in the order in which they were made."""
    wanted = _selected().where(_W.unit_id == unit_id, _W.ends_at > now).order_by(_W.display_id)
    return [WallDisplay(*row) for row in connection.execute(wanted)]


def numbered(connection: Connection, display_id: int, now: datetime) -> WallDisplay | None:
    """The address with this number, while it holds."""
    row = connection.execute(_selected().where(_W.display_id == display_id, _W.ends_at > now)).first()
    return None if row is None else WallDisplay(*row)


def opened_by(connection: Connection, secret: str, now: datetime) -> WallDisplay | None:
    """What a secret opens now."""
    row = connection.execute(_selected().where(_W.token_hash == _hash(secret), _W.ends_at > now)).first()
    return None if row is None else WallDisplay(*row)


def _selected() -> Select[Any]:
    return select(_W.display_id, _W.unit_id, _W.made_by, _W.made_at, _W.ends_at)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()  # 128 random bits: a plain hash is enough


def _note(connection: Connection, now: datetime, person: str, did: str, unit_id: str, display_id: int) -> None:
    detail = {"did": did, "unit": unit_id, "display": display_id}
    audit.note(connection, AuditEntry(now, person, Audited.DISPLAY, detail))
