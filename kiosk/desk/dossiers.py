"""Look up what the kiosk knows of a scanned or typed dossier, and begin a rating of it."""

import logging
from datetime import date

from kiosk.box.box import Box
from kiosk.desk.rating_facts import late_of, stage_of
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import Flag, InputMethod, Stage
from kiosk.flow.state.rating_draft import Subject
from kiosk.store import reference
from kiosk.store.engine import CannotRead

log = logging.getLogger(__name__)


def subject_of(
    box: Box | None, code: DossierCode, method: InputMethod, today: date, day_in_code: date | None, rated: set[Stage]
) -> Subject:
    """What a rating of this code is about. ``day_in_code``: the day of receipt that the code itself names; ``rated``:
    the stages at which the dossier was rated since the program started."""
    known = _known(box, code)
    flags = [] if code.verified else [Flag.CODE_UNVERIFIED]
    if known is None:
        flags.append(Flag.DOSSIER_UNKNOWN)
    received = known.received_on if known else day_in_code
    stage = stage_of(received, known.returned_on if known else None, today)
    if stage in rated:
        flags.append(Flag.REPEAT)
    return Subject(
        method,
        stage,
        code=code,
        counter_id=known.counter_id if known else _own_counter(box),
        counter=known.counter if known else None,
        procedure=known.procedure if known else None,
        flags=tuple(flags),
        late=late_of(known.due_on, known.returned_on, today) if known else None,
        ask_stage=stage is Stage.HAND_IN and rated == {Stage.HAND_IN},
        received=received,
        office=_other_office(box, code),
        ask_date=method is InputMethod.TYPED and known is None and received == today,
    )


def _known(box: Box | None, code: DossierCode) -> reference.DossierOnBox | None:
    if box is None:
        return None
    try:
        with box.store.read() as tx:
            return reference.find_dossier(tx, box.keys.lookup, code.text)
    except CannotRead as error:
        log.error("the dossiers could not be read: %s", error)
        return None


def _other_office(box: Box | None, code: DossierCode) -> str:
    """The name of the office that received it, when it is a known one and not this."""
    if box is None or code.unit == box.identity.unit_id:
        return ""
    try:
        with box.store.read() as tx:
            unit = reference.unit(tx, code.unit)
    except CannotRead as error:
        log.error("the unit of a code could not be read: %s", error)
        return ""
    return unit.name if unit else ""


def _own_counter(box: Box | None) -> str | None:
    return box.identity.counter_id if box else None
