"""Read what kiosks tell a counter's staff beside its figures: released remarks, hours, the counter's objections and
inquiries."""

from collections.abc import Collection
from datetime import date, timedelta

from kiosk.domain.calendar import Holidays
from kiosk.domain.counter_notes import (
    MAX_OBJECTIONS,
    CounterNotes,
    OwnInquiry,
    OwnObjection,
    RatedHours,
    notes_content,
)
from kiosk.domain.reference import CounterNotesRow
from sync.district.domain.inquiry import InquiryState
from sync.district.domain.objection import Objection, ObjectionAbout, ObjectionState
from sync.district.domain.release import last_complete_month
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection
from sync.district.store.inquiries import inquiries_of
from sync.district.store.objections import objections_at
from sync.district.store.organisation import organisation
from sync.district.store.rated_hours import counters_of_unknown_hours, rated_hours
from sync.district.store.releases import shown_until
from sync.district.store.remark_releases import batches_at, batches_of_units
from sync.district.times import local_day

ANSWERED_KEPT = timedelta(days=14)
"""So long an answered inquiry that nobody closes is told at the kiosk."""
KEPT = timedelta(days=400)
"""Objections to months that ended longer ago are not told at the kiosk any more."""


def counter_notes(connection: Connection, unit_id: str, today: date, group_floor: int) -> list[CounterNotesRow]:
    """The notes of all counters of a unit, without a signature; empty where nothing is told, so that a kiosk drops what
    it was told before. A unit's kiosks get those of their
    own unit alone: whoever takes a kiosk's disk reads no more of others' words than can be helped."""
    counters = [counter for unit, counter in organisation(connection).counters_on(today) if unit == unit_id]
    if not counters:
        return []
    own, of_unit = batches_at(connection, counters), batches_of_units(connection, [unit_id]).get(unit_id, ())
    first, last = last_complete_month(shown_until(connection, today))
    hours, unknown = (
        rated_hours(connection, first, last, group_floor),
        counters_of_unknown_hours(connection, first, last),
    )
    objections = _objections(connection, counters, today)
    inquiries = _inquiries(connection, unit_id, today)
    found = []
    for counter in sorted(counters):
        known = counter in hours or counter in unknown
        notes = CounterNotes(
            own=next(iter(own.get(counter, ())), None),
            of_unit=next(iter(of_unit), None),
            hours=RatedHours(first, tuple(sorted(hours.get(counter, ()))), counter in unknown) if known else None,
            objections=objections.get(counter, ()),
            inquiries=inquiries.get(counter, ()),
        )
        found.append(CounterNotesRow(counter, notes_content(notes)))
    return found


def _objections(connection: Connection, counters: Collection[str], today: date) -> dict[str, tuple[OwnObjection, ...]]:
    """The newest objections to figures of each counter; those about a doubt, of which few may know, are left out."""
    there = [
        each
        for each in objections_at(connection, counters)
        if each.subject.about is ObjectionAbout.FIGURE
        and each.state is not ObjectionState.WITHDRAWN
        and each.subject.month > today - KEPT
    ]
    holidays = country_holidays(connection) if there else Holidays()
    found: dict[str, list[OwnObjection]] = {}
    for each in sorted(there, key=lambda each: (each.subject.month, each.objection_id), reverse=True):
        found.setdefault(each.subject.counter_id, []).append(_own(each, holidays))
    return {counter: tuple(listed[:MAX_OBJECTIONS]) for counter, listed in found.items()}


def _inquiries(connection: Connection, unit_id: str, today: date) -> dict[str, tuple[OwnInquiry, ...]]:
    """The inquiries of each counter that wait for an answer, or were answered lately, the oldest first."""
    holidays, found = country_holidays(connection), dict[str, list[OwnInquiry]]()
    for each in inquiries_of(connection, {unit_id}):
        waits = each.state is InquiryState.WAITING
        if waits or (each.state is InquiryState.ANSWERED and local_day(each.steps[-1].at) > today - ANSWERED_KEPT):
            own = OwnInquiry(each.asked_on, each.due_on(holidays) if waits else None)
            found.setdefault(each.counter_id, []).append(own)
    return {counter: tuple(listed) for counter, listed in found.items()}


def _own(objection: Objection, holidays: Holidays) -> OwnObjection:
    until = objection.due_on(holidays) if objection.state is ObjectionState.OPEN else None
    return OwnObjection(objection.subject.month, str(objection.state), until)
