"""Projecting: queued batches opened and counted, each exactly once however often or by whomever it is tried."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nacl.public import PrivateKey

from kiosk.domain.entry import SAID_BY_CITIZENS
from kiosk.domain.rating import Flag
from sync.district.complaints.deadlines import Scheme, load_schemes
from sync.district.complaints.restand import restand
from sync.district.projection.answers import Added, AnswersBody
from sync.district.projection.body import (
    Allowed,
    Elsewhere,
    FactBody,
    RatingBody,
    Sealed,
    Unreadable,
    read,
    refuse_elsewhere,
    unsealed,
)
from sync.district.projection.clock import Arrival, Corrected
from sync.district.projection.dating import Dated, dated, happened_at
from sync.district.projection.settle import Rated, settle
from sync.district.projection.told import Arrived, AttachmentBody, ToldBody, VerdictBody
from sync.district.store import projections as store
from sync.district.store.answers import write_answers
from sync.district.store.complaints import write_arrived
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.places import allowed_of

log = logging.getLogger(__name__)

MOST_BATCHES = 16

Keys = Mapping[str, PrivateKey]


@dataclass(slots=True)
class Opened:
    """The entries of some batches, opened and sorted by what becomes of them."""

    ratings: list[tuple[Sealed, RatingBody]] = field(default_factory=list)
    answers: list[tuple[Sealed, AnswersBody]] = field(default_factory=list)
    told: list[Arrived] = field(default_factory=list)
    facts: list[tuple[Sealed, FactBody]] = field(default_factory=list)
    unreadable: list[tuple[Sealed, str]] = field(default_factory=list)
    times: list[tuple[Sealed, Corrected]] = field(default_factory=list)
    elsewhere: list[Sealed] = field(default_factory=list)


def project(
    engine: Engine,
    keys: Keys,
    most: int = MOST_BATCHES,
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
        hold(connection, Lock.PROJECTION)
        store.clear(connection)
        last, total = 0, 0
        while batch_ids := store.batches_after(connection, last, MOST_BATCHES):
            entries = store.entries_of(connection, batch_ids)
            places = allowed_of(connection, {entry.device_id for entry in entries})
            write(connection, open_all(entries, keys, store.arrivals_of(connection, batch_ids), places), schemes)
            store.claim(connection, batch_ids)
            last, total = batch_ids[-1], total + len(entries)
        store.drop_empty_tallies(connection)
        return total


def open_all(
    entries: Iterable[Sealed], keys: Keys, arrivals: Mapping[int, Arrival], places: Mapping[str, Allowed] | None = None
) -> Opened:
    """Opens entries one by one and dates them; one that cannot be read is set aside and stops nothing. ``places``: what
    entries of each device may name; nothing is held against a device that is not among them."""
    opened, bodies = Opened(), list[tuple[Sealed, dict[str, Any]]]()
    for entry in entries:
        try:
            bodies.append((entry, unsealed(entry, keys)))
        except Unreadable as error:
            opened.unreadable.append((entry, str(error)))
    for each in dated(bodies, arrivals):
        if each.note is not None:
            opened.times.append((each.entry, each.note))
        _sort(opened, each, (places or {}).get(each.entry.device_id))
    return opened


def _sort(opened: Opened, each: Dated, allowed: Allowed | None) -> None:
    entry = each.entry
    try:
        body = read(entry, each.body)
        if allowed is not None and entry.type in SAID_BY_CITIZENS:
            refuse_elsewhere(each.body, allowed)
    except Elsewhere as error:
        opened.elsewhere.append(entry)
        opened.unreadable.append((entry, str(error)))
    except Unreadable as error:
        opened.unreadable.append((entry, str(error)))
    except Exception as error:  # one poisoned entry must never stop the queue
        log.exception("entry %s cannot be read", entry.entry_id)
        opened.unreadable.append((entry, f"error {type(error).__name__}: report it with the log"))
    else:
        if isinstance(body, RatingBody):
            opened.ratings.append((entry, _flagged(body) if each.is_day_unsure else body))
        elif isinstance(body, AnswersBody):
            opened.answers.append((entry, body))
        elif isinstance(body, FactBody):
            opened.facts.append((entry, body))
        else:
            opened.told.append(_arrived(entry, body))


def _flagged(body: RatingBody) -> RatingBody:
    """The rating with a mark that even the district can only guess its day."""
    unsure = str(Flag.CLOCK_UNSURE)
    return body if unsure in body.flags else replace(body, flags=(*body.flags, unsure))


def _apply(connection: Connection, batch_ids: Sequence[int], opened: Opened, schemes: tuple[Scheme, ...]) -> int:
    hold(connection, Lock.PROJECTION)
    ours = store.claim(connection, batch_ids)
    kept = Opened(
        [pair for pair in opened.ratings if pair[0].batch_id in ours],
        [pair for pair in opened.answers if pair[0].batch_id in ours],
        [each for each in opened.told if each.batch_id in ours],
        [pair for pair in opened.facts if pair[0].batch_id in ours],
        [pair for pair in opened.unreadable if pair[0].batch_id in ours],
        [pair for pair in opened.times if pair[0].batch_id in ours],
        [entry for entry in opened.elsewhere if entry.batch_id in ours],
    )
    return write(connection, kept, schemes)


def write(connection: Connection, opened: Opened, schemes: tuple[Scheme, ...]) -> int:
    """Writes what opened entries mean, and notes those that could not be read; returns how many that were."""
    known = store.dossiers_of(connection, (body.dossier_code for _, body in opened.ratings if body.dossier_code))
    arrived = [_rated(entry, body, known) for entry, body in opened.ratings]
    store.write_ratings(connection, settle(store.related(connection, arrived), arrived))
    write_answers(connection, [_added(entry, body) for entry, body in opened.answers])
    if opened.told:
        numbers = write_arrived(connection, opened.told)
        restand(connection, numbers, schemes, max(each.received_at for each in opened.told))
    store.write_facts(connection, [_fact_row(entry, fact) for entry, fact in opened.facts])
    store.write_times(connection, [_time_row(entry, note) for entry, note in opened.times])
    store.write_unopened(connection, [_unopened_row(entry, reason) for entry, reason in opened.unreadable])
    store.find_elsewhere(connection, opened.elsewhere)
    kinds = (opened.ratings, opened.answers, opened.told, opened.facts, opened.unreadable)
    return sum(len(entries) for entries in kinds)


def _rated(entry: Sealed, body: RatingBody, known: Mapping[str, tuple[str | None, str | None]]) -> Rated:
    officer, procedure = known.get(body.dossier_code or "", (None, None))
    return Rated(
        entry_id=entry.entry_id,
        device_id=entry.device_id,
        epoch=entry.epoch,
        seq=entry.seq,
        batch_id=entry.batch_id,
        unit_id=body.unit_id,
        counter_id=body.counter_id,
        officer_number=officer,
        procedure_id=procedure,
        dossier_code=body.dossier_code,
        stage=body.stage,
        questionnaire=body.questionnaire,
        score=body.score,
        flags=body.flags,
        language=body.language,
        input=body.input,
        day=entry.day,
        recorded_at=body.recorded_at,
        received_at=entry.received_at,
    )


def _arrived(entry: Sealed, body: ToldBody | AttachmentBody | VerdictBody) -> Arrived:
    place = (entry.entry_id, entry.device_id, entry.epoch, entry.seq, entry.batch_id)
    return Arrived(*place, entry.type, entry.day, entry.received_at, body)


def _added(entry: Sealed, body: AnswersBody) -> Added:
    place = (entry.entry_id, entry.device_id, entry.epoch, entry.seq, entry.batch_id)
    return Added(*place, entry.day, entry.received_at, body)


def _time_row(entry: Sealed, note: Corrected) -> dict[str, Any]:
    return {
        "device_id": entry.device_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "happened_at": happened_at(note),
        "uncertain_s": note.uncertain_s,
    }


def _fact_row(entry: Sealed, fact: FactBody) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "device_id": entry.device_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "type": entry.type,
        "body": fact.body,
        "recorded_at": fact.recorded_at,
        "received_at": entry.received_at,
    }


def _unopened_row(entry: Sealed, reason: str) -> dict[str, Any]:
    return {
        "device_id": entry.device_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "reason": reason,
    }
