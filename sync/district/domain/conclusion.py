"""The conclusion of a complaint about somebody's conduct: what the office came to, in which words the officer it names
is told of it, and from when on it may count. Pure.

Nothing counts against an officer of which they were not told, and nobody is told in words that say who complained: a
conclusion without such words is told to nobody and is in no figure. What is not true, cannot be verified or is slander
counts against nobody, so no officer is told that there was a complaint at all.
"""

from collections.abc import Collection
from datetime import date, datetime

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from kiosk.domain.deadlines import working_days_after
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.vietnamese.fold import fold
from sync.district.domain.redact import MarkKind, marks, marks_and_moments, names_behind_titles
from sync.district.domain.staff_words import WrongWords, staff_words

AGAINST = frozenset({ConclusionResult.TRUE, ConclusionResult.PARTLY})
"""What counts against the officers it names."""
MIN_NOTICE = 20
SAME_WORDS = 6
"""So many words of the citizen in a row may not stand in what an officer is told."""
TIME_TO_OBJECT = 15
"""Working days from the day on which the officer first opened what they were told."""


class Conclusion(StructWithHidden, frozen=True):
    """What somebody concluded. ``reasons`` are for those who may see the complaint, ``notice`` for the officers whom it
    names, empty when they are not to be told. ``approved_by`` and ``approved_at``: by the second person, ``None``
    while it waits; ``action_id``: the step that approved it. ``under_review``: an objection to it was agreed with, and
    it has to be concluded anew."""

    result: ConclusionResult
    officers: frozenset[str]
    reasons: Hidden[str]
    notice: Hidden[str]
    by: str
    approved_by: str = ""
    approved_at: datetime | None = None
    action_id: int = 0
    under_review: bool = False

    @property
    def counts(self) -> bool:
        """Whether it may count against the officers whom it names, once they were told and heard."""
        return self.has_notice and not self.under_review

    @property
    def has_notice(self) -> bool:
        """Whether it is one of which officers are told."""
        return self.approved_at is not None and self.result in AGAINST and bool(self.notice and self.officers)


def object_until(opened_on: date, holidays: Holidays) -> date:
    """The last day on which an officer who first opened it on a day may object."""
    return working_days_after(opened_on, TIME_TO_OBJECT, holidays)


def words_for_officer(text: str, words: Collection[str], names: Collection[str]) -> str:
    """What an officer is told, cleaned. ``words``: what the citizen said, ``names``: theirs, whole and in parts. Raises
    ``WrongWords`` when it is too short or too long, tells who somebody is, where or when it was, or repeats the
    citizen's own words; with the words that may not stand there."""
    written = staff_words(text, MIN_NOTICE)
    plain = f" {' '.join(_words(written))} "
    for mark in marks_and_moments(written):
        if mark.kind in (MarkKind.DATE, MarkKind.MOMENT):
            raise WrongWords("tells_day", mark.text)
        if mark.kind in (MarkKind.PLACE, MarkKind.PLATE):
            raise WrongWords("tells_who", mark.text)
    for mark in names_behind_titles(written):
        raise WrongWords("tells_who", mark.text)
    known = {fold(name.strip()) for name in names if name.strip()}
    for mark in marks(written, names):
        if mark.kind is MarkKind.NAME and fold(mark.text) in known:
            raise WrongWords("tells_who", mark.text)
    for name in known:
        if " " in name and f" {' '.join(_words(name))} " in plain:
            raise WrongWords("tells_who", name)
    for run in (run for each in words for run in _runs(each)):
        if run in plain:
            raise WrongWords("their_words", run.strip())
    return written


def _words(text: str) -> list[str]:
    return "".join(each if each.isalnum() else " " for each in fold(text)).split()


def _runs(text: str) -> list[str]:
    words = _words(text)
    return [f" {' '.join(words[at : at + SAME_WORDS])} " for at in range(len(words) - SAME_WORDS + 1)]
