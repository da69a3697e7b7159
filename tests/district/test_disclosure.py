"""Whoever adds and subtracts the figures of all pages, periods and days finds nobody: linear algebra on random days."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.reference import Counter, UnitRecord
from kiosk.domain.released import K, Waiting, is_large_enough, last_day_of
from sync.district.domain.release import Closed, Key, Pending, Stream, closed
from sync.district.domain.remark_batch import MIN_SOURCES
from sync.district.domain.work import Work
from sync.district.measures.causes import OVERALL_CONCERN, Amount, CauseCounts, Concern, KnownConcerns, amounts
from sync.district.measures.cuts import CutKey
from sync.district.measures.disclosure import CutFigure, Figure, Rules
from sync.district.measures.dossier_states import DossierCounts
from sync.district.measures.index import Counts
from sync.district.measures.kiosks import KnownKiosks, Opening
from sync.district.measures.organisation import Branch, DayView, Held, Organisation, Path, TreeName
from sync.district.measures.period import CALENDAR, Asked, NotBegun, Period, PeriodName, before, label, period
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.web.counted import Counted
from sync.district.web.overview import Gathered, Overview, overview
from sync.district.web.reasons import ReasonCounts
from tests.district.conftest import NOON

FIRST = date(2026, 9, 28)
DAYS = 8
RULES = Rules(minimum_n=1, group_floor=7)
UNITS = [
    UnitRecord("P", "Tỉnh", "tỉnh"),
    UnitRecord("P.1", "Xã Một", "xã", "P"),
    UnitRecord("P.2", "Xã Hai", "xã", "P"),
]
COUNTERS = [Counter("Q1", "P.1", "Quầy 1"), Counter("Q2", "P.1", "Quầy 2"), Counter("Q3", "P.2", "Quầy 3")]
KNOWN = Organisation(
    {unit.unit_id: [Held(None, removed=False, row=unit)] for unit in UNITS},
    {counter.counter_id: [Held(None, removed=False, row=counter)] for counter in COUNTERS},
)
PLACES = [("P.1", "Q1"), ("P.1", "Q2"), ("P.2", "Q3")]


class Press(NamedTuple):
    """A citizen's press: where, when, how many days later it arrived, with or without a dossier, its score, and what
    was served."""

    place: int
    day: int | None
    late: int
    dossier: bool
    score: int
    work: Work = Work()


WORKS = st.builds(
    Work,
    st.sampled_from(["Đất đai", "Đất đai", "Hộ tịch", ""]),
    st.sampled_from(["hand_in", "return"]),
    st.sampled_from(["1.001", "1.001", "1.002"]),
    st.sampled_from(["vi", "vi", "vi", "en"]),
)
PRESSES = st.lists(
    st.builds(
        Press,
        st.integers(0, 2),
        st.one_of(st.none(), *[st.integers(0, DAYS - 1)] * 4),
        st.sampled_from([0, 0, 0, 1, 3]),
        st.sampled_from([True, True, True, False]),
        st.integers(1, 5),
        WORKS,
    ),
    min_size=15,
    max_size=45,
)
BUSY = st.lists(
    st.builds(Press, st.integers(0, 1), st.just(2), st.just(0), st.just(True), st.integers(1, 5), WORKS),
    min_size=30,
    max_size=45,
)
"""Days on which groups are large enough to be divided."""


def lives(presses: Sequence[Press]) -> list[tuple[date, list[Closed]]]:
    """Each release day with everything that is released by then."""
    waiting = {f"{n}": press for n, press in enumerate(presses)}
    every, found = list[Closed](), []
    for n in range(1, DAYS + 4):
        arrived = {name: press for name, press in waiting.items() if (press.day or 0) + press.late < n}
        groups = closed((_pending(name, press) for name, press in arrived.items()), Random(n).shuffle)
        waiting = {name: press for name, press in waiting.items() if name not in _names(groups)}
        every = every + groups
        found.append((FIRST + timedelta(days=n), every))
    return found


def _pending(name: str, press: Press) -> Pending:
    unit_id, counter_id = PLACES[press.place]
    day = None if press.day is None else FIRST + timedelta(days=press.day)
    waiting = Waiting(name, name if press.dossier else None, day)
    adds = ((str(press.score), 1),)
    return Pending(Key(Stream.RATING, unit_id, counter_id), waiting, adds, press.score, work=press.work)


def _names(groups: Iterable[Closed]) -> set[str]:
    return {member.waiting.member for group in groups for member in group.members}


def page_of(
    groups: Sequence[Closed], release: date, chosen: Period, unit: str | None, rules: Rules = RULES
) -> Overview:
    """The real page of a release day, with the period before it beside it."""
    view = DayView(KNOWN, chosen.first, chosen.last, release)
    undated: dict[Path, int] = {}
    for group in groups:
        if group.day is None:
            path = view.place(0, group.key.unit_id, "")[0]
            undated[path] = undated.get(path, 0) + len(group.members)
    told, opening, previous = ReasonCounts({}, {}), Opening(0, None, 0, 0), before(chosen)
    gathered = Gathered(
        period=chosen,
        tree=TreeName.OF_THE_DAY,
        trees_differ=False,
        today=release,
        organisation=KNOWN,
        view=view,
        counts=counts_of(view, within(groups, chosen.first, chosen.last)),
        kiosks=KnownKiosks([]),
        opening=opening,
        reason_counts=told,
        undated=undated,
        cuts=cuts_in(view, within(groups, chosen.first, chosen.last)),
        others=() if previous is None else (counted_in(groups, previous, release),),
    )
    page = overview(gathered, None, unit, rules, NOON)
    assert page is not None
    return page


def counted_in(groups: Sequence[Closed], chosen: Period, release: date) -> Counted:
    view = DayView(KNOWN, chosen.first, chosen.last, release)
    return Counted(chosen, view, counts_of(view, within(groups, chosen.first, chosen.last)), {})


def counts_of(view: DayView, groups: Iterable[Closed]) -> dict[Branch, Counts]:
    released: dict[Branch, ReleasedCounts] = {}
    for group in groups:
        for answer, n in group.counts.items():
            branch = view.place(0, group.key.unit_id, group.key.counter_id)
            released.setdefault(branch, ReleasedCounts()).add(str(Stream.RATING), answer, n)
    return {branch: each.counts(0) for branch, each in released.items()}


def cuts_in(view: DayView, groups: Iterable[Closed]) -> dict[Branch, dict[CutKey, int]]:
    found: dict[Branch, dict[CutKey, int]] = {}
    for group in groups:
        if group.work != Work():
            at = found.setdefault(view.place(0, group.key.unit_id, group.key.counter_id), {})
            for answer, n in group.counts.items():
                key = CutKey(group.work, str(Stream.RATING), answer)
                at[key] = at.get(key, 0) + n
    return found


def periods_of(release: date, ranges: Sequence[tuple[int, int]]) -> list[Period]:
    """Every period that an address can ask for on a release day: the newest of each kind, the calendar's of each day of
    the test, finished or not, and some days that somebody chose."""
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    wanted = {Asked(name) for name in PeriodName if name is not PeriodName.RANGE}
    wanted |= {Asked(name, label(name, day)) for name in CALENDAR for day in days}
    wanted |= {Asked(PeriodName.RANGE, first=days[min(ends)], last=days[max(ends)]) for ends in ranges}
    found: dict[tuple[date | None, date], Period] = {}
    for each in sorted(wanted, key=str):
        with suppress(NotBegun):
            chosen = period(each, last_day_of(release))
            found[chosen.first, chosen.ends] = chosen
    return list(found.values())


def within(groups: Iterable[Closed], first: date | None, last: date) -> list[Closed]:
    return [group for group in groups if group.day is not None and (first or date.min) <= group.day <= last]


def cuts_of(groups: Sequence[Closed], release: date, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, set[str]]]:
    """Every number of ratings that the pages of a release day show, and whose ratings it counts."""
    found: list[tuple[int, set[str]]] = []
    for chosen in periods_of(release, ranges):
        there = within(groups, chosen.first, chosen.last)
        for unit in (None, "P", "P.1", "P.2"):
            page = page_of(groups, release, chosen, unit)
            found.append((page.undated, _names(group for group in groups if group.day is None and _in(group, unit))))
            found += _cuts_of_total(page.total, there, unit)
            for other in page.compared:
                found += _cuts_of_total(other.figure, within(groups, other.period.first, other.period.last), unit)
            for line in page.lines:
                if line.figure.rated is not None:
                    at = line.unit_id or unit
                    here = [group for group in there if _in(group, at) and _at(group, line.counter_id)]
                    found.append((line.figure.rated, _names(here)))
            found += _cuts_of_work(page, there, unit)
    return found


def _cuts_of_work(page: Overview, there: Sequence[Closed], unit: str | None) -> list[tuple[int, set[str]]]:
    """The lines by stage and by field, and what is in none of them."""
    found: list[tuple[int, set[str]]] = []
    shown = [group for group in there if _in(group, unit) and _of_counter(there, group) >= RULES.floor]
    for cut in page.cuts:
        rest = _names(shown)
        for line in cut.lines:
            names = _names(group for group in shown if getattr(group.work, cut.by) == line.value)
            assert line.figure.rated is not None
            assert line.figure.rated >= RULES.floor
            found.append((line.figure.rated, names))
            rest -= names
        assert cut.rest == 0 or cut.rest >= RULES.floor
        found.append((cut.rest, rest))
    return found


def _cuts_of_total(total: Figure, there: Sequence[Closed], unit: str | None) -> list[tuple[int, set[str]]]:
    found = [(total.rated or 0, _names(group for group in there if _in(group, unit)))]
    if total.share and total.scores:
        shown = [group for group in there if _in(group, unit) and _of_counter(there, group) >= RULES.floor]
        found += [(total.share.rated, _names(shown)), (sum(total.scores.values()), _names(shown))]
    return found


def _in(group: Closed, unit: str | None) -> bool:
    return unit in (None, "P", group.key.unit_id)


def _at(group: Closed, counter: str | None) -> bool:
    return counter is None or group.key.counter_id == counter


def _of_counter(groups: Iterable[Closed], one: Closed) -> int:
    return sum(len(group.members) for group in groups if group.key == one.key)


def basis_of(cuts: Iterable[frozenset[str]], names: Sequence[str]) -> list[list[Fraction]]:
    """What the cuts span, as rows in reduced echelon form."""
    basis: list[list[Fraction]] = []
    for cut in cuts:
        row = reduced([Fraction(name in cut) for name in names], basis)
        pivot = next((n for n, value in enumerate(row) if value), None)
        if pivot is not None:
            row = [value / row[pivot] for value in row]
            basis = [[a - other[pivot] * b for a, b in zip(other, row, strict=True)] for other in basis] + [row]
    return basis


def reduced(row: list[Fraction], basis: Iterable[list[Fraction]]) -> list[Fraction]:
    for other in basis:
        pivot = next(n for n, value in enumerate(other) if value)
        if row[pivot]:
            row = [a - row[pivot] * b for a, b in zip(row, other, strict=True)]
    return row


def isolated(cuts: Iterable[frozenset[str]], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Every set of fewer than ``K`` that some sum and difference of the cuts counts alone. Names in the same cuts are
    tried once: a set that holds some of them and not the others is no sum of cuts."""
    different = list(cuts)
    alike: dict[tuple[bool, ...], list[str]] = {}
    for name in names:
        alike.setdefault(tuple(name in cut for cut in different), []).append(name)
    small = [tuple(group) for seen, group in alike.items() if any(seen) and len(group) < K]
    basis, found = basis_of(different, names), []
    for n in range(1, K):
        for chosen in combinations(small, n):
            together = tuple(name for group in chosen for name in group)
            row = [Fraction(name in together) for name in names]
            if len(together) < K and not any(reduced(row, basis)):
                found.append(together)
    return found


