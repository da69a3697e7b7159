"""The list of complaints as SQL: what somebody may see, filtered, searched, counted, one page at a time.

``visible_to`` says in SQL what ``domain.rights.may_see`` says of one complaint; a test holds the two together.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)

from kiosk.domain.complaint import About
from sync.district.domain.complaint_steps import UNANSWERED, Status
from sync.district.domain.folded import digits_of, folded, is_phone
from sync.district.domain.people import Role
from sync.district.domain.rights import Person, Restriction, answers_citizens
from sync.district.domain.shows import Show
from sync.district.store import complaint_tables as c
from sync.district.store.complaint_register import JOINED, ComplaintLine, lines_where
from sync.district.store.complaint_subjects import COUNTER, GUESSED, OFFICER
from sync.district.store.contacts import holds_digest
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import dossiers
from sync.district.times import start_of

PAGE = 50
MAX_WORDS = 8
_K, _S = c.complaints.c, c.complaint_standings.c
_BY_DATE = (_S.due_on.is_(None), _S.due_on, _K.entry_id)
_PRESSING = (Show.STUCK, Show.OVERDUE, Show.UNOWNED, Show.STEP_LATE)


class InboxFilter(Struct, frozen=True):
    """What somebody asks the list for. ``number``: a receipt number; ``words`` are searched without marks; ``first``,
    ``last``: the local days on which it arrived, both included."""

    show: Show = Show.OPEN
    words: str = ""
    number: str | None = None
    unit: str = ""
    about: str = ""
    first: date | None = None
    last: date | None = None


class CitizenQuestions(Struct, frozen=True):
    """How many questions of citizens wait, how many of these are past their day, and when the first of all is due."""

    waiting: int = 0
    overdue: int = 0
    due_on: date | None = None

    def __bool__(self) -> bool:
        return bool(self.waiting)


def visible_to(person: Person, before: datetime) -> ColumnElement[bool]:
    """The complaints a person may know of, that arrived before a moment; one that was merged is found with the one that
    is answered for both."""
    if not (answers_citizens(person.role) and person.linked):
        return false()
    wanted: list[ColumnElement[bool]] = [_K.received_at < before, not_(_concerns(person)), _S.merged_into.is_(None)]
    if person.units is not None:
        units = sorted(person.units)
        wanted.append(or_(_S.unit_id.in_(units), _K.unit_id.in_(units)))
    open_to = [str(each) for each in Restriction if each.opens_to(person.role)]
    wanted.append(or_(_S.owner == person.user_name, _S.restriction.in_(open_to)))
    return and_(*wanted)


def page(
    connection: Connection,
    person: Person,
    asked: InboxFilter,
    before: datetime,
    today: date,
    number: int,
    most: int = PAGE,
) -> list[ComplaintLine]:
    """One page of what is asked for, what is due first at the top; those of one day in no order that tells who was
    first. ``number`` counts from 0."""
    order = (_K.day.desc(), _K.entry_id) if asked.show is Show.ALL else _BY_DATE
    return lines_where(connection, _wanted(connection, person, asked, before, today), order, most, number * most)


def pages(
    connection: Connection, person: Person, asked: InboxFilter, before: datetime, today: date, most: int
) -> Iterator[list[ComplaintLine]]:
    """Everything that is asked for, page by page."""
    for number in itertools.count():
        found = page(connection, person, asked, before, today, number, most)
        yield found
        if len(found) < most:
            return


def count(connection: Connection, person: Person, asked: InboxFilter, before: datetime, today: date) -> int:
    """How many there are of what is asked for."""
    wanted = select(func.count()).select_from(JOINED).where(*_wanted(connection, person, asked, before, today))
    return int(connection.scalar(wanted) or 0)


def counts(connection: Connection, person: Person, before: datetime, today: date) -> dict[Show, int]:
    """How many each filter holds, in one query."""
    shows = [show for show in Show if show is not Show.ALL]
    some = or_(_S.open, _S.to_inform.is_not(None), _S.supplemented_at.is_not(None), _S.to_conclude.is_(True))
    holds = _conditions(person, today)
    sums = [func.sum(case((holds[show], 1), else_=0)) for show in shows]
    found = connection.execute(select(*sums).select_from(JOINED).where(visible_to(person, before), some)).one()
    return {show: int(n or 0) for show, n in zip(shows, found, strict=True)}


def questions(
    connection: Connection, person: Person, units: Collection[str], before: datetime, today: date
) -> CitizenQuestions:
    """The questions about procedures that stand with some units, that a person may know of and nobody has answered."""
    late = func.sum(case((_S.answer_due_on < today, 1), else_=0))
    wanted = select(func.count(), late, func.min(_S.answer_due_on)).select_from(JOINED)
    here = [visible_to(person, before), _holds(Show.QUESTIONS, person, today), _S.unit_id.in_(sorted(units))]
    n, overdue, first = connection.execute(wanted.where(*here)).one()
    return CitizenQuestions(n, int(overdue or 0), first)


def urgent(connection: Connection, person: Person, before: datetime, today: date, most: int) -> list[ComplaintLine]:
    """The first lines somebody has to look at: what nobody can carry on and has climbed to their level, then what is
    past the citizen's date, then what has no owner, then what is late inside the office."""
    conditions = _conditions(person, today)
    holds = [conditions[show] for show in _PRESSING]
    rank = case(*((each, n) for n, each in enumerate(holds)), else_=len(holds))
    order = (rank, _S.due_on.is_(None), _S.due_on, _K.entry_id)
    return lines_where(connection, [visible_to(person, before), _S.open, or_(*holds)], order, most)


