"""The tests of doubt on made counter-months: each sees what it is for, none speaks about what it cannot know."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.measures.doubt.examine import Looked, examine, examined, in_doubt, look
from sync.district.measures.doubt.gap import gap
from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.measures.doubt.rhythm import rhythm
from sync.district.measures.doubt.run import run
from sync.district.measures.doubt.shares import in_series
from sync.district.measures.doubt.signal import DoubtTest
from tests.district.counter_months import CHEATS, DAYS, Maker, month, with_more
from tests.district.power import Trial

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial(40, seed=7)


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("one burst of 10", {DoubtTest.RUN, DoubtTest.RHYTHM}),
        ("10 presses 20–40 s apart on 4 days", {DoubtTest.RUN}),
        ("drip +10 %", {DoubtTest.GAP, DoubtTest.NO_TRANSACTION}),
        ("echo after 15 %", {DoubtTest.GAP, DoubtTest.NO_TRANSACTION}),
        ("5 after closing on 10 days", {DoubtTest.OUT_OF_HOURS}),
        ("10 real codes in a row on 8 days", {DoubtTest.SERIES}),
    ],
)
def test_the_power_table_holds(trial: Trial, name: str, by: set[DoubtTest]):
    found = [trial.judged(CHEATS[name](trial.maker)) for _ in range(8)]

    assert sum(each.p <= 0.01 for each in found) >= 7
    assert {min(each.signals, key=lambda signal: signal.p).test for each in found if each.p <= 0.01} & by


def test_honest_months_are_left_alone(trial: Trial):
    assert trial.share(Maker.honest, 60) <= 0.05


@pytest.mark.parametrize("name", ["drip +20 % with real dossier codes", "half of the faces 1–3 prevented"])
def test_what_cannot_be_seen_is_not_seen(trial: Trial, name: str):
    assert trial.share(CHEATS[name], 10) <= 0.2


def test_a_drip_is_not_seen_where_dossiers_are_not_imported():
    unlinked = Trial(40, linked=False, seed=8)

    assert unlinked.share(CHEATS["drip +10 %"], 10) <= 0.2
    spoken = unlinked.judged(unlinked.maker.honest()).signals
    assert not {signal.test for signal in spoken} & {DoubtTest.GAP, DoubtTest.NO_TRANSACTION}


def test_of_sixty_counters_those_that_cheated_are_named():
    maker = Maker(11, 30)
    months = [maker.honest() for _ in range(54)]
    months += [CHEATS["one burst of 20"](maker) for _ in range(3)] + [CHEATS["drip +10 %"](maker) for _ in range(3)]
    months = [replace(each, counter_id=f"q{i}") for i, each in enumerate(months)]

    named = in_doubt(examine([look(each) for each in months]))

    honest = [each for each in named if int(each.counter_id[1:]) < 54]
    assert len(named) - len(honest) >= 5
    assert len(honest) <= 2


def test_the_empirical_null_forgives_what_all_counters_do():
    """A province whose citizens come in parties that the model does not know of."""
    maker = Maker(12, 30)
    months = []
    for i in range(60):
        parties = [p for day in maker.rng.sample(DAYS, 6) for p in maker.burst(day, 7, 3, 9)]
        months.append(replace(with_more(maker.honest(), parties), counter_id=f"q{i}"))
    known = [look(each) for each in months]
    alone = [examined(each, known[:i] + known[i + 1 :]) for i, each in enumerate(known)]

    assert sum(each.p <= 0.01 for each in alone) > 40
    assert len(in_doubt(examine([look(each) for each in months]))) <= 6


def test_a_burst_is_the_evidence_and_nothing_else(trial: Trial):
    honest = trial.maker.honest()
    added = trial.maker.burst(DAYS[3], 20)
    signal = run(with_more(honest, added))

    assert signal is not None
    assert signal.value >= 20
    assert {press.case for press in added} <= signal.cases
    assert len(signal.cases) <= 24
    assert signal.expected < 10


def test_too_few_presses_say_nothing():
    few = month([Press(f"c{n}", DAYS[0], 30_000 + n, 5, False, None) for n in range(12)], Counter())

    assert run(few) is None
    assert rhythm(few) is None
    assert gap(few) is None
    assert examined(look(few), []).p == 1


def test_a_series_is_in_order_close_together_and_long_enough():
    def pressed(numbers: list[int], step: int) -> CounterMonth:
        presses = [Press(f"c{n}", DAYS[0], 30_000 + i * step, 5, True, n) for i, n in enumerate(numbers)]
        return month(presses, Counter())

    assert len(in_series(pressed([1, 2, 3, 5, 7], 30))) == 5
    assert in_series(pressed([1, 2, 3, 4], 30)) == []
    assert in_series(pressed([1, 2, 3, 4, 5], 60)) == []
    assert in_series(pressed([5, 4, 3, 2, 1], 30)) == []
    assert in_series(pressed([1, 20, 40, 60, 80], 30)) == []


presses = st.builds(
    Press,
    case=st.uuids().map(str),
    day=st.sampled_from(DAYS[:6]),
    second=st.integers(25_000, 60_000),
    score=st.integers(1, 5),
    matched=st.none() | st.booleans(),
    number=st.none() | st.integers(1, 500),
    again=st.booleans(),
    outside_hours=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(presses, max_size=120), st.randoms(use_true_random=False))
def test_whatever_was_pressed_each_p_is_a_probability_and_order_of_arrival_says_nothing(
    pressed: list[Press], rng: random.Random
):
    maker = Maker(13, 5)
    pool: list[Looked] = [look(maker.honest()) for _ in range(9)]
    one = month(pressed, Counter({0: 60, 1: 60}))
    shuffled = list(pressed)
    rng.shuffle(shuffled)
    found = examined(look(one), pool)

    assert all(0 <= signal.p <= 1 for signal in found.signals)
    assert all(signal.cases <= {press.case for press in pressed} for signal in found.signals)
    assert 0 <= found.p <= 1
    other = month(sorted(shuffled, key=lambda press: press.moment), Counter({0: 60, 1: 60}))
    assert examined(look(other), pool).p == pytest.approx(found.p) or len({press.moment for press in pressed}) < len(
        pressed
    )


@given(st.integers(6, 25))
def test_a_longer_burst_is_never_less_unusual(length: int):
    maker = Maker(14, 30)
    honest, second = maker.honest(), 40_000
    burst = [maker.press(DAYS[2], second + 5 * n, 5, False) for n in range(length + 1)]
    shorter, longer = run(with_more(honest, burst[:-1])), run(with_more(honest, burst))

    assert shorter is not None
    assert longer is not None
    assert longer.value >= shorter.value
    assert longer.p <= shorter.p * 1.5
