"""The daily release: once a day, whole groups, the same however often the figures were made again in between."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from sync.district.domain.release import Stream
from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Counts
from sync.district.measures.period import Asked, PeriodName
from sync.district.projection.project import project, rebuild
from sync.district.projection.release import release
from sync.district.store.engine import reading, writing
from sync.district.store.figures import cuts_by_era
from sync.district.store.release_tables import RELEASE_FACTS, assigned_days, public_months
from sync.district.times import local_day
from sync.district.web.figures import figures
from sync.district.web.overview import Overview, gather, overview
from tests.district.conftest import District
from tests.district.web_fixtures import bring, counts_between
from tests.support.factories import AT, COUNTER, TODAY, UNIT, Box, dossier_code

TABLES = {
    "releases": ("day",),
    "released_groups": ("stream", "unit_id", "counter_id", "counted_on", "n"),
    "released_counts": ("group_id", "answer", "n"),
    "released_members": ("stream", "member", "group_id", "score", "highest"),
    "assigned_days": ("group_id", "day", "person"),
    "public_months": ("month", "made_on", "units"),
}


def counted(district: District, first: date | None = None, last: date = TODAY + timedelta(30)) -> Counts:
    return counts_between(district.engine, first, last).get((UNIT, COUNTER), Counts({}, 0))


def released(district: District) -> list[Any]:
    return [district.rows(table, *columns) for table, columns in TABLES.items()]


def next_day(district: District) -> None:
    district.project()
    district.clock.pass_by(days=1)
    release(district.engine, district.clock())


def press(box: Box, numbers: range, score: int, day: int = 0) -> None:
    for number in numbers:
        box.rate(score, dossier_code(number), day=TODAY + timedelta(day), at_s=AT + day * 86_400)


def test_ratings_are_released_when_their_day_is_over_and_not_before(district: District) -> None:
    box = district.box()
    press(box, range(6), 4)
    district.accept(box)
    district.project()

    release(district.engine, district.clock())
    same_day = counted(district)
    district.clock.pass_by(hours=12)  # midnight at the counter
    release(district.engine, district.clock())

    assert (same_day.rated, counted(district).scores) == (0, {4: 6})


def cut(district: District) -> dict[tuple[str, str], dict[str, int]]:
    """What is told of each field and stage, by stream and answer; and lower scores of several fields and stages."""
    found: dict[tuple[str, str], Counter[str]] = {}
    with reading(district.engine) as connection:
        for cells in cuts_by_era(connection, None, TODAY + timedelta(30)).values():
            for key, n in cells.items():
                at = (key.work.field, key.work.stage)
                if any(at) or key.stream == Stream.CORRECTION:
                    found.setdefault(at, Counter())[f"{key.stream} {key.answer}"] += n
    return {at: {about: n for about, n in cells.items() if n} for at, cells in found.items() if any(cells.values())}


def test_a_group_is_released_by_field_and_stage_where_eight_are_alike(district: District) -> None:
    """34 of land, twenty of them handed in; three of civil status, who take five of land with them."""
    assert bring(
        district.engine, "procedures", "Mã TTHC,Tên TTHC,Lĩnh vực\n1.1,Cấp sổ,Đất đai\n1.2,Khai sinh,Hộ tịch\n"
    )
    rows = [f"{dossier_code(n)},{COUNTER},{'1.1' if n < 34 else '1.2'},21/11/2026" for n in range(37)]
    listed = "Mã hồ sơ,Mã quầy,Mã TTHC,Ngày nhận\n" + "\n".join(rows) + "\n"
    assert bring(district.engine, "dossiers", listed).accepted
    box = district.box()
    for number in range(37):
        box.rate(4, dossier_code(number), stage="hand_in" if number < 20 or number == 36 else "return")
    district.accept(box)

    next_day(district)

    assert counted(district).scores == {4: 37}
    of_land = {stage: cut(district)["Đất đai", stage]["rating 4"] for stage in ("hand_in", "return")}
    assert set(cut(district)) == {("Đất đai", "hand_in"), ("Đất đai", "return")}
    assert sum(of_land.values()) == 29
    assert min(of_land.values()) >= 8

    for number in range(20):
        box.rate(1, dossier_code(number), stage="hand_in")
    district.accept(box, box.batch(38))
    next_day(district)

    told = 20 if of_land["hand_in"] == 20 else 12  # else those who were drawn, and as many as fill them up to eight
    assert cut(district).get(("", ""), {}) == ({"correction 1": 8, "correction 4": -8} if told == 12 else {})
    assert cut(district)["Đất đai", "hand_in"] == {
        "rating 4": of_land["hand_in"], "correction 1": told, "correction 4": -told,
    }  # fmt: skip
    assert cut(district)["Đất đai", "return"] == {"rating 4": of_land["return"]}
    assert counted(district).scores == {1: 20, 4: 17}


def first_page(district: District) -> Overview:
    found = gather(district.engine, Asked(PeriodName.ALL), local_day(district.clock()))
    page = overview(found, None, UNIT, Rules(minimum_n=10, group_floor=5), district.clock())
    assert page is not None
    return page


def test_a_cut_tells_no_share_while_lower_scores_are_in_none_of_its_lines(district: District) -> None:
    """Three were handed in and three returned, so that nobody may know which; all six are of the counter's field."""
    box = district.box()
    for number in range(40):
        box.rate(5, dossier_code(number), stage="hand_in" if number < 20 else "return")
    district.accept(box)
    next_day(district)
    before = {cut.by: [line.figure.satisfied for line in cut.lines] for cut in first_page(district).cuts}
    for number in (0, 1, 2, 20, 21, 22):
        box.rate(1, dossier_code(number), stage="hand_in" if number < 20 else "return")
    district.accept(box, box.batch(41))
    next_day(district)

    page = first_page(district)
    told = {cut["by"]: cut for cut in figures(page)["cuts"]}

    assert before == {"stage": [20, 20], "field": [40]}
    assert (page.total.satisfied, page.total.rated) == (34, 40)
    assert [(line["satisfied"], line["rated"]) for line in told["field"]["lines"]] == [(34, 40)]
    assert {by: cut["lower_unplaced"] for by, cut in told.items()} == {"stage": True, "field": False}
    of_stages = [{about: n for about, n in line.items() if n is not None} for line in told["stage"]["lines"]]
    assert of_stages == [{"value": stage, "rated": 20, "minimum_n": 10} for stage in ("hand_in", "return")]


