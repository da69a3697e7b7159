"""The duty roster: what it may say, what a change leaves alone, where it comes from, and on whose account a rating
stands."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from kiosk.domain.reference import Officer, Roster
from kiosk.domain.roster import DAY_ENDS, DAY_STARTS, NOON, RECEPTION, DutyShift, on_duty, shifts_from
from sync.district.domain.people import Role
from sync.district.domain.roster_rules import Serving, UnitPeople, changed_seats, merged, problems_of
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.reference.importing import Outcome
from sync.district.reference.roster_file import import_roster
from sync.district.reference.snapshot import page
from sync.district.roster.change import RosterRefused, change_roster, like_week_before, seats_of
from sync.district.store import rosters as store
from sync.district.store.devices import device
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.times import start_of
from tests.district.conftest import District
from tests.district.watcher import serving as watched
from tests.district.web_fixtures import CATALOGUE, NOW, bring, bring_samples
from tests.district.web_server import Browser, add_people
from tests.support.factories import COUNTER, UNIT, Box, dossier_code, given_body
from tests.support.factories import TODAY as BOX_DAY

CENTRE = "H35.88.01"
Q1, Q2, Q4 = (f"{CENTRE}-Q{number}" for number in (1, 2, 4))
TODAY, CLOCK = date(2026, 11, 20), "10:00"  # what NOW is in Việt Nam
MONDAY = date(2026, 11, 23)
PEOPLE = UnitPeople(
    {"Q1": Serving(), "Q2": Serving(valid_to=TODAY)},
    {"CB-1": Serving(), "CB-2": Serving(), "CB-3": Serving(valid_to=TODAY)},
)
CLOCKS = st.sampled_from([DAY_STARTS, "07:30", CLOCK, NOON, "13:15", "16:59"])


def forbidden(*shifts: DutyShift) -> list[str]:
    return [each.key for each in problems_of(shifts, shifts[-1:], PEOPLE, TODAY)]


# ---- the rules


def test_one_officer_at_one_counter_at_a_time() -> None:
    first = DutyShift("Q1", "CB-1", TODAY, DAY_STARTS, NOON)

    assert forbidden(first, DutyShift("Q1", "CB-2", TODAY, NOON, DAY_ENDS)) == []
    assert forbidden(first, DutyShift("Q1", "CB-2", TODAY, "11:59", DAY_ENDS)) == ["roster.refused.seat_taken"]
    assert forbidden(first, DutyShift("Q2", "CB-1", TODAY, "11:59", DAY_ENDS)) == ["roster.refused.twice"]
    assert forbidden(first, DutyShift("Q2", "CB-1", TODAY, NOON, DAY_ENDS)) == []
    assert forbidden(first, DutyShift(RECEPTION, "CB-1", TODAY, phone="1022")) == []


@pytest.mark.parametrize(
    ("shift", "key"),
    [
        (DutyShift("Q1", "CB-3", TODAY + timedelta(days=1)), "roster.refused.left"),
        (DutyShift("Q1", "CB-9", TODAY), "roster.refused.officer"),
        (DutyShift("Q2", "CB-1", TODAY + timedelta(days=1)), "roster.refused.counter"),
        (DutyShift("Q9", "CB-1", TODAY), "roster.refused.counter"),
        (DutyShift("Q1", "CB-1", TODAY, NOON, NOON), "roster.refused.hours"),
        (DutyShift("Q1", "CB-1", TODAY, "7:30", NOON), "roster.refused.hours"),
        (DutyShift("Q1", "CB-1", TODAY, "07:30", "25:00"), "roster.refused.hours"),
        (DutyShift("Q1", "CB-1", TODAY + timedelta(days=93)), "roster.refused.far"),
        (DutyShift(RECEPTION, "CB-1", TODAY, phone="gọi chị Lan"), "roster.refused.phone"),
    ],
)
def test_who_left_what_is_not_there_and_what_is_no_time_cannot_be_put_down(shift: DutyShift, key: str) -> None:
    assert forbidden(shift) == [key]


DAYS = st.sampled_from([TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)])
SHIFTS = st.lists(
    st.builds(
        lambda who, day, times: DutyShift("Q1", who, day, *sorted(times)),
        st.sampled_from(["CB-1", "CB-2"]),
        DAYS,
        st.lists(CLOCKS, min_size=2, max_size=2, unique=True),
    ),
    max_size=4,
)


def at_every_minute(shifts: list[DutyShift], day: date) -> list[str]:
    found = [
        on_duty(shifts, "Q1", datetime.combine(day, datetime.min.time()) + timedelta(minutes=n)) for n in range(1440)
    ]
    return [each.officer_number if each else "" for each in found]


def without_overlaps(shifts: list[DutyShift]) -> list[DutyShift]:
    kept: list[DutyShift] = []
    for each in shifts:
        kept += [] if any(each.overlaps(other) for other in kept) else [each]
    return merged(kept)


@given(SHIFTS.map(without_overlaps), SHIFTS.map(without_overlaps))
def test_no_change_writes_anew_what_has_passed(present: list[DutyShift], asked: list[DutyShift]) -> None:
    now = 10 * 60
    wanted = {(day, "Q1"): [each for each in asked if each.day == day] for day in {each.day for each in asked}}

    ended, new, refused = changed_seats(present, wanted, TODAY, CLOCK)
    after = [each for each in present if each not in ended] + new

    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert at_every_minute(after, yesterday) == at_every_minute(present, yesterday)
    assert at_every_minute(after, TODAY)[:now] == at_every_minute(present, TODAY)[:now]
    if (TODAY, "Q1") in wanted:
        assert at_every_minute(after, TODAY)[now:] == at_every_minute(wanted[TODAY, "Q1"], TODAY)[now:]
    if (tomorrow, "Q1") in wanted:
        assert at_every_minute(after, tomorrow) == at_every_minute(wanted[tomorrow, "Q1"], tomorrow)
    differs = (yesterday, "Q1") in wanted and merged(wanted[yesterday, "Q1"]) != [
        s for s in present if s.day == yesterday
    ]
    assert bool(refused) == differs


# ---- in the database, of both kinds


def put(engine: Engine, *shifts: DutyShift, at: datetime = NOW) -> None:
    with writing(engine) as connection:
        change_roster(connection, CENTRE, seats_of(shifts), Origin("", at, "lan"))


def standing(engine: Engine, first: date = TODAY, last: date = TODAY + timedelta(days=30)) -> list[DutyShift]:
    with reading(engine) as connection:
        return store.shifts_of(connection, CENTRE, first, last)


def test_replacing_somebody_today_begins_now_and_everything_stands_in_the_history(engine: Engine) -> None:
    bring_samples(engine)
    put(engine, DutyShift(Q1, "CB-0101", TODAY), at=NOW - timedelta(days=1))

    put(engine, DutyShift(Q1, "CB-0102", TODAY))

    assert standing(engine) == [
        DutyShift(Q1, "CB-0101", TODAY, DAY_STARTS, CLOCK),
        DutyShift(Q1, "CB-0102", TODAY, CLOCK, DAY_ENDS),
    ]
    with reading(engine) as connection:
        changes = store.changes_of(connection, CENTRE, TODAY, TODAY, 10)
    assert [(each.ended, each.shift.officer_number, each.person) for each in changes] == [
        (True, "CB-0101", "lan"),
        (False, "CB-0101", "lan"),
        (False, "CB-0102", "lan"),
        (False, "CB-0101", "lan"),
    ]


def test_a_refused_change_changes_nothing(engine: Engine) -> None:
    bring_samples(engine)

    with pytest.raises(RosterRefused) as refused:
        put(engine, DutyShift(Q1, "CB-0101", MONDAY), DutyShift(Q2, "CB-0101", MONDAY))

    assert {each.key for each in refused.value.problems} == {"roster.refused.twice"}
    assert standing(engine) == []


def test_a_week_is_filled_like_the_one_before_without_who_left_and_without_moving_anybody(engine: Engine) -> None:
    bring_samples(engine)
    put(
        engine,
        DutyShift(Q1, "CB-0101", MONDAY, until=NOON),
        DutyShift(Q1, "CB-0102", MONDAY, NOON),
        DutyShift(Q2, "CB-0201", MONDAY),
    )
    put(engine, DutyShift(Q4, "CB-0401", MONDAY), DutyShift(RECEPTION, "CB-0402", MONDAY, phone="1022"))
    next_monday = MONDAY + timedelta(days=7)
    left = "Số hiệu,Đơn vị,Vị trí việc làm,Quầy,Đến ngày\n" + f"CB-0201,{CENTRE},Công chức,{Q2},{MONDAY:%d/%m/%Y}\n"
    assert bring(engine, "officers", left).accepted
    put(engine, DutyShift(Q4, "CB-0402", next_monday))

    with writing(engine) as connection:
        copied = like_week_before(connection, CENTRE, next_monday, Origin("", NOW, "lan"))

    assert copied.left == 1
    assert standing(engine, next_monday) == [
        DutyShift(RECEPTION, "CB-0402", next_monday, phone="1022"),
        DutyShift(Q1, "CB-0101", next_monday, until=NOON),
        DutyShift(Q1, "CB-0102", next_monday, NOON),
        DutyShift(Q4, "CB-0402", next_monday),
    ]


# ---- from a file

HEADS = "Ngày,Quầy,Nhiệm vụ,Số hiệu cán bộ,Buổi,Giờ trực,Điện thoại trực\n"


def imported(engine: Engine, rows: str, *, check: bool = False, **fixed: str) -> Outcome:
    return import_roster(
        engine, CATALOGUE, (HEADS + rows).encode(), "lich.csv", NOW, fixed=fixed, check=check, person="hoa"
    )


FILE = (
    "23/11/2026,Quầy 1: Tư pháp – Hộ tịch,,CB-0101,Cả ngày,,\n"
    f"23/11/2026,{Q4},Trực quầy,CB-0401,Sáng,,\n"
    f"23/11/2026,{Q4},,CB-0402,,13h30 - 17h00,\n"
    "23/11/2026,,Trực tiếp dân,CB-0402,,,0263 1022\n"
)


def test_a_file_with_vietnamese_heads_is_taken_whole_and_again_changes_nothing(engine: Engine) -> None:
    bring_samples(engine)

    checked = imported(engine, FILE, check=True, unit_id=CENTRE)
    first, again = (imported(engine, FILE, unit_id=CENTRE) for _ in range(2))

    assert (checked.new, checked.revision) == (4, None)
    assert (first.new, first.changed, first.unchanged) == (4, 0, 0)
    assert (again.new, again.changed, again.unchanged, again.revision) == (0, 0, 4, None)
    assert standing(engine) == [
        DutyShift(RECEPTION, "CB-0402", MONDAY, phone="0263 1022"),
        DutyShift(Q1, "CB-0101", MONDAY),
        DutyShift(Q4, "CB-0401", MONDAY, until=NOON),
        DutyShift(Q4, "CB-0402", MONDAY, "13:30", "17:00"),
    ]


def test_one_wrong_row_keeps_the_whole_file_out_and_says_which(engine: Engine) -> None:
    bring_samples(engine)
    rows = (
        "23/11/2026,Quầy 1: Tư pháp – Hộ tịch,,CB-0101,,,\n"  # row 2: the same person as in row 3
        f"23/11/2026,{Q2},,CB-0101,Sáng,,\n"
        "19/11/2026,Quầy 1: Tư pháp – Hộ tịch,,CB-0101,,,\n"
        f"24/11/2026,{Q2},,CB-0999,,,\n"
    )

    outcome = imported(engine, rows)
    shape = imported(engine, f"23/11/2026,,,CB-0101,,,\n24/11/2026,{Q1},,CB-0101,Sáng,07:30-11:30,\n")

    assert {(each.row, each.key) for each in outcome.reading.errors} == {
        (2, "roster.refused.twice"),
        (3, "roster.refused.twice"),
        (4, "roster.refused.past"),
        (5, "roster.refused.officer"),
    }
    assert [each.key for each in shape.reading.errors] == ["roster.row.no_counter", "roster.row.part_and_hours"]
    assert standing(engine, TODAY - timedelta(days=9)) == []


def test_a_file_of_two_units_of_which_one_is_wrong_changes_neither(engine: Engine) -> None:
    bring_samples(engine)
    assert bring(engine, "counters", "Mã quầy,Mã đơn vị,Tên quầy\nH35.88-Q1,H35.88,Quầy 1\n").accepted
    rows = f"23/11/2026,{Q1},,CB-0101,,,\n23/11/2026,H35.88-Q1,,CB-0201,,,\n"

    outcome = imported(engine, rows)

    assert [(each.row, each.key) for each in outcome.reading.errors] == [(3, "roster.refused.officer")]
    assert standing(engine) == []


def test_somebody_who_left_is_replaced_today_and_what_they_did_stays(engine: Engine) -> None:
    bring_samples(engine)
    put(engine, DutyShift(Q1, "CB-0101", TODAY), at=NOW - timedelta(days=2))
    left = f"Số hiệu,Đơn vị,Vị trí việc làm,Đến ngày\nCB-0101,{CENTRE},Công chức,19/11/2026\n"
    assert bring(engine, "officers", left).accepted

    put(engine, DutyShift(Q1, "CB-0102", TODAY))

    assert [each.officer_number for each in standing(engine)] == ["CB-0101", "CB-0102"]


# ---- what a kiosk is told, and on whose account a rating stands


def with_a_roster(district: District, *shifts: DutyShift) -> None:
    """A roster of the kiosk's unit, put down before the first of its days began."""
    officers = {each.officer_number for each in shifts}
    district.reference(officers=[asdict(Officer(each, UNIT, "Công chức", COUNTER)) for each in sorted(officers)])
    before = start_of(min(each.day for each in shifts)) - timedelta(hours=1)
    with writing(district.engine) as connection:
        change_roster(connection, UNIT, seats_of(shifts), Origin("", before, "lan"))


