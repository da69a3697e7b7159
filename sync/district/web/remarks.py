"""Comments on their way to counters, as pages show them. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.redact import PublicMark, redacted
from sync.district.domain.release import complete_from
from sync.district.domain.remark import (
    Remark,
    RemarkAbout,
    RemarkAct,
    RemarkState,
    RemarkStep,
    has_words,
    may_with_remark,
    offered_words,
    to_look_at,
)
from sync.district.domain.rights import Person
from sync.district.store.complaint_register import ComplaintLine
from sync.district.web.register import excerpt


class RemarkLine(StructWithHidden, frozen=True):
    """A line of the list. ``excerpt``: the beginning of the comment, with whatever may tell who it was left out."""

    entry_id: str
    place: str
    state: RemarkState
    excerpt: Hidden[str]
    was_sent_back: bool


class RemarkForm(StructWithHidden, frozen=True):
    """What stands in the form of a classification, or, for the second person, what is to be confirmed. ``ticked``: the
    marks that were ticked when it was sent."""

    about: str
    side: str
    words: Hidden[str]
    marks: Hidden[tuple[PublicMark, ...]]
    ticked: frozenset[str] = frozenset()


class RemarkPage(StructWithHidden, frozen=True):
    """One comment. ``text``: its words; ``sentences``: those that were picked. ``form``: ``None`` when the reader has
    nothing to do."""

    entry_id: str
    place: str
    text: Hidden[str]
    sentences: tuple[str, ...]
    has_sound: bool
    chosen: str
    remark: Remark
    acts: frozenset[RemarkAct]
    form: RemarkForm | None


def next_release(today: date) -> date:
    """The next local day on which batches are released."""
    this_month = complete_from(today.replace(day=1) - timedelta(days=1))
    ends = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return this_month if this_month > today else complete_from(ends)


def allowed(person: Person, remark: Remark, line: ComplaintLine) -> frozenset[RemarkAct]:
    """Everything a person may do to a comment now."""
    return frozenset(
        act for act in RemarkAct if may_with_remark(person, act, remark, line.subject, line.acting_unit, line.owner)
    )


def place_of(line: ComplaintLine, units: Mapping[str, str], counters: Mapping[str, str]) -> str:
    """The counter it was left at, or the unit."""
    names = sorted(counters.get(each, each) for each in line.subject.counters)
    return ", ".join(names) or units.get(line.unit_id, line.unit_id)


def lines_of(
    found: Sequence[tuple[ComplaintLine, Remark | None]],
    sentences: Mapping[str, str],
    units: Mapping[str, str],
    counters: Mapping[str, str],
) -> list[RemarkLine]:
    """The lines of the list; one without a remark was confirmed."""
    return [
        RemarkLine(
            line.entry_id,
            place_of(line, units, counters),
            remark.state if remark else RemarkState.CONFIRMED,
            redacted(excerpt(written_in(line.text, line.sentences, sentences)), line.names),
            remark is not None and remark.sent_back is not None,
        )
        for line, remark in found
    ]


def written_in(text: str, picked: Collection[str], sentences: Mapping[str, str]) -> str:
    """What was said: what was written, and the ready sentences that were picked."""
    return " ".join(each for each in (text, *(sentences.get(one, one) for one in picked)) if each)


def form_of(
    remark: Remark, acts: frozenset[RemarkAct], original: str, names: tuple[str, ...], typed: Mapping[str, str]
) -> RemarkForm | None:
    """What the reader may send, with what they typed when it was not taken."""
    last = remark.proposal
    ticked = frozenset(typed.get("marks", "").split())
    if RemarkAct.CONFIRM in acts and last is not None and last.about is not None:
        marks = to_look_at(original, last.words, names)
        return RemarkForm(str(last.about), "thanks" if last.is_thanks else "wish", last.words, marks, ticked)
    if RemarkAct.CLASSIFY not in acts:
        return None
    about, side, words = _begun(last, offered_words(original, names))
    about, side, words = typed.get("about", about), typed.get("side", side), typed.get("words", words)
    wordless = about in set(RemarkAbout) and not has_words(RemarkAbout(about), is_thanks=side != "wish")
    marks = () if wordless else to_look_at(original, words, names)
    return RemarkForm(about, side, words, marks, ticked)


def _begun(last: RemarkStep | None, offered: str) -> tuple[str, str, str]:
    if last is None or last.about is None:
        return "", "", offered
    return str(last.about), "thanks" if last.is_thanks else "wish", last.words or offered


class ToClassify(Struct, frozen=True):
    """How many comments wait for the reader; ``to_take_on``: how many two people found to be complaints that nobody
    has taken on."""

    waiting: int
    to_take_on: int

    def __bool__(self) -> bool:
        return bool(self.waiting or self.to_take_on)
