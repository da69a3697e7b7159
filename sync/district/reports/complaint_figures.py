"""What became of the complaints of a period, for somebody who may see them: the register, counted.

Complaints are few, and whoever knows their number could guess who wrote one. So nobody is told a number that they could
not count in their own register: what is about themselves or their counter, or for other eyes, is in no number of
theirs. Nothing of this is closed: a matter goes on after its period, and each report says as of which day.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from kiosk.domain.complaint import About, ConclusionResult, Verdict
from kiosk.domain.deadlines import Scheme
from sync.district.complaints.recompute import cases
from sync.district.domain.complaint_case import Case
from sync.district.domain.concluding import to_conclude
from sync.district.domain.deadlines import Deadlines, answered_on
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person, below
from sync.district.measures.period import Asked, Period, period
from sync.district.store import complaints as store
from sync.district.store import inbox
from sync.district.store.complaints import COMMENT, ComplaintFacts
from sync.district.store.engine import Connection
from sync.district.store.imports import unit_parents
from sync.district.store.organisation import organisation
from sync.district.times import local_day, start_of


class ComplaintFigures(Struct, frozen=True):
    """The complaints that arrived in a period. Of those that want an answer (``complaints``): answered in time or late,
    open in time or overdue, or without a date (``undated``, where no table of deadlines held). ``comments`` want none;
    of them ``open_comments`` are not dealt with yet. ``about``: all of them by ``About``. ``conclusions``: of those
    about conduct, what was concluded, by ``ConclusionResult``; ``to_conclude`` wait for it. ``last``: the last day
    whose arrivals are in it."""

    unit_id: str
    office: str
    parent: str
    period: Period
    made_on: date
    complaints: int
    comments: int
    open_comments: int
    about: Mapping[str, int]
    answered_in_time: int
    answered_late: int
    open_in_time: int
    open_overdue: int
    undated: int
    refused: int
    extended: int
    transferred: int
    reopened: int
    verdicts: Mapping[str, int]
    conclusions: Mapping[str, int] = {}
    to_conclude: int = 0

    @property
    def received(self) -> int:
        """All that arrived."""
        return self.complaints + self.comments

    @property
    def answered(self) -> int:
        """Answered or refused, where a date held."""
        return self.answered_in_time + self.answered_late

    @property
    def due(self) -> int:
        """Of which it can be said whether they were in time: answered, or open past their date."""
        return self.answered + self.open_overdue


def read_complaints(
    connection: Connection,
    wanted: Asked,
    unit_id: str,
    person: Person,
    schemes: tuple[Scheme, ...],
    now: datetime,
) -> ComplaintFigures | None:
    """What arrived in the period at a unit with everything below it, or was sent to it; ``None`` when the unit is not
    the person's to see. Raises ``NotBegun``."""
    today, before = local_day(now), shown_before(now)
    chosen = period(wanted, today - timedelta(days=1))
    parents = unit_parents(connection)
    if unit_id not in parents or (person.units is not None and unit_id not in person.units):
        return None
    units, first = below(unit_id, parents), start_of(chosen.first or today)
    numbers = inbox.arrived_between(connection, person, units, first, before)
    facts = [each for each in store.facts_with(connection, set(numbers.values())) if each.entry_id in numbers]
    within = [each for each in facts if local_day(each.received_at) <= chosen.ends]
    deadlines = Deadlines(schemes, store.country_holidays(connection))
    found = [(each, case) for each, case, doubled in cases(connection, within, now) if not doubled]
    names = {each.unit_id: each.name for each in organisation(connection).newest_units()}
    parent = parents.get(unit_id)
    return counted(
        (unit_id, names.get(unit_id, unit_id), names.get(parent, "") if parent else ""), chosen, found, deadlines, today
    )


def counted(
    place: tuple[str, str, str],
    chosen: Period,
    found: Iterable[tuple[ComplaintFacts, Case]],
    deadlines: Deadlines,
    today: date,
) -> ComplaintFigures:
    """The figures of some complaints, each once. ``place``: the unit, its name and that of the unit above."""
    n, about, verdicts, concluded = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for facts, case in found:
        about[case.classified.about if case.classified else facts.about] += 1
        if facts.kind == COMMENT:
            n["comments"] += 1
            n["open_comments"] += case.open
            continue
        n["complaints"] += 1
        n[_outcome(case, deadlines.answer_due(case), today)] += 1
        n["refused"] += bool(case.refusal)
        n["extended"] += case.extended
        n["transferred"] += case.transfers > 0
        n["reopened"] += case.reopened or case.reopened_unconfirmed
        n["to_conclude"] += to_conclude(facts.about, case)
        if case.conclusion is not None and not case.conclusion.under_review:
            concluded[str(case.conclusion.result)] += 1
        if case.opinion is not None:
            verdicts[str(case.opinion)] += 1
    numbers: dict[str, Any] = {name: n[name] for name in _COUNTED}
    return ComplaintFigures(
        *place,
        period=chosen,
        made_on=today,
        about={str(each): about[str(each)] for each in About},
        verdicts={str(each): verdicts[str(each)] for each in Verdict},
        conclusions={str(each): concluded[str(each)] for each in ConclusionResult},
        **numbers,
    )


_COUNTED = (
    *("complaints", "comments", "open_comments", "answered_in_time", "answered_late", "open_in_time", "open_overdue"),
    *("undated", "refused", "extended", "transferred", "reopened", "to_conclude"),
)


def _outcome(case: Case, due: date | None, today: date) -> str:
    """Whether it was answered, and in time. One that was opened anew is open, by its new date."""
    if due is None:
        return "undated"
    answered = answered_on(case)
    if answered is not None:
        return "answered_in_time" if answered <= due else "answered_late"
    return "open_in_time" if today <= due else "open_overdue"
