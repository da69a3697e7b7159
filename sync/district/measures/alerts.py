"""From kiosks in trouble to alerts: one for each cause, raised once, ended once. Pure.

The kiosks are looked at each full hour (``sync.district.measures.kiosks``). A cause must be there at two looks before
an alert is raised, and gone at two before it ends, so that a line that comes and goes tells nobody anything each hour.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from sync.district.measures.kiosk_state import GONE, KioskState
from sync.district.measures.kiosks import KioskLine, Trouble

RAISED_AT_LOOK = 2
ENDED_AT_LOOK = 2
REMIND_AFTER, REMIND_TAKEN_AFTER = timedelta(hours=24), timedelta(days=7)
"""So long after it was told an alert is told again: one that nobody has taken on, and one that somebody has."""
MIN_KIOSKS, MIN_UNITS, MIN_SHARE = 5, 3, 0.8
"""From so many silent kiosks of so many units on, and such a share of all in use, their common line is the cause."""

ALARMING = (
    Trouble.SCREEN,
    Trouble.LEDGER,
    Trouble.SILENT,
    Trouble.PART_FAILED,
    Trouble.UNRATED,
    Trouble.SET_ASIDE,
    Trouble.BACKLOG,
)
_SILENCE_HIDES = frozenset({Trouble.SCREEN, Trouble.PART_FAILED, Trouble.UNRATED, Trouble.BACKLOG, Trouble.SET_ASIDE})
"""What a silent kiosk last said of itself, or what follows from its silence, is no cause of its own."""


SURE_AT_ONCE = frozenset({Trouble.SCREEN, Trouble.LEDGER})
"""Raised at the first look: a kiosk has waited minutes itself before it says that its screen is dark."""


class Cause(Struct, frozen=True, order=True):
    """What is wrong, and with what: one kiosk, all kiosks of a unit (no ``device_id``), or of the district (neither).
    Empty texts stand for "all", so that a cause is a key in both databases."""

    kind: Trouble
    unit_id: str = ""
    device_id: str = ""


class Alert(Struct, frozen=True):
    """A cause over time. ``looks``: in how many looks in a row it was there; ``missed``: and was not. ``kiosks``: how
    many it concerned last, of a ledger how many findings. It is raised once confirmed; ``notified_at``: when people
    were last told. All moments are full hours, aware UTC. ``alert_id`` is ``None`` before it is kept."""

    cause: Cause
    first_seen_at: datetime
    kiosks: int = 1
    looks: int = 0
    missed: int = 0
    raised_at: datetime | None = None
    notified_at: datetime | None = None
    taken_on_at: datetime | None = None
    taken_on_by: str | None = None
    ended_at: datetime | None = None
    alert_id: int | None = None


class News(StrEnum):
    """What there is to tell of an alert."""

    RAISED = "raised"
    REMINDED = "reminded"
    ENDED = "ended"


class AlertStep(Struct, frozen=True):
    """How an alert goes on: as it now is, and what people are told, if anything."""

    alert: Alert
    news: News | None = None


def causes(lines: Sequence[KioskLine]) -> dict[Cause, int]:
    """The causes behind what is wrong with all kiosks, and how many kiosks each concerns; of a ledger how many findings
    nobody has looked into."""
    silent = [line for line in lines if line.state is KioskState.SILENT]
    found = {
        Cause(kind, line.unit_id, line.device_id): _open_anomalies(line) if kind is Trouble.LEDGER else 1
        for line in lines
        for kind in _alarming(line)
    }
    return found | _silences(silent, [line for line in lines if line.state not in GONE])


def _open_anomalies(line: KioskLine) -> int:
    return sum(found.open for found in line.anomalies if found.serious)


def _alarming(line: KioskLine) -> Iterable[Trouble]:
    hidden = _SILENCE_HIDES | {Trouble.SILENT} if line.state is KioskState.SILENT else frozenset()
    return (kind for kind in ALARMING if kind in line.troubles and kind not in hidden)


def _silences(silent: Sequence[KioskLine], in_use: Sequence[KioskLine]) -> dict[Cause, int]:
    units = {line.unit_id for line in silent}
    if len(silent) >= MIN_KIOSKS and len(units) >= MIN_UNITS and len(silent) >= MIN_SHARE * len(in_use):
        return {Cause(Trouble.SILENT): len(silent)}
    found: dict[Cause, int] = {}
    used = Counter(line.unit_id for line in in_use)
    for unit_id, lines in _by_unit(silent).items():
        if 1 < len(lines) == used[unit_id]:
            found[Cause(Trouble.SILENT, unit_id)] = len(lines)
        else:
            found |= {Cause(Trouble.SILENT, unit_id, line.device_id): 1 for line in lines}
    return found


def _by_unit(lines: Iterable[KioskLine]) -> Mapping[str, list[KioskLine]]:
    found: dict[str, list[KioskLine]] = defaultdict(list)
    for line in lines:
        found[line.unit_id].append(line)
    return found


def course(known: Sequence[Alert], seen: Mapping[Cause, int], at: datetime) -> list[AlertStep]:
    """How the alerts that have not ended go on with what a look at ``at`` has seen, and the new ones.

    An alert that gives way to a wider one (the whole unit is silent now), or to narrower ones, ends without a word as
    soon as the other is raised; who took it on has taken on the other too, within one unit. One that silence hides
    waits until the kiosk speaks again.
    """
    confirmed = {alert.cause for alert in known if alert.looks + 1 >= RAISED_AT_LOOK or alert.raised_at is not None}
    steps = [
        _goes_on(alert, seen[alert.cause], at) if alert.cause in seen else _is_missed(alert, seen, confirmed, at)
        for alert in known
    ]
    there = {alert.cause for alert in known}
    steps += [_goes_on(Alert(cause, at), n, at) for cause, n in sorted(seen.items()) if cause not in there]
    given_way = [step.alert for step in steps if step.alert.ended_at is not None and step.news is None]
    return [_taken_over(step, given_way) if step.news is News.RAISED else step for step in steps]


def _taken_over(raised: AlertStep, given_way: Iterable[Alert]) -> AlertStep:
    """The alert with whoever last took on what gave way to it: they are at it already. The whole district's is nobody's
    because one kiosk was somebody's."""
    cause = raised.alert.cause
    before = [
        (alert.taken_on_at, alert.taken_on_by)
        for alert in given_way
        if alert.taken_on_at is not None and cause.unit_id and _overlap(alert.cause, cause)
    ]
    if not before:
        return raised
    at, by = max(before)
    return replace(raised, alert=replace(raised.alert, taken_on_at=at, taken_on_by=by))


