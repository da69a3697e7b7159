"""What somebody who sits at a counter may see of it on the kiosk: released figures, and dossiers to return."""

from datetime import date, time

from msgspec import Struct

from kiosk.domain.counter_figures import CounterFigures
from kiosk.domain.counter_notes import CounterNotes
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.questionnaire import Wording
from kiosk.flow.state.lobby import CounterChoice


class Signer(Struct, frozen=True):
    """Who signs in. With an officer's number it is that officer, and the counter at which they sit; without one it is
    whoever knows the counter's shared PIN."""

    counter: CounterChoice
    officer_number: str = ""


class PeriodView(Struct, frozen=True):
    """A counter's figures from ``first`` to ``last``, both included."""

    first: date
    last: date
    figures: CounterFigures


class Wish(Struct, frozen=True):
    """What citizens said most often, in every language of the questionnaire. ``to_try`` is the key of a text with one
    thing to try, empty where there is none."""

    words: Wording
    picture: str
    n: int
    to_try: str = ""


class DueDossier(StructWithHidden, frozen=True):
    """A dossier to return. ``code`` is empty where the box cannot name it."""

    code: Hidden[str]
    due_on: date


class DueList(Struct, frozen=True):
    """How many dossiers are due on some days, and the first of them."""

    n: int = 0
    named: tuple[DueDossier, ...] = ()


class DueDossiers(Struct, frozen=True):
    """What the counter has to return: past its day, today, on the next working day, which is ``next_day``.
    ``unapologised``: for how many of the late ones no apology is known."""

    late: DueList
    today: DueList
    next: DueList
    next_day: date
    unapologised: int = 0


class CounterQueueView(Struct, frozen=True):
    """The queue at ``at`` (local), as the ticket system tells: how many wait for the counter's field,
    for how many minutes the first of them has, and how many the counter has served today. ``None``: nobody knows."""

    at: time
    waiting: int | None = None
    longest: int | None = None
    served: int | None = None


class CounterView(Struct, frozen=True):
    """The whole view. ``month`` may be ``None`` while the district has told nothing; ``due`` is ``None`` where no list
    of dossiers names the counter. ``notes``: what citizens wrote, the hours in which they rated, the counter's
    objections; ``open_hours``: the hours of the day in which the office was open in the month of the hours, empty where
    nobody has told them. ``asked_in``: the period of the wishes and of the praise. ``queue`` is ``None`` where no
    ticket system tells."""

    signer: Signer
    week: PeriodView | None = None
    week_before: PeriodView | None = None
    month: PeriodView | None = None
    month_before: PeriodView | None = None
    asked_in: PeriodView | None = None
    wishes: tuple[Wish, ...] = ()
    praise: tuple[Wish, ...] = ()
    due: DueDossiers | None = None
    notes: CounterNotes = CounterNotes()
    open_hours: tuple[int, ...] = ()
    queue: CounterQueueView | None = None
