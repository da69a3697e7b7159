"""What people near a counter read of a sign: true, and never so much that it tells of single presses."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from kiosk.domain.released import K
from sync.district.domain.doubt_case import DoubtCase
from sync.district.domain.people import Role
from sync.district.domain.release import Stream
from sync.district.domain.rights import Person
from sync.district.measures.disclosure import Rules
from sync.district.measures.doubt.jump import jump, weekly
from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.measures.doubt.signal import DoubtTest, JumpKind, Signal
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.store.doubts import BothFigures, Doubt, QuestionedDay
from sync.district.texts import languages, load_texts
from sync.district.web.doubts import DoubtPage, Sign, SignWords, doubt_page, exact_sign_of, line_of, sign_of

MONTH = date(2026, 10, 1)
OF_COUNTS = [DoubtTest.RUN, DoubtTest.RHYTHM, DoubtTest.NO_TRANSACTION, DoubtTest.SERIES, DoubtTest.OUT_OF_HOURS]
MOST = 61


@pytest.mark.parametrize("test", OF_COUNTS)
def test_every_count_that_is_told_is_true_and_fits_at_least_five_counts(test: DoubtTest):
    for expected in range(MOST):
        fitting = defaultdict[Sign, set[int]](set)
        for value in range(expected + 1, 3 * MOST):
            sign = sign_of(Signal(test, 0.01 * 0.8 ** (value - expected), value, expected))
            fitting[sign].add(value)
            if sign.words is SignWords.IN_STEPS:
                assert sign.value <= value
                assert sign.usual >= expected
                assert sign.value % K == sign.usual % K == 0
                assert sign.value > sign.usual
            else:
                assert (sign.words, sign.value, sign.usual) == (SignWords.MORE, 0, 0)
        fitting.popitem()  # the last step goes on beyond the counts tried here
        assert all(len(values) >= K for values in fitting.values()), expected


@pytest.mark.parametrize("test", [DoubtTest.GAP, DoubtTest.JUMP])
def test_of_a_share_no_number_is_told(test: DoubtTest):
    signs = {sign_of(Signal(test, 1e-4, value / 20, usual / 20)) for value in range(21) for usual in range(21)}

    assert signs == {Sign(test, True, SignWords.MORE)}


@pytest.mark.parametrize("language", languages())
def test_the_sentence_without_a_number_has_none(language: str):
    texts = load_texts(language)

    assert not any(letter.isdigit() or letter == "{" for letter in texts("doubts.one.more"))
    assert all("{" not in texts(f"doubts.change.{change}") for change in JumpKind)


def made(share_top: tuple[float, float], rated: tuple[int, int]) -> CounterMonth:
    """Two weeks of a counter at which 100 dossiers a week were served."""
    presses = [
        Press(f"{week}-{n}", MONTH + timedelta(days=7 * week + n % 7), n, 5 if n < top * of else 4)
        for week, (top, of) in enumerate(zip(share_top, rated, strict=True))
        for n in range(of)
    ]
    return CounterMonth("u", "q", tuple(presses), {0: 100, 1: 100})


@pytest.mark.parametrize(
    ("share_top", "rated", "change", "before", "after"),
    [
        ((0.5, 0.95), (60, 60), JumpKind.MORE_TOP, 0.5, 0.95),
        ((0.6, 0.6), (40, 95), JumpKind.MORE_RATED, 0.4, 0.95),
        ((0.6, 0.6), (95, 40), JumpKind.FEWER_RATED, 0.95, 0.4),
    ],
)
def test_a_jump_says_of_what_and_which_way(
    share_top: tuple[float, float], rated: tuple[int, int], change: JumpKind, before: float, after: float
):
    others = [weekly(made((0.6, 0.6 + i / 100), (60, 60 + i))) for i in range(10)]

    signal = jump(weekly(made(share_top, rated)), others)

    assert signal is not None
    assert (signal.change, signal.expected, signal.value) == (
        change,
        pytest.approx(before, abs=0.02),
        pytest.approx(after, abs=0.02),
    )
    assert sign_of(signal) == Sign(DoubtTest.JUMP, True, SignWords.MORE, change=change)
    assert exact_sign_of(signal).words is SignWords.CHANGED


def test_a_jump_noted_before_there_were_directions_is_not_said_to_compare_with_the_weeks_before():
    noted = Signal(DoubtTest.JUMP, 0.001, 0.95, 0.75)

    assert exact_sign_of(noted).words is SignWords.EXACTLY


def case_of(*signals: Signal) -> Doubt:
    return Doubt(1, MONTH, signals, DoubtCase("u", "q", MONTH))


def seen(doubt: Doubt, questioned: int = 0, floor: int = K) -> DoubtPage:
    figures = BothFigures(ReleasedCounts(), ReleasedCounts(), (QuestionedDay(MONTH, questioned),) if questioned else ())
    for counts, n in ((figures.all, 60 + questioned), (figures.without, 60)):
        counts.add(Stream.RATING, "5", n)
    reader = Person("lan", Role.LEADER, None)
    return doubt_page(doubt, line_of(doubt.listed, {}, {}, MONTH), figures, reader, Rules(30, floor), MONTH)


def test_which_of_two_signs_is_clearer_is_not_told():
    run, gap = Signal(DoubtTest.RUN, 1e-9, 20, 8), Signal(DoubtTest.GAP, 1e-3, 0.9, 0.7)

    one, other = (seen(case_of(*signals)) for signals in ((run, gap), (gap, run)))

    assert one.signs == other.signs
    assert one.line.tests == other.line.tests == (DoubtTest.RUN, DoubtTest.GAP)


@pytest.mark.parametrize(("questioned", "floor", "told"), [(0, 20, True), (19, 20, False), (20, 20, True)])
def test_no_two_figures_differ_by_fewer_than_a_counter_must_have_to_be_shown(questioned: int, floor: int, told: bool):
    page = seen(case_of(Signal(DoubtTest.RUN, 1e-9, 20, 8)), questioned, floor)

    assert page.share is not None
    assert (page.without is not None) is told