def test_lower_scores_of_one_stage_are_told_in_its_line(district: District) -> None:
    box = district.box()
    for number in range(40):
        box.rate(5, dossier_code(number), stage="hand_in" if number < 20 else "return")
    district.accept(box)
    next_day(district)
    for number in range(6):
        box.rate(1, dossier_code(number), stage="hand_in")
    district.accept(box, box.batch(41))
    next_day(district)

    by_stage, by_field, *_ = first_page(district).cuts

    assert [line.figure.satisfied for line in by_stage.lines] == [14, 20]
    assert [line.figure.satisfied for line in by_field.lines] == [34]


def test_ratings_of_one_procedure_or_language_are_told_where_eight_are_alike(district: District) -> None:
    listed = "Mã TTHC,Tên TTHC,Lĩnh vực\n1.001612,Cấp sổ đỏ,Đất đai\n1.001613,Tách thửa,Đất đai\n"
    assert bring(district.engine, "procedures", listed)
    rows = [f"{dossier_code(n)},{COUNTER},{'1.001612' if n < 22 else '1.001613'},21/11/2026" for n in range(40)]
    assert bring(district.engine, "dossiers", "Mã hồ sơ,Mã quầy,Mã TTHC,Ngày nhận\n" + "\n".join(rows) + "\n").accepted
    box = district.box()
    for number in range(40):
        box.rate(5 if number < 22 else 2, dossier_code(number), language="en" if number < 9 else "vi")
    district.accept(box)
    next_day(district)

    told = {cut["by"]: cut for cut in figures(first_page(district))["cuts"]}

    procedures = [
        (line["value"], line["name"], line["satisfied"], line["rated"]) for line in told["procedure_id"]["lines"]
    ]
    assert procedures == [("1.001612", "Cấp sổ đỏ", 22, 22), ("1.001613", "Tách thửa", 0, 18)]
    assert told["procedure_id"]["rest"] == 0
    languages = [(line["value"], line["rated"]) for line in told["language"]["lines"]]
    assert languages == [("vi", 31), ("en", 9)]
    assert [line["rated"] for line in told["field"]["lines"]] == [40], "what is divided further stays in the wider cut"


def test_a_second_release_of_a_day_finds_nothing_to_do(district: District) -> None:
    box = district.box()
    press(box, range(6), 4)
    district.accept(box)
    next_day(district)
    before = released(district)
    press(box, range(10, 16), 1)
    district.accept(box, box.batch(7))
    district.project()

    assert release(district.engine, district.clock()) == 0
    assert released(district) == before


