"""Look up what the kiosk knows of a scanned or typed dossier, and begin a rating of it, or of a counter."""

import logging
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.desk.rating_facts import late_of, stage_of
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import CounterKnownBy, Flag, InputMethod, OfficerKnownBy, Stage
from kiosk.domain.roster import RECEPTION, on_duty
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import Subject
from kiosk.store import reference
from kiosk.store.engine import CannotRead
from kiosk.store.reference import DossierOnBox
from kiosk.store.roster import shifts_on

log = logging.getLogger(__name__)


def subject_of(
    box: Box | None, code: DossierCode, method: InputMethod, at: datetime, day_in_code: date | None, rated: set[Stage]
) -> Subject:
    """What a rating of this code is about. ``at``: the office's local time; ``day_in_code``: the day of receipt that
    the code itself names; ``rated``: the stages at which the dossier was rated since the program started."""
    today = at.date()
    known, office, officer = _looked_up(box, code, at) if box else (None, "", None)
    flags = [] if code.verified else [Flag.CODE_UNVERIFIED]
    if known is None:
        flags.append(Flag.DOSSIER_UNKNOWN)
    received = known.received_on if known else day_in_code
    stage = stage_of(received, known.returned_on if known else None, today)
    if stage in rated:
        flags.append(Flag.REPEAT)
    own = box.identity.counter_id if box else None
    return Subject(
        method,
        stage,
        code=code,
        counter_id=known.counter_id if known else own,
        counter=known.counter if known else None,
        procedure=known.procedure if known else None,
        flags=tuple(flags),
        late=late_of(known.due_on, known.returned_on, today) if known else None,
        ask_stage=stage is Stage.HAND_IN and rated == {Stage.HAND_IN},
        received=received,
        office=office,
        ask_date=method is InputMethod.TYPED and known is None and received == today,
        ask_code=method is InputMethod.TYPED and known is None and not code.verified,
        counter_known_by=_counter_known_by(known, own),
        officer_known_by=officer,
    )


def subject_of_counter(box: Box | None, counter: CounterChoice, at: datetime) -> Subject:
    """The subject of a counter that the citizen chose, without a dossier."""
    return Subject(
        InputMethod.COUNTER,
        Stage.UNKNOWN,
        counter_id=counter.counter_id,
        counter=counter.name,
        flags=(Flag.NO_DOSSIER,),
        counter_known_by=CounterKnownBy.CITIZEN,
        officer_known_by=_read_officer(box, counter.counter_id, at) if box else None,
    )


def subject_of_own_counter(box: Box, at: datetime) -> Subject | None:
    """The subject of the counter this kiosk belongs to, without a dossier; ``None`` for a kiosk of the whole hall."""
    own = box.identity.counter_id
    if not own:
        return None
    try:
        with box.store.read() as tx:
            counter = reference.counter(tx, own)
    except CannotRead as error:
        log.error("the counter could not be read: %s", error)
        return None
    if counter is None:
        return None
    chosen = subject_of_counter(box, CounterChoice(own, counter.name), at)
    return replace(chosen, counter_known_by=CounterKnownBy.OWN)


def _looked_up(box: Box, code: DossierCode, at: datetime) -> tuple[DossierOnBox | None, str, OfficerKnownBy | None]:
    """The dossier, the name of the office that received it when that is a known one and not this, and how its officer
    can be known; nothing of it when the file cannot be read."""
    try:
        with box.store.read() as tx:
            known = reference.find_dossier(tx, box.keys.lookup, code.text)
            office = None if code.unit == box.identity.unit_id else reference.unit(tx, code.unit)
            counter_id = known.counter_id if known else box.identity.counter_id
            named = known is not None and known.officer_number is not None
            officer = OfficerKnownBy.DOSSIER if named else officer_known_by(tx, box.identity.unit_id, counter_id, at)
            return known, office.name if office else "", officer
    except CannotRead as error:
        log.error("the dossiers could not be read: %s", error)
        return None, "", None


def _read_officer(box: Box, counter_id: str, at: datetime) -> OfficerKnownBy | None:
    try:
        with box.store.read() as tx:
            return officer_known_by(tx, box.identity.unit_id, counter_id, at)
    except CannotRead as error:
        log.error("the officers could not be read: %s", error)
        return None


def officer_known_by(tx: Any, unit_id: str, counter_id: str | None, at: datetime) -> OfficerKnownBy | None:
    """How the officer at a counter can be known without the dossier. Where the unit has a roster for the day, a gap in
    it is a gap: that one officer alone is listed at the counter does not fill it."""
    if counter_id is None:
        return None
    shifts = shifts_on(tx, unit_id, at.date())
    if any(each.counter_id != RECEPTION for each in shifts):
        return OfficerKnownBy.DUTY if on_duty(shifts, counter_id, at) else None
    return OfficerKnownBy.ALONE if reference.officers_at(tx, counter_id, at.date()) == 1 else None


def _counter_known_by(known: DossierOnBox | None, own: str | None) -> CounterKnownBy | None:
    if known is not None:
        return CounterKnownBy.DOSSIER if known.counter_id else None
    return CounterKnownBy.OWN if own else None
