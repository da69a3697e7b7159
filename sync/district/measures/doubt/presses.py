"""What the tests of doubt look at: the presses of a counter in a month. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.rating import Score

TOP = Score.VERY_SATISFIED
SECONDS_A_DAY = 86_400


class Press(Struct, frozen=True):
    """One press of a face. ``case`` names what it counts for; ``second``: since local midnight of ``day``.

    ``matched``: there was a transaction. The ticket system knew of somebody at the counter (``by_ticket``: it told), or
    the press carries a dossier that was received or returned on that day; ``None``: nobody can know. ``number``: the
    running number at the end of the dossier's code. ``again``: its dossier had been rated at that stage before;
    ``early``: it rates the result of a dossier that was not returned yet; ``elsewhere``: its dossier belongs to another
    unit.
    """

    case: str
    day: date
    second: int
    score: int
    matched: bool | None = None
    number: int | None = None
    again: bool = False
    early: bool = False
    elsewhere: bool = False
    outside_hours: bool = False
    by_ticket: bool = False

    @property
    def moment(self) -> int:
        """Seconds on one line for the whole month."""
        return self.day.toordinal() * SECONDS_A_DAY + self.second

    @property
    def is_top(self) -> bool:
        return self.score == TOP


class CounterMonth(Struct, frozen=True):
    """The presses of one counter in one month in order, and how many dossiers it served in each week of the month
    (``week_of``)."""

    unit_id: str
    counter_id: str
    presses: tuple[Press, ...]
    served: Mapping[int, int] = {}

    @property
    def place(self) -> tuple[str, str]:
        return (self.unit_id, self.counter_id)

    @property
    def top_share(self) -> float:
        """The share of the top face; a little less than 1 when there was no other, so that a row of it never becomes
        certain."""
        return (sum(press.is_top for press in self.presses) + 0.5) / (len(self.presses) + 1)


class Rates(Struct, frozen=True):
    """How often somebody presses at a counter, by hour of the day, and how busy each day was compared with the mean."""

    by_hour: Mapping[int, int]
    by_day_and_hour: Mapping[tuple[date, int], int]
    busy: Mapping[date, float]

    def around(self, press: Press) -> float:
        """Presses a second to be expected in the hour of a press, from the same hour of the other days and how busy its
        day was. What happened in that hour of that day itself is left out: a burst must not excuse itself."""
        hour = press.second // 3600
        here, days = self.by_day_and_hour.get((press.day, hour), 0), max(len(self.busy) - 1, 1)
        usual = (self.by_hour.get(hour, 0) - here + 1) / days
        return usual * self.busy.get(press.day, 1.0) / 3600


def rates(presses: Sequence[Press]) -> Rates:
    """The rates of a month. A day counts as at least half and at most three times the mean."""
    by_day = Counter(press.day for press in presses)
    mean = len(presses) / max(len(by_day), 1)
    return Rates(
        Counter(press.second // 3600 for press in presses),
        Counter((press.day, press.second // 3600) for press in presses),
        {day: min(max(n / mean, 0.5), 3.0) for day, n in by_day.items()},
    )


def week_of(day: date) -> int:
    """The week of a month, from 0: days 1 to 7, 8 to 14, 15 to 21, and the rest."""
    return min((day.day - 1) // 7, 3)
