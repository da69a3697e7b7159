"""One complaint's page as values: its text, its status, the possible actions, its history. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.masking import masked_address, masked_email, masked_name, masked_number, masked_phone
from kiosk.domain.phone_number import regrouped
from sync.district.complaints.actions import WAYS, fields_of
from sync.district.domain.complaint_case import Case, is_confirmed
from sync.district.domain.complaint_steps import OF_CITIZENS, UNANSWERED, Action, Status, Step
from sync.district.domain.concluding import notice_from, to_conclude, waits_for_conclusion
from sync.district.domain.deadlines import Deadlines, DueDate, days_left
from sync.district.domain.erasure import ErasureScope
from sync.district.domain.orphans import Staffing
from sync.district.domain.redact import PublicMark, redacted, to_confirm
from sync.district.domain.rights import (
    Person,
    allowed,
    candidates,
    may_open_contact,
)
from sync.district.store.complaint_mails import MailLine
from sync.district.store.complaint_register import ComplaintRecord, MaskedView, SoundPart
from sync.district.texts import Texts

PRIMARY = {
    Status.NEW: Action.TAKE,
    Status.TRANSFERRED: Action.TAKE,
    Status.RECEIVED: Action.START,
    Status.NEEDS_MORE: Action.MORE_CAME,
    Status.IN_PROGRESS: Action.DRAFT,
    Status.AWAITING_APPROVAL: Action.APPROVE,
    Status.ANSWERED: Action.PREPARE,
    Status.AWAITING_PUBLICATION: Action.PUBLISH,
    Status.PUBLISHED: Action.CLOSE,
    Status.REFUSED: Action.CLOSE,
}
"""What usually comes next; it stands first on the page."""


class Twin(StructWithHidden, frozen=True):
    """A complaint by which the same citizen may have told the same. ``later`` would be merged into ``into``; ``seen``:
    the last thing that happened to the later one."""

    entry_id: str
    received_at: datetime
    text: Hidden[str]
    later: str
    into: str
    seen: int


class ComplaintView(StructWithHidden, frozen=True):
    """Everything the page is decided from."""

    whole: ComplaintRecord
    case: Case
    steps: Sequence[Step]
    views: Sequence[MaskedView]
    sounds: Sequence[SoundPart]
    mails: Sequence[MailLine]
    person: Person
    people: Sequence[Person]
    units: Mapping[str, str]
    staffing: Staffing
    counters: Mapping[str, str]
    sentences: Mapping[str, str]
    deadlines: Deadlines
    today: date
    names: Hidden[tuple[str, ...]] = ()
    twins: Sequence[Twin] = ()
    merged: Sequence[ComplaintRecord] = ()


class Happened(StructWithHidden, frozen=True):
    """One line of the history. ``what`` is a key of ``complaint.done``, ``owner``, ``unit`` and ``opinion`` what it
    names; ``texts`` is what was written."""

    at: datetime
    what: str
    by: str = ""
    owner: str = ""
    unit: str = ""
    opinion: str = ""
    about: str = ""
    sensitive: str = ""
    result: str = ""
    reached: str = ""
    way: str = ""
    texts: Hidden[tuple[str, ...]] = ()
    unheard: bool = False
    unconfirmed: bool = False

    def words(self, texts: Texts) -> dict[str, str]:
        """What the sentence ``complaint.done`` of this line names."""
        reached, way = texts(f"complaint.reached.{self.reached}") if self.reached else "", ""
        if self.way:
            way = texts(f"complaint.by.{self.way}").lower()
        return {
            "owner": self.owner,
            "unit": self.unit,
            "about": texts(f"complaints.about.{self.about}") if self.about else "",
            "sensitive": texts(f"complaint.sensitive.{self.sensitive}").lower() if self.sensitive else "",
            "reached": reached.lower(),
            "way": way,
            "opinion": texts(f"complaint.opinions.{self.opinion}") if self.opinion else "",
            "result": texts(f"complaint.result.{self.result}").lower() if self.result else "",
        }


class AddedText(StructWithHidden, frozen=True):
    """What the citizen added who was asked for more. ``confirmed``: with the receipt's code."""

    at: datetime
    text: Hidden[str]
    will_bring: bool
    confirmed: bool


class Offer(StructWithHidden, frozen=True):
    """Something the person may do: its fields with what stands in them already. ``marks``: what has to be confirmed
    one by one, ``ticked`` those that were."""

    action: Action
    fields: Hidden[Mapping[str, str]]
    marks: Hidden[tuple[PublicMark, ...]] = ()
    ticked: frozenset[str] = frozenset()


