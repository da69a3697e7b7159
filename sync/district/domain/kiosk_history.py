"""What a kiosk noted of itself, in sentences for technicians. Pure.

Moments are told to the hour, since some facts are written together with a rating. What a kiosk says is shown, never
trusted: words of a sane length, numbers that can be counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.entry import EntryType
from kiosk.domain.visit import MIN_REPORTED, Unrated
from sync.protocol.health import count, text

SERVICE = "service"
HOURS = range(24)


class KioskFact(Struct, frozen=True):
    """One fact of a kiosk. ``happened_at`` is its best known moment; ``is_sure``: not only by an unchecked clock."""

    type: str
    body: Mapping[str, Any]
    happened_at: datetime
    is_sure: bool = True


class UnratedVisits(Struct, frozen=True):
    """How many visits of a local day at one counter (empty: unknown) ended in this way without a face."""

    day: date
    counter_id: str
    ended: Unrated
    n: int


def sentence(fact: KioskFact) -> str:
    """What happened, in English."""
    say = _SENTENCES.get(fact.type)
    return say(fact.body) if say else fact.type.replace("_", " ")


def unrated_visits(facts: Iterable[KioskFact]) -> list[UnratedVisits]:
    """The visits without a face that the facts tell of, by day, counter and way of ending. Numbers of fewer than
    ``MIN_REPORTED``, which no kiosk of ours sends, are left out."""
    total: Counter[tuple[date, str, Unrated]] = Counter()
    for fact in facts:
        day = _day(fact.body.get("of_day"))
        if fact.type == EntryType.VISITS and day:
            for counter_id, ended, n in _hours(fact.body.get("hours")):
                total[day, counter_id, ended] += n
    return [UnratedVisits(*key, n) for key, n in sorted(total.items())]


def _hours(value: object) -> Iterable[tuple[str, Unrated, int]]:
    for line in value if isinstance(value, list) else ():
        if isinstance(line, list) and len(line) == 4:
            hour, counter_id, ended, n = line
            known = hour in HOURS and isinstance(counter_id, str) and ended in set(Unrated)
            if known and (count(n) or 0) >= MIN_REPORTED:
                yield text(counter_id), Unrated(ended), n


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _device(body: Mapping[str, Any], *, back: bool) -> str:
    device, reason = text(body.get("device")) or "a device", _reason(body)
    if device == SERVICE:
        return f"in service again{_lasted(body, 'out_s')}{reason}"
    return f"{device} is there{reason}" if back else f"{device} failed{reason}"


def _reason(body: Mapping[str, Any]) -> str:
    reason = text(body.get("reason"))
    return f": {reason}" if reason else ""


def _lasted(body: Mapping[str, Any], name: str) -> str:
    seconds = count(body.get(name))
    return "" if seconds is None else f" after {-(-seconds // 60)} min"


def _applied(body: Mapping[str, Any]) -> str:
    if settings := text(body.get("settings")):
        return f"settings applied, fingerprint {settings}"
    if key := text(body.get("device_key")):
        return f"a new device key is in force: {key}"
    if "enrolled" in body:
        return "enrolled"
    rows, revision = count(body.get("rows")), count(body.get("revision"))
    applied = "reference data applied" if rows is None else f"reference data applied, {rows} rows"
    return applied if revision is None else f"{applied}, revision {revision}"


def _place(value: object) -> str:
    place = value if isinstance(value, dict) else {}
    unit, counter = text(place.get("unit_id")) or "?", text(place.get("counter_id"))
    of_unit = text(place.get("unit_of_counter"))
    if not counter:
        return f"unit {unit}"
    return f"unit {unit}, counter {counter}" + (f" of unit {of_unit}" if of_unit and of_unit != unit else "")


def _clock(body: Mapping[str, Any]) -> str:
    moved = body.get("moved_s")
    return f"the clock was set by {moved} s" if type(moved) is int else "the clock was set"


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    EntryType.BOOT: lambda body: f"started, release {text(body.get('software')) or 'unknown'}",
    EntryType.CLOCK_CHANGED: _clock,
    EntryType.STAFF_SIGNED_IN: lambda body: f"staff of counter {text(body.get('counter'))} signed in",
    EntryType.STAFF_REFUSED: lambda body: f"wrong staff PIN for counter {text(body.get('counter'))}",
    EntryType.STAFF_SIGNED_OUT: lambda body: (
        f"staff of counter {text(body.get('counter'))} left{_lasted(body, 'lasted_s')}"
    ),
    EntryType.CONFIG_APPLIED: _applied,
    EntryType.DEVICE_FAILED: lambda body: _device(body, back=False),
    EntryType.DEVICE_BACK: lambda body: _device(body, back=True),
    EntryType.GAP_DECLARED: lambda body: f"a new epoch was opened{_reason(body)}",
    EntryType.MOVED: lambda body: f"moved from {_place(body.get('before'))} to {_place(body.get('now'))}",
}
