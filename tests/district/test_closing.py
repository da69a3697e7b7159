"""Closing a period: its figures are fixed, signed, and never change; what comes late is counted beside them."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from nacl.signing import SigningKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kiosk.domain.released import K
from sync.district.__main__ import main
from sync.district.domain.audit import Audited
from sync.district.domain.closed_period import ClosedPeriod, Flaw, flaws, signed
from sync.district.domain.release import complete_from, is_complete
from sync.district.measures.closed_figures import (
    PeriodFigures,
    PeriodSum,
    closed_figure,
    figure_of,
    figures_from,
    text_of,
)
from sync.district.measures.disclosure import Rules, _figure
from sync.district.measures.index import Contradictions, Counts
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.period import asked_by_name
from sync.district.reports.closing import CannotClose, Refusal, close, confirm, propose, verify
from sync.district.reports.period_figures import HowToRead, LateRatings, late, read_figures
from sync.district.store import audit, closings
from sync.district.store.closing_tables import CLOSING_FACTS
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.store.releases import assign_day, undated
from sync.district.times import local_day
from tests.district.web_fixtures import NOW, bring, empty_district
from tests.district.web_server import keep_ratings, rate, rating

UNITS = """Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên
T,Ủy ban nhân dân tỉnh Thử,Tỉnh,
A,Ủy ban nhân dân xã A,Xã,T
B,Ủy ban nhân dân xã B,Xã,T
"""
COUNTERS = "Mã quầy,Đơn vị,Tên quầy\nA-1,A,Quầy 1\nA-2,A,Quầy 2\nB-1,B,Quầy 1\n"
OCTOBER, KEY = date(2026, 10, 15), SigningKey(b"k" * 32)
LAW, RULES = load_indicator_rules(None), Rules(30, 5)


def how(now: datetime = NOW, rules: Rules = RULES) -> HowToRead:
    return HowToRead(rules, LAW, now)


def office(engine: Engine) -> Engine:
    assert bring(engine, "units", UNITS).accepted
    assert bring(engine, "counters", COUNTERS).accepted
    return engine


@pytest.fixture
def rated(engine: Engine) -> Engine:
    """Both databases, one after the other: October at three counters."""
    office(engine)
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, OCTOBER)
    rate(engine, "A", "A-2", {5: 6, 1: 2}, OCTOBER)
    rate(engine, "B", "B-1", {5: 31}, OCTOBER)
    return engine


@pytest.fixture
def plain(tmp_path: Path) -> Engine:
    return office(empty_district(tmp_path))


def closed(engine: Engine, of: str = "2026-10", unit: str = "T", **more: Any) -> ClosedPeriod:
    return close(engine, KEY, asked_by_name(of), unit, "lanhdao", how(**more))


def figures_now(engine: Engine, of: str = "2026-10", unit: str = "T", rules: Rules = RULES) -> PeriodFigures:
    with reading(engine) as connection:
        found = read_figures(connection, asked_by_name(of), unit, how(rules=rules))
    assert found is not None
    return found


def late_now(engine: Engine, one: ClosedPeriod) -> LateRatings:
    with reading(engine) as connection:
        return late(connection, one, local_day(NOW))


def kept(engine: Engine, number: int) -> ClosedPeriod:
    with reading(engine) as connection:
        found = closings.closing(connection, number)
    assert found is not None
    return found


def test_what_was_closed_stays_whatever_comes_late_and_that_is_counted(rated: Engine):
    one = closed(rated)
    rate(rated, "A", "A-2", {1: 7}, OCTOBER)
    rate(rated, "B", "B-1", {5: 5}, OCTOBER)
    came = late_now(rated, one)

    assert kept(rated, 1) == one
    assert figures_from(one.content).total.rated == 109
    assert figures_now(rated).total.rated == 121
    assert (came.ratings, came.corrections) == (12, 0)
    assert came.by_unit == (("A", "Ủy ban nhân dân xã A", 7), ("B", "Ủy ban nhân dân xã B", 5))
    assert verify(rated, bytes(KEY.verify_key)) == (1, [])


def test_the_closed_figures_are_those_of_the_page_to_the_letter(rated: Engine):
    before = figures_now(rated)

    assert figures_from(closed(rated).content) == before
    assert figures_from(text_of(before)) == before


def test_who_closed_it_and_when_stands_in_the_audit_list(rated: Engine):
    one = closed(rated)
    with reading(rated) as connection:
        entry = audit.entries(connection, 1)[0]

    assert (entry.at, entry.person, entry.what) == (NOW, "lanhdao", Audited.PERIOD)
    assert (entry.detail["did"], entry.detail["unit"], entry.detail["period"]) == ("closed", "T", "2026-10")
    assert entry.detail["hash"] == one.hash.hex()


@pytest.mark.parametrize(
    ("of", "unit", "why", "day"),
    [
        ("2026-11", "T", Refusal.TOO_EARLY, date(2026, 12, 11)),
        ("2026-Q4", "T", Refusal.TOO_EARLY, date(2027, 1, 11)),
        ("2026", "T", Refusal.TOO_EARLY, date(2027, 1, 11)),
        ("2026-10-15", "T", Refusal.NO_SUCH_KIND, None),
        ("2026-W40", "T", Refusal.NO_SUCH_KIND, None),
        ("2026-10", "nowhere", Refusal.NO_UNIT, None),
    ],
)
def test_what_cannot_be_closed_is_refused(plain: Engine, of: str, unit: str, why: Refusal, day: date | None):
    with pytest.raises(CannotClose) as refused:
        closed(plain, of, unit)

    assert (refused.value.why, refused.value.day) == (why, day)
    with reading(plain) as connection:
        assert list(closings.every(connection)) == []


def test_a_period_is_complete_on_the_same_day_as_a_public_month():
    ends = date(2026, 10, 31)

    assert complete_from(ends) == date(2026, 11, 11)
    assert not is_complete(ends, date(2026, 11, 9))
    assert is_complete(ends, complete_from(ends) - timedelta(days=1)), "figures are told up to the day before"


def test_a_period_is_closed_once(rated: Engine):
    closed(rated)
    rate(rated, "B", "B-1", {5: 50}, OCTOBER)

    with pytest.raises(CannotClose) as refused:
        closed(rated)
    assert refused.value.why is Refusal.ALREADY
    assert closed(rated, unit="A").number == 2, "another unit is another closing"


def test_two_people_correct_what_was_closed_and_both_versions_are_kept(rated: Engine):
    one = closed(rated)
    rate(rated, "B", "B-1", {5: 50}, OCTOBER)
    propose(rated, 1, "lanhdao", "Kiosk xã B mất mạng từ 15/10, nay đã gửi đủ", NOW)
    with pytest.raises(CannotClose) as alone:
        confirm(rated, KEY, 1, "lanhdao", how())
    two = confirm(rated, KEY, 1, "chutich", how())

    assert alone.value.why is Refusal.SAME_PERSON
    assert (two.number, two.version, two.closed_by, two.proposed_by) == (2, 2, "chutich", "lanhdao")
    assert "mất mạng" in two.reason
    assert [figures_from(kept(rated, n).content).total.rated for n in (1, 2)] == [109, 159]
    assert kept(rated, 1) == one
    assert (late_now(rated, one).ratings, late_now(rated, two).ratings) == (50, 0)
    assert verify(rated, bytes(KEY.verify_key)) == (2, [])


def test_a_correction_needs_a_proposal_something_new_and_the_newest_version(rated: Engine):
    closed(rated)
    with pytest.raises(CannotClose) as unproposed:
        confirm(rated, KEY, 1, "chutich", how())
    propose(rated, 1, "lanhdao", "Xem lại số liệu của xã B", NOW)
    with pytest.raises(CannotClose) as nothing_new:
        confirm(rated, KEY, 1, "chutich", how())
    rate(rated, "B", "B-1", {5: 5}, OCTOBER)
    confirm(rated, KEY, 1, "chutich", how())
    rate(rated, "B", "B-1", {5: 5}, OCTOBER)
    with pytest.raises(CannotClose) as older:
        confirm(rated, KEY, 1, "chutich", how())
    with pytest.raises(CannotClose) as older_too:
        propose(rated, 1, "lanhdao", "Xem lại số liệu của xã B", NOW)

    assert [each.value.why for each in (unproposed, nothing_new, older, older_too)] == [
        Refusal.NO_PROPOSAL, Refusal.NOTHING_NEW, Refusal.NOT_NEWEST, Refusal.NOT_NEWEST,
    ]  # fmt: skip


@pytest.mark.parametrize("table", CLOSING_FACTS)
@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_closed(rated: Engine, table: str, change: str):
    closed(rated)
    propose(rated, 1, "lanhdao", "Xem lại số liệu của xã B", NOW)

    with pytest.raises(DBAPIError, match="append-only"), writing(rated) as connection:
        connection.execute(text(change.format(table)))


@pytest.fixture
def chain(plain: Engine) -> list[ClosedPeriod]:
    """Three closings of four months."""
    for month in (8, 9, 10):
        rate(plain, "A", "A-1", {5: 40}, date(2026, month, 10))
    return [closed(plain, of, "A") for of in ("2026-08", "2026-09", "2026-10")]


FIELDS = sorted(set(ClosedPeriod.__struct_fields__) - {"previous", "hash", "signature", "number"})


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_of_a_closing_is_changed_is_found(chain: list[ClosedPeriod], field: str):
    value = getattr(chain[1], field)
    other = value + timedelta(days=1) if isinstance(value, datetime) else value + (1 if isinstance(value, int) else "x")
    changed = replace(chain[1], **{field: other})

    assert list(flaws([chain[0], changed, chain[2]], bytes(KEY.verify_key))) == [(2, Flaw.CHANGED)]


def test_a_closing_that_was_taken_out_or_signed_anew_is_found(chain: list[ClosedPeriod]):
    one, two, three = chain
    public, forger = bytes(KEY.verify_key), SigningKey.generate()
    forged = signed(replace(two, content=two.content.replace("40", "41")), forger)
    by_the_key = signed(replace(two, closed_by="x"), KEY)

    assert list(flaws(chain, public)) == []
    assert list(flaws([one, three], public)) == [(3, Flaw.GAP)]
    assert list(flaws([two, three], public)) == [(2, Flaw.GAP)]
    assert list(flaws([one, forged, three], public)) == [(2, Flaw.SIGNATURE), (3, Flaw.ORDER)]
    assert list(flaws([one, by_the_key, three], public)) == [(3, Flaw.ORDER)]


def test_a_quarter_is_closed_from_what_is_released_and_says_what_its_months_were_closed_with(plain: Engine):
    for month in (7, 8, 9):
        rate(plain, "A", "A-1", {5: 40}, date(2026, month, 10))
    assert figures_now(plain, "2026-Q3", "A").months is None
    for of in ("2026-07", "2026-08", "2026-09"):
        closed(plain, of, "A")
    rate(plain, "A", "A-1", {1: 6}, date(2026, 8, 20))
    quarter = figures_from(closed(plain, "2026-Q3", "A").content)

    assert quarter.months is not None
    assert (quarter.total.rated, quarter.months.rated, quarter.months.of) == (126, 120, "2026-07..2026-09")


def test_what_came_late_for_a_period_stands_in_the_closing_of_the_next(plain: Engine):
    rate(plain, "A", "A-1", {5: 40}, date(2026, 9, 10))
    rate(plain, "A", "A-1", {5: 40}, OCTOBER)
    assert figures_now(plain, unit="A").late_before == ()
    closed(plain, "2026-09", "A")
    rate(plain, "A", "A-1", {1: 9}, date(2026, 9, 20))
    october = figures_from(closed(plain, unit="A").content)

    assert october.late_before == (PeriodSum("2026-09", 9),)
    assert october.total.rated == 40


def test_each_late_rating_is_noted_once_in_the_closing_that_follows_however_late_it_is(plain: Engine):
    for month in (7, 8, 9, 10):
        rate(plain, "A", "A-1", {5: 40}, date(2026, month, 10))
    found = []
    for of, late_of in (("2026-07", 7), ("2026-08", 7), ("2026-09", 8), ("2026-10", 7)):
        found.append(figures_from(closed(plain, of, "A").content).late_before)
        rate(plain, "A", "A-1", {1: 5 + late_of}, date(2026, late_of, 20))
    propose(plain, 4, "lanhdao", "Xem lại số liệu đến muộn", NOW)
    rate(plain, "A", "A-1", {1: 20}, OCTOBER)
    again = figures_from(confirm(plain, KEY, 4, "chutich", how()).content).late_before

    assert found == [(), (PeriodSum("2026-07", 12),), (PeriodSum("2026-07", 12),), (PeriodSum("2026-08", 13),)]
    assert again == found[3]


def test_a_correction_takes_nothing_from_what_the_next_closing_notes(plain: Engine):
    for month in (7, 8, 9):
        rate(plain, "A", "A-1", {5: 40}, date(2026, month, 10))
    closed(plain, "2026-07", "A")
    closed(plain, "2026-08", "A")
    rate(plain, "A", "A-1", {1: 7}, date(2026, 7, 20))
    rate(plain, "A", "A-1", {1: 8}, date(2026, 8, 20))
    propose(plain, 2, "lanhdao", "Xem lại số liệu đến muộn", NOW)
    again = figures_from(confirm(plain, KEY, 2, "chutich", how()).content)
    following = figures_from(closed(plain, "2026-09", "A").content)

    assert (again.total.rated, again.late_before) == (48, ())
    assert following.late_before == (PeriodSum("2026-07", 7),)
    assert figures_from(closed(plain, unit="A").content).late_before == ()


def test_an_earlier_period_that_is_closed_later_takes_nothing_from_what_the_next_closing_notes(plain: Engine):
    for month in (7, 8, 9):
        rate(plain, "A", "A-1", {5: 40}, date(2026, month, 10))
    closed(plain, "2026-08", "A")
    rate(plain, "A", "A-1", {1: 7}, date(2026, 8, 20))
    closed(plain, "2026-07", "A")
    following = figures_from(closed(plain, "2026-09", "A").content)

    assert following.late_before == (PeriodSum("2026-08", 7),)
    assert figures_from(closed(plain, unit="A").content).late_before == ()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_closed_in_which_order_a_late_rating_is_counted_or_noted_once(plain: Engine, seed: int):
    """The store beside the rule of ``test_late_notes``. Told is what a version counts or a closing notes."""
    dice, months = random.Random(seed), ["2026-07", "2026-08", "2026-09"]
    order = [*dice.sample(months, 3), "2026-10"]
    there, told, noted, corrected = Counter[str](), dict[str, int](), 0, 0
    for step in range(16):
        of, n = dice.choice(months), dice.randint(30, 40)
        rate(plain, "A", dice.choice(("A-1", "A-2")), {5: n}, date.fromisoformat(f"{of}-10"))
        there[of] += n
        of = order[step // 4] if step % 4 == 3 else dice.choice(order[: step // 4] or [""])
        if step % 4 == 3:
            untold = {each: there[each] - told[each] for each in sorted(told) if each < of}
            expected = tuple(PeriodSum(each, n) for each, n in untold.items() if n)
            assert figures_from(closed(plain, of, "A").content).late_before == expected
            told |= {each: there[each] for each in untold} | {of: there[of]}
            noted += len(expected)
        elif of and there[of] > (figures_from(known(plain, of, "A")[-1].content).total.rated or 0):
            old = known(plain, of, "A")[-1]
            propose(plain, old.number, "lanhdao", "Xem lại số liệu đến muộn", NOW)
            new = confirm(plain, KEY, old.number, "chutich", how())
            assert figures_from(new.content).late_before == figures_from(old.content).late_before
            told[of], corrected = there[of], corrected + 1

    assert noted, "nothing came late"
    assert corrected, "nothing was corrected"


def test_a_group_that_gets_its_day_late_is_noted_once_in_the_closing_that_follows(engine: Engine):
    office(engine)
    rate(engine, "A", "A-1", {5: 40}, date(2026, 8, 10))
    keep_ratings(engine, [rating("A", "A-1", 1, OCTOBER, day_guessed=True) for _ in range(6)])
    for hour, of in enumerate(("2026-07", "2026-08")):
        closed(engine, of, "A", now=NOW + timedelta(hours=hour))
    with writing(engine) as connection:
        [group] = undated(connection)
        assert assign_day(connection, group.group_id, date(2026, 8, 20), "x", "kiosk was off", NOW + timedelta(hours=2))
    found = [
        figures_from(closed(engine, of, "A", now=NOW + timedelta(hours=3 + n)).content).late_before
        for n, of in enumerate(("2026-09", "2026-10"))
    ]

    assert found == [(PeriodSum("2026-08", 6),), ()]


def test_what_came_late_below_a_unit_is_noted_by_it_and_by_no_other(engine: Engine):
    office(engine)
    for unit in ("A", "B", "T"):
        closed(engine, "2026-09", unit)
    rate(engine, "A", "A-2", {1: 7}, date(2026, 9, 20))

    assert [figures_now(engine, unit=unit).late_before for unit in "TAB"] == [(PeriodSum("2026-09", 7),)] * 2 + [()]


def test_a_group_that_gets_its_day_after_the_closing_came_late(plain: Engine):
    rate(plain, "A", "A-1", {5: 40}, OCTOBER)
    rows = [rating("A", "A-1", 1, OCTOBER, day_guessed=True) for _ in range(6)]
    keep_ratings(plain, rows)
    one = closed(plain, unit="A")
    with writing(plain) as connection:
        [group] = undated(connection)
        assert assign_day(connection, group.group_id, OCTOBER, "x", "kiosk was off", NOW + timedelta(hours=1))

    assert late_now(plain, one).ratings == 6
    assert figures_now(plain, unit="A").total.rated == 46


@pytest.mark.parametrize("apart_ms", [-5, 0, 5])
def test_a_day_that_is_given_at_the_moment_of_a_closing_is_in_it_or_late_and_never_both(engine: Engine, apart_ms: int):
    """The clocks of a command and of a page are read before each waits for the other."""
    office(engine)
    rate(engine, "A", "A-1", {5: 40}, OCTOBER)
    for _ in range(2):
        keep_ratings(engine, [rating("A", "A-1", 1, OCTOBER, day_guessed=True) for _ in range(6)])
    with reading(engine) as connection:
        first, second = (each.group_id for each in undated(connection))
    given_at = NOW + timedelta(milliseconds=apart_ms)
    with writing(engine) as connection:
        assert assign_day(connection, first, OCTOBER, "x", "before the closing", given_at)
    one = closed(engine, unit="A")
    with writing(engine) as connection:
        assert assign_day(connection, second, OCTOBER, "x", "after it", given_at)

    assert figures_from(one.content).total.rated == 46
    assert late_now(engine, one).ratings == 6
    assert figures_now(engine, unit="A").total.rated == 52


# ---- promise 6: nobody finds a single press by what is closed


def numbers(figures: PeriodFigures) -> Iterator[tuple[tuple[str, str], int]]:
    """Every number of citizens that a closing or a page tells, by place and what it counts."""
    yield ("all", "rated"), figures.total.rated or 0
    yield ("all", "contradicted"), figures.total.contradicted
    for line in figures.lines:
        place = f"{line.unit_id}/{line.counter_id}"
        yield (place, "rated"), line.figure.rated or 0
        yield (place, "contradicted"), line.figure.contradicted
    for reason in (*figures.better, *figures.good):
        yield ("all", reason.words["vi"]), reason.n
    for question in figures.questions:
        for answer in question.lines:
            yield ("all", question.question_id + answer.words["vi"]), answer.n
    if figures.months is not None:
        yield ("all", "months"), figures.months.rated


def told_late(came: LateRatings, pages: Sequence[PeriodFigures]) -> Iterator[int]:
    """Numbers of what came after one closing or another: of two of them neither holds the other, so that each has to
    be of whole groups by itself."""
    yield from (came.ratings, came.corrections)
    yield from (n for _, _, n in came.by_unit)
    yield from (earlier.rated for each in pages for earlier in each.late_before)


@pytest.mark.parametrize("seed", range(8))
def test_promise_6_whatever_arrives_closed_figures_and_todays_differ_by_whole_groups(plain: Engine, seed: int):
    """Somebody who closes whenever they can, corrects whenever they can, and subtracts everything from everything."""
    dice, rules = random.Random(seed), Rules(10, 5 if seed % 2 else 12)
    seen: dict[tuple[str, str, str], set[int]] = {}
    for _step in range(14):
        arrive(plain, dice)
        for of in ("2026-10", "2026-09", "2026-Q3"):
            for unit in ("T", "A"):
                close_or_correct(plain, of, unit, dice, rules)
                page = figures_now(plain, of, unit, rules)
                told = [page, *(figures_from(each.content) for each in known(plain, of, unit))]
                for place, n in (pair for each in told for pair in numbers(each)):
                    seen.setdefault((of, unit, *place), set()).add(n)
                for each in known(plain, of, unit):
                    assert all(n == 0 or n >= K for n in told_late(late_now(plain, each), told))
                if page.months is not None:
                    difference = abs((page.total.rated or 0) - page.months.rated)
                    assert difference == 0 or difference >= K

    too_close = [
        (place, pair) for place, found in seen.items() for pair in combinations(sorted({0, *found}), 2)
        if pair[1] - pair[0] < K
    ]  # fmt: skip
    assert too_close == []
    assert len(known(plain, "2026-10", "T")) > 1, "nothing was corrected"
    assert any(len(found) > 4 for found in seen.values()), "nothing moved"
    assert verify(plain, bytes(KEY.verify_key))[1] == []


def arrive(engine: Engine, dice: random.Random) -> None:
    """A few ratings of some counters and days, some without a dossier, some a second one with another score."""
    rows = []
    for _ in range(dice.randint(0, 9)):
        unit, counter = dice.choice((("A", "A-1"), ("A", "A-2"), ("B", "B-1"), ("B", "")))
        day = date(2026, dice.choice((8, 9, 10, 10)), dice.randint(1, 28))
        row = rating(unit, counter, dice.randint(1, 5), day)
        if dice.random() < 0.15:
            row["dossier_code"] = None
        rows.append(row)
        if row["dossier_code"] and dice.random() < 0.4:
            again = rating(unit, counter, dice.randint(1, 5), day, dossier_code=row["dossier_code"], counted=False)
            rows.append(again)
    keep_ratings(engine, rows)


def close_or_correct(engine: Engine, of: str, unit: str, dice: random.Random, rules: Rules) -> None:
    there = known(engine, of, unit)
    if not there:
        if dice.random() < 0.5:
            closed(engine, of, unit, rules=rules)
        return
    if dice.random() < 0.5:
        propose(engine, there[-1].number, "lanhdao", "Xem lại số liệu đến muộn", NOW)
        with suppress(CannotClose):  # nothing new
            confirm(engine, KEY, there[-1].number, "chutich", how(rules=rules))


def known(engine: Engine, of: str, unit: str) -> list[ClosedPeriod]:
    with reading(engine) as connection:
        return closings.versions(connection, (unit, str(asked_by_name(of).name), of))


@pytest.mark.parametrize("score", [1, 5, None])
def test_promise_6_a_press_that_waits_is_in_no_closing_and_in_no_number_of_what_came_late(tmp_path: Path, score: int):
    """Two others and perhaps the one: every byte that was closed, and what is told of what came late, is the same."""
    found = []
    for world, presses in enumerate(([], [score] if score else [3])):
        folder = tmp_path / str(world)
        folder.mkdir()
        engine = office(empty_district(folder))
        rate(engine, "A", "A-1", {5: 40}, OCTOBER)
        keep_ratings(engine, [rating("A", "A-1", each, OCTOBER) for each in (4, 2)])
        one = closed(engine, unit="A")
        keep_ratings(engine, [rating("A", "A-1", each, OCTOBER) for each in presses])
        found.append((one.content, late_now(engine, one), text_of(figures_now(engine, unit="A"))))

    assert found[0] == found[1]


@given(st.lists(st.integers(0, 400), min_size=5, max_size=5), st.integers(0, 30), st.integers(-5, 30))
def test_a_figure_that_was_closed_is_the_same_figure_again(levels: list[int], contradicted: int, raised: int):
    rules = Rules(30, 5)
    counts = Counts(dict(zip(range(1, 6), levels, strict=True)), 900, Contradictions(contradicted, raised))
    figure = _figure(counts, rules, rules.floor)

    assert figure_of(closed_figure(figure), rules) == figure


# ---- the command


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path))
    monkeypatch.setattr("sync.district.__main__.utc_now", lambda: NOW)
    assert main(["init"]) == 0
    engine = office(open_engine(f"sqlite:///{tmp_path / 'district.sqlite'}"))
    rate(engine, "A", "A-1", {5: 40, 1: 3}, OCTOBER)
    return tmp_path


def test_the_command_closes_lists_shows_and_verifies(place: Path, capsys: pytest.CaptureFixture[str]):
    capsys.readouterr()
    assert main(["period", "close", "--unit", "A", "--period", "2026-10"]) == 0
    assert main(["period", "list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert main(["period", "show", "1"]) == 0
    shown = capsys.readouterr().out
    assert main(["period", "show", "1", "--json"]) == 0
    content = capsys.readouterr().out
    assert main(["period", "verify"]) == 0
    checked = capsys.readouterr().out

    assert len(listed) == 2
    assert listed[0] == listed[1]
    assert listed[0].startswith("1  2026-10  A  2026-11-20 10:00  ")
    assert 'rated 43  scores {"1": 3, "2": 0, "3": 0, "4": 0, "5": 40}' in shown
    assert "came late: 0 ratings" in shown
    assert figures_from(content).total.rated == 43
    assert "1 closings: every hash and signature is right." in checked


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["close", "--unit", "A", "--period", "2026-11"], "it can be closed from 2026-12-11 on"),
        (["close", "--unit", "A", "--period", "2027-01"], "has not begun"),
        (["close", "--unit", "A", "--period", "2026-W41"], "months, quarters, half-years and years are closed"),
        (["close", "--unit", "A", "--period", "x"], "x is no period"),
        (["close", "--unit", "Z", "--period", "2026-10"], "there is no such unit"),
        (["show", "9"], "there is no closing 9"),
    ],
)
def test_the_command_says_in_one_sentence_why_not(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
):
    assert main(["period", *arguments]) == 1
    assert says in capsys.readouterr().err


def test_the_command_names_what_was_changed(place: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["period", "close", "--unit", "A", "--period", "2026-10"]) == 0
    assert main(["period", "close", "--unit", "A", "--period", "2026-09"]) == 0
    with sqlite3.connect(place / "district.sqlite") as connection:
        connection.execute("DROP TRIGGER closed_periods_refuses_update")
        connection.execute("UPDATE closed_periods SET content = replace(content, '40', '41') WHERE number = 1")
    capsys.readouterr()

    assert main(["period", "verify"]) == 1
    said = capsys.readouterr()
    assert said.out == "closing 1: changed\n"
    assert "1 of 2 closings are not what was signed" in said.err