def owners(connection: Connection, person: Person, before: datetime) -> dict[str, int]:
    """Who owns open ones this person may know of, and how many."""
    wanted = select(_S.owner, func.count()).select_from(JOINED).where(visible_to(person, before), _S.open)
    rows = connection.execute(wanted.where(_S.owner.is_not(None)).group_by(_S.owner))
    return {row[0]: row[1] for row in rows}


def arrived_between(
    connection: Connection, person: Person, units: Collection[str], first: datetime, before: datetime
) -> dict[str, str]:
    """The complaints that arrived from a moment on and before another, that were said at one of these units or stand
    with it, and that a person may know of: their receipt numbers by id."""
    wanted = select(_K.entry_id, _K.receipt_number).select_from(JOINED)
    there = or_(_K.unit_id.in_(units), _S.unit_id.in_(units))
    rows = connection.execute(wanted.where(visible_to(person, before), _K.received_at >= first, there))
    return {row[0]: row[1] for row in rows}


def dated_from(connection: Connection, person: Person, first: date, before: datetime) -> dict[str, str]:
    """The complaints that arrived before a moment, are to be answered on a day or later, and that a person may know
    of: their receipt numbers by id."""
    wanted = select(_K.entry_id, _K.receipt_number).select_from(JOINED)
    rows = connection.execute(wanted.where(visible_to(person, before), _S.answer_due_on >= first))
    return {row[0]: row[1] for row in rows}


def owned_by(connection: Connection, person: Person, before: datetime, owner: str) -> list[str]:
    """The open ones of an owner that this person may know of."""
    wanted = select(_K.entry_id).select_from(JOINED).where(visible_to(person, before), _S.open, _S.owner == owner)
    return list(connection.execute(wanted.order_by(_K.entry_id)).scalars())


def next_after(
    connection: Connection, person: Person, asked: InboxFilter, before: datetime, today: date, entry_id: str
) -> str | None:
    """The first of what is asked for that is another one."""
    wanted = [*_wanted(connection, person, asked, before, today), _K.entry_id != entry_id]
    query = select(_K.entry_id).select_from(JOINED).where(*wanted).order_by(*_BY_DATE).limit(1)
    return connection.scalar(query)


def _wanted(
    connection: Connection, person: Person, asked: InboxFilter, before: datetime, today: date
) -> list[ColumnElement[bool]]:
    wanted = [visible_to(person, before)]
    if asked.number is not None:
        return [*wanted, _K.entry_id.in_(_with_number(asked.number))]
    wanted.append(_holds(asked.show, person, today))
    if asked.unit:
        wanted.append(_S.unit_id == asked.unit)
    if asked.about:
        wanted.append(_K.about == asked.about)
    if asked.first:
        wanted.append(_K.received_at >= start_of(asked.first))
    if asked.last:
        wanted.append(_K.received_at < start_of(asked.last + timedelta(days=1)))
    return [*wanted, *_found_by(connection, asked.words)]


