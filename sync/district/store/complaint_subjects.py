"""Store whom and what complaints are about. Rows are only added, so imports and moves can bar more people from a
complaint, never fewer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import exists, select

from sync.district.domain.mentions import KnownCounter, KnownOfficer
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.people_tables import users
from sync.district.store.reference_tables import counters, dossiers, officers
from sync.district.store.upsert import insert_new

OFFICER, COUNTER, ARRIVAL = "officer", "counter", "arrival"
NAMED, DOSSIER, SEAT, TEXT, LATER, ENTRY = "said", "dossier", "seat", "text", "later", "entry"
CONCLUDED = "concluded"
"""Named by a conclusion."""
GUESSED = (TEXT, LATER)
"""Read from words: from what was said first, and from what was added."""


class SubjectFact(Struct, frozen=True):
    """One officer or counter that a complaint is about, and how that is known."""

    complaint_id: str
    kind: str
    value: str
    source: str


def keep_subjects(connection: Connection, facts: Iterable[SubjectFact], at: datetime) -> None:
    """Writes facts that are not there yet. What is known of a complaint that was merged, now or by a later import, also
    keeps the one that is answered for both from these people; what was guessed of it waits for somebody's word."""
    given = list(facts)
    firm = [fact for fact in given if fact.kind in (OFFICER, COUNTER) and fact.source not in GUESSED]
    mains = _mains_of(connection, {fact.complaint_id for fact in firm})
    of_mains = [
        SubjectFact(mains[fact.complaint_id], fact.kind, fact.value, SEAT)
        for fact in firm
        if fact.complaint_id in mains
    ]
    rows = {fact: {name: getattr(fact, name) for name in SubjectFact.__struct_fields__} for fact in (*given, *of_mains)}
    insert_new(connection, c.complaint_subjects, [row | {"at": at} for row in rows.values()])


def _mains_of(connection: Connection, complaint_ids: Collection[str]) -> dict[str, str]:
    """Into what each of these complaints is merged, where it is."""
    m, later, found = c.complaint_merges.c, c.complaint_merges.alias().c, dict[str, str]()
    holds = ~exists().where(later.complaint_id == m.complaint_id, later.merge_id > m.merge_id)
    for wanted in among(connection, m.complaint_id, complaint_ids):
        rows = connection.execute(select(m.complaint_id, m.into_id).where(wanted, m.into_id.is_not(None), holds))
        found |= {row[0]: row[1] for row in rows}
    return found


def recorded_arrivals(connection: Connection, complaint_ids: Collection[str]) -> set[tuple[str, str]]:
    """The complaints whose subjects were written down, with the arrival they were read from."""
    s = c.complaint_subjects.c
    found: set[tuple[str, str]] = set()
    for wanted in among(connection, s.complaint_id, complaint_ids):
        found |= {
            (row[0], row[1])
            for row in connection.execute(select(s.complaint_id, s.value).where(wanted, s.kind == ARRIVAL))
        }
    return found


def seats_of(connection: Connection, counter_ids: Collection[str]) -> dict[str, set[str]]:
    """Who sits at these counters now."""
    found: dict[str, set[str]] = {}
    for wanted in among(connection, officers.c.counter_id, counter_ids):
        for counter, number in connection.execute(
            select(officers.c.counter_id, officers.c.officer_number).where(wanted)
        ):
            found.setdefault(counter, set()).add(number)
    return found


def dossier_places(connection: Connection, codes: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
    """The officer and the counter of each of these dossiers."""
    d, found = dossiers.c, {}
    for wanted in among(connection, d.dossier_code, codes):
        for code, officer, counter in connection.execute(
            select(d.dossier_code, d.officer_number, d.counter_id).where(wanted)
        ):
            found[code] = (officer, counter)
    return found


def known_officers(connection: Connection, unit_ids: Collection[str]) -> list[KnownOfficer]:
    """The officers of these units, removed ones too: they may be the ones a citizen met."""
    o, names = officers.c, names_by_officer(connection)
    found = []
    for wanted in among(connection, o.unit_id, unit_ids):
        rows = connection.execute(select(o.officer_number, o.post).where(wanted))
        found += [KnownOfficer(number, post or "", names.get(number, "")) for number, post in rows]
    return found


def known_counters(connection: Connection, unit_ids: Collection[str]) -> list[KnownCounter]:
    """The counters of these units."""
    t, found = counters.c, []
    for wanted in among(connection, t.unit_id, unit_ids):
        found += [KnownCounter(*row) for row in connection.execute(select(t.counter_id, t.name).where(wanted))]
    return found


def names_by_officer(connection: Connection) -> dict[str, str]:
    """The names of those who have an account and are an officer, by number."""
    u = users.c
    rows = connection.execute(select(u.officer_number, u.full_name).where(u.full_name.is_not(None)))
    return {number: name for number, name in rows if number}


def full_names(connection: Connection) -> list[str]:
    """The names of everybody with an account that has one, shut out or not."""
    return list(connection.execute(select(users.c.full_name).where(users.c.full_name.is_not(None))).scalars())


def add_from_import(connection: Connection, kind: str, rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """After rows of an import were written: who now sits at a counter, or now answers for a dossier, that a complaint
    is about is kept from it as well."""
    if kind == "officers":
        keep_subjects(connection, _newly_seated(connection, rows), at)
    if kind == "dossiers":
        keep_subjects(connection, _newly_responsible(connection, rows), at)


def _newly_seated(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[SubjectFact]:
    seats: dict[str, set[str]] = {}
    for row in rows:
        if row["counter_id"]:
            seats.setdefault(row["counter_id"], set()).add(row["officer_number"])
    s, found = c.complaint_subjects.c, []
    firm = (s.kind == COUNTER) & s.source.not_in(GUESSED)
    for wanted in among(connection, s.value, seats):
        for complaint, counter in connection.execute(select(s.complaint_id, s.value).where(wanted, firm)):
            found += [SubjectFact(complaint, OFFICER, number, SEAT) for number in seats[counter]]
    return found


def _newly_responsible(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[SubjectFact]:
    brought = {row["dossier_code"]: row for row in rows}
    t = c.complaints.c
    asked = connection.execute(select(t.entry_id, t.dossier_code).where(t.dossier_code.is_not(None)))
    found = []
    for complaint, code in asked:
        for row_kind, name in ((OFFICER, "officer_number"), (COUNTER, "counter_id")):
            if code in brought and brought[code][name]:
                found.append(SubjectFact(complaint, row_kind, brought[code][name], DOSSIER))
    seats = seats_of(connection, {fact.value for fact in found if fact.kind == COUNTER})
    return found + [
        SubjectFact(fact.complaint_id, OFFICER, number, SEAT)
        for fact in found
        if fact.kind == COUNTER
        for number in seats.get(fact.value, ())
    ]
