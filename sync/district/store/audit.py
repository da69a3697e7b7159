"""Audit entries, auditors' public keys, and the secret behind the names in exports."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import exists, insert, select

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.store.audit_tables import audit_entries, auditor_keys, export_secrets
from sync.district.store.engine import Connection


class AuditorKey(Struct, frozen=True):
    """A public key to which finer exports are sealed, and whose it is."""

    key_id: str
    public_key: bytes
    name: str
    at: datetime


def note(connection: Connection, entry: AuditEntry) -> None:
    """Writes an audit entry; it is never changed afterwards."""
    connection.execute(insert(audit_entries).values(**asdict(entry) | {"what": str(entry.what)}))


def entries(connection: Connection, most: int) -> list[AuditEntry]:
    """The newest audit entries, the newest first."""
    a = audit_entries.c
    rows = connection.execute(
        select(a.at, a.person, a.what, a.detail, a.reason).order_by(a.audit_id.desc()).limit(most)
    )
    return [AuditEntry(at, person, Audited(what), dict(detail), reason) for at, person, what, detail, reason in rows]


def has_since(connection: Connection, what: Audited, since: datetime) -> bool:
    """Whether something of this kind was noted since a moment."""
    a = audit_entries.c
    return bool(connection.scalar(select(exists().where(a.what == str(what), a.at >= since))))


def keys(connection: Connection) -> list[AuditorKey]:
    """The keys that hold, in the order in which they were taken in."""
    k, holding = auditor_keys.c, dict[str, AuditorKey]()
    columns = (k.key_id, k.public_key, k.name, k.at, k.holds)
    for key_id, public_key, name, at, holds in connection.execute(select(*columns).order_by(k.row_id)):
        holding.pop(key_id, None)
        if holds == "yes":
            holding[key_id] = AuditorKey(key_id, bytes(public_key), name, at)
    return list(holding.values())


def write_key(connection: Connection, key: AuditorKey, *, holds: bool) -> None:
    """Takes a key in, or withdraws it."""
    connection.execute(insert(auditor_keys).values(**asdict(key), holds="yes" if holds else "no"))


def export_secret(connection: Connection) -> bytes:
    """The secret with which exports name dossiers and officers: the same names in every export of this district."""
    return bytes(connection.execute(select(export_secrets.c.secret)).scalar_one())
