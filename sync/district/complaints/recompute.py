"""Recompute complaint status after new entries, people's actions, or changed rules."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from kiosk.domain.complaint import About
from kiosk.domain.deadlines import Scheme
from sync.district.complaints.stuck import recheck
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import OF_CITIZENS, Action, Step
from sync.district.domain.concluding import to_conclude
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.duplicates import as_merged
from sync.district.domain.folded import folded
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Subject, restriction_of
from sync.district.store import complaints as store
from sync.district.store.complaint_subjects import COUNTER, LATER, OFFICER, TEXT
from sync.district.store.complaints import COMMENT, ComplaintFacts, StatusRow
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.merges import MergedComplaint, mates_in, merges_with
from sync.district.store.published_answers import PublishedAnswer, keep_published, public_id, publishing_secret
from sync.district.times import local_day


def recompute_status(
    connection: Connection, numbers: Collection[str], schemes: tuple[Scheme, ...], at: datetime
) -> None:
    """Writes how every complaint with one of these receipt numbers stands; who acts on them waits meanwhile."""
    facts = store.facts_with(connection, numbers)
    facts = _with_mates(connection, facts, merges_with(connection, [each.entry_id for each in facts]))
    store.lock_statuses(connection, [each.entry_id for each in facts])
    deadlines = Deadlines(schemes, store.country_holidays(connection))
    guesses = store.guesses_of(connection, [each.entry_id for each in facts])
    groups = Groups(connection, facts, at)
    found = [
        (each, case, doubled, _subject(each, case, guesses.get(each.entry_id, ())))
        for each, case, doubled in groups.cases()
    ]
    words = _words_added(connection, groups, [each.entry_id for each, _, _, _ in found])
    rows = [_row(*each, deadlines) for each in found]
    store.write_statuses(connection, [replace(row, folded_added=words.get(row.entry_id)) for row in rows], at)
    secret = publishing_secret(connection)
    keep_published(connection, {each.entry_id: _published(each, case, secret) for each, case, _, _ in found})
    store.keep_from(connection, {each.entry_id: _kept_from(subject) for each, _, _, subject in found})
    recheck(connection, local_day(at), [each.entry_id for each, _, _, _ in found])


def cases(
    connection: Connection, facts: Collection[ComplaintFacts], now: datetime
) -> list[tuple[ComplaintFacts, Case, bool]]:
    """How each complaint stands now, and whether an earlier one has its receipt number.

    A verdict or a supplement given at a kiosk names a receipt number; it belongs to the earliest complaint with that
    number. One that was merged stands as the one it was merged into, which hears what is said under either number.
    """
    return Groups(connection, facts, now).cases()


class Groups:
    """Some complaints with everything that happened to them, and with those they are merged with."""

    def __init__(self, connection: Connection, facts: Collection[ComplaintFacts], now: datetime) -> None:
        self._asked = {each.entry_id for each in facts}
        merges, self._merged = merges_with(connection, self._asked), defaultdict[str, list[MergedComplaint]](list)
        for each in merges:
            self._merged[each.into].append(each)
        known = _with_mates(connection, facts, merges)
        at_kiosks = store.steps_from_kiosks(connection, known, shown_before(now))
        self._steps = store.steps_of(connection, [each.entry_id for each in known])
        self._erased = store.times_erased(connection, [each.entry_id for each in known])
        self._facts, self._doubled, seen = dict[str, ComplaintFacts](), set[str](), set[str]()
        for one in sorted(known, key=lambda each: each.arrival):
            self._facts[one.entry_id] = one
            if one.receipt_number in seen:
                self._doubled.add(one.entry_id)
            else:
                self._steps[one.entry_id] += at_kiosks[one.receipt_number]
            seen.add(one.receipt_number)

    def members(self, entry_id: str) -> list[str]:
        """What was merged into a complaint."""
        return [each.entry_id for each in self._merged.get(entry_id, ())]

    def steps(self, entry_id: str) -> list[Step]:
        """What happened to a complaint, with what its citizen did under the numbers of those merged into it since. A
        verdict given there is unconfirmed here, whatever was scanned: the receipt's own token may overrule it."""
        of_others = [
            replace(step, content=step.content | {"confirmed": False}) if step.action is Action.VERDICT else step
            for each in self._merged.get(entry_id, ())
            for step in self._steps[each.entry_id]
            if step.action in OF_CITIZENS and step.at >= each.at
        ]
        return [*self._steps[entry_id], *of_others]

    def cases(self) -> list[tuple[ComplaintFacts, Case, bool]]:
        """How each of those that were asked for stands, in the order in which they arrived."""
        alone = {entry_id: self._fold(each) for entry_id, each in self._facts.items()}
        into = {each.entry_id: each.into for merged in self._merged.values() for each in merged}
        whole = {
            entry_id: as_merged(case, alone[into[entry_id]]) if case.merged_into and entry_id in into else case
            for entry_id, case in alone.items()
        }
        asked = (each for entry_id, each in self._facts.items() if entry_id in self._asked)
        return [(each, whole[each.entry_id], each.entry_id in self._doubled) for each in asked]

    def _fold(self, each: ComplaintFacts) -> Case:
        anonymous, incomplete = each.kind == COMMENT, each.complete is False
        steps = self.steps(each.entry_id)
        begun = (each.unit_id, each.received_at, anonymous, steps)
        is_question = each.about == About.QUESTION
        case = fold_steps(*begun, incomplete=incomplete, reply_by=each.reply_by or "", is_question=is_question)
        last = max((step.action_id for step in self._steps[each.entry_id]), default=0)
        # of what was done under other numbers its forms know nothing; an erasure changes what they say
        return replace(case, last_action=last + self._erased.get(each.entry_id, 0))