def _found_by(connection: Connection, words: str) -> Sequence[ColumnElement[bool]]:
    """Every word stands in what was said, or is one of the name of who said it; a whole telephone number finds its
    owner's."""
    if is_phone(words):
        return [holds_digest(connection, digits_of(words))]
    return [_holds_word(connection, word) for word in folded(words).split()[:MAX_WORDS]]


def _holds_word(connection: Connection, word: str) -> ColumnElement[bool]:
    """A word stands in what was said at first or added later, or is one of the name of who said it; digits are a
    telephone's, which is asked for whole."""
    in_words = or_(_K.folded.contains(word, autoescape=True), _S.folded_added.contains(word, autoescape=True))
    return in_words if word.isdigit() else or_(in_words, holds_digest(connection, word))


def _with_number(number: str) -> CompoundSelect[tuple[str]]:
    """The complaints with a receipt number and what these were merged into: each by its index."""
    found, stands = c.complaints.alias().c, c.complaint_standings.alias().c
    into = select(stands.merged_into).where(found.entry_id == stands.entry_id, found.receipt_number == number)
    return union_all(select(found.entry_id).where(found.receipt_number == number), into)


def _holds(show: Show, person: Person, today: date) -> ColumnElement[bool]:
    return _conditions(person, today)[show]


def _conditions(person: Person, today: date) -> Mapping[Show, ColumnElement[bool]]:
    """What each view holds. Made once where several are asked for: it costs more than the database takes to answer."""
    unanswered = _S.state.in_([str(state) for state in UNANSWERED])
    overdue = and_(unanswered, _S.answer_due_on < today)
    of_open: Mapping[Show, ColumnElement[bool]] = {
        Show.OPEN: true(),
        Show.MINE: _S.owner.in_([person.user_name, *sorted(person.deputy_for)]),
        Show.NEW: _S.state == str(Status.NEW),
        Show.UNOWNED: _S.owner.is_(None),
        Show.DUE_TODAY: or_(_S.due_on == today, and_(unanswered, _S.answer_due_on == today)),
        Show.OVERDUE: overdue,
        Show.STEP_LATE: and_(_S.due_on < today, not_(func.coalesce(overdue, false()))),
        Show.STUCK: _climbed_to(person),
        Show.QUESTIONS: and_(unanswered, _is_a_question()),
    }
    return {
        **{show: and_(_S.open, condition) for show, condition in of_open.items()},
        Show.TO_INFORM: _S.to_inform.is_not(None),
        Show.TO_CONCLUDE: _S.to_conclude.is_(True),
        Show.SUPPLEMENTED: _S.supplemented_at.is_not(None),
        Show.ALL: true(),
    }


def _is_a_question() -> ColumnElement[bool]:
    """Told as one, and found by nobody to be something else."""
    question = str(About.QUESTION)
    return and_(_K.about == question, func.coalesce(_S.classified["about"].as_string(), question) == question)


def _climbed_to(person: Person) -> ColumnElement[bool]:
    """Whether nobody can carry it on and it is this person's level that has to see to it."""
    if person.role is not Role.LEADER:
        return false()
    level = _S.stuck_level.is_(None) if person.unit_id is None else _S.stuck_level == person.unit_id
    return and_(_S.lacks.is_not(None), level)


def _concerns(person: Person) -> ColumnElement[bool]:
    """Whether a complaint is about the person, or about a counter at which they sit: by facts that only grow, by what
    its words or its classification say, and by today's tables."""
    s, k = c.complaint_subjects.c, c.complaint_kept_from.c
    counters = sorted(person.counters)
    here: list[ColumnElement[bool]] = []
    for table, entry_id in ((s, s.complaint_id), (k, k.entry_id)):
        who: list[ColumnElement[bool]] = []
        if person.officer_number:
            who.append(and_(table.kind == OFFICER, table.value == person.officer_number))
        if counters:
            who.append(and_(table.kind == COUNTER, table.value.in_(counters)))
        if who:
            firm = [s.source.not_in(GUESSED)] if table is s else []
            here.append(exists().where(entry_id == _K.entry_id, or_(*who), *firm))
    if person.officer_number:
        here += [
            _is(_K.officer_number, [person.officer_number]),
            _is(dossiers.c.officer_number, [person.officer_number]),
        ]
    if counters:
        here += [_is(_K.counter_id, counters), _is(dossiers.c.counter_id, counters)]
    return or_(*here) if here else false()


def _is(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column that may be empty is one of these."""
    return and_(column.is_not(None), column.in_(values))