def _goes_on(alert: Alert, kiosks: int, at: datetime) -> AlertStep:
    now = replace(alert, kiosks=kiosks, looks=alert.looks + 1, missed=0)
    if now.raised_at is None:
        sure = now.looks >= RAISED_AT_LOOK or now.cause.kind in SURE_AT_ONCE
        return AlertStep(replace(now, raised_at=at, notified_at=at), News.RAISED) if sure else AlertStep(now)
    if now.cause.kind is Trouble.LEDGER and kiosks > alert.kiosks:
        anew = replace(now, raised_at=at, notified_at=at, taken_on_at=None, taken_on_by=None)
        return AlertStep(anew, News.RAISED)
    last = max(each for each in (now.notified_at, now.taken_on_at, now.raised_at) if each is not None)
    if at - last >= (REMIND_AFTER if now.taken_on_at is None else REMIND_TAKEN_AFTER):
        return AlertStep(replace(now, notified_at=at), News.REMINDED)
    return AlertStep(now)


def _is_missed(alert: Alert, seen: Collection[Cause], confirmed: Collection[Cause], at: datetime) -> AlertStep:
    now = replace(alert, looks=0, missed=alert.missed + 1)
    others = [cause for cause in seen if _overlap(alert.cause, cause)]
    if alert.raised_at is None or any(cause in confirmed for cause in others):
        return AlertStep(replace(now, ended_at=at))
    if others or any(_is_hidden_by(alert.cause, cause) for cause in seen):
        return AlertStep(alert)
    return AlertStep(replace(now, ended_at=at), News.ENDED) if now.missed >= ENDED_AT_LOOK else AlertStep(now)


def _is_hidden_by(cause: Cause, other: Cause) -> bool:
    """Whether nothing is known of a cause because its kiosk is silent."""
    silence = replace(cause, kind=Trouble.SILENT)
    return cause.kind in _SILENCE_HIDES and other.kind is Trouble.SILENT and _overlap(silence, other)


def _overlap(one: Cause, other: Cause) -> bool:
    """Whether they are the same, or one is wider than the other and holds it."""
    if one.kind is not other.kind:
        return False
    return all(
        not mine or not theirs or mine == theirs for mine, theirs in zip(_where(one), _where(other), strict=True)
    )


def _where(cause: Cause) -> tuple[str, str]:
    return cause.unit_id, cause.device_id
