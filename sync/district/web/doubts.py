"""Doubts as pages show them, no closer than the reader may see. Pure.

People near a counter read what kind of sign there is, counts in steps, no shares, and figures of whole released groups:
nothing here differs by a press. The auditor alone reads exact values and minutes, and each look is written down.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.rating import Score
from kiosk.domain.released import K
from sync.district.domain.doubt_case import DoubtAction, DoubtCase, DoubtStep, DoubtVerdict, may
from sync.district.domain.rights import Person
from sync.district.measures.disclosure import Rules
from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.measures.doubt.signal import DoubtTest, JumpKind, Signal
from sync.district.measures.index import Counts, Share, share_satisfied
from sync.district.store.doubts import BothFigures, Doubt, Examination, ListedDoubt, QuestionedDay

STEP = K
"""Counts are told in steps of so many. Shares are not told: of ten presses a step of ten points would be one press. How
clear a sign is, p, is not told either, nor are signs sorted by it: where it changes, a step would be divided."""
MAX_MINUTES = 400
_SHARES = frozenset({DoubtTest.GAP, DoubtTest.JUMP})
_ORDER = list(DoubtTest).index


class SignWords(StrEnum):
    """Which sentence says what a test found; the values stand in texts. ``MORE`` carries no number."""

    MORE = "more"
    IN_STEPS = "at_least"
    EXACTLY = "exactly"
    CHANGED = "changed"


class DoubtStage(StrEnum):
    """How far a doubt has come: the unit's side has the word, somebody above has, it is decided."""

    HEARING = "hearing"
    DECIDING = "deciding"
    EXPLAINED = "explained"
    SET_ASIDE = "set_aside"


class Sign(Struct, frozen=True):
    """What one test found, and of a jump of what. ``value`` and ``usual``: with ``IN_STEPS`` counts in steps, for the
    auditor as they are, counts or, of ``is_share``, shares from 0 to 1, and ``p`` beside them."""

    test: DoubtTest
    is_share: bool
    words: SignWords
    value: float = 0
    usual: float = 0
    p: float | None = None
    change: JumpKind | None = None


class DoubtLine(Struct, frozen=True):
    """A line of the list."""

    doubt_id: int
    month: date
    unit_name: str
    counter_name: str
    tests: tuple[DoubtTest, ...]
    stage: DoubtStage
    word_until: date


class SilentCounter(Struct, frozen=True):
    """A counter that served so many dossiers in a month, and nobody rated."""

    unit_name: str
    counter_name: str
    dossiers: int


class DoubtPage(Struct, frozen=True):
    """One doubt. ``share`` and ``without``: of all released ratings of the month, and of the groups without a press in
    question; ``None`` where there are too few, there or among those left out. ``actions``: what the reader may do.
    """

    line: DoubtLine
    signs: tuple[Sign, ...]
    days: tuple[QuestionedDay, ...]
    questioned: int
    rated: int
    share: Share | None
    without: Share | None
    steps: tuple[DoubtStep, ...]
    actions: frozenset[DoubtAction]

    @property
    def unit_wrote(self) -> bool:
        """Whether somebody of the unit wrote."""
        return any(step.verdict is None for step in self.steps)


class Minute(Struct, frozen=True):
    """One press for the auditor. ``clock``: local, to the second."""

    day: date
    clock: str
    score: int
    matched: bool | None
    in_question: bool
    marks: tuple[str, ...]


class Minutes(Struct, frozen=True):
    """What the auditor sees: the presses of the days in question, the share without them press by press, the exact
    signs."""

    presses: tuple[Minute, ...]
    left_out: int
    without: Share | None
    signs: tuple[Sign, ...]


def stage_of(case: DoubtCase, today: date) -> DoubtStage:
    """How far a doubt has come."""
    if case.verdict is not None:
        return DoubtStage.EXPLAINED if case.verdict.verdict is DoubtVerdict.EXPLAINED else DoubtStage.SET_ASIDE
    return DoubtStage.DECIDING if case.may_be_decided(today) else DoubtStage.HEARING


