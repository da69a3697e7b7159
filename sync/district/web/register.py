"""The register of complaints and its summary on the first page, as values. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from sync.district.domain.complaint_case import UNANSWERED, Status
from sync.district.domain.deadlines import days_left
from sync.district.domain.orphans import Staffing, Stuck
from sync.district.domain.redact import redacted
from sync.district.domain.rights import Person, may_see
from sync.district.store.complaint_register import ComplaintLine
from sync.district.times import local_day

EXCERPT = 140
MAX_SHOWN = 200
MAX_URGENT = 3


class Show(StrEnum):
    """Which complaints the register shows."""

    OPEN = "open"
    MINE = "mine"
    NEW = "new"
    UNOWNED = "unowned"
    OVERDUE = "overdue"
    STEP_LATE = "step_late"
    STUCK = "stuck"
    ALL = "all"


class Names(Struct, frozen=True):
    """What ids are called: units, and the ready sentences citizens picked; and the country's holidays."""

    units: Mapping[str, str]
    sentences: Mapping[str, str]
    holidays: Holidays = Holidays()


class RegisterLine(Struct, frozen=True):
    """A line of the register. ``left``: working days until the next step is due, negative when it is past;
    ``answer_left``: the same of the citizen's answer, ``None`` once it was given. ``incomplete``: the citizen has to
    be called for name and address. Of a restricted one no word stands in a list: somebody may look over a shoulder."""

    entry_id: str
    state: str
    kind: str
    about: str
    excerpt: str
    office: str
    owner: str | None
    arrived: date
    due_on: date | None
    left: int | None
    answer_left: int | None
    incomplete: bool
    open: bool
    restricted: bool
    doubled: bool
    lacks: tuple[str, ...] = ()


class Register(Struct, frozen=True):
    """The lines somebody may see, ``more`` how many are not shown, and how many each filter holds."""

    show: Show
    lines: tuple[RegisterLine, ...]
    more: int
    counts: dict[Show, int]


class Urgent(Struct, frozen=True):
    """What needs a person first: without owner, then past its date. ``unlisted``: years without a list of holidays."""

    lines: tuple[RegisterLine, ...]
    counts: dict[Show, int]
    unlisted: tuple[int, ...] = ()


def seen_by(lines: Iterable[ComplaintLine], person: Person) -> list[ComplaintLine]:
    """The lines that somebody may know of."""
    return [line for line in lines if may_see(person, line.subject, line.acting_unit, line.owner)]


def register(
    lines: Sequence[ComplaintLine],
    opened: Sequence[ComplaintLine],
    names: Names,
    person: Person,
    show: Show,
    today: date,
    staffing: Staffing,
) -> Register:
    """The register of lines that the person may see; ``opened`` are the open ones, for the counts."""
    shown = [line for line in lines if show is Show.ALL or holds(line, show, person, today, staffing)]
    first = tuple(_line(line, names, today, staffing) for line in shown[:MAX_SHOWN])
    return Register(show, first, len(shown) - len(first), counts(opened, person, today, staffing))


def counts(lines: Sequence[ComplaintLine], person: Person, today: date, staffing: Staffing) -> dict[Show, int]:
    """How many of the lines each filter holds."""
    return {
        show: sum(holds(line, show, person, today, staffing) for line in lines) for show in Show if show is not Show.ALL
    }


def urgent(lines: Sequence[ComplaintLine], names: Names, person: Person, today: date, staffing: Staffing) -> Urgent:
    """The first lines somebody has to look at: what nobody can carry on and has climbed to their level, then what
    is past the citizen's date, then what has no owner, then what is late inside the office."""
    pressing = [
        line
        for line in lines
        if _climbed(line, person, staffing) or _unowned(line) or _overdue(line, today) or _step_late(line, today)
    ]
    pressing.sort(
        key=lambda line: (
            not _climbed(line, person, staffing),
            not _overdue(line, today),
            not _unowned(line),
            line.due_on or date.max,
            line.entry_id,
        )
    )
    found = tuple(_line(line, names, today, staffing) for line in pressing[:MAX_URGENT])
    return Urgent(found, counts(lines, person, today, staffing))


def holds(line: ComplaintLine, show: Show, person: Person, today: date, staffing: Staffing) -> bool:
    """Whether an open line belongs under a filter."""
    if not line.open:
        return False
    return {
        Show.OPEN: True,
        Show.MINE: line.owner == person.user_name,
        Show.NEW: line.state == Status.NEW,
        Show.UNOWNED: _unowned(line),
        Show.OVERDUE: _overdue(line, today),
        Show.STEP_LATE: _step_late(line, today),
        Show.STUCK: _climbed(line, person, staffing),
        Show.ALL: True,
    }[show]


def _unowned(line: ComplaintLine) -> bool:
    return line.open and line.owner is None


def _overdue(line: ComplaintLine, today: date) -> bool:
    """Whether the citizen waits past the day they were told; a late step of the office is not that."""
    return line.state in UNANSWERED and line.answer_due_on is not None and line.answer_due_on < today


def _step_late(line: ComplaintLine, today: date) -> bool:
    """Whether the office is late with a step of its own."""
    return line.open and line.due_on is not None and line.due_on < today and not _overdue(line, today)


def _answer_left(line: ComplaintLine, today: date, holidays: Holidays) -> int | None:
    waits = line.state in UNANSWERED and line.answer_due_on is not None
    return days_left(today, line.answer_due_on, holidays) if waits and line.answer_due_on else None


def _stuck(line: ComplaintLine, staffing: Staffing) -> Stuck | None:
    return staffing.stuck(line.subject, line.acting_unit, line.owner) if line.open else None


def _climbed(line: ComplaintLine, person: Person, staffing: Staffing) -> bool:
    """Whether nobody can carry it on and it is this person's level that has to see to it."""
    stuck = _stuck(line, staffing)
    return stuck is not None and stuck.climbs_to(person)


def _line(line: ComplaintLine, names: Names, today: date, staffing: Staffing) -> RegisterLine:
    stuck = _stuck(line, staffing)
    restricted = line.subject.restricted
    text = line.text or " ".join(names.sentences.get(each, each) for each in line.sentences)
    return RegisterLine(
        entry_id=line.entry_id,
        state=line.state,
        kind=line.kind,
        about=line.about,
        excerpt="" if restricted else redacted(excerpt(text)),
        office=names.units.get(line.acting_unit, line.acting_unit),
        owner=line.owner,
        arrived=local_day(line.received_at),
        due_on=line.due_on if line.open else None,
        left=days_left(today, line.due_on, names.holidays) if line.open and line.due_on else None,
        answer_left=_answer_left(line, today, names.holidays),
        incomplete=line.incomplete,
        open=line.open,
        restricted=restricted,
        doubled=line.doubled,
        lacks=tuple(str(lack) for lack in stuck.lacks) if stuck else (),
    )


def excerpt(text: str) -> str:
    """The beginning of what was said, in one line, cut between words."""
    plain = " ".join(text.split())
    return plain if len(plain) <= EXCERPT else plain[:EXCERPT].rsplit(" ", 1)[0] + " …"
