"""What laws and plans say an indicator is worth, and on which days. The rules are data:
``config/schemes/indicators.toml``."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec import Struct, convert

from kiosk.domain.declared_settings import BadSettings
from kiosk.domain.reference import in_force
from kiosk.paths import shipped_scheme

SHIPPED = "indicators.toml"


class BadIndicatorRules(BadSettings):
    """The file is none of such rules. Names it, and says what is wrong."""


class LateTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """The share of late dossiers, from 0 to 1, that should not be reached, and whose plan says so."""

    below: float
    source: str
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        _check_target("below", self.below, self.source)


class SatisfiedTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """The share satisfied, from 0 to 1, that should be reached, and whose plan says so."""

    at_least: float
    source: str
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        _check_target("at_least", self.at_least, self.source)


def _check_target(name: str, share: float, source: str) -> None:
    if not 0 <= share <= 1:  # which holds of nan too
        raise ValueError(f"{name} is a share from 0 to 1, and 83 % is 0.83; {share} is none")
    if not source.strip():
        raise ValueError("source says which plan sets the target; it is empty")


class DatePoints(Struct, frozen=True, forbid_unknown_fields=True):
    """The points of a dossier returned before, on and after the promised day."""

    early: int
    on_time: int
    late: int
    valid_from: date
    valid_to: date | None = None


class KeptPoints(Struct, frozen=True, forbid_unknown_fields=True):
    """All points from ``full_from`` percent on, below in proportion. Raises ``ValueError`` for a share that nobody
    could reach, or that everybody does."""

    full_points: int
    full_from: int
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.full_from <= 100:
            raise ValueError(f"full_from is a share in percent, from 1 to 100, not {self.full_from}")
        if not 1 <= self.full_points <= 100:
            raise ValueError(f"full_points are what the whole is worth, from 1 to 100, not {self.full_points}")


class IndicatorRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    points_by_date: tuple[DatePoints, ...]
    decision_766: tuple[KeptPoints, ...]
    late_target: tuple[LateTarget, ...] = ()
    conduct: tuple[DatePoints, ...] = ()
    satisfied_target: tuple[SatisfiedTarget, ...] = ()


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


RuleT = TypeVar("RuleT", bound=_Dated)


def begun(rules: Sequence[RuleT], day: date) -> RuleT | None:
    """The newest rule that had begun by a day, also when it has ended: offices go on using some that have."""
    return max((each for each in rules if each.valid_from <= day), key=lambda each: each.valid_from, default=None)


def in_force_on(rules: Sequence[RuleT], day: date) -> RuleT | None:
    """The newest rule that is in force on a day."""
    return begun([each for each in rules if in_force(each.valid_from, each.valid_to, day)], day)


def ended_by(rules: Sequence[RuleT], day: date) -> date | None:
    """The last day of the newest rule that had begun, when it had ended before a day."""
    newest = begun(rules, day)
    return newest.valid_to if newest and newest.valid_to and newest.valid_to < day else None


def load_indicator_rules(path: Path | None = None) -> IndicatorRules:
    """The office's own file, or the shipped one. Raises ``BadIndicatorRules``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8")) if path else shipped_scheme(SHIPPED)
        return convert(content, IndicatorRules)
    except (OSError, ValueError) as error:
        raise BadIndicatorRules(f"{path or SHIPPED}: no rules of indicators ({error}); see config/schemes") from error
