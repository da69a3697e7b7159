"""A closed month is examined once it is complete, from released ratings alone, and what was noted stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from sync.district.domain.doubt_case import DoubtStep, Sight
from sync.district.domain.kiosk_clock import OFFSET_S
from sync.district.domain.people import Role
from sync.district.measures.doubt.examine import Examined
from sync.district.measures.doubt.presses import CounterMonth
from sync.district.measures.doubt.signal import DoubtTest, Signal
from sync.district.projection.doubts import closed_months
from sync.district.store import doubts as store
from sync.district.store.doubt_presses import counter_months
from sync.district.store.doubt_tables import DOUBT_FACTS
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.release_tables import released_groups, released_members
from sync.district.store.tables import entry_times, ratings
from sync.district.times import VIETNAM
from tests.district.counter_months import Maker
from tests.district.doubt_office import (
    BURST,
    COUNTERS,
    DRIP,
    MONTH,
    UNIT,
    examined,
    keep_month,
    made_month,
    open_office,
)
from tests.district.web_fixtures import NOW
from tests.district.web_server import keep_ratings

pytestmark = pytest.mark.slow


WORD = DoubtStep(NOW, "lan", "một đoàn cùng đến", role=Role.OFFICER)


@pytest.fixture
def office(engine: Engine) -> Engine:
    open_office(engine)
    keep_month(engine, made_month())
    return engine


def noted(engine: Engine) -> list[store.Doubt]:
    with reading(engine) as connection:
        found = [store.doubt(connection, each.doubt_id) for each in store.doubts_seen(connection, Sight())]
    return [each for each in found if each]


def test_the_counters_in_doubt_are_noted_once_with_their_evidence(office: Engine):
    assert examined(office, datetime(2026, 11, 10, 20, tzinfo=UTC)) > 0  # 3 o'clock on 11 November

    found = {each.case.counter_id: each for each in noted(office)}
    assert {BURST, DRIP} <= set(found)
    assert len(found) <= 3
    burst, drip = found[BURST], found[DRIP]
    assert {signal.test for signal in burst.signals} & {DoubtTest.RUN, DoubtTest.RHYTHM}
    assert drip.signals[0].test in (DoubtTest.GAP, DoubtTest.NO_TRANSACTION)
    assert examined(office) == 0
    assert len(noted(office)) == len(found)
    with reading(office) as connection:
        (examination,) = store.examinations(connection)
        assert (examination.month, examination.counters, examination.noted) == (MONTH, len(COUNTERS), len(found))


def test_both_figures_differ_by_whole_released_groups(office: Engine):
    examined(office)
    burst = next(each for each in noted(office) if each.case.counter_id == BURST)

    with reading(office) as connection:
        figures = store.both_figures(connection, burst)
        without = store.scores_without(connection, burst)
    everything, rest = figures.all.counts(0), figures.without.counts(0)
    whole = everything.scores
    assert everything.rated - rest.rated == sum(day.rated for day in figures.questioned)
    assert all(day.rated >= 5 for day in figures.questioned)
    assert 20 <= sum(whole.values()) - sum(without.values()) <= everything.rated - rest.rated
    assert without[5] + 20 <= whole[5]
    assert everything.satisfied / everything.rated > sum(without[score] for score in (4, 5)) / sum(without.values())


@pytest.mark.parametrize(
    ("where", "seen"),
    [
        (Sight(), {BURST, DRIP}),
        (Sight(units=frozenset({UNIT, "x"})), {BURST, DRIP}),
        (Sight(units=frozenset({"x"})), set()),
        (Sight(units=frozenset()), set()),
        (Sight(counters=frozenset({DRIP})), {DRIP}),
        (Sight(counters=frozenset()), set()),
    ],
)
def test_only_what_somebody_may_see_is_read(engine: Engine, where: Sight, seen: set[str]):
    signals = tuple(Signal(test, 1e-6, 20, 6, frozenset({"e:one"})) for test in DoubtTest)
    found = [Examined(UNIT, counter, 90, signals) for counter in (BURST, DRIP)]
    with writing(engine) as connection:
        store.note_examination(connection, store.Examination(MONTH, NOW.date(), 9, 2, 0), found)
        for doubt_id in (1, 2):
            store.add_step(connection, doubt_id, DoubtStep(NOW, "lan", f"việc thứ {doubt_id}"))

    with reading(engine) as connection:
        listed = store.doubts_seen(connection, where)

    assert {each.case.counter_id for each in listed} == seen
    assert all(each.tests == set(DoubtTest) for each in listed)
    assert [[step.text for step in each.case.steps] for each in listed] == [[f"việc thứ {e.doubt_id}"] for e in listed]


def test_nothing_is_examined_before_the_month_had_time_to_arrive(office: Engine):
    assert examined(office, datetime(2026, 11, 10, 10, tzinfo=UTC)) == 0
    with reading(office) as connection:
        assert store.examinations(connection) == []


def test_what_is_not_released_is_not_looked_at(office: Engine):
    with reading(office) as connection:
        before = {month.counter_id: len(month.presses) for month in counter_months(connection, MONTH)}
    with writing(office) as connection:
        connection.execute(
            text(
                "INSERT INTO ratings (entry_id, device_id, epoch, seq, batch_id, unit_id, counter_id, stage, score,"
                " questionnaire, flags, language, input, day, recorded_at, received_at, counted)"
                " SELECT 'late-' || entry_id, device_id, epoch, seq + 100000, batch_id, unit_id, counter_id, stage,"
                " score, questionnaire, flags, language, input, day, recorded_at, received_at, counted"
                " FROM ratings WHERE counter_id = :counter"
            ),
            {"counter": BURST},
        )
    with reading(office) as connection:
        assert {month.counter_id: len(month.presses) for month in counter_months(connection, MONTH)} == before


def repeats(engine: Engine, received_at: datetime) -> list[dict[str, Any]]:
    """Each dossier of ``BURST`` pressed once more, with the lowest face."""
    with reading(engine) as connection:
        wanted = select(ratings).where(ratings.c.counter_id == BURST, ratings.c.dossier_code.is_not(None))
        pressed = [dict(row) for row in connection.execute(wanted).mappings()]
    changed = {"score": 1, "counted": False, "received_at": received_at}
    return [row | changed | {"entry_id": f"again-{row['entry_id']}", "seq": row["seq"] + 100_000} for row in pressed]


def test_a_press_that_came_after_its_dossier_was_released_is_not_looked_at(office: Engine):
    with reading(office) as connection:
        before = list(counter_months(connection, MONTH))

    late = repeats(office, NOW + timedelta(days=2))
    with writing(office) as connection:
        connection.execute(insert(ratings), late)

    assert late
    with reading(office) as connection:
        assert list(counter_months(connection, MONTH)) == before


def test_a_press_that_had_come_when_its_dossier_was_released_is_looked_at(office: Engine):
    with reading(office) as connection:
        (before,) = counter_months(connection, MONTH, (UNIT, BURST))

    early = repeats(office, NOW)
    with writing(office) as connection:
        connection.execute(insert(ratings), early)

    with reading(office) as connection:
        (after,) = counter_months(connection, MONTH, (UNIT, BURST))
    assert len(after.presses) == len(before.presses) + len(early) > len(before.presses)


def test_both_figures_take_the_scores_that_were_released(office: Engine):
    examined(office)
    burst = next(each for each in noted(office) if each.case.counter_id == BURST)

    def figures() -> tuple[Any, ...]:
        with reading(office) as connection:
            both = store.both_figures(connection, burst)
            corrections = released_groups.c.stream == "correction"
            corrected = connection.scalar(select(func.count()).select_from(released_groups).where(corrections))
            return corrected, both.all.counts(0), both.without.counts(0), store.scores_without(connection, burst)

    none, *before = figures()
    keep_ratings(office, repeats(office, NOW))

    corrected, *after = figures()
    assert none == 0 < corrected
    assert after == before


def test_what_arrives_late_is_examined_too_and_adds_to_what_was_noted(engine: Engine):
    open_office(engine)
    months = made_month()
    keep_month(engine, {counter: months[counter] for counter in COUNTERS if counter != BURST})
    examined(engine)
    assert BURST not in {each.case.counter_id for each in noted(engine)}
    first = {each.doubt_id for each in noted(engine)}

    keep_month(engine, {BURST: months[BURST]}, quiet=0)

    assert examined(engine) == 0  # not twice a day
    assert examined(engine, NOW + timedelta(days=1)) >= 1
    assert BURST in {each.case.counter_id for each in noted(engine)}
    assert first < {each.doubt_id for each in noted(engine)}


def test_a_month_is_read_as_it_was_pressed(engine: Engine):
    open_office(engine)
    made = Maker(5, 20).honest()
    keep_month(engine, {BURST: made})

    with reading(engine) as connection:
        (month,) = counter_months(connection, MONTH, (UNIT, BURST))

    def facts(of: CounterMonth) -> list[tuple[int, int, bool, bool]]:
        return sorted((press.moment, press.score, bool(press.matched), press.again) for press in of.presses)

    assert facts(month) == facts(made)
    assert sum(month.served.values()) == sum(bool(p.matched) for p in made.presses)


@pytest.mark.parametrize(("uncertain_s", "read"), [(30, True), (OFFSET_S, True), (OFFSET_S + 1, False), (None, False)])
def test_a_press_of_a_corrected_clock_is_read_at_its_right_moment_and_one_of_an_unsure_clock_not(
    engine: Engine, uncertain_s: int | None, read: bool
):
    open_office(engine)
    keep_month(engine, {BURST: Maker(5, 20).honest()})
    with writing(engine) as connection:
        r = ratings.c
        moved = connection.execute(select(r.device_id, r.epoch, r.seq, r.entry_id, r.recorded_at).limit(1)).one()
        right = {"happened_at": moved.recorded_at + timedelta(seconds=77), "uncertain_s": uncertain_s}
        at = {name: getattr(moved, name) for name in ("device_id", "epoch", "seq", "entry_id")}
        all_of_them = connection.scalar(select(func.count()).select_from(ratings))
        connection.execute(insert(entry_times).values(**at, **right))
    with reading(engine) as connection:
        (month,) = counter_months(connection, MONTH, (UNIT, BURST))
    local = right["happened_at"].astimezone(VIETNAM)
    moment = (local.hour * 60 + local.minute) * 60 + local.second

    assert len(month.presses) == all_of_them - (not read)
    assert any(press.second == moment and press.day == local.date() for press in month.presses) == read


def test_closed_months_end_ten_days_before():
    assert closed_months(date(2026, 11, 10))[0] == date(2026, 9, 1)
    assert closed_months(date(2026, 11, 11))[0] == date(2026, 10, 1)
    assert closed_months(date(2027, 1, 11))[:2] == [date(2026, 12, 1), date(2026, 11, 1)]
    assert len(closed_months(date(2026, 11, 11))) == 12


@pytest.mark.parametrize("change", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_what_was_noted_and_written_is_never_changed(engine: Engine, change: str):
    signal = Signal(DoubtTest.RUN, 1e-6, 20, 6, frozenset({"e:one"}))
    with writing(engine) as connection:
        connection.execute(insert(released_members).values(stream="rating", member="e:one", group_id=7))
        examination = store.Examination(MONTH, NOW.date(), 9, 1, 0)
        assert store.note_examination(connection, examination, [Examined(UNIT, BURST, 90, (signal,))]) == 1
        store.add_step(connection, 1, WORD)
    with reading(engine) as connection:
        doubt = store.doubt(connection, 1)
        assert doubt is not None
        assert (doubt.signals, doubt.case.steps) == ((signal,), (WORD,))

    for table in DOUBT_FACTS:
        column = "month" if table == "doubt_examinations" else "doubt_id"
        with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
            connection.execute(text(change.format(table=table, column=column)))