def test_what_came_after_midnight_waits_however_late_the_release_is_made(district: District) -> None:
    box = district.box()
    press(box, range(6), 4)
    district.accept(box)
    district.clock.pass_by(hours=20)
    press(box, range(10, 16), 1, day=1)
    district.accept(box, box.batch(7))
    district.project()

    release(district.engine, district.clock())

    assert counted(district).scores == {4: 6}


def test_nine_presses_on_one_dossier_and_a_citizens_are_not_released(district: District) -> None:
    box = district.box()
    for score in (5, 4, 5, 4, 5, 4, 5, 4, 5):
        box.rate(score, dossier_code())
    box.rate(1, dossier_code(2))
    district.accept(box)

    next_day(district)

    assert counted(district).rated == 0


def test_a_lower_press_after_the_release_is_corrected_once_five_dossiers_have_one(district: District) -> None:
    box = district.box()
    press(box, range(10), 5)
    district.accept(box)
    next_day(district)
    press(box, range(4), 1, day=1)
    district.accept(box, box.batch(11))
    next_day(district)
    of_four = counted(district)
    press(box, range(4, 5), 2, day=2)
    district.accept(box, box.batch(15))
    next_day(district)

    assert of_four == Counts({5: 10}, 0, of_four.contradictions)
    assert of_four.contradictions.cases == 0
    assert counted(district).scores == {1: 4, 2: 1, 5: 5}
    assert (counted(district).contradictions.cases, counted(district).satisfied_with_the_highest) == (5, 10)


def test_a_contradiction_that_goes_on_is_told_anew_and_counted_once(district: District) -> None:
    box = district.box()
    for score in (4, 3):
        press(box, range(6), score)
    district.accept(box)
    next_day(district)
    first = counted(district)
    press(box, range(6), 1, day=1)
    press(box, range(6), 5, day=1)
    district.accept(box, box.batch(13))
    next_day(district)

    assert (first.scores, first.contradictions.cases, first.satisfied_with_the_highest) == ({3: 6}, 6, 6)
    assert counted(district).scores == {1: 6}
    assert (counted(district).contradictions.cases, counted(district).satisfied_with_the_highest) == (6, 6)


def test_what_a_replayed_entry_changes_moves_no_released_figure(district: District) -> None:
    """A key that was missing: its entries have an early place in the order of arrival, and come late."""
    box = district.box()
    press(box, range(3), 1)
    district.accept(box)
    while project(district.engine, {}):
        pass
    press(box, range(10, 16), 5)
    district.accept(box, box.batch(4))
    next_day(district)
    before = released(district)

    rebuild(district.engine, district.keys)

    assert released(district) == before
    assert counted(district).scores == {5: 6}


@pytest.mark.parametrize("table", RELEASE_FACTS)
@pytest.mark.parametrize("change", ["DELETE FROM {table}", "UPDATE {table} SET {column} = {column}"])
def test_the_database_refuses_to_take_back_what_was_released(district: District, table: str, change: str) -> None:
    box = district.box()
    press(box, range(6), 5)
    district.accept(box)
    next_day(district)
    with writing(district.engine) as connection:
        row = {"group_id": 0, "day": TODAY, "person": "Lan", "reason": "a test", "at": district.clock()}
        connection.execute(insert(assigned_days).values(row))
        told = {"month": "2026-10", "made_on": TODAY, "minimum_n": 30, "counters_from": 5, "measures": {}, "units": []}
        connection.execute(insert(public_months).values(told))

    with pytest.raises(DatabaseError, match="append-only"), writing(district.engine) as connection:
        connection.execute(text(change.format(table=table, column=TABLES[table][0])))


@pytest.mark.parametrize("seed", range(4))
def test_rebuilding_at_any_time_gives_what_never_rebuilding_gives(district: District, seed: int) -> None:
    """Two lives of the same days, with presses, contradictions and batches at random; one rebuilds now and then."""
    box, dice, rebuilds = district.box(), random.Random(seed), random.Random(seed + 100)
    sent = 0
    for day in range(6):
        for _ in range(dice.randrange(14)):
            press(box, range(number := dice.randrange(30), number + 1), dice.randint(1, 5), day)
        if dice.random() < 0.8 and len(box.entries) > sent:
            district.accept(box, box.batch(sent + 1))
            sent = len(box.entries)
        if rebuilds.random() < 0.5:
            rebuild(district.engine, district.keys)
        next_day(district)
        told = counted(district)
        rebuild(district.engine, district.keys)
        assert counted(district) == told

    members = district.rows("released_members", "stream", "member")
    assert len(members) == len(set(members))
    assert all(n >= 5 for (n,) in district.rows("released_groups", "n"))
