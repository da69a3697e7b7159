"""A remark: a citizen's comment (góp ý) in the words in which the counter it was left at may read it. Pure.

Somebody who does not sit there says what it is about and writes the words anew; somebody else confirms them or sends
them back. A remark is its steps: each is written once, with who and when. Which comment it was stays between these two
and the register; what is released is the words alone (``sync.district.domain.remark_batch``).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.complaint import About
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.mentions import KnownCounter, KnownOfficer, mentions
from sync.district.domain.people import Role
from sync.district.domain.redact import MarkKind, PublicMark, marks_and_moments, masked_at, to_confirm
from sync.district.domain.rights import Person, Subject, answering_roles, may_see
from sync.district.domain.typed import clean

MIN_WORDS = 4
MAX_WORDS = 300
"""So many letters a remark has at most: what is longer is told more briefly by whoever classifies it."""
MIN_WHY = 8


class RemarkAbout(StrEnum):
    """What it is about; the values stand in the database. ``WITHHELD``: it is not shown, ``COMPLAINT``: it is to be
    handled, and stays in the register like every comment."""

    PROCEDURE = "procedure"
    FACILITIES = "facilities"
    OFFICER = "officer"
    WITHHELD = "withheld"
    COMPLAINT = "complaint"


NOT_SHOWN = frozenset({RemarkAbout.WITHHELD, RemarkAbout.COMPLAINT})
"""What no counter reads."""


def has_words(about: RemarkAbout, *, is_thanks: bool) -> bool:
    """Whether words are written for it: blame of an officer is shown nowhere, so nobody writes it anew."""
    return about not in NOT_SHOWN and (is_thanks or about is not RemarkAbout.OFFICER)


class RemarkAct(StrEnum):
    """What people do; the values stand in the database."""

    SEE = "see"
    CLASSIFY = "classify"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"


class TakenDown(StrEnum):
    """Why a released remark is shown no more; the values stand in the database and in the audit list. It may tell who
    wrote it, it names somebody, the citizen asks for it, or it is not what the citizen meant."""

    TELLS_WHO = "tells_who"
    NAMES = "names"
    ASKED = "asked"
    NOT_MEANT = "not_meant"


class RemarkState(StrEnum):
    """How far it has come: nobody has classified it, or it was sent back; one has; two have."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


_CLASSIFIERS = frozenset(answering_roles())

REMARK_RIGHTS: Mapping[RemarkAct, frozenset[Role]] = {
    RemarkAct.SEE: _CLASSIFIERS,
    RemarkAct.CLASSIFY: _CLASSIFIERS,
    RemarkAct.CONFIRM: _CLASSIFIERS,
    RemarkAct.SEND_BACK: _CLASSIFIERS,
}
"""Who may do what. Above it stands the register's own rule (``rights.may_see``): nobody sees what concerns themselves
or a counter at which they sit, and what is about somebody's conduct only leaders and inspectors see. Two people decide,
never one, and never one for whom the other stands in."""


class RemarkStep(StructWithHidden, frozen=True):
    """What somebody did, and as what. Of a classification: what it is ``about``, whether it is thanks, the words. Of
    what was sent back ``words`` says why."""

    at: datetime
    person: str
    role: Role
    act: RemarkAct
    about: RemarkAbout | None = None
    is_thanks: bool = False
    words: Hidden[str] = ""


class Remark(Struct, frozen=True):
    """One comment on its way to the counter. ``entry_id``: the comment's; ``steps``: the oldest first. ``released``: a
    release has looked at it and put it into a batch."""

    entry_id: str
    steps: tuple[RemarkStep, ...] = ()
    released: bool = False

    @property
    def state(self) -> RemarkState:
        if not self.steps or self.steps[-1].act is RemarkAct.SEND_BACK:
            return RemarkState.WAITING
        return RemarkState.CONFIRMED if self.steps[-1].act is RemarkAct.CONFIRM else RemarkState.PROPOSED

    @property
    def proposal(self) -> RemarkStep | None:
        """The newest classification, also one that was sent back."""
        return next((step for step in reversed(self.steps) if step.act is RemarkAct.CLASSIFY), None)

    @property
    def sent_back(self) -> RemarkStep | None:
        """Why it waits once more; ``None`` when it was not sent back."""
        return self.steps[-1] if self.steps and self.steps[-1].act is RemarkAct.SEND_BACK else None


