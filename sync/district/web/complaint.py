"""One complaint's page as values: its text, its status, the possible actions, its history. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.masking import masked_address, masked_email, masked_name, masked_number, masked_phone
from kiosk.domain.phone_number import regrouped
from sync.district.domain.complaint_case import Action, Case, Status, Step
from sync.district.domain.deadlines import Deadlines, DueDate
from sync.district.domain.orphans import Staffing
from sync.district.domain.redact import PublicMark, redacted, to_confirm
from sync.district.domain.rights import Person, allowed, candidates, may_open_contact
from sync.district.store.complaint_register import ComplaintRecord, MaskedView, SoundPart

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

FIELDS: dict[Action, tuple[str, ...]] = {
    Action.ASSIGN: ("owner",),
    Action.ASK_MORE: ("text",),
    Action.MORE_CAME: ("text",),
    Action.TRANSFER: ("unit_id", "text"),
    Action.DRAFT: ("text",),
    Action.SEND_BACK: ("text",),
    Action.PREPARE: ("question", "answer"),
    Action.HIDE: ("text",),
    Action.REFUSE: ("text",),
    Action.CLOSE: ("text",),
    Action.RETURN_PUBLIC: ("text",),
    Action.REOPEN: ("text",),
    Action.CLASSIFY: ("about", "sensitive", "persons", "text"),
}


class ComplaintView(StructWithHidden, frozen=True):
    """Everything the page is decided from."""

    whole: ComplaintRecord
    standing: Case
    steps: Sequence[Step]
    views: Sequence[MaskedView]
    sounds: Sequence[SoundPart]
    person: Person
    people: Sequence[Person]
    units: Mapping[str, str]
    staffing: Staffing
    counters: Mapping[str, str]
    sentences: Mapping[str, str]
    deadlines: Deadlines
    names: Hidden[tuple[str, ...]] = ()


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
    texts: Hidden[tuple[str, ...]] = ()
    unheard: bool = False
    unconfirmed: bool = False


class Offer(StructWithHidden, frozen=True):
    """Something the person may do: its fields with what stands in them already. ``marks``: what has to be confirmed
    one by one, ``ticked`` those that were."""

    action: Action
    fields: Hidden[Mapping[str, str]]
    marks: Hidden[tuple[PublicMark, ...]] = ()
    ticked: frozenset[str] = frozenset()


class ComplaintPage(StructWithHidden, frozen=True):
    """The page. ``contact`` is masked unless ``contact_shown``; ``may_open``: whether this person may have it shown.
    ``error`` is a key of ``complaint.error``. ``unlisted``: years without a list of holidays that its deadlines run
    into."""

    whole: ComplaintRecord
    standing: Case
    office: str
    place: str
    receipt: str
    counter: str
    sentences: Hidden[tuple[str, ...]]
    contact: Hidden[Mapping[str, str] | None]
    contact_shown: bool
    may_open: bool
    sounds: tuple[SoundPart, ...]
    due_on: date | None
    answer: DueDate | None
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


def complaint_page(
    told: ComplaintView, *, show_contact: bool = False, typed: Mapping[str, str] | None = None, error: str = ""
) -> ComplaintPage:
    """The page; ``typed`` is what somebody sent that could not be done, so that nothing they wrote is lost."""
    whole, standing = told.whole, told.standing
    subject = whole.line.subject
    offers = [_offer(action, told, typed or {}) for action in allowed(told.person, subject, standing)]
    first = next((offer for offer in offers if offer.action is PRIMARY.get(standing.state)), None)
    attempted = (typed or {}).get("action")
    return ComplaintPage(
        whole=whole,
        standing=standing,
        office=told.units.get(standing.unit_id, standing.unit_id),
        place=told.units.get(whole.line.unit_id, whole.line.unit_id),
        receipt=masked_number(whole.receipt_number),
        counter=told.counters.get(whole.counter_id, whole.counter_id) if whole.counter_id else "",
        sentences=tuple(told.sentences.get(each, each) for each in whole.line.sentences),
        contact=_contact(whole.contact, show_contact),
        contact_shown=show_contact,
        may_open=may_open_contact(told.person, subject, standing),
        sounds=tuple(told.sounds),
        due_on=told.deadlines.next_due(standing),
        answer=told.deadlines.explain_answer(standing),
        unlisted=told.deadlines.unlisted_years(standing),
        first=first,
        others=tuple(offer for offer in offers if offer is not first),
        waits=_waits(told),
        owners=candidates(told.people, subject, standing.unit_id),
        offices=_offices(told),
        lacks=_lacks(told),
        history=tuple(_history(told)),
        opened=next((offer.action for offer in offers if offer.action == attempted), None),
        error=error,
    )


def _offices(told: ComplaintView) -> tuple[tuple[str, str], ...]:
    """Where the complaint may be sent: other units with somebody to receive it."""
    others = [pair for pair in told.units.items() if pair[0] != told.standing.unit_id]
    return tuple(sorted((pair for pair in others if told.staffing.has_people(pair[0])), key=_by_name))


def _lacks(told: ComplaintView) -> tuple[str, ...]:
    standing = told.standing
    stuck = told.staffing.stuck(told.whole.line.subject, standing.unit_id, standing.owner) if standing.open else None
    return tuple(str(lack) for lack in stuck.lacks) if stuck else ()


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1]


def _offer(action: Action, told: ComplaintView, typed: Mapping[str, str]) -> Offer:
    fields = dict.fromkeys(FIELDS.get(action, ()), "")
    if action is Action.CLASSIFY:
        fields |= _classified(told)
    if action is Action.DRAFT:
        fields["text"] = told.standing.draft
    if action is Action.PREPARE:
        fields |= _public_draft(told)
    if typed.get("action") == action:
        fields |= {name: typed.get(name, "") for name in fields}
        return Offer(action, fields, _marks(action, told, fields), frozenset(typed.get("marks", "").split()))
    return Offer(action, fields, _marks(action, told, fields))


def _public_draft(told: ComplaintView) -> dict[str, str]:
    """What stands in the fields of the public version: what was sent back, else both texts with every mark left out."""
    if told.standing.public_question:
        return told.standing.public_texts
    return {
        "question": redacted(told.whole.line.text, told.names),
        "answer": redacted(told.standing.answer, told.names),
    }


def _marks(action: Action, told: ComplaintView, fields: Mapping[str, str]) -> tuple[PublicMark, ...]:
    if action not in (Action.PREPARE, Action.PUBLISH):
        return ()
    texts = fields if action is Action.PREPARE else told.standing.public_texts
    originals = (told.whole.line.text, told.standing.answer)
    return to_confirm(originals, (texts["question"], texts["answer"]), told.names)


def _classified(told: ComplaintView) -> dict[str, str]:
    """What stands in the fields of a classification: the last one, else what the kiosk and the words say."""
    subject = told.whole.line.subject
    last = subject.classified
    about, officers = (subject.about, subject.guessed_officers) if last is None else (last.about, last.officers)
    return {"about": about, "sensitive": "yes" if subject.heads_alone else "no", "persons": ", ".join(sorted(officers))}


def _waits(told: ComplaintView) -> str:
    """Why the person has to wait for a second one, as a key of ``complaint``; empty when they do not."""
    standing, name = told.standing, told.person.user_name
    if standing.state is Status.AWAITING_APPROVAL and standing.drafted_by == name:
        return "wait_second"
    return "wait_publish" if standing.state is Status.AWAITING_PUBLICATION and standing.prepared_by == name else ""


def _contact(contact: Mapping[str, str] | None, show: bool) -> Mapping[str, str] | None:
    if contact is None:
        return None
    masks = {"name": masked_name, "phone": masked_phone, "address": masked_address, "email": masked_email}
    said = {name: contact.get(name, "") for name in masks if contact.get(name)}
    if show and "phone" in said:
        said["phone"] = regrouped(said["phone"])
    return said if show else {name: masks[name](value) for name, value in said.items()}


def _history(told: ComplaintView) -> list[Happened]:
    happened = [Happened(told.whole.line.received_at, "arrived")]
    happened += [_step(step, told) for step in told.steps]
    happened += [Happened(view.at, view.what, view.by) for view in told.views]
    return sorted(happened, key=lambda each: each.at, reverse=True)


def _step(step: Step, told: ComplaintView) -> Happened:
    said = {name: str(value) for name, value in step.content.items()}
    return Happened(
        at=step.at,
        what=str(step.action),
        by=step.by,
        owner=said.get("owner", ""),
        unit=told.units.get(said.get("unit_id", ""), said.get("unit_id", "")),
        opinion=said.get("opinion", ""),
        texts=tuple(said[name] for name in ("persons", "text", "question", "answer") if said.get(name)),
        about=said.get("about", ""),
        sensitive=said.get("sensitive", ""),
        unheard=step in told.standing.unheard,
        unconfirmed=step.action is Action.VERDICT and step.content.get("confirmed") is not True,
    )