@settings(max_examples=30, deadline=None)
@given(PRESSES | BUSY, st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)), max_size=3))
def test_no_sum_or_difference_of_any_pages_counts_fewer_than_five(
    presses: list[Press], ranges: list[tuple[int, int]]
) -> None:
    cuts = set()
    for release, groups in lives(presses):
        for shown, names in cuts_of(groups, release, ranges):
            assert shown == len(names)
            cuts.add(frozenset(names))

    assert isolated(cuts, [f"{n}" for n in range(len(presses))]) == []
    assert all(abs(len(one) - len(other)) >= K for one, other in combinations(cuts, 2) if one < other or other < one)


@settings(max_examples=8, deadline=None)
@given(BUSY.map(lambda presses: [press._replace(place=0) for press in presses]), st.randoms(use_true_random=False))
def test_three_accomplices_at_one_counter_find_what_no_other_said(presses: list[Press], chance: Random) -> None:
    """They know what they said themselves; of everybody else at least two are left together in whatever is found."""
    names = [f"{n}" for n in range(len(presses))]
    cuts = {frozenset(seen) for release, groups in lives(presses) for _, seen in cuts_of(groups, release, [])}
    for friends in [chance.sample(names, 3) for _ in range(10)]:
        known = basis_of([*cuts, *(frozenset({each}) for each in friends)], names)
        others = [[Fraction(name == one) for name in names] for one in names if one not in friends]

        assert all(any(reduced(row, known)) for row in others)


