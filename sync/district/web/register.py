"""The register of complaints and the block on the first page, as values. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.complaint_case import Status
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
    ALL = "all"


class Names(Struct, frozen=True):
    """What ids are called: units, and the ready sentences citizens picked."""

    units: Mapping[str, str]
    sentences: Mapping[str, str]


class RegisterLine(Struct, frozen=True):
    """A line of the register. ``left``: calendar days until the next step is due, negative when it is past. Of a
    restricted one no word stands in a list: somebody may look over a shoulder."""

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
    open: bool
    restricted: bool
    doubled: bool


class Register(Struct, frozen=True):
    """The lines somebody may see, ``more`` how many are not shown, and how many each filter holds."""

    show: Show
    lines: tuple[RegisterLine, ...]
    more: int
    counts: dict[Show, int]


class Urgent(Struct, frozen=True):
    """What needs a person first: without owner, then past its date."""

    lines: tuple[RegisterLine, ...]
    counts: dict[Show, int]


def seen_by(lines: Iterable[ComplaintLine], person: Person) -> list[ComplaintLine]:
    """The lines that somebody may know of."""
    return [line for line in lines if may_see(person, line.subject, line.standing_unit, line.owner)]


def register(
    lines: Sequence[ComplaintLine],
    opened: Sequence[ComplaintLine],
    names: Names,
    person: Person,
    show: Show,
    today: date,
) -> Register:
    """The register of lines that the person may see; ``opened`` are the open ones, for the counts."""
    shown = [line for line in lines if show is Show.ALL or holds(line, show, person, today)]
    first = tuple(_line(line, names, today) for line in shown[:MAX_SHOWN])
    return Register(show, first, len(shown) - len(first), counts(opened, person, today))


def counts(lines: Sequence[ComplaintLine], person: Person, today: date) -> dict[Show, int]:
    """How many of the lines each filter holds."""
    return {show: sum(holds(line, show, person, today) for line in lines) for show in Show if show is not Show.ALL}


def urgent(lines: Sequence[ComplaintLine], names: Names, person: Person, today: date) -> Urgent:
    """The first lines somebody has to look at."""
    pressing = [line for line in lines if _unowned(line) or _overdue(line, today)]
    pressing.sort(key=lambda line: (not _unowned(line), line.due_on or date.max, line.received_at))
    found = tuple(_line(line, names, today) for line in pressing[:MAX_URGENT])
    return Urgent(found, counts(lines, person, today))


def holds(line: ComplaintLine, show: Show, person: Person, today: date) -> bool:
    """Whether an open line belongs under a filter."""
    if not line.open:
        return False
    return {
        Show.OPEN: True,
        Show.MINE: line.owner == person.user_name,
        Show.NEW: line.state == Status.NEW,
        Show.UNOWNED: _unowned(line),
        Show.OVERDUE: _overdue(line, today),
        Show.ALL: True,
    }[show]


def _unowned(line: ComplaintLine) -> bool:
    return line.open and line.owner is None


def _overdue(line: ComplaintLine, today: date) -> bool:
    return line.open and line.due_on is not None and line.due_on < today


def _line(line: ComplaintLine, names: Names, today: date) -> RegisterLine:
    restricted = line.subject.restricted
    said = line.text or " ".join(names.sentences.get(each, each) for each in line.sentences)
    return RegisterLine(
        entry_id=line.entry_id,
        state=line.state,
        kind=line.kind,
        about=line.about,
        excerpt="" if restricted else excerpt(said),
        office=names.units.get(line.standing_unit, line.standing_unit),
        owner=line.owner,
        arrived=local_day(line.received_at),
        due_on=line.due_on if line.open else None,
        left=(line.due_on - today).days if line.open and line.due_on else None,
        open=line.open,
        restricted=restricted,
        doubled=line.doubled,
    )


def excerpt(text: str) -> str:
    """The beginning of what was said, in one line, cut between words."""
    plain = " ".join(text.split())
    return plain if len(plain) <= EXCERPT else plain[:EXCERPT].rsplit(" ", 1)[0] + " …"
