"""Read what a damaged database still tells: the kiosk's identity, its ledger's position, and undelivered entries.

Entries are read off their pages (``kiosk.box.recovery.sqlite_pages``) and believed for a reason. Most are proved: with
the hash before them they give the hash they stand with. Of the first one behind a lost page that hash is gone; it is
taken when it is complete in form, and its seal guards what is in it: the district opens it as it was said, or sets it
aside.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from kiosk.box.keys import Keys
from kiosk.box.recovery.sqlite_pages import Pages, Row
from kiosk.box.recovery.sqlite_wal import Log
from kiosk.store.identity import Identity
from kiosk.store.ledger import LedgerRow
from kiosk.store.tables import DELIVERED, PENDING, REISSUED, SET_ASIDE, metadata
from sync.protocol.batch import flaw
from sync.protocol.chain import (
    Envelope,
    Head,
    acknowledgement_is_signed,
    genesis,
    head_is_signed,
    key_rotation_is_signed,
    link,
)

CARRIED_OVER = ("given_receipts",)
_STATES = (PENDING, DELIVERED, SET_ASIDE, REISSUED)
_BEYOND = 1 << 40
"""No epoch and no position is as large."""

Place = tuple[int, int]
_Entry = tuple[int, int, str, str, str, str, bytes, bytes]


@dataclass(slots=True)
class Salvage:
    """What could be read from a damaged file. ``lost`` counts positions of the newest epoch that were neither settled
    nor readable; ``None`` when the head could not be read either."""

    file: Path
    who: Identity | None = None
    pending: list[Envelope] = field(default_factory=list)
    epoch: int = 0
    seq: int = 0
    lost: int | None = None
    others: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """Rows by what they are, with nothing believed yet but the signatures. Epochs lead to the newest position."""

    device_id: str
    entries: defaultdict[Place, dict[LedgerRow, bool]] = field(default_factory=lambda: defaultdict(dict))
    states: dict[Place, str] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    received: dict[int, int] = field(default_factory=dict)
    signed: dict[Place, bytes] = field(default_factory=dict)
    pruned: dict[Place, bytes] = field(default_factory=dict)


def salvage(path: Path, log: Log, connection: sqlite3.Connection, known: Identity | None, keys: Keys) -> Salvage:
    """Reads a file with its log while nobody writes. ``known`` is who the box is by the note beside its keys."""
    connection.row_factory = sqlite3.Row
    saved = Salvage(path, known)
    if known is None:
        saved.who = next((Identity(**row) for row in _rows(connection, "identity")), None)
    for table in CARRIED_OVER:
        saved.others[table] = list(_rows(connection, table))
    if saved.who is not None:
        _read_ledger(saved, log, saved.who, keys)
    return saved


def _read_ledger(saved: Salvage, log: Log, who: Identity, keys: Keys) -> None:
    found = _sorted_out(Pages(saved.file, log), who, bytes(keys.device.verify_key))
    signed = max([*found.heads, *found.received], default=0)
    believed: dict[Place, Envelope] = {}
    for epoch in sorted({epoch for epoch, _ in found.entries}):
        of_epoch, proved = _believed(found, epoch)
        if proved or epoch <= signed or not signed:
            believed |= of_epoch
    saved.epoch = max([signed, *(epoch for epoch, _ in believed)])
    done = {place for place, state in found.states.items() if state != PENDING}
    waiting = [place for place in sorted(believed) if place[1] > found.received.get(place[0], 0)]
    saved.pending = _once(believed[place] for place in waiting if place not in done)
    if saved.epoch in found.heads:
        saved.seq, received = found.heads[saved.epoch], found.received.get(saved.epoch, 0)
        beyond = {seq for epoch, seq in done | set(believed) if epoch == saved.epoch and received < seq <= saved.seq}
        saved.lost = max(0, saved.seq - received - len(beyond))


def _once(envelopes: Iterable[Envelope]) -> list[Envelope]:
    """Where an entry was issued in several epochs and nobody knows that any more, it waits once."""
    return list({envelope.entry_id: envelope for envelope in envelopes}.values())


def _sorted_out(pages: Pages, who: Identity, public_key: bytes) -> _Found:
    found = _Found(who.device_id)
    heads, former, received = [], [], []
    for row in pages.rows():
        match row.values:
            case (int(), int(), str(), str(), str(), str(), bytes(), bytes()):
                _note_entry(found, row)
            case (int(epoch), int(seq), str(state), str()) if state in _STATES and row.sure:
                found.states[epoch, seq] = state
            case (None, int(seq), bytes(hash_), bytes(signature)):
                heads.append((Head(who.device_id, row.number, seq, hash_), signature))
            case (None, int(seq), bytes(hash_), str(at), bytes(signature)):
                received.append((Head(who.device_id, row.number, seq, hash_), at, signature))
            case (None, int(seq), bytes(hash_)):
                found.pruned[row.number, seq] = hash_
            case (bytes(key), bytes(following), bytes(token), bytes(signature)):
                former.append((key, following, token, signature))
    own = {public_key} | {one[0] for one in former if key_rotation_is_signed(who.device_id, *one[1:], one[0])}
    for head, signature in heads:
        if any(head_is_signed(head, signature, key) for key in own):
            found.heads[head.epoch] = max(head.seq, found.heads.get(head.epoch, 0))
    for head, at, signature in received:
        if acknowledgement_is_signed(head, at, signature, who.receipt_public_key):
            found.received[head.epoch] = max(head.seq, found.received.get(head.epoch, 0))
            found.signed[head.epoch, head.seq] = head.hash
    return found


def _note_entry(found: _Found, row: Row) -> None:
    epoch, seq, entry_id, kind, day, key_id, sealed, hash_ = cast(_Entry, row.values)
    if 0 < epoch < _BEYOND and 0 < seq < _BEYOND and len(hash_) == 32:
        kept = LedgerRow(epoch, seq, Envelope(entry_id, kind, day, key_id, sealed), hash_)
        found.entries[epoch, seq][kept] = found.entries[epoch, seq].get(kept, False) or row.sure


def _believed(found: _Found, epoch: int) -> tuple[dict[Place, Envelope], bool]:
    """The entries of an epoch that are proved, or that nothing speaks against; and whether any is proved."""
    believed: dict[Place, Envelope] = {}
    proved_before = 0
    for place in sorted(place for place in found.entries if place[0] == epoch):
        seq = place[1]
        hashes = _hashes_before(found, place)
        chosen = [kept for kept in found.entries[place] if _is_proved(found.device_id, kept, hashes)]
        known_before = seq == 1 or seq - 1 == proved_before or (epoch, seq - 1) in found.signed
        if chosen:
            proved_before = seq
        elif not known_before:
            chosen = [kept for kept, sure in found.entries[place].items() if sure and _is_whole(kept.envelope)]
        if chosen:
            believed[place] = chosen[-1].envelope
    return believed, proved_before > 0


def _hashes_before(found: _Found, place: Place) -> set[bytes]:
    epoch, before = place[0], (place[0], place[1] - 1)
    hashes = {kept.hash for kept in found.entries.get(before, ())}
    hashes |= {hash_ for known in (found.signed, found.pruned) if (hash_ := known.get(before))}
    return hashes | {genesis(found.device_id, epoch)} if place[1] == 1 else hashes


def _is_proved(device_id: str, kept: LedgerRow, before: set[bytes]) -> bool:
    return any(link(one, device_id, kept.epoch, kept.seq, kept.envelope) == kept.hash for one in before)


def _is_whole(envelope: Envelope) -> bool:
    """Whether every field is one that a box writes; the id's time is its day."""
    if flaw(envelope):
        return False
    day = datetime.fromisoformat(envelope.day).replace(tzinfo=UTC)
    return UUID(envelope.entry_id).int >> 80 == int(day.timestamp() * 1000)


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a small table that SQLite can still read and that fit it."""
    try:
        for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own names
            if _fits(table, row):
                yield dict(row)
    except (sqlite3.Error, UnicodeDecodeError):
        return


def _fits(table: str, row: sqlite3.Row) -> bool:
    """Whether every value is of its column's kind; from a spoiled page may come anything."""
    for column in metadata.tables[table].columns:
        value, kind = row[column.name], column.type.python_type
        if kind is date:
            with suppress(TypeError, ValueError):
                value = date.fromisoformat(value)
        if not isinstance(value, kind) and not (value is None and column.nullable):
            return False
    return True
