"""Record whom and what a complaint is about when it arrives: what its citizen named, whose dossier it is, who sits at
that counter now or was on duty there lately, and whom its words seem to name. Later imports add to it and take
nothing away."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sync.district.domain.complaint_body import ArrivedEntry, ComplaintBody
from sync.district.domain.mentions import KnownCounter, KnownOfficer, mentions
from sync.district.domain.rights import Subject, below
from sync.district.store import complaint_subjects as store
from sync.district.store.complaint_subjects import (
    ARRIVAL,
    CONCLUDED,
    COUNTER,
    DOSSIER,
    ENTRY,
    LATER,
    NAMED,
    OFFICER,
    SEAT,
    TEXT,
    SubjectFact,
)
from sync.district.store.complaints import facts_with
from sync.district.store.engine import Connection
from sync.district.store.imports import unit_parents
from sync.district.store.merges import merges_with
from sync.district.store.rosters import shifts_at

LATELY = timedelta(days=7)
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
    facts += [*_seated(facts, store.seats_of(connection, counters)), *_on_duty(connection, facts, new)]
    facts += _named_in_words(connection, new)
    store.keep_subjects(connection, facts, at)


def record_added(connection: Connection, words: Iterable[tuple[str, str]], at: datetime) -> None:
    """Writes down whom citizens seem to name in what they added: receipt number and text."""
    written = [(number, text) for number, text in words if text.strip()]
    known, facts = _KnownNames(connection), list[SubjectFact]()
    for number, text in written:
        for each in facts_with(connection, [number]):
            into = [merge.into for merge in merges_with(connection, [each.entry_id]) if merge.entry_id == each.entry_id]
            for entry_id in (each.entry_id, *into):  # who answers for both is kept from it, too
                facts += known.named_in(text, entry_id, each.unit_id, LATER)
    store.keep_subjects(connection, facts, at)


def record_concluded(connection: Connection, entry_id: str, officers: Iterable[str], at: datetime) -> None:
    """Writes down whom a conclusion names: it is kept from them, whatever the matter is found to be about later."""
    store.keep_subjects(connection, [SubjectFact(entry_id, OFFICER, number, CONCLUDED) for number in officers], at)


def record_kept_from(connection: Connection, entry_id: str, other: Subject, at: datetime) -> None:
    """Writes down that a complaint is kept from everybody whom another one is kept from with which it was merged."""
    facts = [SubjectFact(entry_id, OFFICER, number, SEAT) for number in sorted(other.concerned)]
    facts += [SubjectFact(entry_id, COUNTER, counter, SEAT) for counter in sorted(other.at_counters)]
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


def _on_duty(
    connection: Connection, facts: Iterable[SubjectFact], entries: Iterable[ArrivedEntry]
) -> list[SubjectFact]:
    """Whom the duty roster had at these counters in the days before: a citizen may speak of an earlier visit."""
    days = {each.entry_id: each.day for each in entries}
    asked = [(fact.complaint_id, fact.value) for fact in facts if fact.kind == COUNTER]
    if not asked:
        return []
    first, last = min(days.values()) - LATELY, max(days.values())
    seated = shifts_at(connection, {counter_id for _, counter_id in asked}, first, last)
    return [
        SubjectFact(complaint_id, OFFICER, shift.officer_number, SEAT)
        for complaint_id, asked_counter in asked
        for (_, counter_id), shifts in seated.items()
        if counter_id == asked_counter
        for shift in shifts
        if days[complaint_id] - LATELY <= shift.day <= days[complaint_id]
    ]


def _named_in_words(connection: Connection, entries: Iterable[ArrivedEntry]) -> list[SubjectFact]:
    known, bodies = _KnownNames(connection), [(each.entry_id, _body(each)) for each in entries]
    return [
        fact
        for entry_id, body in bodies
        if body.text.strip()
        for fact in known.named_in(body.text, entry_id, body.unit_id, TEXT)
    ]


class _KnownNames:
    """The officers and counters of each unit, read once it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parents: Mapping[str, str | None] | None = None
        self._known: dict[str, Known] = {}

    def named_in(self, text: str, complaint_id: str, unit_id: str, source: str) -> list[SubjectFact]:
        """Whom and which counters a text about a complaint of a unit seems to name."""
        found = mentions(text, *self._of(unit_id))
        officers = [SubjectFact(complaint_id, OFFICER, number, source) for number in found.officers]
        return [*officers, *(SubjectFact(complaint_id, COUNTER, counter, source) for counter in found.counters)]

    def _of(self, unit_id: str) -> Known:
        if unit_id not in self._known:
            self._parents = unit_parents(self._connection) if self._parents is None else self._parents
            units = below(unit_id, self._parents)
            officers = store.known_officers(self._connection, units)
            self._known[unit_id] = officers, store.known_counters(self._connection, units)
        return self._known[unit_id]
