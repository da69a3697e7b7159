"""Open queued batches and count them, each exactly once, however often or by whatever process it is tried."""

import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace
from nacl.public import PrivateKey

from kiosk.domain.deadlines import Scheme
from kiosk.domain.entry import OF_A_PLACE
from kiosk.domain.rating import Flag
from sync.district.complaints.recompute import recompute_status
from sync.district.domain.checks import UnreadableBody
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.kiosk_clock import Arrival, Corrected
from sync.district.domain.rating_body import Allowed, Elsewhere, RatingBody, Sealed, refuse_elsewhere, unsealed
from sync.district.projection.dating import Dated, dated, happened_at
from sync.district.projection.emptying import empty_within
from sync.district.projection.kinds import Write, kind_of
from sync.district.store import projections as store
from sync.district.store.complaints import numbers_with_news
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.places import allowed_of
from sync.district.store.releases import released_at
from sync.district.store.rollups import rebuild_rollups
from sync.district.times import utc_now

log = logging.getLogger(__name__)

MAX_BATCHES = 16

Keys = Mapping[str, PrivateKey]


@dataclass(slots=True)
class OpenedEntry:
    """The entries of some batches, opened: those that could be read by what writes them, in order of arrival."""

    readable: dict[Write, list[tuple[Sealed, Any]]] = field(default_factory=dict)
    unreadable: list[tuple[Sealed, str]] = field(default_factory=list)
    times: list[tuple[Sealed, Corrected]] = field(default_factory=list)
    elsewhere: list[Sealed] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.unreadable) + sum(len(entries) for entries in self.readable.values())

    def only(self, batch_ids: Container[int]) -> "OpenedEntry":
        """Those of these batches."""
        return OpenedEntry(
            {write: _within(entries, batch_ids) for write, entries in self.readable.items()},
            _within(self.unreadable, batch_ids),
            _within(self.times, batch_ids),
            [entry for entry in self.elsewhere if entry.batch_id in batch_ids],
        )


def project(
    engine: Engine,
    keys: Keys,
    most: int = MAX_BATCHES,
    without: Iterable[int] = (),
    schemes: tuple[Scheme, ...] | None = None,
) -> int:
    """Projects up to ``most`` of the oldest queued batches; returns how many entries that were.

    Opening is the slow part and holds no lock others wait for: PostgreSQL skips what another projector holds, SQLite
    opens before it takes its one write lock. ``schemes``: the office's deadlines, else the shipped ones. Raises
    ``StoreUnavailable``; nothing is half done then.
    """
    schemes = load_schemes() if schemes is None else schemes
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:
            batch_ids = store.waiting(connection, most, without)
            entries = store.entries_of(connection, batch_ids)
            places = allowed_of(connection, {entry.device_id for entry in entries})
            opened = open_all(entries, keys, store.arrivals_of(connection, batch_ids), places)
            return _apply(connection, batch_ids, opened, schemes) if batch_ids else 0
    with reading(engine) as connection:
        batch_ids = store.waiting(connection, most, without)
        entries = store.entries_of(connection, batch_ids)
        arrivals = store.arrivals_of(connection, batch_ids)
        places = allowed_of(connection, {entry.device_id for entry in entries})
    if not batch_ids:
        return 0
    opened = open_all(entries, keys, arrivals, places)
    with writing(engine) as connection:
        return _apply(connection, batch_ids, opened, schemes)


def rebuild(engine: Engine, keys: Keys, schemes: tuple[Scheme, ...] | None = None) -> int:
    """Makes every projection again from the ledger, in one transaction; returns how many entries were read."""
    schemes = load_schemes() if schemes is None else schemes
    with writing(engine) as connection:
        hold(connection, Lock.REFERENCE)
        hold(connection, Lock.PROJECTION)
        while empty_within(connection, keys, utc_now()):
            pass
        store.clear(connection)
        rebuild_rollups(connection)
        last, total = 0, 0
        while batch_ids := store.batches_after(connection, last, MAX_BATCHES):
            entries = store.entries_of(connection, batch_ids)
            places = allowed_of(connection, {entry.device_id for entry in entries})
            write(connection, open_all(entries, keys, store.arrivals_of(connection, batch_ids), places), schemes)
            store.claim(connection, batch_ids)
            last, total = batch_ids[-1], total + len(entries)
        store.drop_empty_tallies(connection)
        if (released := released_at(connection)) is not None:
            recompute_status(connection, numbers_with_news(connection), schemes, released)
        return total


