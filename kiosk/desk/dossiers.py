"""Look up what the kiosk knows of a scanned or typed dossier, and begin a rating of it, or of a counter."""

import logging
from datetime import date
from typing import Any

from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.desk.rating_facts import late_of, stage_of
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import CounterKnownBy, Flag, InputMethod, OfficerKnownBy, Stage
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import Subject
from kiosk.store import reference
from kiosk.store.engine import CannotRead
from kiosk.store.reference import DossierOnBox

log = logging.getLogger(__name__)


def subject_of(
    box: Box | None, code: DossierCode, method: InputMethod, today: date, day_in_code: date | None, rated: set[Stage]
) -> Subject:
    """What a rating of this code is about. ``day_in_code``: the day of receipt that the code itself names; ``rated``:
    the stages at which the dossier was rated since the program started."""
    known, office, alone = _looked_up(box, code, today) if box else (None, "", False)
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
        officer_known_by=_officer_known_by(known, alone=alone),
    )


def subject_of_counter(box: Box | None, counter: CounterChoice, today: date) -> Subject:
    """The subject of a counter that the citizen chose, without a dossier."""
    return Subject(
        InputMethod.COUNTER,
        Stage.UNKNOWN,
        counter_id=counter.counter_id,
        counter=counter.name,
        flags=(Flag.NO_DOSSIER,),
        counter_known_by=CounterKnownBy.CITIZEN,
        officer_known_by=OfficerKnownBy.ROSTER if box and _read_alone(box, counter.counter_id, today) else None,
    )


def subject_of_own_counter(box: Box, today: date) -> Subject | None:
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
    chosen = subject_of_counter(box, CounterChoice(own, counter.name), today)
    return replace(chosen, counter_known_by=CounterKnownBy.OWN)


def _looked_up(box: Box, code: DossierCode, today: date) -> tuple[DossierOnBox | None, str, bool]:
    """The dossier, the name of the office that received it when that is a known one and not this, and whether one
    officer alone sits at its counter; nothing of it when the file cannot be read."""
    try:
        with box.store.read() as tx:
            known = reference.find_dossier(tx, box.keys.lookup, code.text)
            office = None if code.unit == box.identity.unit_id else reference.unit(tx, code.unit)
            counter_id = known.counter_id if known else box.identity.counter_id
            return known, office.name if office else "", _sits_alone(tx, counter_id, today)
    except CannotRead as error:
        log.error("the dossiers could not be read: %s", error)
        return None, "", False


def _read_alone(box: Box, counter_id: str, today: date) -> bool:
    try:
        with box.store.read() as tx:
            return _sits_alone(tx, counter_id, today)
    except CannotRead as error:
        log.error("the officers could not be read: %s", error)
        return False


def _sits_alone(tx: Any, counter_id: str | None, today: date) -> bool:
    return counter_id is not None and reference.officers_at(tx, counter_id, today) == 1


def _counter_known_by(known: DossierOnBox | None, own: str | None) -> CounterKnownBy | None:
    if known is not None:
        return CounterKnownBy.DOSSIER if known.counter_id else None
    return CounterKnownBy.OWN if own else None


def _officer_known_by(known: DossierOnBox | None, *, alone: bool) -> OfficerKnownBy | None:
    if known is not None and known.officer_number:
        return OfficerKnownBy.DOSSIER
    return OfficerKnownBy.ROSTER if alone else None
