"""Contacts as they are kept: sealed, each with its matter's key. The keys with which that is done come with the engine,
never from the database.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from sync.district.domain.contact_seal import ContactKeys, NotTheKey, SealedContact, is_sealed
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.privacy_tables import matter_keys
from sync.district.store.upsert import upsert

log = logging.getLogger(__name__)

OPTION = "contact_keys"
MANY = 500
_K, _M = c.complaints.c, matter_keys.c


class NoContactKeys(Exception):
    """The database was opened without the keys of contacts."""


def use_contact_keys(engine: Engine, keys: ContactKeys) -> None:
    """From now on whoever reads or writes with this engine seals and opens contacts with these keys."""
    engine.update_execution_options(**{OPTION: keys})


def keys_of(connection: Connection) -> ContactKeys:
    """The keys that came with the engine. Raises ``NoContactKeys``."""
    keys = connection.get_execution_options().get(OPTION)
    if not isinstance(keys, ContactKeys):
        raise NoContactKeys
    return keys


def opened_contacts(connection: Connection, kept: Mapping[str, Any]) -> dict[str, dict[str, str] | None]:
    """The contacts of some complaints in full, from what is kept of each; ``None`` where there is none, its key was
    destroyed, or it was sealed with another district's receipt key, which the log says."""
    there = {entry_id: content for entry_id, content in kept.items() if content}
    if not there:
        return dict.fromkeys(kept)
    keys, wrapped = keys_of(connection), wrapped_keys(connection, there)
    found = {entry_id: _opened(keys, entry_id, content, wrapped.get(entry_id)) for entry_id, content in there.items()}
    return {entry_id: found.get(entry_id) for entry_id in kept}


def _opened(keys: ContactKeys, entry_id: str, content: Mapping[str, str], key: bytes | None) -> dict[str, str] | None:
    try:
        return keys.opened(content, key)
    except NotTheKey:
        log.error("the contact of %s was sealed with another receipt key: restore it (district key restore)", entry_id)
        return None


def wrapped_keys(connection: Connection, entry_ids: Collection[str]) -> dict[str, bytes]:
    """The keys of matters, as they are kept."""
    found = dict[str, bytes]()
    for wanted in among(connection, _M.entry_id, entry_ids):
        rows = connection.execute(select(_M.entry_id, _M.wrapped_key).where(wanted))
        found |= {row[0]: bytes(row[1]) for row in rows}
    return found


def seal_contacts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Seals the contacts of rows that are to be written, in place, each with its matter's key."""
    open_ones = [row for row in rows if row["contact"]]
    if not open_ones:
        return
    keys, known = keys_of(connection), wrapped_keys(connection, [row["entry_id"] for row in open_ones])
    made = []
    for row in open_ones:
        sealed = _sealed(keys, row["contact"], known.get(row["entry_id"]))
        row["folded_contact"] = keys.digests(row["contact"])
        row["contact"] = dict(sealed.content)
        if sealed.wrapped_key != known.get(row["entry_id"]):
            made.append({"entry_id": row["entry_id"], "wrapped_key": sealed.wrapped_key})
    upsert(connection, matter_keys, made)


def _sealed(keys: ContactKeys, contact: Mapping[str, str], key: bytes | None) -> SealedContact:
    """With the key that is there; where nobody can unwrap that any more, with a new one."""
    try:
        return keys.sealed(contact, key)
    except NotTheKey:
        return keys.sealed(contact)


def seal_open_contacts(engine: Engine) -> int:
    """Seals what an older release has kept open; returns how many. Raises ``StoreUnavailable``."""
    done = 0
    while True:
        with writing(engine) as connection:
            known = select(_M.entry_id).where(_M.entry_id == _K.entry_id).exists()
            rows = connection.execute(
                select(_K.entry_id, _K.contact).where(_K.folded_contact.is_not(None), ~known).limit(MANY)
            ).all()
            found = [{"entry_id": row[0], "contact": dict(row[1])} for row in rows if row[1] and not is_sealed(row[1])]
            seal_contacts(connection, found)
            for row in found:
                changed = {"contact": row["contact"], "folded_contact": row["folded_contact"]}
                connection.execute(update(c.complaints).where(_K.entry_id == row["entry_id"]).values(**changed))
        done += len(found)
        if len(found) < MANY:
            return done


def destroy_keys(connection: Connection, entry_ids: Iterable[str]) -> None:
    """Destroys the keys of matters: from now on nobody opens their contacts, whatever copies of them there are."""
    for wanted in among(connection, _M.entry_id, list(entry_ids)):
        connection.execute(delete(matter_keys).where(wanted))


def holds_digest(connection: Connection, word: str) -> ColumnElement[bool]:
    """Whether a complaint's contact has a word: one of the name without marks, or the whole telephone number."""
    return _K.folded_contact.contains(keys_of(connection).digest(word), autoescape=True)
