"""Figures stand under the day on which things happened, also when a box's clock was wrong."""

from argparse import Namespace
from datetime import date, timedelta
from typing import Any

import pytest

from sync.district.cli.context import Context, Stop
from sync.district.cli.undated import run_assign, run_list
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store.answers import counts_by_era, sensitive_by_era
from sync.district.store.engine import reading, writing
from sync.district.store.releases import assign_day, undated
from tests.district.conftest import NOON, District
from tests.district.web_fixtures import counts_between
from tests.support.factories import TODAY, Box

NOW_S = int(NOON.timestamp())
DAY = 86_400


def clock(up_s: int, boot: str = "cafe") -> dict[str, object]:
    return {"clock": {"boot": boot, "up_s": up_s, "at_s": 0}}


def send(district: District, box: Box, health: dict[str, object], first: int = 1, *, direct: bool = True) -> None:
    district.accept(box, box.batch(first, health=health), direct=direct)
    district.project()


def days(district: District) -> list[tuple[str, date, str]]:
    return [(code, day, str(flags)) for code, day, flags in district.rows("ratings", "dossier_code", "day", "flags")]


def test_a_box_that_believes_it_is_1970_is_counted_on_the_real_days(district: District):
    box = district.box()
    for number in range(3):
        box.rate(dossier=f"D{number}", day=date(1970, 1, 1), at_s=100 + number * DAY, up_s=100 + number * DAY)

    send(district, box, clock(up_s=120 + 2 * DAY))

    assert days(district) == [(f"D{n}", TODAY - timedelta(days=2 - n), "[]") for n in range(3)]
    assert {row[0] for row in district.figures()} == {TODAY - timedelta(days=n) for n in range(3)}
    assert [uncertain for (uncertain,) in district.rows("entry_times", "uncertain_s")] == [30, 30 + DAY // 5000, 64]


def test_the_same_days_come_out_of_a_rebuild(district: District):
    box = district.box()
    box.rate(day=date(2011, 1, 1), at_s=1_293_840_000, up_s=50)
    send(district, box, clock(up_s=60 + DAY))
    before, figures = days(district), district.figures()

    rebuild(district.engine, district.keys)

    assert (days(district), district.figures()) == (before, figures)


def test_a_right_clock_needs_no_note(district: District):
    box = district.box()
    box.rate(at_s=NOW_S - 400, up_s=100, offset_s=0)

    send(district, box, clock(up_s=500))

    assert district.rows("entry_times", "seq") == []


def test_a_batch_that_came_on_a_stick_is_not_dated_by_its_arrival(district: District):
    box = district.box()
    then = NOW_S - 40 * DAY
    district.clock.pass_by(days=-41)
    box.note(at_s=then - 50, up_s=50, boot="cafe")
    send(district, box, clock(up_s=60))
    district.clock.pass_by(days=41)
    box.rate(dossier="D", day=TODAY - timedelta(days=40), at_s=then, up_s=100, offset_s=2)

    send(district, box, clock(up_s=110), first=2, direct=False)

    assert days(district) == [("D", TODAY - timedelta(days=40), "[]")]


def dead_clock_on_a_monthly_stick(district: District) -> Box:
    """It reached the district on 25 September; its clock died, began at last December after each start, and a stick
    brought October and most of November."""
    box = district.box()
    district.clock.at = NOON - timedelta(days=57)
    box.note(at_s=NOW_S - 57 * DAY, up_s=50, boot="0001")
    send(district, box, clock(up_s=60, boot="0001"))
    district.clock.at = NOON
    for number in range(6):
        dead = 1_764_547_200 + number * DAY
        box.rate(5, f"D{number}", day=date(2025, 12, 1), at_s=dead, up_s=100 + number * DAY, boot="0002", offset_s=0)
    send(district, box, {}, first=2, direct=False)
    district.clock.pass_by(days=1)
    release(district.engine, district.clock())
    return box


def test_a_dead_clock_on_a_monthly_stick_counts_in_no_month_until_somebody_says_the_day(district: District):
    dead_clock_on_a_monthly_stick(district)
    before = counted(district)
    with writing(district.engine) as connection:
        (group,) = undated(connection)
        given = assign_day(connection, group.group_id, date(2026, 10, 31), "Lan", "the paper list", district.clock())
        again = assign_day(connection, group.group_id, date(2026, 10, 1), "Lan", "", district.clock())

    proved = (NOON - timedelta(days=57)).date()  # the kiosk reached the district that day
    assert all(day >= proved for _, day, _ in days(district))
    assert {flags for *_, flags in days(district)} == {"['clock_unsure', 'day_unknown']"}
    assert (before, group.n, given, again) == (0, 6, True, False)
    assert counted(district) == 6


@pytest.mark.parametrize("direct", [True, False])
def test_a_clock_a_year_ahead_counts_nothing_in_the_future(district: District, direct: bool):
    box = district.box()
    for number in range(5):
        box.rate(5, f"D{number}", day=TODAY + timedelta(365), at_s=NOW_S + 365 * DAY, up_s=100 + number, boot="0001")

    send(district, box, clock(up_s=110, boot="0001") if direct else {}, direct=direct)

    assert all(day <= TODAY for _, day, _ in days(district))
    assert {"day_unknown" in flags for *_, flags in days(district)} == {not direct}


def test_an_offset_of_an_earlier_start_and_a_second_back_date_nothing_wrongly(district: District):
    """The clock was put right between two starts: the distance learnt in the first holds there alone. Two entries
    written together may stand a second the wrong way round."""
    box = district.box()
    box.note(at_s=NOW_S - 9 * DAY - 30 * DAY, up_s=50, boot="0001", offset_s=30 * DAY)
    district.clock.pass_by(days=-9)
    send(district, box, clock(up_s=60, boot="0001"))
    district.clock.pass_by(days=9)
    for up_s in (100, 101, 100):
        box.rate(5, f"D{len(box.entries)}", at_s=NOW_S - 1_000 + up_s, up_s=up_s, boot="0002", offset_s=30 * DAY)

    send(district, box, clock(up_s=1_000, boot="0002"), first=2)

    assert {(day, flags) for _, day, flags in days(district)} == {(TODAY, "[]")}
    assert len(district.rows("ratings", "entry_id")) == 3


def test_reasons_and_private_answers_of_a_guessed_day_count_in_no_month_either(district: District):
    """Each has a group of its own, and gets a day of its own."""
    box = district.box()
    for number in range(6):
        dead = 1_764_547_200 + number * DAY
        given = box.rate(2, f"D{number}", day=date(2025, 12, 1), at_s=dead, up_s=100 + number * DAY, boot="0002")
        added = {"answers": {"bad": ["waiting"]}, "private_answers": {"hard_to_say": ["money"]}}
        box.add(given, day=date(2025, 12, 1), at_s=dead, up_s=101 + number * DAY, boot="0002", **added)
    send(district, box, {}, direct=False)
    for _ in range(2):
        district.clock.pass_by(days=1)
        release(district.engine, district.clock())
    before = reasons_and_private(district)
    with writing(district.engine) as connection:
        groups = undated(connection)
        for group in groups:
            assign_day(connection, group.group_id, date(2026, 10, 31), "Lan", "the paper list", district.clock())

    assert before == (0, 0)
    assert sorted(group.stream for group in groups) == ["private", "rating", "reason"]
    assert reasons_and_private(district) == (6, 6)


def reasons_and_private(district: District) -> tuple[int, int]:
    """How many reasons and private answers count in any period."""
    with reading(district.engine) as connection:
        reasons = counts_by_era(connection, None, TODAY + timedelta(9))
        private = sensitive_by_era(connection, None, TODAY + timedelta(9))
    return sum(n for said in reasons.values() for n in said.values()), sum(private.values())


def test_the_commands_list_undated_groups_and_take_a_day_that_is_over(district: District, capsys: Any):
    dead_clock_on_a_monthly_stick(district)
    context = Context(district.services.settings, district.clock)
    run_list(Namespace(), context)
    listed = capsys.readouterr().out
    with reading(district.engine) as connection:
        (group,) = undated(connection)
    words = {"group": group.group_id, "by": "Lan", "why": "the paper list"}

    with pytest.raises(Stop, match="is not over yet"):
        run_assign(Namespace(day="2026-11-22", **words), context)
    with pytest.raises(Stop, match="is no day"):
        run_assign(Namespace(day="31/10/2026", **words), context)
    run_assign(Namespace(day="2026-10-31", **words), context)
    with pytest.raises(Stop, match="no undated group"):
        run_assign(Namespace(day="2026-10-30", **words), context)

    assert f"group {group.group_id}: 6 ratings of H32.13-q1" in listed
    assert counted(district) == 6


def test_a_rebuild_dates_a_dead_clock_the_same(district: District):
    dead_clock_on_a_monthly_stick(district)
    before = days(district)

    rebuild(district.engine, district.keys)

    assert days(district) == before


def counted(district: District) -> int:
    """How many ratings count in October."""
    found = counts_between(district.engine, date(2026, 10, 1), date(2026, 10, 31))
    return sum(counts.rated for counts in found.values())


def test_a_day_that_can_only_be_guessed_is_flagged(district: District):
    box = district.box()
    box.rate(dossier="D", day=date(1970, 1, 1), at_s=100, up_s=100)

    send(district, box, {}, direct=False)

    ((_, day, flags),) = days(district)
    assert day > date(2020, 1, 1)
    assert flags == "['clock_unsure', 'day_unknown']"


def test_entries_issued_again_after_a_gap_keep_their_time(district: District):
    """The declaration stands first and is the youngest; the older ones after it are not pushed behind it."""
    box = district.box()
    box.epoch = 2
    box.note("gap_declared", at_s=NOW_S - 50, up_s=50, boot="beef")
    box.rate(dossier="D", day=TODAY - timedelta(days=3), at_s=NOW_S - 3 * DAY, up_s=100, boot="cafe", offset_s=0)
    box.rate(dossier="E", at_s=NOW_S - 10, up_s=90, boot="beef", offset_s=0)

    send(district, box, clock(up_s=100, boot="beef"))

    assert [day for _, day, _ in days(district)] == [TODAY - timedelta(days=3), TODAY]


def test_nonsense_in_the_clock_reading_is_no_reading(district: District):
    box = district.box()
    box.rate(at_s=NOW_S - 10, offset_s=0)
    for number, health in enumerate(
        [{"clock": 5}, clock(-1), clock(2**60), clock(5, boot="x" * 99), {"clock": {"boot": "cafe"}}], start=1
    ):
        district.accept(box, box.batch(number, health=health), direct=True)
        box.rate(at_s=NOW_S - 10, offset_s=0)

    assert district.rows("clock_readings", "batch_id") == []
