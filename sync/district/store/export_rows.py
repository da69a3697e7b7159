"""The rows of exports, read one after the other: never more than some thousand are in memory.

``first`` and ``last`` are local days, both included, ``None`` for no end. What has no known day is always there.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from sync.district.domain.release import Stream
from sync.district.domain.work import DIVIDED_BY
from sync.district.measures.index import SATISFIED
from sync.district.measures.organisation import Organisation
from sync.district.store import reference_tables as r
from sync.district.store import tables as t
from sync.district.store.engine import STREAMED, Connection
from sync.district.store.organisation import organisation
from sync.district.store.queue_tables import queue_times
from sync.district.store.release_tables import (
    assigned_days,
    released_counts,
    released_groups,
    released_members,
    releases,
)
from sync.district.store.releases import CASE
from sync.district.times import local_day

ENTRIES = 100
"""Numbers of entries are told to the next hundred, as on the pages."""

Row = dict[str, Any]
Name = Callable[[str, str | None], str | None]
_RATING_STREAMS = (Stream.RATING, Stream.CORRECTION, Stream.CONTRADICTION)
_LOWEST, _HIGHEST = ([f"{end} {score}" for score in SATISFIED] for end in ("lowest", "highest"))
_NOT_SHOWN = [f"{end} {score}" for end in ("lowest", "highest") for score in (1, 2, 3)]
_ANSWER_STREAMS = (Stream.REASON, Stream.PRIVATE)


def rows_of(table: str, connection: Connection, first: date | None, last: date | None, name: Name) -> Iterator[Row]:
    """The rows of a table of ``export.schema.json``. ``name`` gives a dossier or an officer its name in exports."""
    if table in _IN_HISTORY:
        yield from _IN_HISTORY[table](organisation(connection))
        return
    for row in connection.execute(_QUERIES[table](first, last), execution_options=STREAMED).mappings():
        yield _FINISH.get(table, _as_it_is)(dict(row), name)


def _as_it_is(row: Row, _: Name) -> Row:
    return row


def _releases(first: date | None, last: date | None) -> Select[Any]:
    return select(releases.c.day, releases.c.made_at).where(_between(releases.c.day, first, last)).order_by("day")


def _released(streams: tuple[Stream, ...], *more: str) -> Callable[[date | None, date | None], Select[Any]]:
    """Of contradictions, what a page shows of them: how many, and how many more would be satisfied."""
    g, counts = released_groups.c, released_counts.c
    day = func.coalesce(g.counted_on, assigned_days.c.day).label("day")
    answer = case((counts.answer.in_([*_LOWEST, *_HIGHEST]), "raised"), else_=counts.answer).label("answer")
    n = case((counts.answer.in_(_LOWEST), -counts.n), else_=counts.n).label("n")
    joined = released_groups.join(released_counts, counts.group_id == g.group_id).outerjoin(
        assigned_days, assigned_days.c.group_id == g.group_id
    )
    columns = (g.group_id, g.released_on, g.stream, g.unit_id, g.counter_id, *(g[name] for name in more))
    every = select(*columns, day, g.n.label("members"), answer, n).select_from(joined)

    def query(first: date | None, last: date | None) -> Select[Any]:
        wanted = (g.stream.in_([str(each) for each in streams]), counts.answer.not_in(_NOT_SHOWN))
        part = every.where(*wanted, or_(day.is_(None), _between(day, first, last))).subquery().c
        keys = [column for column in part if column.name != "n"]
        return select(*keys, func.sum(part.n).label("n")).group_by(*keys).order_by(part.group_id, part.answer)

    return query


def _ratings(first: date | None, last: date | None) -> Select[Any]:
    rated, members = t.ratings.c, released_members.c
    same = and_(members.stream == str(Stream.RATING), members.member == CASE)
    names = ("entry_id", "device_id", "epoch", "seq", "batch_id", "unit_id", "counter_id", "counter_known_by")
    more = ("procedure_id", "stage", "questionnaire", "score", "flags", "language", "input", "day", "recorded_at")
    columns = (*(rated[each] for each in (*names, *more)), rated.received_at, rated.counted)
    guessed = func.coalesce(rated.day_guessed, False)
    officer = (rated.officer_number.label("officer"), rated.officer_known_by.label("officer_named_by"))
    known = (*officer, rated.dossier_code.label("dossier"))
    how = t.rating_circumstances.c
    circumstances = (
        *(how.given, how.presses, how.scans, how.since_ds, how.spent_ds, how.scan_ds, how.home_ds, how.revision),
        *(how.counter_known_by.label("kiosk_knew_counter_by"), how.officer_known_by, how.transaction),
    )
    at_its_position = and_(*(how[each] == rated[each] for each in ("device_id", "epoch", "seq")))
    return (
        select(*columns, *known, guessed.label("day_guessed"), members.group_id, *circumstances)
        .select_from(
            t.ratings.outerjoin(released_members, same).outerjoin(t.rating_circumstances, at_its_position),
        )
        .where(or_(guessed, _between(rated.day, first, last)))
        .order_by(rated.batch_id, rated.seq)
    )


def _answers(first: date | None, last: date | None) -> Select[Any]:
    a, e = t.answers.c, t.answer_entries.c
    joined = t.answers.join(t.answer_entries, e.entry_id == a.entry_id).outerjoin(
        t.ratings, t.ratings.c.entry_id == e.rating_entry_id
    )
    columns = (e.entry_id, e.rating_entry_id, e.device_id, e.batch_id, e.seq, e.questionnaire, a.question_id, a.answer)
    day, guessed = t.ratings.c.day, func.coalesce(t.ratings.c.day_guessed, False)
    return (
        select(*columns, e.language, e.recorded_at, e.received_at)
        .select_from(joined)
        .where(or_(day.is_(None), guessed, _between(day, first, last)))
        .order_by(e.batch_id, e.seq, a.question_id, a.answer)
    )


def _kiosks(_first: date | None, _last: date | None) -> Select[Any]:
    d, e = t.devices.c, t.epochs.c
    rounded = case((e.latest_seq % ENTRIES == 0, e.latest_seq), else_=e.latest_seq + ENTRIES - e.latest_seq % ENTRIES)
    columns = (d.device_id, d.unit_id, d.counter_id, d.state, e.epoch, rounded.label("entries_up_to"))
    return (
        select(*columns)
        .select_from(t.devices.join(t.epochs, e.device_id == d.device_id))
        .order_by(d.device_id, e.epoch)
    )


def _anomalies(_first: date | None, _last: date | None) -> Select[Any]:
    f = t.findings.c
    what = (f.device_id, f.kind)
    latest = func.max(f.found_at).label("latest_on")
    return select(*what, func.count().label("n"), latest).group_by(*what).order_by(*what)


def _ledger(first: date | None, last: date | None) -> Select[Any]:
    entries, batches = t.ledger.c, t.batches.c
    names = ("device_id", "epoch", "seq", "batch_id", "entry_id", "type", "day", "key_id", "sealed", "hash")
    return (
        select(*(entries[each] for each in names), batches.received_at)
        .select_from(t.ledger.join(t.batches, batches.batch_id == entries.batch_id))
        .where(_between(entries.day, first, last))
        .order_by(entries.device_id, entries.epoch, entries.seq)
    )


def _heads(_first: date | None, _last: date | None) -> Select[Any]:
    h = t.heads.c
    names = ("device_id", "epoch", "seq", "hash", "first_seq", "previous", "signature", "received_at")
    return select(*(h[each] for each in names)).order_by(h.device_id, h.epoch, h.seq, h.hash)


def _reference(table: str, *names: str) -> Callable[[date | None, date | None], Select[Any]]:
    there = r.reference[table].c
    keys = list(r.reference[table].primary_key.columns)
    return lambda _first, _last: select(*(there[each] for each in names)).where(~there.removed).order_by(*keys)


def _handled(first: date | None, last: date | None) -> CompoundSelect[Any]:
    """How many dossiers each counter, or without one the unit whose code they begin with, received and returned."""
    d, units = r.dossiers.c, r.units.c
    wanted = and_(~d.removed, or_(_between(d.received_on, first, last), _between(d.returned_on, first, last)))
    begins = func.substr(d.dossier_code, 1, func.length(units.unit_id) + 1) == units.unit_id + "-"
    none: ColumnElement[str] = literal_column("''", String)
    at_counters = select(none.label("unit_id"), d.counter_id).where(wanted, d.counter_id.is_not(None))
    joined = r.dossiers.join(r.units, begins)
    of_units = select(units.unit_id, none.label("counter_id")).select_from(joined).where(wanted, d.counter_id.is_(None))
    days = (d.received_on, d.returned_on)
    parts = ((at_counters, d.counter_id), (of_units, units.unit_id))
    return union_all(*(part.add_columns(*days, func.count().label("n")).group_by(by, *days) for part, by in parts))


def _units(known: Organisation) -> Iterator[Row]:
    for held in (each for unit_id in sorted(known.units) for each in known.units[unit_id]):
        yield asdict(held.row) | {"holds_from": held.holds_from, "removed": held.removed}


def _counters(known: Organisation) -> Iterator[Row]:
    for held in (each for counter_id in sorted(known.counters) for each in known.counters[counter_id]):
        yield asdict(held.row) | {"holds_from": held.holds_from, "removed": held.removed}


def _dossiers(first: date | None, last: date | None) -> Select[Any]:
    d = r.dossiers.c
    handled = or_(_between(d.received_on, first, last), _between(d.returned_on, first, last))
    columns = (d.dossier_code.label("dossier"), d.counter_id, d.officer_number.label("officer"), d.procedure_id)
    return select(*columns, d.received_on, d.returned_on).where(~d.removed, handled)


def _between(day: ColumnElement[Any], first: date | None, last: date | None) -> ColumnElement[bool]:
    return and_(day >= (first or date.min), day <= (last or date.max))


def _named(row: Row, name: Name) -> Row:
    return row | {"dossier": name("dossier", row["dossier"]), "officer": name("officer", row["officer"])}


def _sealed(row: Row, _: Name) -> Row:
    return row | {"sealed": base64.b64encode(row["sealed"]).decode(), "hash": bytes(row["hash"])}


def _bytes(row: Row, _: Name) -> Row:
    return row | {each: bytes(row[each]) for each in ("hash", "previous", "signature")}


def _latest(row: Row, _: Name) -> Row:
    return row | {"latest_on": local_day(row["latest_on"])}


def _queue_times(first: date | None, last: date | None) -> Select[Any]:
    times = queue_times.c
    keys = (times.unit_id, times.of_day, times.counter_id, times.service, times.timed, times.hour)
    return select(*keys, times.n, times.minutes).where(_between(times.of_day, first, last)).order_by(*keys)


_QUERIES: Mapping[str, Callable[[date | None, date | None], Select[Any] | CompoundSelect[Any]]] = {
    "releases": _releases,
    "released_ratings": _released(_RATING_STREAMS, *DIVIDED_BY),
    "ratings": _ratings,
    "released_answers": _released(_ANSWER_STREAMS, "questionnaire", "question_id"),
    "answers": _answers,
    "kiosks": _kiosks,
    "findings": _anomalies,
    "ledger": _ledger,
    "heads": _heads,
    "questionnaires": _reference("questionnaires", "questionnaire_id", "version", "content"),
    "handled_dossiers": _handled,
    "dossiers": _dossiers,
    "queue_times": _queue_times,
}
_IN_HISTORY: Mapping[str, Callable[[Organisation], Iterator[Row]]] = {"units": _units, "counters": _counters}
_FINISH: Mapping[str, Callable[[Row, Name], Row]] = {
    "ratings": _named,
    "findings": _latest,
    "ledger": _sealed,
    "heads": _bytes,
    "dossiers": _named,
}