def deliver(district: District, box: Box) -> None:
    """Over the network, an hour after the citizens came: the kiosk's clocks are known, and so is each minute."""
    body = given_body()
    clock = {"boot": body["boot"], "up_s": body["up_s"] + 3600, "at_s": body["at_s"] + 3600}
    district.accept(box, box.batch(health={"clock": clock}), direct=True)
    district.project()


def rosters_of(district: District, kiosk: Box) -> list[Roster]:
    """What a full snapshot says of rosters."""
    with reading(district.engine) as connection:
        known = device(connection, kiosk.device_id)
    assert known is not None
    sent = page(district.services, known, "", district.clock())
    return [each.row for each in sent.changes if isinstance(each.row, Roster)]


def accounts(district: District) -> list[Any]:
    return district.rows("ratings", "officer_number", "officer_known_by", "seated_officer")


def test_a_rating_of_which_the_kiosk_knew_who_was_on_duty_stands_on_their_account(district: District) -> None:
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="duty")
    box.rate_now(4, dossier_code(2), officer_known_by=None)
    box.rate_now(4, dossier_code(3), officer_known_by="roster")
    deliver(district, box)
    projected = accounts(district)

    rebuild(district.engine, district.keys)

    assert projected == [("CB-1", "duty", "CB-1"), (None, None, None), (None, None, None)]
    assert accounts(district) == projected


