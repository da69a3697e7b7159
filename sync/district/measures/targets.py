"""Judge a share satisfied beside what a plan asks for, as three states. Pure."""

from enum import StrEnum

from msgspec import Struct

from sync.district.measures.index import Share


class TargetState(StrEnum):
    """``REACHED``: the whole 95 % interval lies at the target or above. ``MISSED``: all of it lies below. ``UNSURE``:
    chance may explain the difference. ``TOO_FEW``: there is no share."""

    REACHED = "reached"
    MISSED = "missed"
    UNSURE = "unsure"
    TOO_FEW = "too_few"


class Targeted(Struct, frozen=True):
    """A target from 0 to 1, whose plan says so, and how a share stands beside it."""

    at_least: float
    source: str
    state: TargetState


def targeted(share: Share | None, at_least: float, source: str) -> Targeted:
    """A share beside a target, by the ends of its interval and never by the share alone."""
    return Targeted(at_least, source, _state(share, at_least))


def _state(share: Share | None, at_least: float) -> TargetState:
    if share is None:
        return TargetState.TOO_FEW
    if share.interval.low >= at_least:
        return TargetState.REACHED
    return TargetState.MISSED if share.interval.high < at_least else TargetState.UNSURE
