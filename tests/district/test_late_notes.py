"""What came late for closed periods is noted once, whatever is closed, corrected and delivered in which order."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.measures.closed_figures import PeriodSum
from sync.district.measures.late_notes import LateGroup, Moment, late_notes, noted_since
from sync.district.measures.period import PeriodName

BEGINS = datetime(2026, 12, 11, 3, tzinfo=UTC)
MONTHS = range(1, 5)
MONTH = st.sampled_from(MONTHS)
STEPS = st.lists(
    st.one_of(
        *(st.tuples(st.just(what), MONTH) for what in ("close", "correct")),
        *(st.tuples(st.just(what), MONTH, st.integers(5, 12)) for what in ("arrive", "arrive undated")),
        st.tuples(st.just("date"), st.integers(0, 20)),
    ),
    max_size=40,
)


class Office:
    """A unit whose groups each count as told once a closing of their own month holds them, or another noted them."""

    def __init__(self) -> None:
        self.at, self.groups, self.closed = BEGINS, list[LateGroup](), list[Moment]()
        self.undated, self.told = set[int](), set[int]()

    def arrive(self, month: int, n: int, *, undated: bool = False) -> None:
        group = LateGroup(len(self.groups) + 1, "A", "A-1", date(2026, month, 10), n)
        self.groups.append(group)
        if undated:
            self.undated.add(group.group_id)

    def date(self, which: int) -> None:
        if self.undated:
            group_id = sorted(self.undated)[which % len(self.undated)]
            self.undated.remove(group_id)
            self.groups[group_id - 1] = replace(self.groups[group_id - 1], dated_at=self.at)

    def close(self, month: int) -> None:
        if not self._versions(month):
            expected = self._untold_before(month)
            assert self._notes(month) == [PeriodSum(of, n) for of, n in sorted(expected.items())]
            self._append(month)

    def correct(self, month: int) -> None:
        if self._versions(month):
            self._append(month)

    def _notes(self, month: int) -> list[PeriodSum]:
        return late_notes(self.closed, PeriodName.MONTH, name(month), self._counted())

    def _untold_before(self, month: int) -> Counter[str]:
        """What no closing holds or notes yet, of closed months before one; it is told from now on."""
        found = Counter[str]()
        for group in self._counted():
            of = group.counted_on.month
            if of < month and self._versions(of) and group.group_id not in self.told:
                found[name(of)] += group.n
                self.told.add(group.group_id)
        return found

    def _append(self, month: int) -> None:
        version = len(self._versions(month)) + 1
        moment = Moment(len(self.closed) + 1, "A", name(month), version, self.at, len(self.groups))
        self.closed.append(moment)
        self.told |= {group.group_id for group in self._counted() if group.counted_on.month == month}

    def _versions(self, month: int) -> list[Moment]:
        return [each for each in self.closed if each.of == name(month)]

    def _counted(self) -> list[LateGroup]:
        return [group for group in self.groups if group.group_id not in self.undated]


def name(month: int) -> str:
    return f"2026-{month:02}"


def do(office: Office, step: tuple) -> None:
    what, *more = step
    office.at += timedelta(minutes=1)
    if what == "arrive undated":
        office.arrive(*more, undated=True)
    else:
        getattr(office, what)(*more)


@given(STEPS)
@example([("close", 1), ("close", 2), ("arrive", 1, 7), ("correct", 2), ("close", 3), ("close", 4)])
@example([("close", 2), ("arrive", 2, 7), ("close", 1), ("close", 3), ("close", 4)])
@example([("close", 1), ("arrive undated", 1, 7), ("close", 2), ("date", 0), ("close", 3), ("close", 4)])
@example([("arrive undated", 1, 7), ("close", 1), ("close", 2), ("date", 0), ("correct", 1), ("close", 3)])
def test_each_late_rating_is_noted_once_whatever_is_closed_and_corrected_in_which_order(steps: list[tuple]):
    office = Office()
    for step in steps:
        do(office, step)


def test_a_correction_notes_nothing_and_a_clock_that_was_set_back_hides_nothing():
    first = Moment(1, "A", "2026-01", 1, BEGINS, 10)
    later = Moment(2, "A", "2026-02", 1, BEGINS - timedelta(hours=3), 20)
    corrected = replace(later, number=3, version=2, through_group=30)
    dated = LateGroup(15, "A", "A-1", date(2026, 1, 9), 6, BEGINS - timedelta(hours=1))

    assert noted_since([first, later, corrected], "2026-03") == {"2026-01": later, "2026-02": corrected}
    assert late_notes([first, later], PeriodName.MONTH, "2026-03", [dated]) == [PeriodSum("2026-01", 6)]