def test_the_dossiers_own_record_goes_before_the_roster(district: District) -> None:
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="duty")
    deliver(district, box)

    rows = f"Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Ngày nhận\n{dossier_code(1)},{COUNTER},CB-7,21/11/2026\n"
    assert bring(district.engine, "dossiers", rows).accepted

    assert accounts(district) == [("CB-7", "dossier", "CB-1")]


def test_a_dossier_that_no_longer_names_anybody_leaves_the_one_on_duty(district: District) -> None:
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="duty")
    deliver(district, box)
    for officer in ("CB-7", ""):
        rows = f"Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Ngày nhận\n{dossier_code(1)},{COUNTER},{officer},21/11/2026\n"
        assert bring(district.engine, "dossiers", rows, may_empty=True).accepted

    assert accounts(district) == [("CB-1", "duty", "CB-1")]


def test_a_rating_whose_minute_nobody_knows_stands_on_nobodys_account(district: District) -> None:
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="duty")
    district.accept(box)  # by stick: only the kiosk's own clock tells the time
    district.project()

    assert accounts(district) == [(None, None, None)]


def test_a_kiosk_is_told_of_its_own_unit_today_and_two_weeks_and_of_a_roster_that_was_emptied(
    district: District,
) -> None:
    kiosk = district.box()
    without = rosters_of(district, kiosk)
    far = BOX_DAY + timedelta(days=15)
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY), DutyShift(COUNTER, "CB-1", far))

    [told] = rosters_of(district, kiosk)
    with writing(district.engine) as connection:
        seats = {(BOX_DAY, COUNTER): [], (far, COUNTER): []}
        change_roster(connection, UNIT, seats, Origin("", start_of(BOX_DAY), "lan"))

    assert without == []
    assert (told.unit_id, told.first_day, told.last_day) == (UNIT, BOX_DAY, BOX_DAY + timedelta(days=14))
    assert shifts_from(told.content) == (DutyShift(COUNTER, "CB-1", BOX_DAY),)
    assert [shifts_from(each.content) for each in rosters_of(district, kiosk)] == [()]


