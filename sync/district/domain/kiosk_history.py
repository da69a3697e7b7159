"""What a kiosk noted of itself, for technicians: which sentence it is, and what stands in it. Pure.

Moments are told to the hour, since some facts are written together with a rating. What a kiosk says is shown, never
trusted: words of a sane length, numbers that can be counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from kiosk.domain.entry import EntryType
from kiosk.domain.visit import MIN_REPORTED, Unrated
from sync.protocol.health import count, text

SERVICE = "service"
OF_THE_MACHINE = frozenset(
    {
        EntryType.BOOT,
        EntryType.CONFIG_APPLIED,
        EntryType.DEVICE_FAILED,
        EntryType.DEVICE_BACK,
        EntryType.GAP_DECLARED,
        EntryType.MOVED,
    }
)
"""What is of the machine alone. The other facts go with what people did at it: a clock's jump is noted with a rating,
visits without a face and the length of a staff session tell of one more or one fewer who pressed."""
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


class Place(Struct, frozen=True):
    """Where a kiosk stood by its own word; ``of_unit``: the unit of the counter, when that is another."""

    unit_id: str
    counter_id: str = ""
    of_unit: str = ""


class Note(Struct, frozen=True):
    """A fact as it is told: ``word`` names the text ``kiosk_note.<word>``, ``values`` stand in it. ``lasted_min``: how
    long it took, in full minutes upwards; ``reason``: the kiosk's own word, empty without one."""

    word: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    lasted_min: int | None = None
    reason: str = ""
    places: tuple[Place, ...] = ()


def note_of(fact: KioskFact) -> Note:
    """How a fact is told. A kind that only a later release knows is told by its name."""
    say = _NOTES.get(fact.type)
    return say(fact.body) if say else Note("other", {"type": fact.type.replace("_", " ")})


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


def _device(body: Mapping[str, Any], *, back: bool) -> Note:
    device, reason = text(body.get("device")), text(body.get("reason"))
    if device == SERVICE:
        return Note("in_service", lasted_min=_minutes(body.get("out_s")), reason=reason)
    return Note("device_back" if back else "device_failed", {"device": device}, reason=reason)


def _minutes(value: object) -> int | None:
    seconds = count(value)
    return None if seconds is None else -(-seconds // 60)


def _applied(body: Mapping[str, Any]) -> Note:
    if settings := text(body.get("settings")):
        return Note("settings", {"fingerprint": settings})
    if key := text(body.get("device_key")):
        return Note("device_key", {"fingerprint": key})
    if (number := count(body.get("address"))) is not None:
        return Note("address", {"number": number})
    if "enrolled" in body:
        return Note("enrolled")
    numbers = {name: n for name in ("rows", "revision") if (n := count(body.get(name))) is not None}
    return Note("_".join(["reference", *numbers]), numbers)


def _place(value: object) -> Place:
    place = value if isinstance(value, dict) else {}
    unit, counter = text(place.get("unit_id")) or "?", text(place.get("counter_id"))
    of_unit = text(place.get("unit_of_counter")) if counter else ""
    return Place(unit, counter, "" if of_unit == unit else of_unit)


def _clock(body: Mapping[str, Any]) -> Note:
    moved = body.get("moved_s")
    return Note("clock_moved", {"seconds": moved}) if type(moved) is int else Note("clock_set")


def _started(body: Mapping[str, Any]) -> Note:
    software = text(body.get("software"))
    return Note("started", {"software": software}) if software else Note("started_unknown")


def _staff(word: str) -> Callable[[Mapping[str, Any]], Note]:
    """A session of the staff. ``officer``: whom the id of the entry belongs to, where it was an officer's own PIN."""

    def note(body: Mapping[str, Any]) -> Note:
        who, values = text(body.get("officer")), {"counter": text(body.get("counter")) or "?"}
        lasted = _minutes(body.get("lasted_s"))
        return Note(f"{word}_by", values | {"who": who}, lasted) if who else Note(word, values, lasted)

    return note


_NOTES: Mapping[str, Callable[[Mapping[str, Any]], Note]] = {
    EntryType.BOOT: _started,
    EntryType.CLOCK_CHANGED: _clock,
    EntryType.STAFF_SIGNED_IN: _staff("staff_in"),
    EntryType.STAFF_REFUSED: _staff("staff_refused"),
    EntryType.STAFF_SIGNED_OUT: _staff("staff_out"),
    EntryType.CONFIG_APPLIED: _applied,
    EntryType.DEVICE_FAILED: lambda body: _device(body, back=False),
    EntryType.DEVICE_BACK: lambda body: _device(body, back=True),
    EntryType.GAP_DECLARED: lambda body: Note("new_epoch", reason=text(body.get("reason"))),
    EntryType.MOVED: lambda body: Note("moved", places=(_place(body.get("before")), _place(body.get("now")))),
}
