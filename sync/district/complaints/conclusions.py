"""Tell officers of the conclusions that count against them, and find those that may count in figures: whoever they name
was told, has read it and had time to object, and no objection is open or was agreed with."""

import logging
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from kiosk.domain.calendar import Holidays
from kiosk.domain.released import Waiting
from sync.district.complaints.recompute import cases
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.complaint_case import Case
from sync.district.domain.concluding import notice_from
from sync.district.domain.conclusion import object_until
from sync.district.domain.objection import Objection, ObjectionState
from sync.district.domain.release import Key, Pending, Stream
from sync.district.store import audit, complaints
from sync.district.store import conclusions as store
from sync.district.store.conclusions import Notice
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.objections import objections_to_notices
from sync.district.times import local_day, start_of

log = logging.getLogger(__name__)

UNKNOWN = "unknown"
"""Of a dossier of which nobody knows how it stands."""


def tell_officers(engine: Engine, now: datetime) -> int:
    """Tells officers of every conclusion whose day has come, once a month: on the first, or as soon as the server is up
    again; those of one day in no order. Returns how many were told. One of whose officers somebody cannot sign in waits
    for the next month: what they cannot read and answer does not count against them. Raises ``StoreUnavailable``."""
    today = local_day(now)
    with writing(engine) as connection:
        hold(connection, Lock.PROJECTION)
        if audit.has_since(connection, Audited.TELLING, start_of(today.replace(day=1))):
            return 0
        audit.note(connection, AuditEntry(now, "", Audited.TELLING, {}))
        due = {
            entry_id: case.conclusion
            for entry_id, case in cases_of(connection, store.without_notice(connection), now).items()
            if case.conclusion is not None and _is_due(case, today)
        }
        officers = {number for conclusion in due.values() for number in conclusion.officers}
        reached = store.with_accounts(connection, officers)
        made = [
            (entry_id, conclusion.action_id, number)
            for entry_id, conclusion in due.items()
            if conclusion.officers <= reached
            for number in conclusion.officers
        ]
        secrets.SystemRandom().shuffle(made)
        store.add_notices(connection, made, now)
    return len(made)


def waiting_conclusions(connection: Connection, before: datetime) -> list[Pending]:
    """The dossiers about which conclusions may count that were final before a moment, the beginning of a local day, and
    are in no released group; each dossier once."""
    last = local_day(before) - timedelta(days=1)
    holidays, by_complaint = complaints.country_holidays(connection), defaultdict[str, list[Notice]](list)
    for each in store.notices_until(connection, last):
        by_complaint[each.complaint_id].append(each)
    final = _final(connection, by_complaint, before, holidays, last)
    places, found = store.places(connection, final), dict[str, Pending]()
    released = store.released_cases(connection)
    for entry_id, day in final.items():
        place = places[entry_id]
        if place.case not in released and place.case not in found:
            adds = ((str(place.state) if place.state else UNKNOWN, 1),)
            key = Key(Stream.CONDUCT, place.unit_id, place.counter_id)
            dossier = place.case if place.has_dossier else None
            found[place.case] = Pending(key, Waiting(place.case, dossier, day), adds)
    return list(found.values())


def cases_of(connection: Connection, entry_ids: Collection[str], now: datetime) -> dict[str, Case]:
    """How some complaints stand."""
    numbers = complaints.numbers_of(connection, entry_ids)
    facts = complaints.facts_with(connection, set(numbers.values()))
    return {each.entry_id: case for each, case, _ in cases(connection, facts, now) if each.entry_id in numbers}


def stands(notice: Notice, case: Case) -> bool:
    """Whether what an officer was told of may count: nothing was concluded anew, or is about to be, and the matter
    still concerns everybody whom the conclusion names. What the officer reads does not depend on it."""
    conclusion = case.conclusion
    return conclusion is not None and conclusion.action_id == notice.action_id and _settled(case)


def _settled(case: Case) -> bool:
    made = case.conclusion
    return made is not None and made.counts and case.concluding is None and case.concerns(made.officers)


def _is_due(case: Case, today: date) -> bool:
    first = notice_from(case)
    return _settled(case) and first is not None and first <= today


def _final(
    connection: Connection,
    by_complaint: dict[str, list[Notice]],
    now: datetime,
    holidays: Holidays,
    last: date,
) -> dict[str, date]:
    """From which local day on each of these counts; those that do not yet, or do not any more, are left out."""
    by_id = cases_of(connection, by_complaint, now)
    every = [each for given in by_complaint.values() for each in given]
    opened, reached = (
        store.opened_on(connection, every),
        store.with_accounts(connection, {n.officer_number for n in every}),
    )
    objections = defaultdict[int | None, list[Objection]](list)
    for each in objections_to_notices(connection, [each.notice_id for each in every]):
        objections[each.subject.notice_id].append(each)
    found = {}
    for entry_id, given in by_complaint.items():
        case = by_id.get(entry_id)
        current = [each for each in given if case is not None and stands(each, case)]
        if case is None or case.conclusion is None or {n.officer_number for n in current} != case.conclusion.officers:
            continue
        if not case.conclusion.officers <= reached:
            continue
        days = [_final_from(opened.get(n.notice_id), objections[n.notice_id], holidays) for n in current]
        if all(day is not None and day <= last for day in days):
            found[entry_id] = max(day for day in days if day is not None)
    return found


def _final_from(opened_on: date | None, objections: Iterable[Objection], holidays: Holidays) -> date | None:
    """The day after the last on which something could still be said against it; ``None`` before the officer opened it,
    while somebody decides, or where an objection was agreed with."""
    if opened_on is None:
        return None
    ends = [object_until(opened_on, holidays)]
    for each in objections:
        if each.state in (ObjectionState.OPEN, ObjectionState.AGREED):
            return None
        again = each.ask_again_until(holidays)
        ends += [] if again is None else [again]
    return max(ends) + timedelta(days=1)