def test_who_has_left_meanwhile_is_a_gap_for_the_kiosk(district: District) -> None:
    kiosk = district.box()
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    last_day = BOX_DAY - timedelta(days=1)

    district.reference(officers=[{"officer_number": "CB-1", "unit_id": UNIT, "post": "", "valid_to": last_day}])

    assert [shifts_from(each.content) for each in rosters_of(district, kiosk)] == [()]


def test_a_rating_of_a_day_on_which_the_one_on_the_roster_had_left_stands_on_nobodys_account(
    district: District,
) -> None:
    """The kiosk had the roster of the day before, and no network since."""
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    list_officers(district, "CB-1", UNIT, until=BOX_DAY - timedelta(days=1))
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="duty")
    deliver(district, box)

    assert accounts(district) == [(None, None, "CB-1")]
    rebuild(district.engine, district.keys)
    assert accounts(district) == [(None, None, "CB-1")]


def test_that_somebody_had_left_is_seen_whenever_it_is_told_and_a_rebuild_agrees(district: District) -> None:
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="duty")
    deliver(district, box)
    served, gone = [("CB-1", "duty", "CB-1")], [(None, None, "CB-1")]
    day_before = BOX_DAY - timedelta(days=1)

    for unit_id, until, expected in (
        (UNIT, day_before, gone),
        (UNIT, BOX_DAY, served),
        ("H32.99", None, served),  # goes to another unit from today on
    ):
        list_officers(district, "CB-1", unit_id, until)
        assert accounts(district) == expected
        rebuild(district.engine, district.keys)
        assert accounts(district) == expected