def open_all(
    entries: Iterable[Sealed], keys: Keys, arrivals: Mapping[int, Arrival], places: Mapping[str, Allowed] | None = None
) -> OpenedEntry:
    """Opens entries one by one and dates them; one that cannot be read is set aside and stops nothing. ``places``: what
    entries of each device may name; nothing is held against a device that is not among them."""
    opened, bodies = OpenedEntry(), list[tuple[Sealed, dict[str, Any]]]()
    for entry in entries:
        try:
            bodies.append((entry, unsealed(entry, keys)))
        except UnreadableBody as error:
            opened.unreadable.append((entry, str(error)))
    for each in dated(bodies, arrivals):
        if each.note is not None:
            opened.times.append((each.entry, each.note))
        _sort(opened, each, (places or {}).get(each.entry.device_id))
    return opened


def _sort(opened: OpenedEntry, each: Dated, allowed: Allowed | None) -> None:
    entry = each.entry
    try:
        kind = kind_of(entry.type)
        body = kind.read(each.body)
        if allowed is not None and entry.type in OF_A_PLACE:
            refuse_elsewhere(each.body, allowed, entry.day)
    except Elsewhere as error:
        opened.elsewhere.append(entry)
        opened.unreadable.append((entry, str(error)))
    except UnreadableBody as error:
        opened.unreadable.append((entry, str(error)))
    except Exception as error:  # one poisoned entry must never stop the queue
        log.exception("entry %s cannot be read", entry.entry_id)
        opened.unreadable.append((entry, f"error {type(error).__name__}: report it with the log"))
    else:
        if isinstance(body, RatingBody):
            body = replace(_flagged(body, each), happened_at=each.surely_at(body.recorded_at))
        opened.readable.setdefault(kind.write, []).append((entry, body))


def _flagged(body: RatingBody, dated: Dated) -> RatingBody:
    """The rating with a mark that even the district can only guess its day, and one when it is a mere guess."""
    marks = {str(Flag.CLOCK_UNSURE): dated.is_day_unsure or dated.is_guess, str(Flag.DAY_UNKNOWN): dated.is_guess}
    added = tuple(mark for mark, applies in marks.items() if applies and mark not in body.flags)
    return replace(body, flags=(*body.flags, *added)) if added else body


def _apply(connection: Connection, batch_ids: Sequence[int], opened: OpenedEntry, schemes: tuple[Scheme, ...]) -> int:
    hold(connection, Lock.PROJECTION)
    ours = store.claim(connection, batch_ids)
    return write(connection, opened.only(ours), schemes)


def write(connection: Connection, opened: OpenedEntry, schemes: tuple[Scheme, ...]) -> int:
    """Writes what opened entries mean, and notes those that could not be read; returns how many that were."""
    for write_kind, entries in opened.readable.items():
        if entries:
            write_kind(connection, entries, schemes)
    store.write_times(connection, [_time_row(entry, note) for entry, note in opened.times])
    store.write_unopened(connection, [_unopened_row(entry, reason) for entry, reason in opened.unreadable])
    store.find_elsewhere(connection, opened.elsewhere)
    return len(opened)


def _within(entries: list[tuple[Sealed, Any]], batch_ids: Container[int]) -> list[tuple[Sealed, Any]]:
    return [pair for pair in entries if pair[0].batch_id in batch_ids]


def _time_row(entry: Sealed, note: Corrected) -> dict[str, Any]:
    return {
        "device_id": entry.device_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "happened_at": happened_at(note),
        "uncertain_s": note.uncertain_s,
    }


def _unopened_row(entry: Sealed, reason: str) -> dict[str, Any]:
    return {
        "device_id": entry.device_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "reason": reason,
    }
