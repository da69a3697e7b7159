"""The list of complaints and its summary on the first page, as values. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.receipt import NotAReceipt
from kiosk.domain.receipt import read as read_receipt
from sync.district.domain.complaint_steps import UNANSWERED
from sync.district.domain.deadlines import days_left
from sync.district.domain.redact import redacted
from sync.district.domain.shows import Show
from sync.district.store.complaint_register import ComplaintLine
from sync.district.store.inbox import PAGE, InboxFilter
from sync.district.times import local_day
from sync.district.web.page_route import number_in

EXCERPT = 140
MAX_URGENT = 3
MAX_QUERY = 200


class Names(Struct, frozen=True):
    """What ids are called: units, and the ready sentences citizens picked; and the country's holidays."""

    units: Mapping[str, str]
    sentences: Mapping[str, str]
    holidays: Holidays = Holidays()


class RegisterLine(Struct, frozen=True):
    """A line of the list. ``left``: working days until the next step is due, negative when it is past;
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
    to_inform: tuple[str, ...] = ()
    supplemented_on: date | None = None


class Query(Struct, frozen=True):
    """What the address of the list asks for, and how it says so. ``error``: a number that is no receipt's."""

    asked: InboxFilter
    page: int = 0
    typed: str = ""
    error: bool = False

    def address(self, **changes: object) -> str:
        """The part behind the question mark, with what is usual left out."""
        values: dict[str, object] = {
            "show": self.asked.show,
            "q": self.typed,
            "unit": self.asked.unit,
            "about": self.asked.about,
            "page": self.page,
            **changes,
        }
        usual: dict[str, object] = {"show": Show.OPEN, "q": "", "unit": "", "about": "", "page": 0}
        return urlencode({name: str(value) for name, value in values.items() if value != usual[name]})


class Register(Struct, frozen=True):
    """One page of the list: its lines, how many there are in all, and how many each filter holds."""

    query: Query
    lines: tuple[RegisterLine, ...]
    total: int
    counts: dict[Show, int]

    @property
    def first(self) -> int:
        """The number of the first line that is shown, from 1."""
        return self.query.page * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last line that is shown."""
        return self.query.page * PAGE + len(self.lines)


class CountedView(Struct, frozen=True):
    """A saved filter and how many it holds; ``None`` where that is not counted: all that ever came only grows."""

    name: str
    address: str
    n: int | None


class Urgent(Struct, frozen=True):
    """What needs a person first. ``unlisted``: years without a list of holidays; ``views``: what the
    reader has named."""

    lines: tuple[RegisterLine, ...]
    counts: dict[Show, int]
    unlisted: tuple[int, ...] = ()
    views: tuple[CountedView, ...] = ()


def query_of(show: str, words: str, unit: str, about: str, page: str) -> Query | None:
    """What an address asks for; ``None`` for a view there is not. Twenty digits are a receipt's number, also with the
    last four alone hidden; a slip in them is told."""
    if show not in set(Show):
        return None
    typed = " ".join(words.split())[:MAX_QUERY]
    number, error = None, False
    digits = "".join(each for each in typed if each not in " -.")
    if digits.isascii() and digits.isdigit() and len(digits) >= MIN_RECEIPT:
        try:
            number = read_receipt(typed)
        except NotAReceipt:
            error = True
    at = number_in(page, 4)
    asked = InboxFilter(Show(show), "" if number or error else typed, number, unit[:64], about[:16])
    return Query(asked, at, typed, error)


def listed_query(listed: str) -> Query | None:
    """The list somebody came from, as an address says it; ``None`` for what is none of ours."""
    try:
        found = dict(parse_qsl(listed[:MAX_LISTED]))
    except ValueError:
        return None
    names = ("show", "q", "unit", "about", "page")
    show, *rest = (found.get(name, "") for name in names)
    return query_of(show or Show.OPEN, *rest)


MAX_LISTED = 1_000

MIN_RECEIPT = 15
"""So many digits are no telephone any more but a receipt's number, or one with a slip."""


def lines_of(
    lines: Sequence[ComplaintLine], names: Names, today: date, *, words: bool = True
) -> tuple[RegisterLine, ...]:
    """The lines as they are shown; without ``words`` nothing of what was said."""
    return tuple(_line(line, names, today, words) for line in lines)


def _answer_left(line: ComplaintLine, today: date, holidays: Holidays) -> int | None:
    waits = line.state in UNANSWERED and line.answer_due_on is not None
    return days_left(today, line.answer_due_on, holidays) if waits and line.answer_due_on else None


def _line(line: ComplaintLine, names: Names, today: date, words: bool) -> RegisterLine:
    restricted = line.subject.restricted
    readable = words and not restricted
    text = line.text or " ".join(names.sentences.get(each, each) for each in line.sentences)
    return RegisterLine(
        entry_id=line.entry_id,
        state=line.state,
        kind=line.kind,
        about=line.about,
        excerpt=redacted(excerpt(text), line.names) if readable else "",
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
        lacks=tuple(line.lacks or ()),
        to_inform=tuple(line.to_inform or ()),
        supplemented_on=local_day(line.supplemented_at) if line.supplemented_at else None,
    )


def excerpt(text: str) -> str:
    """The beginning of what was said, in one line, cut between words."""
    plain = " ".join(text.split())
    return plain if len(plain) <= EXCERPT else plain[:EXCERPT].rsplit(" ", 1)[0] + " …"