class ComplaintPage(StructWithHidden, frozen=True):
    """The page. ``contact`` is masked unless ``contact_shown``; ``may_open``: whether this person may have it shown.
    ``error`` is a key of ``complaint.error``, ``error_place`` the words
    that it is about. ``left``, ``answer_left``: working days until the next step and the
    citizen's answer are due, negative when that is past. ``unlisted``: years without a list of holidays that its
    deadlines run into."""

    whole: ComplaintRecord
    case: Case
    office: str
    place: str
    receipt: str
    counter: str
    sentences: Hidden[tuple[str, ...]]
    contact: Hidden[Mapping[str, str] | None]
    contact_shown: bool
    may_open: bool
    sounds: tuple[SoundPart, ...]
    added: tuple[AddedText, ...]
    mails: tuple[MailLine, ...]
    due_on: date | None
    answer: DueDate | None
    left: int | None
    answer_left: int | None
    unlisted: tuple[int, ...]
    first: Offer | None
    others: tuple[Offer, ...]
    waits: str
    owners: tuple[str, ...]
    offices: tuple[tuple[str, str], ...]
    lacks: tuple[str, ...]
    history: tuple[Happened, ...]
    opened: Action | None = None
    error: str = ""
    error_place: Hidden[str] = ""
    waits_for_conclusion: bool = False
    notice_from: date | None = None
    twins: tuple[Twin, ...] = ()
    merged: tuple[ComplaintRecord, ...] = ()

    @property
    def erased_as(self) -> str:
        """What was erased, as a key of the texts: with the recording of a matter without words all that it told."""
        words = (self.whole.line.text.strip(), self.sentences, any(each.text for each in self.added))
        wordless = self.whole.erased == ErasureScope.CONTACT and not any(words)
        return "contact_voice" if wordless else self.whole.erased or ""

    @property
    def about(self) -> str:
        """What it is about: as somebody outside found, else as the kiosk asked it."""
        found = self.case.classified
        return found.about if found else self.whole.line.about


def complaint_page(
    view: ComplaintView,
    *,
    show_contact: bool = False,
    typed: Mapping[str, str] | None = None,
    error: str = "",
    place: str = "",
) -> ComplaintPage:
    """The page; ``typed`` is what somebody sent that could not be done, so that nothing they wrote is lost."""
    whole, case = view.whole, view.case
    subject = whole.line.subject
    offers = [_offer(action, view, typed or {}) for action in _allowed(view)]
    primary = _primary(case, concluded_first=waits_for_conclusion(subject.about, case))
    first = next((offer for offer in offers if offer.action is primary), None)
    attempted = (typed or {}).get("action")
    return ComplaintPage(
        whole=whole,
        case=case,
        office=view.units.get(case.unit_id, case.unit_id),
        place=view.units.get(whole.line.unit_id, whole.line.unit_id),
        receipt=masked_number(whole.receipt_number),
        counter=view.counters.get(whole.counter_id, whole.counter_id) if whole.counter_id else "",
        sentences=tuple(view.sentences.get(each, each) for each in whole.line.sentences),
        contact=_contact(_completed(whole.contact, case), show_contact),
        contact_shown=show_contact,
        may_open=may_open_contact(view.person, subject, case),
        sounds=tuple(view.sounds),
        added=tuple(_added(step) for step in view.steps if step.action is Action.SUPPLEMENT),
        mails=tuple(view.mails),
        due_on=view.deadlines.next_due(case),
        answer=view.deadlines.explain_answer(case),
        left=_left(view, view.deadlines.next_due(case)),
        answer_left=_left(view, view.deadlines.answer_due(case)) if case.state in UNANSWERED else None,
        unlisted=view.deadlines.unlisted_years(case),
        first=first,
        others=tuple(offer for offer in offers if offer is not first),
        waits=_waits(view),
        owners=candidates(view.people, subject, case.unit_id),
        offices=_offices(view),
        lacks=_lacks(view),
        history=tuple(_history(view)),
        opened=next((offer.action for offer in offers if offer.action == attempted), None),
        error=error,
        error_place=place,
        waits_for_conclusion=case.state in UNANSWERED and waits_for_conclusion(subject.about, case),
        notice_from=notice_from(case),
        twins=tuple(view.twins),
        merged=tuple(view.merged),
    )


def _primary(case: Case, *, concluded_first: bool) -> Action | None:
    """What usually comes next; who left a telephone alone is called before anything else, and what the answer has to
    tell is concluded before it is answered."""
    if case.incomplete and not case.calls and case.allows(Action.CALL):
        return Action.CALL
    if concluded_first and case.concluding is None and case.state is Status.IN_PROGRESS:
        return Action.CONCLUDE if case.classified is not None else Action.CLASSIFY
    if case.concluding is not None and case.state in (Status.IN_PROGRESS, Status.AWAITING_APPROVAL):
        return Action.ENDORSE
    return PRIMARY.get(case.state) or (Action.READ_MORE if case.supplemented_at else None)


def _allowed(view: ComplaintView) -> list[Action]:
    """What the person may do now; a date is moved only where the table of deadlines and the day allow it."""
    actions = allowed(view.person, view.whole.line.subject, view.case)
    may_extend = view.deadlines.may_extend(view.case, view.today)
    beside = {Action.MERGE} if may_extend else {Action.MERGE, Action.EXTEND}  # merging stands with what is the same
    return [action for action in actions if action not in beside]


def _left(view: ComplaintView, due_on: date | None) -> int | None:
    return None if due_on is None else days_left(view.today, due_on, view.deadlines.holidays)


