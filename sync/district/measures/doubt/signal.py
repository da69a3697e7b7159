"""What a test of doubt says about a counter-month. Pure."""

from enum import StrEnum

from msgspec import Struct


class DoubtTest(StrEnum):
    """The tests, by what they look at. The values stand in the database and in texts."""

    RUN = "run"
    RHYTHM = "rhythm"
    NO_TRANSACTION = "no_transaction"
    GAP = "gap"
    SERIES = "series"
    OUT_OF_HOURS = "out_of_hours"
    JUMP = "jump"


class JumpKind(StrEnum):
    """What jumped, and which way, beside what the other counters did in the same weeks: the share of top faces, or the
    share of dossiers that were rated. The values stand in the database and in texts."""

    MORE_TOP = "more_top"
    MORE_RATED = "more_rated"
    FEWER_RATED = "fewer_rated"


class Signal(Struct, frozen=True):
    """``p``: how probable something at least as unusual is at an honest counter. ``value`` was measured; at most
    ``expected`` is seen in 99 of 100 honest months. Both are counts, of ``GAP`` shares from 0 to 1. Of ``JUMP`` they
    are shares too, ``expected`` that of the week before, and ``change`` says of what. ``cases``: what the presses in
    question count for."""

    test: DoubtTest
    p: float
    value: float
    expected: float
    cases: frozenset[str] = frozenset()
    change: JumpKind | None = None


USUAL = 0.01
"""``Signal.expected`` is exceeded in this share of honest months."""
