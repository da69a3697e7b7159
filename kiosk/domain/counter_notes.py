"""What the district tells a counter's staff beside its figures: what citizens wrote, the hours in which they rated, and
how the counter's own objections and inquiries stand. Pure; both ends read it here.

JSON of ``content``: ``own`` and ``of_unit``, a batch of remarks each (``kiosk.domain.released_remark``), left out while
there is none; ``hours``: ``month``, ``rated`` (hours of the day with enough ratings) and ``unknown``, left out before
the first month is told; ``objections``, each ``[month, state, until]``: ``until`` is the day by which it is to be
decided, empty once it is; ``inquiries``, each ``[asked, until]``: the day on which it was asked, and by which it is to
be answered, empty once it is. No word of an inquiry travels to a kiosk.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.domain.released_remark import ReleasedBatch, batch_content, batch_from

MAX_OWN, MAX_OF_UNIT = 20, 10
"""So many remarks of the newest batch of the counter, and of its unit, travel to a kiosk."""
MAX_OBJECTIONS = 6
MAX_INQUIRIES = 20
OBJECTION_STATES = ("open", "agreed", "not_agreed")


class RatedHours(Struct, frozen=True):
    """The hours of the day in which enough citizens rated over a finished month (``month``: its first day), never how
    many. ``unknown``: the hour of some ratings is not known, so nothing is said of the other hours."""

    month: date
    rated: tuple[int, ...] = ()
    unknown: bool = False


class OwnObjection(Struct, frozen=True):
    """An objection to the counter's figure of a month. ``until``: by when it is to be decided, ``None`` once it is."""

    month: date
    state: str
    until: date | None = None


class OwnInquiry(Struct, frozen=True):
    """An inquiry of the counter that is not closed. ``until``: by when it is to be answered, ``None`` once it is."""

    asked: date
    until: date | None = None


class CounterNotes(Struct, frozen=True):
    """All of it; what is not known is ``None`` or empty."""

    own: ReleasedBatch | None = None
    of_unit: ReleasedBatch | None = None
    hours: RatedHours | None = None
    objections: tuple[OwnObjection, ...] = ()
    inquiries: tuple[OwnInquiry, ...] = ()


def notes_content(notes: CounterNotes) -> dict[str, Any]:
    """The notes as they stand in a snapshot."""
    content: dict[str, Any] = {}
    if notes.own is not None:
        content["own"] = batch_content(notes.own, MAX_OWN)
    if notes.of_unit is not None:
        content["of_unit"] = batch_content(notes.of_unit, MAX_OF_UNIT)
    if notes.hours is not None:
        hours = notes.hours
        content["hours"] = {"month": f"{hours.month:%Y-%m}", "rated": list(hours.rated), "unknown": hours.unknown}
    if notes.objections:
        content["objections"] = [
            [f"{each.month:%Y-%m}", each.state, each.until.isoformat() if each.until else ""]
            for each in notes.objections[:MAX_OBJECTIONS]
        ]
    if notes.inquiries:
        content["inquiries"] = [
            [each.asked.isoformat(), each.until.isoformat() if each.until else ""]
            for each in notes.inquiries[:MAX_INQUIRIES]
        ]
    return content


def notes_from(content: Mapping[str, Any]) -> CounterNotes:
    """Reads what a district sent. Raises ``ValueError``, ``KeyError`` or ``TypeError`` where it is none of this."""
    return CounterNotes(
        own=batch_from(content["own"]) if "own" in content else None,
        of_unit=batch_from(content["of_unit"]) if "of_unit" in content else None,
        hours=_hours(content["hours"]) if "hours" in content else None,
        objections=tuple(_objection(*each) for each in content.get("objections", ())),
        inquiries=tuple(_inquiry(*each) for each in content.get("inquiries", ())),
    )


def _hours(content: Mapping[str, Any]) -> RatedHours:
    rated = tuple(content["rated"])
    if any(type(hour) is not int or not 0 <= hour < 24 for hour in rated):
        raise ValueError("not hours of a day")
    return RatedHours(_month(content["month"]), rated, content["unknown"] is True)


def _objection(month: str, state: str, until: str) -> OwnObjection:
    if state not in OBJECTION_STATES:
        raise ValueError("not a state of an objection")
    return OwnObjection(_month(month), state, date.fromisoformat(until) if until else None)


def _inquiry(asked: str, until: str) -> OwnInquiry:
    return OwnInquiry(date.fromisoformat(asked), date.fromisoformat(until) if until else None)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
