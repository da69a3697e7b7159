"""Reference data on the kiosk: applied in one transaction, and looked up while a citizen waits."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import Connection, Table, Text, and_, delete, func, or_, select, type_coerce
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.domain.reference import KINDS, Counter, Dossier, Portrait, TallyRow, Unit
from kiosk.store import tables
from kiosk.store.prepared import Prepared
from kiosk.store.tallies import DISTRICT
from sync.protocol.snapshot import Change

_TABLES: dict[type[Struct], Table] = {kind.row: tables.reference[name] for name, kind in KINDS.items()}
_QUESTIONNAIRES = Prepared(select(type_coerce(tables.questionnaires.c.content, Text)))


class DossierOnBox(Struct, frozen=True):
    """What the box knows of one dossier, with the names to show."""

    counter_id: str | None
    counter: str | None
    officer_number: str | None
    procedure: str | None
    received_on: date | None
    due_on: date | None
    returned_on: date | None


def lookup(key: bytes, code: str) -> bytes:
    """How a dossier is found without its code standing in the file: HMAC-SHA-256 (RFC 2104), 16 bytes."""
    return hmac.digest(key, code.encode(), hashlib.sha256)[:16]


def close_code(key: bytes, code: str) -> bytes:
    """A dossier's code as the file keeps it while the dossier is not returned: for its own staff, and for nobody who
    has the file alone. XSalsa20-Poly1305 with a key derived from the kiosk's lookup key."""
    return bytes(SecretBox(_codes_key(key)).encrypt(code.encode()))


def open_code(key: bytes, closed: bytes) -> str:
    """The code again; empty when another key closed it (the file came from elsewhere)."""
    try:
        return SecretBox(_codes_key(key)).decrypt(closed).decode()
    except (CryptoError, ValueError):
        return ""


def _codes_key(key: bytes) -> bytes:
    return hmac.digest(key, b"lang-nghe dossier codes 1", hashlib.sha256)


def apply(tx: Connection, changes: Iterable[Change], key: bytes, *, full: bool) -> dict[str, int]:
    """Takes over changes; ``full`` drops what was there first. Returns how many rows of each table changed."""
    if full:
        for table in _TABLES.values():
            tx.execute(delete(table).where(table.c.source == DISTRICT) if table is tables.tallies else delete(table))
    applied: dict[str, int] = {}
    for change in changes:
        table = _TABLES[type(change.row)]
        values = _values(change.row, key)
        keys = {column.name: values[column.name] for column in table.primary_key}
        if change.removed:
            tx.execute(delete(table).where(and_(*(table.c[name] == value for name, value in keys.items()))))
        else:
            statement = upsert(table).values(values)
            rest = {name: value for name, value in values.items() if name not in keys}
            tx.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=rest))
        applied[table.name] = applied.get(table.name, 0) + 1
    return applied


def drop_what_is_of_others(tx: Connection, unit_id: str, today: date) -> None:
    """Lets go of the pictures and PINs of everybody who does not serve at this unit (any more)."""
    o = tables.officers.c
    serving = select(o.officer_number).where(o.unit_id == unit_id, or_(o.valid_to.is_(None), o.valid_to >= today))
    for table in (tables.portraits, tables.officer_pins):
        tx.execute(delete(table).where(table.c.officer_number.not_in(serving)))


def find_dossier(tx: Connection, key: bytes, code: str) -> DossierOnBox | None:
    """The dossier with this code, or ``None`` when the box has not heard of it."""
    d, p, c = tables.dossiers, tables.procedures, tables.counters
    row = tx.execute(
        select(d, p.c.name.label("procedure"), c.c.name.label("counter"))
        .select_from(
            d.outerjoin(p, p.c.procedure_id == d.c.procedure_id).outerjoin(c, c.c.counter_id == d.c.counter_id)
        )
        .where(d.c.lookup == lookup(key, code))
    ).first()
    if row is None:
        return None
    about = (row.counter_id, row.counter, row.officer_number, row.procedure)
    return DossierOnBox(*about, row.received_on, row.due_on, row.returned_on)


def officers_at(tx: Connection, counter_id: str, today: date) -> int:
    """How many officers in force today sit at a counter."""
    o = tables.officers.c
    serving = and_(
        o.counter_id == counter_id,
        or_(o.valid_from.is_(None), o.valid_from <= today),
        or_(o.valid_to.is_(None), o.valid_to >= today),
    )
    return tx.execute(select(func.count()).where(serving)).scalar_one()


def counters_of(tx: Connection, unit_id: str, today: date) -> list[Counter]:
    """The counters of a unit in force today, by name."""
    c = tables.counters
    found = tx.execute(
        select(c)
        .where(
            c.c.unit_id == unit_id,
            or_(c.c.valid_from.is_(None), c.c.valid_from <= today),
            or_(c.c.valid_to.is_(None), c.c.valid_to >= today),
        )
        .order_by(c.c.counter_id)
    )
    return [Counter(**row._mapping) for row in found]


def counter(tx: Connection, counter_id: str) -> Counter | None:
    row = tx.execute(select(tables.counters).where(tables.counters.c.counter_id == counter_id)).first()
    return Counter(**row._mapping) if row else None


def unit(tx: Connection, unit_id: str) -> Unit | None:
    row = tx.execute(select(tables.units).where(tables.units.c.unit_id == unit_id)).first()
    return Unit(**row._mapping) if row else None


def unit_names(tx: Connection) -> list[str]:
    """The names of all units that the box has heard of."""
    return list(tx.execute(select(tables.units.c.name)).scalars())


def pin_hash(tx: Connection, counter_id: str) -> str | None:
    """The Argon2id hash of a counter's PIN, or ``None`` when none was made."""
    found: str | None = tx.execute(
        select(tables.counter_pins.c.pin_hash).where(tables.counter_pins.c.counter_id == counter_id)
    ).scalar_one_or_none()
    return found


def questionnaires(tx: Connection) -> tuple[str, ...]:
    """Every questionnaire's content as JSON text, for ``kiosk.domain.questionnaire.questionnaire_from``.

    As text, because it is asked for at every rating and hardly ever changes: who reads it can remember what it says.
    """
    return tuple(content for (content,) in _QUESTIONNAIRES.run(tx))


def counts(tx: Connection) -> dict[str, int]:
    """How many rows each reference table has; for the technician."""
    return {table.name: len(tx.execute(select(*table.primary_key.columns)).all()) for table in _TABLES.values()}


def _values(row: Struct, key: bytes) -> dict[str, Any]:
    values = asdict(row)
    if isinstance(row, Dossier):
        code = values.pop("dossier_code")
        values["lookup"] = lookup(key, code)
        values["closed_code"] = None if row.returned_on else close_code(key, code)
    if isinstance(row, Portrait):
        return {"officer_number": row.officer_number, "picture": base64.b64decode(row.picture)}
    if isinstance(row, TallyRow):
        values["source"] = DISTRICT
    return values