def _completed(contact: Mapping[str, str] | None, case: Case) -> Mapping[str, str] | None:
    """The contact with what was told over the telephone."""
    return None if contact is None else {**contact, **case.completed}


def _offices(view: ComplaintView) -> tuple[tuple[str, str], ...]:
    """Where the complaint may be sent: other units with somebody to receive it."""
    others = [pair for pair in view.units.items() if pair[0] != view.case.unit_id]
    return tuple(sorted((pair for pair in others if view.staffing.has_people(pair[0])), key=_by_name))


def _lacks(view: ComplaintView) -> tuple[str, ...]:
    case = view.case
    stuck = None
    if case.open:
        held = (view.whole.line.subject, case.unit_id, case.owner, case.awaits_second)
        stuck = view.staffing.stuck(*held, to_conclude=to_conclude(view.whole.line.about, case))
    return tuple(str(lack) for lack in stuck.lacks) if stuck else ()


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1]


def _offer(action: Action, view: ComplaintView, typed: Mapping[str, str]) -> Offer:
    fields = dict.fromkeys(fields_of(action), "")
    if action is Action.CLASSIFY:
        fields |= _classified(view)
    if action is Action.CONCLUDE and view.case.classified is not None:
        fields["persons"] = ", ".join(sorted(view.case.classified.officers))
    if action is Action.DRAFT:
        fields["text"] = view.case.draft
    if action is Action.PREPARE:
        fields |= _public_draft(view)
    if action is Action.INFORM:
        fields["by"] = view.case.reply_by if view.case.reply_by in WAYS else WAYS[0]
    if typed.get("action") == action:
        fields |= {name: typed.get(name, "") for name in fields}
        return Offer(action, fields, _marks(action, view, fields), frozenset(typed.get("marks", "").split()))
    return Offer(action, fields, _marks(action, view, fields))


def _public_draft(view: ComplaintView) -> dict[str, str]:
    """What stands in the fields of the public version: what was sent back, else both texts with every mark left out."""
    if view.case.public_question:
        return view.case.public_texts
    return {
        "question": redacted(view.whole.line.text, view.names),
        "answer": redacted(view.case.answer, view.names),
    }


def _marks(action: Action, view: ComplaintView, fields: Mapping[str, str]) -> tuple[PublicMark, ...]:
    if action not in (Action.PREPARE, Action.PUBLISH):
        return ()
    texts = fields if action is Action.PREPARE else view.case.public_texts
    originals = (view.whole.line.text, view.case.answer)
    return to_confirm(originals, (texts["question"], texts["answer"]), view.names)


def _classified(view: ComplaintView) -> dict[str, str]:
    """What stands in the fields of a classification: the last one, else what the kiosk and the words say."""
    subject = view.whole.line.subject
    last = subject.classified
    about, officers = (subject.about, subject.guessed_officers) if last is None else (last.about, last.officers)
    return {"about": about, "sensitive": "yes" if subject.heads_alone else "no", "persons": ", ".join(sorted(officers))}


def _waits(view: ComplaintView) -> str:
    """Why the person has to wait for a second one, as a key of ``complaint``; empty when they do not."""
    case, name = view.case, view.person.user_name
    if case.concluding is not None and case.concluding.by == name:
        return "conclusion.wait_second"
    if case.state is Status.AWAITING_APPROVAL and case.drafted_by == name:
        return "wait_second"
    return "wait_publish" if case.state is Status.AWAITING_PUBLICATION and case.prepared_by == name else ""


def _contact(contact: Mapping[str, str] | None, show: bool) -> Mapping[str, str] | None:
    if contact is None:
        return None
    masks = {"name": masked_name, "phone": masked_phone, "address": masked_address, "email": masked_email}
    content = {name: contact.get(name, "") for name in masks if contact.get(name)}
    if show and "phone" in content:
        content["phone"] = regrouped(content["phone"])
    return content if show else {name: masks[name](value) for name, value in content.items()}


def _history(view: ComplaintView) -> list[Happened]:
    happened = [Happened(view.whole.line.received_at, "arrived")]
    happened += [_step(step, view) for step in view.steps]
    happened += [Happened(look.at, look.what, look.by) for look in view.views]
    return sorted(happened, key=lambda each: each.at, reverse=True)


def _added(step: Step) -> AddedText:
    content = step.content
    return AddedText(step.at, content.get("text", ""), content.get("will_bring") is True, is_confirmed(step))


def _step(step: Step, view: ComplaintView) -> Happened:
    content = {name: str(value) for name, value in step.content.items()}
    return Happened(
        at=step.at,
        what=str(step.action),
        by=step.by,
        owner=content.get("owner", ""),
        unit=view.units.get(content.get("unit_id", ""), content.get("unit_id", "")),
        opinion=content.get("opinion", ""),
        texts=tuple(content[name] for name in ("persons", "text", "notice", "question", "answer") if content.get(name)),
        about=content.get("about", ""),
        result=content.get("result", ""),
        reached=content.get("reached", ""),
        way=content.get("by", ""),
        sensitive=content.get("sensitive", ""),
        unheard=step in view.case.unheard,
        unconfirmed=step.action in OF_CITIZENS and not is_confirmed(step),
    )
