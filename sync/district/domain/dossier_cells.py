"""Where dossiers stand in the roll-ups: the days on which one was received and returned, whether in time, and in which
field. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct


class DossierStep(StrEnum):
    """What happened to dossiers on a day. The values stand in the database.

    ``RECEIVED`` on the day of receipt; the others on the day of return: before the day that was promised, on it and not
    after the hour that was promised, later, or with no day promised.
    """

    RECEIVED = "received"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED_UNDATED = "returned_undated"


RETURNED = tuple(state for state in DossierStep if state is not DossierStep.RECEIVED)
NEVER = date.min
"""The day of receipt of a dossier that has none."""


class DossierCell(Struct, frozen=True):
    """One number of a roll-up. ``since``: the day of receipt. A dossier of a counter names no unit."""

    state: DossierStep
    day: date
    since: date
    unit_id: str
    counter_id: str


class FieldStep(StrEnum):
    """What is told of the dossiers of a field that were promised for a day. The values stand in the database.

    ``RECEIVED`` and, of these, ``RECEIVED_LATE``, those whose result came late: on the day of receipt. ``RETURNED`` and
    ``RETURNED_LATE``: on the day of return.
    """

    RECEIVED = "received"
    RECEIVED_LATE = "received_late"
    RETURNED = "returned"
    RETURNED_LATE = "returned_late"


class FieldCell(Struct, frozen=True):
    """One number of the roll-up by field. A dossier of a counter names no unit; one without a counter stands once
    without any place, and once at each unit to which it belongs."""

    step: FieldStep
    day: date
    unit_id: str
    counter_id: str
    field: str


def field_cells_of(
    dossier: Mapping[str, Any], units: Collection[str], field: str, *, at_units_alone: bool = False
) -> Iterator[FieldCell]:
    """The cells in which a dossier of a field counts: none once it is removed, or where no day was promised.
    ``at_units_alone``: only those at ``units``."""
    if dossier["removed"] or dossier["due_on"] is None:
        return
    received, returned = dossier["received_on"], dossier["returned_on"]
    is_late = returned is not None and returned_step(dossier) is DossierStep.LATE
    steps = [(FieldStep.RECEIVED, received), (FieldStep.RETURNED, returned)]
    steps += [(FieldStep.RECEIVED_LATE, received), (FieldStep.RETURNED_LATE, returned)] if is_late else []
    no_place = [] if at_units_alone or dossier["counter_id"] is not None else [("", "")]
    for unit_id, counter_id in (*no_place, *_places(dossier, units)):
        for step, day in steps:
            if day is not None:
                yield FieldCell(step, day, unit_id, counter_id, field)


def cells_of(dossier: Mapping[str, Any], units: Collection[str]) -> Iterator[DossierCell]:
    """The cells in which a dossier counts: none once it is removed. One without a counter belongs to each of ``units``
    whose id and a hyphen its code begins with."""
    if dossier["removed"]:
        return
    received, returned = dossier["received_on"], dossier["returned_on"]
    for unit_id, counter_id in _places(dossier, units):
        if received is not None:
            yield DossierCell(DossierStep.RECEIVED, received, received, unit_id, counter_id)
        if returned is not None:
            yield DossierCell(returned_step(dossier), returned, received or NEVER, unit_id, counter_id)


def returned_step(dossier: Mapping[str, Any]) -> DossierStep:
    """Whether a returned dossier was in time: by the days, and on the last day by the hours where both are told."""
    returned, due = dossier["returned_on"], dossier["due_on"]
    if due is None:
        return DossierStep.RETURNED_UNDATED
    if returned != due:
        return DossierStep.EARLY if returned < due else DossierStep.LATE
    at, until = dossier["returned_time"], dossier["due_time"]
    return DossierStep.LATE if at is not None and until is not None and at > until else DossierStep.ON_TIME


def _places(dossier: Mapping[str, Any], units: Collection[str]) -> Iterator[tuple[str, str]]:
    if dossier["counter_id"] is not None:
        yield "", dossier["counter_id"]
        return
    code = dossier["dossier_code"]
    for end, letter in enumerate(code):
        if letter == "-" and code[:end] in units:
            yield code[:end], ""