def test_a_fourth_accomplice_would_find_the_fifth() -> None:
    """The bound is what it says: of five who pressed, four know the fifth."""
    names = [f"{n}" for n in range(5)]
    fifth = [Fraction(name == "4") for name in names]
    known = {n: basis_of([frozenset(names), *(frozenset({name}) for name in names[:n])], names) for n in (3, 4)}

    assert any(reduced(fifth, known[3]))
    assert not any(reduced(fifth, known[4]))


@settings(max_examples=20, deadline=None)
@given(PRESSES | BUSY, st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)), max_size=2))
def test_what_is_told_of_scores_is_told_of_whole_released_groups(
    presses: list[Press], ranges: list[tuple[int, int]]
) -> None:
    """So it need not differ by five itself, as the dissatisfied of /causes: whatever somebody multiplies, adds and
    subtracts, each group is in it as a whole or not at all, and of none is more told than how many of all its members
    gave which score."""
    for release, groups in lives(presses)[-3:]:
        whole = [_names([group]) for group in groups]
        for names in [names for _, names in cuts_of(groups, release, ranges)]:
            assert all(group <= names or not group & names for group in whole)
        for chosen in periods_of(release, ranges):
            there = within(groups, chosen.first, chosen.last)
            for unit in (None, "P.1", "P.2"):
                page = page_of(groups, release, chosen, unit)
                for figure, names in scores_of(page, there, unit):
                    scores = [presses[int(name)].score for name in names]
                    assert figure.share is None or figure.share.rated == len(names)
                    assert figure.satisfied in (None, sum(score >= 4 for score in scores))
                    assert figure.scores in (None, {n: scores.count(n) for n in range(1, 6)})
                dissatisfied = causes_of(page).get(OVERALL_CONCERN)
                if dissatisfied is not None:
                    (_, names), *_ = scores_of(page, there, unit)
                    assert dissatisfied.k == sum(presses[int(name)].score < 4 for name in names)


