"""Take the sealed form of erased entries out of the ledger. Only who holds the private key can tell what of an entry
stays, so the projector does it, moments after the contact's key was destroyed.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nacl.public import PrivateKey

from sync.district.domain.checks import UnreadableBody
from sync.district.domain.erasure import ErasureScope, residue_of
from sync.district.domain.rating_body import Sealed, unsealed
from sync.district.store import erased_entries as store
from sync.district.store.engine import Connection, Engine, reading, writing

log = logging.getLogger(__name__)

MANY = 50


def empty_erased(engine: Engine, keys: Mapping[str, PrivateKey], at: datetime) -> int:
    """Empties up to 50 entries that wait for it; returns how many. What is sealed to a key that is not there goes on
    waiting for it: nobody knows yet what stays of it. Raises ``StoreUnavailable``."""
    with reading(engine) as connection:
        if not store.to_empty(connection, 1, _missing(connection, keys)):
            return 0
    with writing(engine) as connection:
        return empty_within(connection, keys, at)


def empty_within(connection: Connection, keys: Mapping[str, PrivateKey], at: datetime) -> int:
    """As ``empty_erased``, in a transaction that does more."""
    waiting = store.to_empty(connection, MANY, _missing(connection, keys))
    for entry, scope, kept in waiting:
        words = store.words_left(connection, entry)
        store.empty(connection, entry, _residue(entry, scope, kept, words, keys), at)
    if waiting:
        store.empty_copies(connection)
        log.info("%d erased entries were emptied", len(waiting))
    return len(waiting)


def empty_late_copies(engine: Engine) -> int:
    """Empties what an entry that was erased has left beside the ledger since, refused or in conflict; returns how many.
    Needs no key. Raises ``StoreUnavailable``."""
    with writing(engine) as connection:
        return store.empty_copies(connection)


def _missing(connection: Connection, keys: Mapping[str, PrivateKey]) -> set[str]:
    return {key_id for key_id in store.sealed_with(connection) if keys.get(key_id) is None}


def _residue(
    entry: Sealed,
    scope: ErasureScope,
    kept: Mapping[str, Any] | None,
    words: str | None,
    keys: Mapping[str, PrivateKey],
) -> dict[str, Any] | None:
    """What stays of an entry; nothing of one that cannot be opened any more."""
    if not entry.sealed:
        return None if kept is None else residue_of(entry.type, kept, scope, words)
    try:
        return residue_of(entry.type, unsealed(entry, keys), scope, words)
    except UnreadableBody:
        log.warning("entry %s was erased and cannot be opened; nothing of it is kept", entry.entry_id)
        return None