def _with_mates(
    connection: Connection, facts: Collection[ComplaintFacts], merges: Collection[MergedComplaint]
) -> list[ComplaintFacts]:
    """These complaints and those they are merged with."""
    mates = mates_in(merges) - {each.entry_id for each in facts}
    numbers = set(store.numbers_of(connection, mates).values()) if mates else ()
    found = [each for each in store.facts_with(connection, numbers) if each.entry_id in mates] if numbers else []
    return [*facts, *found]


def _words_added(connection: Connection, groups: Groups, ids: Collection[str]) -> dict[str, str]:
    """What is searched besides what was said at first: what citizens added, and the words of what was merged."""
    found = dict[str, str]()
    members = store.folded_of(connection, {name for entry_id in ids for name in groups.members(entry_id)})
    for entry_id in ids:
        added = [step.content.get("text", "") for step in groups.steps(entry_id) if step.action is Action.SUPPLEMENT]
        written = [*(folded(text) for text in added if text), *(members[name] for name in groups.members(entry_id))]
        if written:
            found[entry_id] = " ".join(written)
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
    if case.published_at is None or not case.published or case.merged_into or not case.public_question:
        return None
    shown = (case.public_question, case.public_answer)
    return PublishedAnswer(public_id(secret, facts.entry_id), case.unit_id, local_day(case.published_at), *shown)


def _row(facts: ComplaintFacts, case: Case, doubled: bool, subject: Subject, deadlines: Deadlines) -> StatusRow:
    return StatusRow(
        entry_id=facts.entry_id,
        state=case.state,
        unit_id=case.unit_id,
        owner=case.owner,
        due_on=None if case.merged_into else deadlines.next_due(case),
        open=case.open,
        doubled=doubled,
        changed_at=case.since,
        classified=None if case.classified is None else case.classified.as_json(),
        answer_due_on=None if case.merged_into else deadlines.answer_due(case),
        incomplete=case.incomplete,
        restriction=restriction_of(subject),
        to_inform=list(case.to_inform) or None,
        supplemented_at=case.supplemented_at,
        later_words=str(case.later_words) or None,
        to_conclude=not case.merged_into and to_conclude(facts.about, case),
        awaits_second=sorted(case.awaits_second) or None,
        merged_into=case.merged_into or None,
    )