class WrongRemark(ValueError):
    """What somebody wrote cannot be taken. ``key`` names the text that says why; ``place``: the words that may not
    stand in it, where it is about single words."""

    def __init__(self, key: str, place: str = "") -> None:
        super().__init__(key)
        self.key, self.place = key, place


def classifies_remarks(role: Role) -> bool:
    """Whether people of this role classify any comment; for the others the pages do not exist."""
    return role in REMARK_RIGHTS[RemarkAct.CLASSIFY]


def may_with_remark(
    person: Person, act: RemarkAct, remark: Remark, subject: Subject, unit_id: str, owner: str | None
) -> bool:
    """Whether a person may do this now to a comment that stands with ``unit_id`` and ``owner``."""
    if person.role not in REMARK_RIGHTS[act] or not may_see(person, subject, unit_id, owner):
        return False
    if subject.heads_alone:
        return False  # no counter reads it, so nobody writes it anew
    match act:
        case RemarkAct.SEE:
            return True
        case RemarkAct.CLASSIFY:
            return remark.state is RemarkState.WAITING
        case RemarkAct.SEND_BACK if remark.state is RemarkState.CONFIRMED:
            return not remark.released  # whoever sees the mistake stops it, also one of the two who made it
        case _:
            proposed_by = remark.proposal.person if remark.proposal else ""
            return remark.state is RemarkState.PROPOSED and not person.stands_for(proposed_by)


def is_shown(about: RemarkAbout, subject: Subject, *, is_thanks: bool) -> bool:
    """Whether a counter may read it: nothing that speaks against a person, nor what the head alone reads. What the two
    said is not enough: thanks apart, nothing is shown that the citizen or the register says is about somebody's
    conduct, or that names an officer, whoever found so and whenever."""
    if about in NOT_SHOWN or subject.heads_alone:
        return False
    return is_thanks or not (about is RemarkAbout.OFFICER or _concerns_somebody(subject))


def _concerns_somebody(subject: Subject) -> bool:
    classified = subject.classified
    is_conduct = About.CONDUCT in (subject.about, classified.about if classified else None)
    return is_conduct or subject.restricted or bool(subject.named_officers)


_NEVER = frozenset({MarkKind.NUMBER, MarkKind.EMAIL, MarkKind.CODE, MarkKind.PLATE, MarkKind.DATE, MarkKind.MOMENT})
"""What no remark may hold: with a dossier's code, a telephone or the hour whoever was there knows who it was."""


def remark_words(
    text: str,
    about: RemarkAbout,
    officers: Iterable[KnownOfficer],
    counters: Iterable[KnownCounter],
    *,
    is_thanks: bool = True,
) -> str:
    """The words as they are kept, on one line; empty for what is not shown. ``officers`` and ``counters``: those of
    the unit. Raises ``WrongRemark``: too short or too long, a number, a date or an hour in it, or somebody named."""
    if not has_words(about, is_thanks=is_thanks):
        return ""
    written = " ".join(clean(text).split())
    if not MIN_WORDS <= len(written) <= MAX_WORDS:
        raise WrongRemark("length")
    if place := next((mark.text for mark in marks_and_moments(written) if mark.kind in _NEVER), ""):
        raise WrongRemark("tells", place)
    # by number or name: a post ("Hộ tịch") is the name of a field as well, and who sits there is praised with it
    named = mentions(written, [replace(each, post="") for each in officers], counters)
    if named.officers or named.counters:
        raise WrongRemark("names")
    return written


def why_sent_back(text: str) -> str:
    """Why somebody sends a classification back. Raises ``WrongRemark``."""
    written = " ".join(clean(text).split())
    if not MIN_WHY <= len(written) <= MAX_WORDS:
        raise WrongRemark("why")
    return written


def offered_words(text: str, names: Iterable[str]) -> str:
    """What stands in the form first: the comment with everything masked that may tell who it was or when."""
    plain = " ".join(clean(text).split())
    return masked_at(plain, marks_and_moments(plain, names))[:MAX_WORDS]


def to_look_at(original: str, words: str, names: Sequence[str]) -> tuple[PublicMark, ...]:
    """What each of the two has to look at: what the words still hold, and what they leave out of the comment."""
    return to_confirm([original], [words], names, marks_and_moments) if words else ()