def list_officers(district: District, number: str, unit_id: str, until: date | None) -> None:
    """Imports a list of one officer, on the day after the kiosk's."""
    units = f"Mã đơn vị,Tên đơn vị,Cấp\n{UNIT},Phường Thử,xã\n{unit_id},Phường Khác,xã\n"
    assert unit_id == UNIT or bring(district.engine, "units", units).accepted
    last_day = until.strftime("%d/%m/%Y") if until else ""
    rows = f"Số hiệu,Đơn vị,Vị trí việc làm,Đến ngày\n{number},{unit_id},Công chức,{last_day}\n"
    at = start_of(BOX_DAY + timedelta(days=1))
    assert bring(district.engine, "officers", rows, now=at, may_empty=True).accepted


# ---- how an officer is known is told to nobody who reads figures


def rated_by_thirty(district: District, box: Box, odd: str) -> None:
    """Thirty citizens rate one counter on one day. Of all but one the roster names the officer; of that one the
    dossier alone does, or nobody: the kiosk found a gap in the roster."""
    with_a_roster(district, DutyShift(COUNTER, "CB-1", BOX_DAY))
    if odd == "dossier":
        rows = f"Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Ngày nhận\n{dossier_code(1)},{COUNTER},CB-7,21/11/2026\n"
        assert bring(district.engine, "dossiers", rows).accepted
    for n in range(1, 31):
        alone = n == 1 and odd == "nobody"
        box.rate_now(4, dossier_code(n), officer_known_by=None if alone else "duty")
    deliver(district, box)
    district.overnight()


@pytest.mark.parametrize("odd", ["dossier", "nobody"])
def test_promise_6_no_page_of_the_roster_and_no_released_count_tells_how_one_rating_was_bound(
    district: District, odd: str
) -> None:
    rated_by_thirty(district, district.box(), odd)
    assert [row[1] for row in accounts(district)].count("duty") == 29
    add_people(district.engine, ("lan", Role.LEADER, UNIT))

    with watched(district) as address:
        head = Browser(address)
        head.sign_in("lan")
        pages = [f"/roster?unit={UNIT}{week}" for week in ("", f"&of={BOX_DAY}")]
        before = [head.get(page).text for page in pages]
        assert release(district.engine, district.clock()) > 0
        after = [head.get(page).text for page in pages]

    assert before == after
    assert f'data-counter="{COUNTER}"' in before[0]
    groups = district.rows("released_groups", "stream", "n")
    assert groups == [("rating", 30)]
    assert district.rows("released_counts", "answer", "n") == [("4", 30)]