def sign_of(signal: Signal) -> Sign:
    """What people near the counter may read of a test. The measured count is rounded down and what is usual up to the
    next step above it: both stay true, and whoever knew what is usual exactly could still not tell the count."""
    is_share = signal.test in _SHARES
    value, usual = int(signal.value) // STEP * STEP, (int(signal.expected) // STEP + 1) * STEP
    if is_share or value <= usual:
        return Sign(signal.test, is_share, SignWords.MORE, change=signal.change)
    return Sign(signal.test, is_share, SignWords.IN_STEPS, value, usual)


def exact_sign_of(signal: Signal) -> Sign:
    """What the auditor reads of a test."""
    is_share = signal.test in _SHARES
    # One that was noted before there was a direction compared with a bound, not with the weeks before.
    words = SignWords.CHANGED if signal.test is DoubtTest.JUMP and signal.change else SignWords.EXACTLY
    return Sign(signal.test, is_share, words, signal.value, signal.expected, signal.p, signal.change)


def visible(doubts: Sequence[ListedDoubt], person: Person, today: date) -> list[ListedDoubt]:
    """The doubts that a person may see."""
    return [each for each in doubts if may(person, DoubtAction.SEE, each.case, today)]


def line_of(doubt: ListedDoubt, units: Mapping[str, str], counters: Mapping[str, str], today: date) -> DoubtLine:
    """A line of the list."""
    case = doubt.case
    return DoubtLine(
        doubt.doubt_id,
        doubt.month,
        units.get(case.unit_id, case.unit_id),
        counters.get(case.counter_id, case.counter_id),
        tuple(sorted(doubt.tests, key=_ORDER)),
        stage_of(case, today),
        case.word_until,
    )


def doubt_page(
    doubt: Doubt, line: DoubtLine, figures: BothFigures, person: Person, rules: Rules, today: date
) -> DoubtPage:
    """One doubt as a person may see it."""
    whole, without = figures.all.counts(0), figures.without.counts(0)
    questioned = sum(day.rated for day in figures.questioned)
    minimum = max(rules.minimum_n, rules.floor)
    return DoubtPage(
        line,
        tuple(sign_of(signal) for signal in sorted(doubt.signals, key=lambda signal: _ORDER(signal.test))),
        figures.questioned,
        questioned,
        whole.rated,
        share_satisfied(whole, minimum),
        share_satisfied(without, minimum) if questioned == 0 or questioned >= rules.floor else None,
        doubt.case.steps,
        frozenset(action for action in DoubtAction if may(person, action, doubt.case, today)),
    )


def minutes(doubt: Doubt, month: CounterMonth, without: Mapping[int, int]) -> Minutes:
    """The presses of the days on which some are in question, for the auditor; of very many only those in question."""
    cases = {case for signal in doubt.signals for case in signal.cases}
    days = {press.day for press in month.presses if press.case in cases}
    shown = [press for press in month.presses if press.day in days]
    if len(shown) > MAX_MINUTES:
        shown = [press for press in shown if press.case in cases]
    return Minutes(
        tuple(_minute(press, press.case in cases) for press in shown[:MAX_MINUTES]),
        max(0, len(shown) - MAX_MINUTES),
        share_satisfied(Counts(without, 0), 1),
        tuple(exact_sign_of(signal) for signal in doubt.signals),
    )


def _minute(press: Press, in_question: bool) -> Minute:
    hour, rest = divmod(press.second, 3600)
    clock = f"{hour:02}:{rest // 60:02}:{rest % 60:02}"
    marks = {"in_question": in_question, "outside": press.outside_hours, "again": press.again}
    kept = tuple(name for name, holds in marks.items() if holds)
    return Minute(press.day, clock, int(Score(press.score)), press.matched, in_question, kept)


def latest(examinations: Sequence[Examination]) -> list[Examination]:
    """The newest examination of each month; how many doubts were noted is the sum of all."""
    found: dict[date, Examination] = {}
    noted: dict[date, int] = {}
    for each in examinations:
        found.setdefault(each.month, each)
        noted[each.month] = noted.get(each.month, 0) + each.noted
    return [Examination(e.month, e.examined_on, e.groups, e.counters, noted[e.month]) for e in found.values()]
