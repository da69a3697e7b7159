"""What the head of a one-stop unit may choose and compare: finished periods, waiting times by counter, and sign-ins
that differ from the duty roster; and the hours of the day on a counter's own page."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from sqlalchemy import insert

from kiosk.domain.roster import NOON, DutyShift
from sync.district.domain.people import Role
from sync.district.domain.sign_ins import SignIn, SignInDiffers, by_day, differing, newest_first
from sync.district.measures.period import PeriodName, newest_finished
from sync.district.store import tables
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Engine, writing
from sync.district.store.imports import Origin
from sync.district.store.officer_pins import officers_by_staff_id, set_pin
from sync.district.store.rosters import write_shifts
from sync.district.times import VIETNAM
from tests.district.test_counter_page import CENTRE, Q1, Q2, TODAY, signed_in
from tests.district.test_one_stop import at_hour, rows
from tests.district.test_waiting_pages import told as told_times
from tests.district.web_fixtures import NOW, bring_samples, empty_district
from tests.district.web_server import StillClock, add_people, enrol, hash_of_password, rate, serving

DAY = timedelta(days=1)
THURSDAY = TODAY - DAY
NINE = datetime(2026, 11, 19, 9, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A centre rated in several months, with ticket times at one counter, and a roster that two sign-ins contradict."""
    folder = tmp_path_factory.mktemp("one-stop-parts")
    engine = empty_district(folder)
    bring_samples(engine)
    add_people(engine, ("lan", Role.LEADER, CENTRE), ("tu", Role.INSPECTOR, CENTRE))
    with writing(engine) as connection:
        add_user(connection, UserRow("an", hash_of_password(), Role.OFFICER, CENTRE, False, "CB-0101", False), NOW)
        told_times(connection, CENTRE, "Đất đai", "waiting", 8, 20, 500)
        told_times(connection, CENTRE, "Hộ tịch", "waiting", 9, 10, 100)
    at_hour(engine, 8, 6, date(2026, 10, 5))
    rate(engine, CENTRE, Q1, {1: 3}, date(2026, 8, 10))  # too few for a group of their own
    for months_back, n in ((1, 40), (40, 7), (75, 12), (300, 33)):
        rate(engine, CENTRE, Q1, {5: n, 2: 6}, TODAY - timedelta(days=months_back))
        rate(engine, CENTRE, Q2, {4: 5}, TODAY - timedelta(days=months_back))
    enrol(engine, "k-1", CENTRE, Q1)
    signed(engine, {"k-1": ("CB-0101", "CB-0201", "CB-0201", "")}, NINE)
    with serving(engine, folder, StillClock()) as base:
        yield base


def signed(engine: Engine, who: dict[str, tuple[str, ...]], at: datetime) -> None:
    """The roster names CB-0101 at the first counter in the mornings; some officers (empty: nobody in particular) sign
    in at kiosks, each an hour after the one before."""
    shifts = [DutyShift(Q1, "CB-0101", at.date(), until=NOON)]
    with writing(engine) as connection:
        write_shifts(connection, CENTRE, [], shifts, Origin("", NOW, "lan"))
        for number in ("CB-0101", "CB-0201"):
            set_pin(connection, number, "$argon2id$", NOW)
        ids = {number: staff_id for staff_id, number in officers_by_staff_id(connection).items()}
        for device, officers in who.items():
            for n, number in enumerate(officers):
                moment = (at + timedelta(hours=n)).astimezone(UTC)
                body = {"counter": Q2} | ({"staff_id": ids[number]} if number else {})
                fact = {"entry_id": f"{device}-{n}", "device_id": device, "epoch": 1, "seq": 900 + n, "body": body}
                fact |= {"type": "staff_signed_in", "recorded_at": moment, "received_at": moment}
                connection.execute(insert(tables.box_facts).values(fact))


def page_of(address: str, query: str = "", name: str = "lan") -> str:
    answer = signed_in(address, name).get(f"/one-stop{query}")
    assert answer.status_code == 200, answer.text[:300]
    return str(answer.text)


def test_only_periods_that_are_over_can_be_chosen_beside_the_running_month(address: str) -> None:
    lan = signed_in(address, "lan")
    asked = {
        query: lan.get(f"/one-stop?{query}").status_code
        for query in (
            *("period=month&of=2026-10", "period=quarter&of=2026-Q3", "period=half-year&of=2026-H1"),
            *("period=year&of=2025", "period=month&of=2026-11", "period=quarter&of=2026-Q4", "period=quarter"),
            *("period=day&of=2026-11-10", "period=week&of=2026-W45", "period=7-days", "period=all"),
            *("period=range&first=2026-10-01&last=2026-10-30", "period=month&of=2026-13", "period=month&of=2026-12"),
        )
    }
    october = lan.get("/one-stop?period=month&of=2026-10").text

    assert [each for each, status in asked.items() if status == 200] == list(asked)[:4]
    assert set(asked.values()) == {200, 404}
    assert "Tháng 10/2026" in october.split('id="period"')[1].split("</div>")[0]
    assert "of=2026-09" in october
    assert "of=2026-11" not in october, "the month after it still runs"
    links = re.findall(r'href="/one-stop\?unit=[^"]*of=([^"]+)"', page_of(address))
    assert {"2026-10", "2026-Q3", "2026-H1", "2025"} <= set(links)


