"""Waiting and service times as sums, and whether there was a transaction, at the district."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.rating import Score
from sync.district.domain.checks import UnreadableBody
from sync.district.domain.queue_times_body import queue_times_from
from sync.district.measures.doubt.examine import examined, look
from sync.district.measures.doubt.presses import CounterMonth
from sync.district.measures.doubt.signal import DoubtTest
from sync.district.measures.waiting import Mean, Reported, Times, TimesSum, times_by
from sync.district.projection.project import rebuild
from sync.district.store.engine import reading
from sync.district.store.queue_times import reported_days, times_at_counters, times_between
from tests.district.conftest import District
from tests.district.counter_months import DAYS, Maker, month, with_more
from tests.support.factories import AT, COUNTER, TODAY, UNIT

WAITED = [0, "Đất đai", "waiting", 8, 6, 60]
SERVED = [0, "Đất đai", "service", 8, 5, 40]
REST = [0, "Đất đai", "waiting", -1, 5, 100]


def kept(district: District, first: date = TODAY, last: date = TODAY) -> list[TimesSum]:
    with reading(district.engine) as connection:
        return times_between(connection, first, last, [UNIT])


def test_what_a_kiosk_tells_is_kept_and_added_up(district: District):
    box = district.box()
    box.times(WAITED, SERVED, REST)
    box.times([0, "Đất đai", "waiting", 8, 5, 30], day=TODAY + timedelta(days=1))
    district.accept(box)
    district.project()

    assert kept(district) == [
        TimesSum(UNIT, "Đất đai", "service", 8, 5, 40),
        TimesSum(UNIT, "Đất đai", "waiting", -1, 5, 100),
        TimesSum(UNIT, "Đất đai", "waiting", 8, 6, 60),
    ]
    assert kept(district, last=TODAY + timedelta(days=1))[2] == TimesSum(UNIT, "Đất đai", "waiting", 8, 11, 90)


def test_what_is_told_of_counters_and_their_days_is_read_for_a_period_alone(district: District):
    box = district.box()
    for days_back, minutes in ((40, 30), (1, 60), (0, 90)):
        box.times([0, "Đất đai", "waiting", 8, 6, minutes], day=TODAY - timedelta(days=days_back))
    district.accept(box)
    district.project()
    begins, yesterday = TODAY - timedelta(days=40), TODAY - timedelta(days=1)
    with reading(district.engine) as connection:
        at = times_at_counters(connection, yesterday, TODAY, [COUNTER, "nowhere"])
        reported = reported_days(connection, yesterday, TODAY, TODAY, [UNIT])

    assert at == {COUNTER: Times(Mean(12, 12.5), None)}
    assert reported == [Reported(UNIT, COUNTER, begins, TODAY, frozenset({yesterday, TODAY}))]


def test_of_a_counters_day_the_first_that_arrives_counts_also_after_a_rebuild(district: District):
    """Two kiosks of one hall heard of six and of seven visits: the seventh alone must not show."""
    first, second = district.box(), district.box()
    first.times(WAITED)
    second.times([0, "Đất đai", "waiting", 8, 7, 75], SERVED)
    district.accept(first)
    district.accept(second)
    district.project()
    before = kept(district)
    rebuild(district.engine, district.keys)

    assert before == [TimesSum(UNIT, "Đất đai", "waiting", 8, 6, 60)]
    assert kept(district) == before


def test_a_counter_of_another_unit_is_not_told_of(district: District):
    box = district.box()
    box.times(WAITED, counters=["H99-q1"])
    district.accept(box)
    district.project()

    assert kept(district) == []


def body(**values: Any) -> dict[str, Any]:
    told = {"at_s": AT, "of_day": "2026-11-21", "unit_id": UNIT, "counters": [COUNTER], "rows": [WAITED]}
    return told | values


def test_a_body_is_read():
    (row,) = queue_times_from(body()).rows

    assert (row.counter_id, row.service, row.timed, row.hour, row.n, row.minutes) == (COUNTER, *WAITED[1:])


@pytest.mark.parametrize(
    "wrong",
    [
        {"of_day": "today"},
        {"of_day": None},
        {"counters": "q1"},
        {"counters": [""]},
        {"rows": None},
        {"rows": [[0, "x", "waiting", 8, 4, 60]]},
        {"rows": [[0, "x", "waiting", 24, 5, 60]]},
        {"rows": [[1, "x", "waiting", 8, 5, 60]]},
        {"rows": [[0, "x", "walking", 8, 5, 60]]},
        {"rows": [[0, "x\n", "waiting", 8, 5, 60]]},
        {"rows": [[0, "x", "waiting", 8, True, 60]]},
        {"rows": [[0, "x", "waiting", 8, 5]]},
        {"rows": [WAITED, WAITED]},
        {"unit_id": ""},
        {"at_s": None},
    ],
)
def test_a_body_that_is_none_is_refused(wrong: dict[str, Any]):
    with pytest.raises(UnreadableBody):
        queue_times_from(body(**wrong))


def test_means_are_those_of_all_rows_together():
    sums = [TimesSum(UNIT, "", "waiting", 8, 5, 50), TimesSum(UNIT, "", "waiting", 9, 15, 30)]

    assert times_by(sums, lambda _: "") == {"": Times(Mean(20, 4.0), None)}


def test_whether_there_was_a_transaction_is_kept_beside_the_rating(district: District):
    box = district.box()
    for transaction in ("yes", "no", "unknown"):
        box.rate_now(transaction=transaction)
    box.rate_now()
    district.accept(box)
    district.project()

    found = {row[0] for row in district.rows("rating_circumstances", "transaction")}
    assert found == {"yes", "no", "unknown", None}


# ---- doubt


def by_ticket(found: CounterMonth, honest: float = 0.03) -> CounterMonth:
    """The month as a ticket system sees it: few honest presses have nobody at the counter."""
    maker = Maker(5, 30)
    presses = [replace(press, matched=maker.rng.random() > honest, by_ticket=True) for press in found.presses]
    return month(presses, found.served)  # type: ignore[arg-type]


def test_false_presses_with_real_dossiers_are_seen_where_a_ticket_system_speaks():
    """The same month is not seen by dossiers (docs/doubt.md)."""
    maker = Maker(21, 30)
    others = [look(by_ticket(maker.honest())) for _ in range(20)]
    honest = by_ticket(maker.honest())
    pressed = [
        replace(maker.press(day, 30_000 + n * 2_700, Score.VERY_SATISFIED, True), matched=False, by_ticket=True)
        for day in DAYS
        for n in range(4)
    ]
    cheated = examined(look(with_more(honest, pressed)), others)
    left_alone = examined(look(honest), others)

    signals = {signal.test: signal for signal in cheated.signals}
    assert cheated.p <= 0.01
    assert signals[DoubtTest.NO_TRANSACTION].p <= 0.001
    assert left_alone.p > 0.01


def test_a_counter_with_a_ticket_system_is_no_measure_for_one_without():
    """Its few presses without a transaction would make the usual ones of the others look many."""
    maker = Maker(22, 30)
    tickets = [look(by_ticket(maker.honest())) for _ in range(20)]
    own = look(maker.honest())

    assert DoubtTest.NO_TRANSACTION not in {signal.test for signal in examined(own, tickets).signals}
    dossiers = [look(maker.honest()) for _ in range(12)]
    (signal,) = (s for s in examined(own, [*tickets, *dossiers]).signals if s.test is DoubtTest.NO_TRANSACTION)
    assert signal.p > 0.01
