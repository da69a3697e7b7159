"""What an officer reads of the conclusions that count against them: the office's words, the month, how they may answer.
Nothing of who complained, when, about which dossier, or in which words. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.complaint_case import Case
from sync.district.domain.concluding import as_shown
from sync.district.domain.conclusion import object_until
from sync.district.domain.objection import Objection, ObjectionAbout, ObjectionSubject, may_raise_to_conclusion
from sync.district.domain.rights import Person
from sync.district.store.conclusions import Notice


class OwnState(StrEnum):
    """How what an officer was told stands. ``GONE``: it is concluded anew, or was; it counts no more."""

    STANDS = "stands"
    GONE = "gone"


class OwnConclusion(StructWithHidden, frozen=True):
    """One conclusion as its officer reads it. ``place``: its place in the order in which they were told, from 1 on,
    which names it on their pages and tells nothing of others. ``until``: the last day to object; ``may_object``:
    whether they still may; ``objection``: theirs."""

    place: int
    given_on: date
    result: ConclusionResult
    words: Hidden[str]
    state: OwnState
    until: date
    may_object: bool
    objection: Objection | None


class OwnNotice(Struct, frozen=True):
    """What somebody was told: its place among all that they were, by which notice, of which case, and on which day they
    opened it first (``None``: not yet)."""

    place: int
    notice: Notice
    case: Case
    opened_on: date | None


def own_conclusion(
    own: OwnNotice, person: Person, objections: Sequence[Objection], holidays: Holidays, today: date
) -> OwnConclusion | None:
    """``None`` where another conclusion took its place before this month: of that one the officer is told when its day
    comes."""
    notice, conclusion = own.notice, as_shown(own.case, own.notice.action_id, today)
    mine = [each for each in objections if each.subject.notice_id == notice.notice_id]
    if conclusion is None:
        return None
    until = object_until(own.opened_on or today, holidays)
    subject = subject_of_conclusion(notice, own.case)
    may = may_raise_to_conclusion(person, notice.officer_number, subject, mine, until, today)
    return OwnConclusion(
        own.place,
        notice.given_on,
        conclusion.result,
        conclusion.notice,
        OwnState.STANDS if conclusion.counts else OwnState.GONE,
        until,
        conclusion.counts and may,
        mine[-1] if mine else None,
    )


def subject_of_conclusion(notice: Notice, case: Case) -> ObjectionSubject:
    """A conclusion as something that is objected to; who made and who approved it decide nothing about it."""
    made = (each for each in (*case.replaced, case.conclusion) if each and each.action_id == notice.action_id)
    by = tuple(sorted({name for each in made for name in (each.by, each.approved_by)}))
    about = ObjectionAbout.CONCLUSION
    return ObjectionSubject(about, case.unit_id, "", notice.given_on, decided_by=by, notice_id=notice.notice_id)
