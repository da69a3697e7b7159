"""What kiosks count of invitations becomes figures in groups of five days, of which every part is nobody or five."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import insert

from kiosk.domain.released import K, Waiting
from sync.district.domain.invitation_day import InvitationSums, counted_on
from sync.district.domain.people import Role
from sync.district.domain.release import Key, Pending, Stream, closed
from sync.district.measures.disclosure import Rules
from sync.district.measures.invitations import InvitationSection, invitation_section
from sync.district.measures.period import Asked, PeriodName
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store import tables
from sync.district.store.engine import Engine, writing
from sync.district.web.overview import gather, overview
from tests.district.conftest import District
from tests.district.indicator_office import CENTRE, Q1, browsing
from tests.district.web_server import NOW, Browser, add_people, release_all
from tests.district.web_server import TODAY as WEB_TODAY
from tests.support.factories import AT, COUNTER, TODAY, UNIT, Box

RULES = Rules(30, 5)
PARTS = ("served", "ended", "invited", "answered")
EVER = Asked(PeriodName.ALL)
FIRST = TODAY - timedelta(20)


def tell(box: Box, day: int, *numbers: int, **other: Any) -> None:
    """What the kiosk of the counter tells of a day, so many days after the first."""
    sums = dict(zip(PARTS, numbers, strict=True))
    place = {"unit_id": UNIT, "counter_id": COUNTER}
    box.note("invitations", of_day=str(FIRST + timedelta(day)), **(place | sums | other))


def next_day(district: District, box: Box, sent: list[int]) -> None:
    """Everything told arrives, is opened and, once the day has ended, released."""
    district.accept(box, box.batch(sent[0] + 1))
    sent[0] = len(box.entries)
    district.project()
    district.clock.pass_by(days=1)
    release(district.engine, district.clock())


def shown(district: District, rules: Rules = RULES) -> InvitationSection | None:
    gathered = gather(district.engine, EVER, TODAY + timedelta(60))
    page = overview(gathered, None, None, rules, district.clock(), compares_invitations=True)
    assert page is not None
    return page.invitations


def test_nothing_is_told_before_five_days_are_together_and_then_all_of_them_at_once(district: District) -> None:
    box, sent = district.box(), [0]
    seen = []
    for day in range(6):
        tell(box, day, 10, 8 if day % 2 else 10, 7, 3)
        next_day(district, box, sent)
        seen.append(shown(district))

    assert seen[:5] == [None] * 5, "after five days four tickets were never said to have ended: fewer than five"
    found = seen[5]
    assert found is not None
    assert found.total.sums == InvitationSums(60, 54, 42, 18)
    assert [(line.counter_id, line.figure.sums) for line in found.lines] == [(COUNTER, found.total.sums)]
    assert found.total.response is not None
    assert found.total.response.value == pytest.approx(18 / 42)


def test_a_group_waits_until_each_part_is_nobody_or_five(district: District) -> None:
    box, sent = district.box(), [0]
    for day, answered in enumerate((1, 0, 2, 0, 1, 0, 0)):
        tell(box, day, 9, 9, 9, answered)
        next_day(district, box, sent)
    assert shown(district) is None, "four people answered"

    tell(box, 7, 9, 9, 9, 1)
    next_day(district, box, sent)
    found = shown(district)
    assert found is not None
    assert found.total.sums == InvitationSums(72, 72, 72, 5)


def test_that_nobody_answers_is_told(district: District) -> None:
    box, sent = district.box(), [0]
    for day in range(5):
        tell(box, day, 9, 9, 9, 0)
    next_day(district, box, sent)

    found = shown(district)
    assert found is not None
    assert found.total.sums == InvitationSums(45, 45, 45, 0)
    assert found.total.response is not None
    assert found.total.response.value == 0


def test_pieces_of_one_day_are_one_day(district: District) -> None:
    box, sent = district.box(), [0]
    for _ in range(9):
        tell(box, 0, 9, 9, 9, 5)
    next_day(district, box, sent)
    assert shown(district) is None


def test_an_office_with_a_higher_floor_is_told_no_smaller_part(district: District) -> None:
    box, sent = district.box(), [0]
    for day in range(5):
        tell(box, day, 20, 20, 20, 1)
    next_day(district, box, sent)

    found = shown(district, Rules(30, 10))
    assert found is not None
    assert (found.total.sums, found.lines[0].figure.sums) == (None, None)
    assert found.lines[0].figure.fewer_than == 10


def test_a_group_lies_within_one_month_and_what_is_left_of_a_month_is_in_none() -> None:
    days = [date(2026, 10, 28) + timedelta(number) for number in range(9)]
    adds = tuple(zip(PARTS, (5, 5, 5, 5), strict=True))
    key = Key(Stream.INVITATION, UNIT, COUNTER)

    groups = closed([Pending(key, Waiting(str(day), None, day), adds) for day in days], list.reverse)

    assert [group.day for group in groups] == [date(2026, 11, 5)]
    assert [each.waiting.day for each in groups[0].members] == days[4:]


def flagged(sums: list[InvitationSums]) -> list[str]:
    """The counters of one unit of which the page says that fewer services were ended."""
    counts = {(("U",), f"q{n}"): structs.asdict(each) for n, each in enumerate(sums)}
    view, unit = Mock(counter=Mock(return_value=None)), Mock(holds=lambda path: path[0] == "U")
    found = invitation_section(counts, view, [unit], RULES, with_lines=True)
    assert found is not None
    return [str(line.counter_id) for line in found.lines if line.figure.fewer_ended]


def test_chance_alone_names_a_counter_on_few_pages_and_a_clear_difference_is_named() -> None:
    """Twenty counters that all end eight services of ten, page after page; then one that ends half of its own."""
    draw, served = Random(7), 150
    honest = [[sum(draw.random() < 0.8 for _ in range(served)) for _ in range(20)] for _ in range(120)]
    pages = [[InvitationSums(served, ended, ended, ended) for ended in page] for page in honest]

    assert sum(bool(flagged(page)) for page in pages) <= 0.05 * len(pages)
    assert "q0" in flagged([InvitationSums(served, 75, 75, 75), *pages[0][1:]])


def test_a_rebuild_changes_no_figure_and_releases_nothing_twice(district: District) -> None:
    box, sent = district.box(), [0]
    for day in range(5):
        tell(box, day, 10, 10, 10, 5)
    next_day(district, box, sent)
    before = shown(district)
    rebuild(district.engine, district.keys)
    district.clock.pass_by(days=1)
    release(district.engine, district.clock())

    assert before is not None
    assert shown(district) == before


def test_numbers_that_are_none_and_other_offices_counters_are_set_aside_and_counted_nowhere(district: District) -> None:
    box, sent = district.box(), [0]
    for day in range(5):
        tell(box, day, 10, 10, 10, 5, answered=-1)
        tell(box, day, 10, 10, 10, 5, counter_id="H99-q1")
    next_day(district, box, sent)

    assert shown(district) is None
    reasons = [reason for (reason,) in district.rows("unopened", "reason")]
    assert [reason.partition(":")[0] for reason in reasons] == ["answered"] * 5 + ["counter_id"] * 5
    assert set(district.kinds()) == {"elsewhere"}


def test_a_day_that_a_wrong_clock_made_up_counts_on_the_day_of_its_arrival() -> None:
    arrived = TODAY
    at = datetime.fromtimestamp(AT, UTC)
    for said, counts in ((TODAY, TODAY), (TODAY - timedelta(300), TODAY - timedelta(300)),
                         (date(2000, 1, 1), arrived), (TODAY + timedelta(1), arrived)):  # fmt: skip
        assert counted_on(said, at) == counts


DAYS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40
)


@given(DAYS)
@settings(max_examples=150)
def test_no_two_figures_of_whatever_days_differ_by_fewer_than_five_people(days: list[tuple[int, ...]]) -> None:
    """As it would be watched: each day is released as it ends, and whoever looks takes any period at any time."""
    waiting, told = list[Pending](), list[tuple[date, InvitationSums]]()
    for number, numbers in enumerate(days):
        day = TODAY + timedelta(number)
        sums = InvitationSums(*sorted(numbers, reverse=True))
        adds = tuple((name, getattr(sums, name)) for name in PARTS)
        waiting.append(Pending(Key(Stream.INVITATION, UNIT, COUNTER), Waiting(f"e{number}", None, day), adds))
        for group in closed(waiting, list.reverse):
            assert group.day is not None
            assert len({each.waiting.day for each in group.members}) >= K
            told.append((group.day, InvitationSums(**group.counts)))
            waiting = [each for each in waiting if each not in group.members]
    last_days = [TODAY - timedelta(1), *(day for day, _ in told)]
    seen = {
        frozenset(n for n, (day, _) in enumerate(told[:known]) if first < day <= last)
        for first, last in combinations(last_days, 2)
        for known in range(len(told) + 1)
    }
    for one, other in combinations(seen, 2):
        if one < other or other < one:
            rest = sum((told[n][1] for n in one ^ other), InvitationSums())
            assert all(part == 0 or part >= K for part in rest.parts)


# ---- the page


@pytest.fixture
def browser(engine: Engine, tmp_path: Path) -> Iterator[Browser]:
    with browsing(engine, tmp_path) as found:
        yield found


def keep(engine: Engine, counter_id: str, sums: tuple[int, int, int, int], days: int = 5) -> None:
    """What a kiosk told of some days, released."""
    with writing(engine) as connection:
        for day in range(days):
            body = {
                "at_s": AT, "unit_id": CENTRE, "counter_id": counter_id,
                "of_day": str(WEB_TODAY - timedelta(day)), **dict(zip(PARTS, sums, strict=True)),
            }  # fmt: skip
            name = f"{counter_id}-{day}"
            place = {"entry_id": name, "device_id": counter_id, "epoch": 1, "seq": day + 1, "type": "invitations"}
            connection.execute(insert(tables.box_facts).values(**place, body=body, recorded_at=NOW, received_at=NOW))
        release_all(connection)


def test_the_first_page_tells_who_was_invited_and_where_it_looks_as_if_only_some_were(
    engine: Engine, browser: Browser
) -> None:
    keep(engine, Q1, (40, 39, 30, 12))
    keep(engine, f"{CENTRE}-Q2", (40, 20, 18, 16))
    browser.sign_in("lan")

    told = browser.figures(f"?unit={CENTRE}")["invitations"]
    html = browser.get(f"/?unit={CENTRE}").text

    assert {name: told["total"][name] for name in PARTS} == {
        "served": 400,
        "ended": 295,
        "invited": 240,
        "answered": 140,
    }
    first, second = told["lines"]
    assert (first["counter_id"], first["response"], first["fewer_ended"]) == (Q1, 0.4, False)
    assert (second["ended_share"], second["fewer_ended"]) == (0.5, True)
    assert "Số lượt được bấm kết thúc ít hơn hẳn các quầy khác" in html
    assert 'data-invited="total"' in html


def test_an_officer_who_sits_nowhere_reads_nothing_of_invitations(engine: Engine, browser: Browser) -> None:
    keep(engine, Q1, (40, 39, 30, 12))
    add_people(engine, ("colleague", Role.OFFICER, CENTRE))
    browser.sign_in("colleague")

    assert browser.figures()["invitations"] is None
    assert "data-invited" not in browser.get("/").text


def test_a_technician_reads_the_whole_unit_and_nothing_by_counter(engine: Engine, browser: Browser) -> None:
    keep(engine, Q1, (40, 39, 30, 12))
    keep(engine, f"{CENTRE}-Q2", (40, 20, 18, 16))
    add_people(engine, ("colleague", Role.TECHNICIAN, CENTRE))
    browser.sign_in("colleague")

    told = browser.figures()["invitations"]
    html = browser.get("/").text

    assert (told["total"]["served"], told["lines"], told["total"]["fewer_ended"]) == (400, [], False)
    assert re.findall(r'data-invited="([^"]+)"', html) == ["total"]
    assert 'class="sub attention"' not in html


def test_an_office_without_a_ticket_system_reads_nothing_of_invitations(browser: Browser) -> None:
    browser.sign_in("lan")

    assert browser.figures()["invitations"] is None
    assert "Lời mời đánh giá" not in browser.get("/").text
