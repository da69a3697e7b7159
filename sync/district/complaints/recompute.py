"""Recompute complaint status after new entries, people's actions, or changed rules."""

from collections.abc import Collection
from datetime import datetime

from kiosk.domain.complaint import About
from kiosk.domain.deadlines import Scheme
from sync.district.complaints.stuck import recheck
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.concluding import to_conclude
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Subject, restriction_of
from sync.district.store import complaints as store
from sync.district.store.complaint_subjects import COUNTER, LATER, OFFICER, TEXT
from sync.district.store.complaints import COMMENT, ComplaintFacts, StatusRow
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.published_answers import PublishedAnswer, keep_published, public_id, publishing_secret
from sync.district.times import local_day


def recompute_status(
    connection: Connection, numbers: Collection[str], schemes: tuple[Scheme, ...], at: datetime
) -> None:
    """Writes how every complaint with one of these receipt numbers stands; who acts on them waits meanwhile."""
    facts = store.facts_with(connection, numbers)
    store.lock_statuses(connection, [each.entry_id for each in facts])
    deadlines = Deadlines(schemes, store.country_holidays(connection))
    guesses = store.guesses_of(connection, [each.entry_id for each in facts])
    found = [
        (each, case, doubled, _subject(each, case, guesses.get(each.entry_id, ())))
        for each, case, doubled in cases(connection, facts, at)
    ]
    store.write_statuses(connection, [_row(*each, deadlines) for each in found], at)
    secret = publishing_secret(connection)
    keep_published(connection, {each.entry_id: _published(each, case, secret) for each, case, _, _ in found})
    store.keep_from(connection, {each.entry_id: _kept_from(subject) for each, _, _, subject in found})
    recheck(connection, local_day(at), [each.entry_id for each, _, _, _ in found])


def cases(
    connection: Connection, facts: Collection[ComplaintFacts], now: datetime
) -> list[tuple[ComplaintFacts, Case, bool]]:
    """How each complaint stands now, and whether an earlier one has its receipt number.

    A verdict or a supplement given at a kiosk names a receipt number; it belongs to the earliest complaint with that
    number.
    """
    at_kiosks = store.steps_from_kiosks(connection, facts, shown_before(now))
    steps = store.steps_of(connection, [each.entry_id for each in facts])
    found, seen = [], set[str]()
    for each in sorted(facts, key=lambda each: each.arrival):
        number = each.receipt_number
        doubled = number in seen
        seen.add(number)
        own = steps[each.entry_id] if doubled else [*steps[each.entry_id], *at_kiosks[number]]
        anonymous, incomplete = each.kind == COMMENT, each.complete is False
        case = fold_steps(
            each.unit_id,
            each.received_at,
            anonymous,
            own,
            incomplete=incomplete,
            reply_by=each.reply_by or "",
            is_question=each.about == About.QUESTION,
        )
        found.append((each, case, doubled))
    return found


def recompute_open(engine: Engine, schemes: tuple[Scheme, ...], at: datetime) -> int:
    """Works out every open complaint anew, when holidays or deadlines have changed; returns how many."""
    with writing(engine) as connection:
        ids = store.open_ids(connection)
        recompute_status(connection, set(store.numbers_of(connection, ids).values()), schemes, at)
    return len(ids)


def _subject(facts: ComplaintFacts, case: Case, guesses: Collection[tuple[str, str, str]]) -> Subject:
    """What a complaint is about as far as its words and its classification say; what is known for good stands in
    ``complaint_subjects``."""
    return Subject(
        facts.unit_id,
        facts.about,
        facts.sensitive,
        guessed_officers=_guessed(guesses, OFFICER, TEXT),
        guessed_counters=_guessed(guesses, COUNTER, TEXT),
        classified=case.classified,
        later_words=case.later_words,
        later_officers=_guessed(guesses, OFFICER, LATER),
        later_counters=_guessed(guesses, COUNTER, LATER),
    )


def _guessed(guesses: Collection[tuple[str, str, str]], kind: str, source: str) -> frozenset[str]:
    return frozenset(value for each, value, how in guesses if (each, how) == (kind, source))


def _kept_from(subject: Subject) -> list[tuple[str, str]]:
    officers = [(OFFICER, number) for number in sorted(subject.concerned)]
    return [*officers, *((COUNTER, counter) for counter in sorted(subject.at_counters))]


def _published(facts: ComplaintFacts, case: Case, secret: bytes) -> PublishedAnswer | None:
    """What stands on the public page of it, if anything does."""
    if case.published_at is None or not case.published:
        return None
    shown = (case.public_question, case.public_answer)
    return PublishedAnswer(public_id(secret, facts.entry_id), case.unit_id, local_day(case.published_at), *shown)


def _row(facts: ComplaintFacts, case: Case, doubled: bool, subject: Subject, deadlines: Deadlines) -> StatusRow:
    return StatusRow(
        entry_id=facts.entry_id,
        state=case.state,
        unit_id=case.unit_id,
        owner=case.owner,
        due_on=deadlines.next_due(case),
        open=case.open,
        doubled=doubled,
        changed_at=case.since,
        classified=None if case.classified is None else case.classified.as_json(),
        answer_due_on=deadlines.answer_due(case),
        incomplete=case.incomplete,
        restriction=restriction_of(subject),
        to_inform=list(case.to_inform) or None,
        supplemented_at=case.supplemented_at,
        later_words=str(case.later_words) or None,
        to_conclude=to_conclude(facts.about, case),
    )
