"""What an officer reads of the conclusions that count against them: the office's words, the month, how they may answer.
Nothing of who complained, when, about which dossier, or in which words. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.complaints.conclusions import stands
from sync.district.domain.complaint_case import Case
from sync.district.domain.conclusion import object_until
from sync.district.domain.objection import Objection, ObjectionAbout, ObjectionSubject, may_raise_to_conclusion
from sync.district.domain.rights import Person
from sync.district.store.conclusions import Notice


class OwnState(StrEnum):
    """How what an officer was told stands. ``GONE``: it is concluded anew, or was; it counts no more."""

    STANDS = "stands"
    GONE = "gone"


class OwnConclusion(StructWithHidden, frozen=True):
    """One conclusion as its officer reads it. ``until``: the last day to object; ``may_object``: whether they still
    may; ``objection``: theirs."""

    notice_id: int
    given_on: date
    result: ConclusionResult
    words: Hidden[str]
    state: OwnState
    until: date
    may_object: bool
    objection: Objection | None


def own_conclusion(
    notice: Notice, case: Case, person: Person, objections: Sequence[Objection], holidays: Holidays, today: date
) -> OwnConclusion | None:
    """``None`` where another conclusion was approved since: of that one the officer is told when its day comes."""
    conclusion, mine = case.conclusion, [each for each in objections if each.subject.notice_id == notice.notice_id]
    if conclusion is None or conclusion.action_id != notice.action_id:
        return None
    until, still = object_until(notice.given_on, holidays), stands(notice, case)
    subject = subject_of_conclusion(notice, case)
    may = may_raise_to_conclusion(person, notice.officer_number, subject, mine, until, today)
    return OwnConclusion(
        notice.notice_id,
        notice.given_on,
        conclusion.result,
        conclusion.notice,
        OwnState.STANDS if still else OwnState.GONE,
        until,
        still and may,
        mine[-1] if mine else None,
    )


def subject_of_conclusion(notice: Notice, case: Case) -> ObjectionSubject:
    """A conclusion as something that is objected to; who made and who approved it decide nothing about it."""
    conclusion = case.conclusion
    by = () if conclusion is None else tuple(sorted({conclusion.by, conclusion.approved_by}))
    about = ObjectionAbout.CONCLUSION
    return ObjectionSubject(about, case.unit_id, "", notice.given_on, decided_by=by, notice_id=notice.notice_id)