def scores_of(page: Overview, there: Sequence[Closed], unit: str | None) -> list[tuple[Figure | CutFigure, set[str]]]:
    """Every figure that tells of scores, with the ratings of which it does: the total first."""
    shown = [group for group in there if _in(group, unit) and _of_counter(there, group) >= RULES.floor]
    found: list[tuple[Figure | CutFigure, set[str]]] = [(page.total, _names(shown))]
    for line in page.lines:
        if line.counter_id is not None:
            here = [group for group in shown if _in(group, line.unit_id or unit) and _at(group, line.counter_id)]
            found.append((line.figure, _names(here)))
    for cut in page.cuts:
        for each in cut.lines:
            found.append((each.figure, _names(g for g in shown if getattr(g.work, cut.by) == each.value)))
    return found


def causes_of(page: Overview) -> Mapping[Concern, Amount]:
    """What the page of causes makes of the same figure."""
    return amounts(KnownConcerns([]), CauseCounts(page.total, DossierCounts({}), {}, []), RULES)


def parts_of(presses: Sequence[Press]) -> list[Closed]:
    """What is released of the presses of one counter on one day."""
    return closed((_pending(f"{n}", press) for n, press in enumerate(presses)), Random(0).shuffle)


@settings(deadline=None)
@given(BUSY.map(lambda presses: [press._replace(place=0) for press in presses]))
def test_each_part_of_a_divided_group_has_five_strangers_beside_three_friends(presses: list[Press]) -> None:
    parts = parts_of(presses)

    assert len(parts) == 1 or all(is_large_enough((m.waiting for m in part.members), MIN_SOURCES) for part in parts)


def test_four_friends_with_dossiers_of_a_rare_field_do_not_find_its_one_citizen() -> None:
    """They choose the field by the dossiers they bring, and the stage as they please."""
    others = [Press(0, 0, 0, True, 5, Work("Đất đai", "return"))] * 30
    citizen = Press(0, 0, 0, True, 1, Work("Hộ tịch", "return"))

    parts = parts_of([*others[:15], citizen, *others[15:], *[citizen._replace(score=5)] * 4])

    assert [(part.work, len(part.members)) for part in parts] == [
        (Work("Đất đai", "return"), 27),
        (Work("", "return"), 8),
    ]


def test_a_field_that_is_too_small_takes_the_next_smallest_with_it() -> None:
    """Ten are the floor: of 41 ratings twenty are of one field, twelve of another, nine of a third."""
    fields = {"Đất đai": 20, "Hộ tịch": 12, "Xây dựng": 9}
    presses = [Press(0, 0, 0, True, 4, Work(field, "return")) for field, n in fields.items() for _ in range(n)]
    release, groups = lives(presses)[0]

    page = page_of(groups, release, period(Asked(PeriodName.ALL), last_day_of(release)), "P.1", Rules(1, 10))

    by = {cut.by: cut for cut in page.cuts}
    assert {group.work.field: len(group.members) for group in groups} == fields
    assert [(line.value, line.figure.rated) for line in by["field"].lines] == [("Đất đai", 20)]
    assert by["field"].rest == 21
    assert [(line.value, line.figure.rated) for line in by["stage"].lines] == [("return", 41)]
    assert by["stage"].rest == 0


def test_the_attacker_finds_one_where_groups_are_divided() -> None:
    names = [f"{n}" for n in range(8)]
    cuts = [frozenset(names), frozenset(names[:5]), frozenset(names[5:] + names[:1])]

    assert ("0",) in isolated(cuts, names)
    assert isolated(cuts[:1], names) == []
