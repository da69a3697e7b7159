"""The keys to which kiosks seal, as the district announced them. Empty until the first rotation."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, insert, select

from sync.district.store import tables as t
from sync.district.store.engine import Connection
from sync.protocol.snapshot import SealingKey

_COLUMNS = (t.sealing_keys.c.number, t.sealing_keys.c.public_key, t.sealing_keys.c.signature)
_NEWEST = select(*_COLUMNS).order_by(t.sealing_keys.c.number.desc()).limit(1)


class KeyUse(Struct, frozen=True):
    """How much the ledger holds under a key, and when the last of it arrived."""

    entries: int
    last_received_at: datetime


def newest_sealing_key(connection: Connection) -> SealingKey | None:
    """The key every box is to use; ``None`` while it is still the one of ``district init``."""
    row = connection.execute(_NEWEST).first()
    return None if row is None else SealingKey(*row)


def add_sealing_key(connection: Connection, key: SealingKey, key_id: str, at: datetime) -> None:
    """Announces a key."""
    values = {"number": key.number, "key_id": key_id, "public_key": key.public_key, "signature": key.signature}
    connection.execute(insert(t.sealing_keys).values(made_at=at, **values))


def announced(connection: Connection) -> list[tuple[int, str, datetime | None]]:
    """Number, key id and moment of every announced key, oldest first."""
    keys = t.sealing_keys.c
    rows = connection.execute(select(keys.number, keys.key_id, keys.made_at).order_by(keys.number))
    return [(row.number, row.key_id, row.made_at) for row in rows]


def uses(connection: Connection) -> dict[str, KeyUse]:
    """What the ledger holds under each key id."""
    rows = connection.execute(
        select(t.ledger.c.key_id, func.count(), func.max(t.batches.c.received_at))
        .join_from(t.ledger, t.batches, t.batches.c.batch_id == t.ledger.c.batch_id)
        .group_by(t.ledger.c.key_id)
    )
    return {row[0]: KeyUse(row[1], row[2]) for row in rows}