def test_promise_6_no_two_periods_of_the_page_differ_by_fewer_than_five_ratings(address: str) -> None:
    """Whoever subtracts months from quarters, half-years, years and the running month finds whole groups."""
    lan = signed_in(address, "lan")
    months = [f"?period=month&of=2026-{month:02}" for month in (7, 8, 9)]
    pages = {query: lan.get(f"/one-stop{query}").text for query in ("?period=quarter&of=2026-Q3", *months)}
    for counter in (Q1, Q2):
        found = [re.search(r'data-rated="(\d+)"', rows(page, "rated")[counter]) for page in pages.values()]
        quarter, *by_month = (int(each[1]) if each else 0 for each in found)
        assert quarter == sum(by_month) > 0
        assert not any(0 < abs(quarter - sum(part)) < 5 for part in parts_of(by_month))


def parts_of(months: list[int]) -> list[tuple[int, ...]]:
    return [part for n in range(len(months) + 1) for part in combinations(months, n)]


def test_the_newest_finished_period_of_each_kind() -> None:
    found = [newest_finished(name, THURSDAY) for name in (PeriodName.MONTH, PeriodName.QUARTER, PeriodName.YEAR)]
    last_day = newest_finished(PeriodName.MONTH, date(2026, 10, 31))

    assert [each and each.of for each in (*found, last_day)] == ["2026-10", "2026-Q3", "2025", "2026-10"]


def test_waiting_times_stand_side_by_side_as_whole_sums(address: str) -> None:
    at = {
        counter: re.findall(r'data-(waiting|service)="(\d*)"', row)
        for counter, row in rows(page_of(address), "waiting").items()
    }

    assert at[Q1] == [("waiting", "30"), ("service", "")]
    assert at[Q2] == [("waiting", ""), ("service", "")]
    assert "data-waiting" not in page_of(address, "?period=month&of=2026-10"), "of the chosen period"


def test_the_head_alone_reads_which_sign_ins_differ_from_the_roster(address: str) -> None:
    page = page_of(address)
    found = re.findall(r'data-day="([^"]+)" data-signed-in="([^"]*)" data-rostered="([^"]*)"', page)

    assert found == [(str(THURSDAY), "CB-0201", "CB-0101")]
    assert "Có thể lịch chưa đúng" in page
    assert "không suy ra ai đã ngồi quầy" in page
    assert signed_in(address, "tu").get("/one-stop").status_code == 404
    assert "data-rostered" not in signed_in(address, "an").get("/counter").text


def test_what_differs_is_told_once_a_day_and_a_day_without_a_roster_differs_from_nothing() -> None:
    morning, afternoon = (SignIn(Q1, "CB-2", NINE + timedelta(hours=hours)) for hours in (0, 5))
    again, own, other_day = SignIn(Q1, "CB-2", NINE), SignIn(Q1, "CB-1", NINE), SignIn(Q1, "CB-2", NINE - DAY)
    roster = by_day([DutyShift(Q1, "CB-1", NINE.date(), until=NOON)])
    once, gap = (SignInDiffers(NINE.date(), Q1, "CB-2", rostered) for rostered in ("CB-1", ""))

    assert differing([morning, again, own, other_day], roster) == (once,)
    assert differing([afternoon], roster) == (gap,), "a gap is a gap"
    assert differing([own], roster) == differing([own, again], {}) == ()
    assert newest_first([SignInDiffers(NINE.date() - DAY, Q1, "CB-2", ""), once]) == (
        once,
        SignInDiffers(NINE.date() - DAY, Q1, "CB-2", ""),
    )


def test_a_counter_reads_in_which_hours_it_was_rated_last_month_and_never_how_many(address: str) -> None:
    page = signed_in(address, "an").get("/counter").text
    part = page.split('id="hours"')[1].split("</section>")[0]

    assert 'data-hours="8"' in part
    assert "8–9 giờ" in part
    assert re.findall(r"\d+ lượt", part) == ["5 lượt"], "the floor, and no number of its own"


def test_officers_see_at_which_counters_their_own_pin_opened_kiosks_and_nobody_else_s(address: str) -> None:
    """Whoever saw a colleague's PIN could sit down in their place."""
    page = str(signed_in(address, "an").get("/account").text)
    part = page.split('id="own-sign-ins"')[1].split("</div>")[0]
    days = re.findall(r"<li>(.*?)</li>", part)

    assert [plain(each) for each in days] == [f"{NINE:%d/%m/%Y} · Quầy 1: Tư pháp – Hộ tịch"]
    assert 'id="own-sign-ins"' not in signed_in(address, "lan").get("/account").text


def plain(html: str) -> str:
    return re.sub("<[^>]*>", "", html)
