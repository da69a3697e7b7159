"""Record whom and what a complaint is about when it arrives: what its citizen named, whose dossier it is, who sits at
that counter now, and whom its words seem to name. Later imports add to it and take nothing away."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sync.district.domain.complaint_body import ArrivedEntry, ComplaintBody
from sync.district.domain.mentions import KnownCounter, KnownOfficer, mentions
from sync.district.domain.rights import below
from sync.district.store import complaint_subjects as store
from sync.district.store.complaint_subjects import (
    ARRIVAL,
    COUNTER,
    DOSSIER,
    ENTRY,
    NAMED,
    OFFICER,
    SEAT,
    TEXT,
    SubjectFact,
)
from sync.district.store.engine import Connection
from sync.district.store.imports import unit_parents

Known = tuple[list[KnownOfficer], list[KnownCounter]]


def record_subjects(connection: Connection, arrived: Iterable[ArrivedEntry], at: datetime) -> None:
    """Writes down whom the complaints among these entries are about; those written down before stay as they are."""
    entries = [each for each in arrived if isinstance(each.body, ComplaintBody)]
    recorded = store.recorded_arrivals(connection, {each.entry_id for each in entries})
    new = [each for each in entries if (each.entry_id, _arrival(each)) not in recorded]
    if not new:
        return
    facts = [fact for each in new for fact in _words_by(each)]
    facts += _of_dossiers(connection, new)
    counters = {fact.value for fact in facts if fact.kind == COUNTER}
    facts += _seated(facts, store.seats_of(connection, counters))
    facts += _named_in_words(connection, new)
    store.keep_subjects(connection, facts, at)


def _arrival(each: ArrivedEntry) -> str:
    return f"{each.batch_id}:{each.seq}"


def _body(each: ArrivedEntry) -> ComplaintBody:
    assert isinstance(each.body, ComplaintBody), "only complaints are asked for"
    return each.body


def _words_by(each: ArrivedEntry) -> list[SubjectFact]:
    body, facts = _body(each), [SubjectFact(each.entry_id, ARRIVAL, _arrival(each), ENTRY)]
    if body.officer_number:
        facts.append(SubjectFact(each.entry_id, OFFICER, body.officer_number, NAMED))
    if body.counter_id:
        facts.append(SubjectFact(each.entry_id, COUNTER, body.counter_id, NAMED))
    return facts


def _of_dossiers(connection: Connection, entries: Iterable[ArrivedEntry]) -> list[SubjectFact]:
    codes = {each.entry_id: _body(each).dossier_code or "" for each in entries}
    places = store.dossier_places(connection, set(codes.values()) - {""})
    facts = []
    for entry_id, code in codes.items():
        for kind, value in zip((OFFICER, COUNTER), places.get(code, (None, None)), strict=True):
            if value:
                facts.append(SubjectFact(entry_id, kind, value, DOSSIER))
    return facts


def _seated(facts: Iterable[SubjectFact], seats: Mapping[str, set[str]]) -> list[SubjectFact]:
    return [
        SubjectFact(fact.complaint_id, OFFICER, number, SEAT)
        for fact in facts
        if fact.kind == COUNTER
        for number in seats.get(fact.value, ())
    ]


def _named_in_words(connection: Connection, entries: Iterable[ArrivedEntry]) -> list[SubjectFact]:
    parents, known, facts = unit_parents(connection), dict[str, Known](), list[SubjectFact]()
    for each in entries:
        body = _body(each)
        if not body.text.strip():
            continue
        if body.unit_id not in known:
            units = below(body.unit_id, parents)
            known[body.unit_id] = store.known_officers(connection, units), store.known_counters(connection, units)
        found = mentions(body.text, *known[body.unit_id])
        facts += [SubjectFact(each.entry_id, OFFICER, number, TEXT) for number in found.officers]
        facts += [SubjectFact(each.entry_id, COUNTER, counter, TEXT) for counter in found.counters]
    return facts
