"""Act on a complaint: check the actor's rights and the complaint's state, then record the action permanently."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.complaint import About, ConclusionResult, Verdict
from kiosk.domain.deadlines import Scheme
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.complaints.merging import may_merge, merged_into
from sync.district.complaints.recompute import cases, recompute_status
from sync.district.complaints.subjects import record_added, record_concluded, record_kept_from
from sync.district.domain.classification import classification_from, officers_in
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import OF_CITIZENS, UNANSWERED, Action
from sync.district.domain.conclusion import AGAINST, words_for_officer
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.objection import ObjectionStep
from sync.district.domain.people import SignedIn
from sync.district.domain.redact import to_confirm
from sync.district.domain.release import shown_before
from sync.district.domain.rights import candidates, may_do, may_open_contact, may_see
from sync.district.domain.sensitive import reads_sensitive
from sync.district.domain.staff_words import WrongWords
from sync.district.domain.typed import clean
from sync.district.store import complaint_register as register
from sync.district.store import complaints as store
from sync.district.store.accounts import officer_exists
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.complaint_subjects import full_names
from sync.district.store.conclusions import Notice
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.merges import lock_groups, write_merge
from sync.district.store.reference import unit_is_known
from sync.district.times import local_day

_CITIZENS_WORDS_IN = OF_CITIZENS | {Action.MORE_CAME, Action.CALL}
MAX_LENGTH = 8_000
MAX_SUPPLEMENTS = 20
"""So often a citizen adds to one matter on the public page, with the receipt's code; and so often by its number."""
WAYS = ("call", "sms", "letter", "email", "counter")
"""How somebody of the office tells a citizen something."""

_NEEDED: dict[Action, tuple[str, ...]] = {
    Action.ASSIGN: ("owner",),
    Action.ASK_MORE: ("text",),
    Action.TRANSFER: ("unit_id", "text"),
    Action.DRAFT: ("text",),
    Action.SEND_BACK: ("text",),
    Action.PREPARE: ("question", "answer"),
    Action.HIDE: ("text",),
    Action.PROPOSE_REFUSAL: ("text",),
    Action.RETURN_PUBLIC: ("text",),
    Action.REOPEN: ("text",),
    Action.CLASSIFY: ("about", "sensitive"),
    Action.PULL_BACK: ("text",),
    Action.CALL: ("reached",),
    Action.EXTEND: ("text",),
    Action.INFORM: ("reached", "by"),
    Action.CONCLUDE: ("result", "text"),
    Action.RETURN_CONCLUSION: ("text",),
    Action.MERGE: ("into",),
    Action.UNMERGE: ("text",),
}
_OPTIONAL: dict[Action, tuple[str, ...]] = {
    Action.MORE_CAME: ("text",),
    Action.CLOSE: ("text",),
    Action.CLASSIFY: ("persons", "text"),
    Action.PREPARE: ("marks",),
    Action.PUBLISH: ("marks",),
    Action.CALL: ("name", "address", "text"),
    Action.INFORM: ("text",),
    Action.CONCLUDE: ("persons", "notice"),
}


def fields_of(action: Action) -> tuple[str, ...]:
    """The fields that the form of an action shows; marks to be confirmed are no field."""
    return tuple(name for name in (*_NEEDED.get(action, ()), *_OPTIONAL.get(action, ())) if name != "marks")


class Supplement(StructWithHidden, frozen=True):
    """What a citizen adds: a text, or that they come with papers, or both."""

    text: Hidden[str]
    will_bring: bool


class NotThere(Exception):
    """There is no such complaint, or not for this person; which of the two is not said."""


class NotAllowed(Exception):
    """This person may not do this to the complaint as it stands."""


class Changed(Exception):
    """Somebody else did something since the page was made. Look again."""


class Incomplete(Exception):
    """A field is empty, too long, or names what is not there. ``place``: the words of it that may not stand there."""

    def __init__(self, field: str, place: str = "") -> None:
        super().__init__(field)
        self.place = place


class Form(Struct, frozen=True):
    """What somebody sent: the action, the fields, and the last thing that had happened on the page they saw."""

    action: Action
    fields: Mapping[str, str]
    seen: int


def act(engine: Engine, schemes: tuple[Scheme, ...], who: SignedIn, entry_id: str, form: Form, now: datetime) -> Case:
    """Does it, and returns how the complaint stands then.

    Raises ``NotThere``, ``NotAllowed``, ``Changed``, ``Incomplete`` or ``StoreUnavailable``; nothing is done then.
    """
    with writing(engine) as connection:
        return act_within(connection, schemes, who, entry_id, form, now)


def act_within(
    connection: Connection, schemes: tuple[Scheme, ...], who: SignedIn, entry_id: str, form: Form, now: datetime
) -> Case:
    """Does it in a transaction that may do more. Raises as ``act`` does; nothing is written then."""
    content = content_of(form)
    mates = lock_groups(connection, {entry_id, content["into"]} if form.action is Action.MERGE else {entry_id})
    found, case = visible(connection, who, entry_id, now)
    if form.seen != case.last_action:
        raise Changed
    person = register.person_of(connection, who, local_day(now))
    if not may_do(person, form.action, found.line.subject, case):
        raise NotAllowed
    deadlines = Deadlines(schemes, store.country_holidays(connection))
    if form.action is Action.EXTEND and not deadlines.may_extend(case, local_day(now)):
        raise NotAllowed
    _check_target(connection, form.action, content, found, case, local_day(now))
    if form.action is Action.MERGE:
        try:
            other = visible(connection, who, content["into"], now)
        except NotThere as error:
            raise Incomplete("into") from error
        if not may_merge(connection, person, (found, case), other, deadlines):
            raise Incomplete("into")
    store.add_action(connection, entry_id, form.action, who.user_name, max(now, case.since), content)
    if form.action is Action.MERGE:
        write_merge(connection, entry_id, content["into"], now)
    if form.action is Action.UNMERGE:
        write_merge(connection, entry_id, None, now)
        record_kept_from(connection, entry_id, visible(connection, who, case.merged_into, now)[0].line.subject, now)
    if form.action is Action.CONCLUDE:
        record_concluded(connection, entry_id, officers_in(content), now)
    recompute_status(connection, store.numbers_of(connection, mates).values(), schemes, now)  # who it was with, too
    return stands(connection, found, now)


def visible(connection: Connection, who: SignedIn, entry_id: str, now: datetime) -> tuple[ComplaintRecord, Case]:
    """A complaint that somebody may see, and how it stands. Raises ``NotThere``."""
    found = register.whole(connection, entry_id)
    if found is None or found.line.received_at >= shown_before(now):
        raise NotThere
    person, line = register.person_of(connection, who, local_day(now)), found.line
    case = stands(connection, found, now)
    found = replace(found, line=replace(line, subject=replace(line.subject, later_words=case.later_words)))
    line = found.line
    sees = may_see(person, line.subject, line.acting_unit, line.owner)
    if not sees and not (case.moved_from and may_see(person, line.subject, case.moved_from, None)):
        raise NotThere  # who sent it on still sees it, until somebody acts on it there
    if case.merged_into:
        visible(connection, who, case.merged_into, now)  # of one that was merged nobody knows who may not know of both
    return found, case


def opened(connection: Connection, who: SignedIn, entry_id: str, now: datetime) -> ComplaintRecord:
    """A complaint whose contact and recording somebody may open: its owner, and who approves the answer. Raises
    ``NotThere``."""
    found, case = visible(connection, who, entry_id, now)
    if not may_open_contact(register.person_of(connection, who, local_day(now)), found.line.subject, case):
        raise NotThere
    return found


def names_to_leave_out(connection: Connection, found: ComplaintRecord, phone_name: str = "") -> tuple[str, ...]:
    """The names known here: of who complained (``phone_name``: as they said it over the telephone) and of the people
    with an account, each whole and the last one alone."""
    theirs = [(each.contact or {}).get("name", "") for each in (found, *merged_into(connection, found))]
    return register.name_parts([*theirs, phone_name, *full_names(connection)])


def stands(connection: Connection, found: ComplaintRecord, now: datetime) -> Case:
    """How a complaint stands now, with everything that was written."""
    facts = store.facts_with(connection, [found.receipt_number])
    return next(s for each, s, _ in cases(connection, facts, now) if each.entry_id == found.line.entry_id)


def review_conclusion(
    connection: Connection, schemes: tuple[Scheme, ...], notice: Notice, decision: ObjectionStep
) -> None:
    """Notes that an objection to the conclusion of which a notice told was agreed with, in the transaction of that
    decision. The conclusion counts no more, and whoever holds the matter concludes it anew; one that was concluded anew
    before is not touched."""
    entry_id, now = notice.complaint_id, decision.at
    lock_groups(connection, [entry_id])
    found = register.whole(connection, entry_id)
    if found is None:
        raise NotThere
    case = stands(connection, found, now)
    is_it = case.conclusion is not None and case.conclusion.action_id == notice.action_id
    if is_it and case.allows(Action.REVIEW):
        why = {"text": decision.text}
        store.add_action(connection, entry_id, Action.REVIEW, decision.person, max(now, case.since), why)
        recompute_status(connection, [found.receipt_number], schemes, now)


def give_verdict(
    engine: Engine,
    schemes: tuple[Scheme, ...],
    entry_id: str,
    opinion: Verdict,
    now: datetime,
    *,
    confirmed: bool = True,
) -> bool:
    """The citizen's verdict from the public page; ``False`` when one was given before, or there is no answer yet.

    ``confirmed``: it came with the token of the receipt's QR code, which nobody at the office ever sees. Of a complaint
    that was merged it confirms nothing: the token of the other one's receipt has the last word.
    """
    with writing(engine) as connection:
        lock_groups(connection, [entry_id])
        found = register.whole(connection, entry_id)
        if found is None:
            raise NotThere
        case = stands(connection, found, now)
        if not case.allows_verdict(confirmed and not case.merged_into):
            return False
        at = max(now, case.since)
        store.add_action(
            connection, entry_id, Action.VERDICT, "", at, {"opinion": str(opinion), "confirmed": confirmed}
        )
        recompute_status(connection, [found.receipt_number], schemes, now)
        return True


def add_more(
    engine: Engine,
    schemes: tuple[Scheme, ...],
    entry_id: str,
    supplement: Supplement,
    now: datetime,
    *,
    confirmed: bool,
) -> bool:
    """What a citizen adds on the public page; ``False`` when they have added so often that no more is taken. The same
    once more is kept once. ``confirmed``: it came with the receipt's token. By the number alone, which whoever is
    complained of may have seen, it is taken only while the office waits for it.

    Raises ``NotAllowed`` when it is not, ``NotThere`` or ``StoreUnavailable``.
    """
    content = {"text": supplement.text, "will_bring": supplement.will_bring, "confirmed": confirmed}
    with writing(engine) as connection:
        lock_groups(connection, [entry_id])
        found = register.whole(connection, entry_id)
        if found is None:
            raise NotThere
        before = [step for step in store.steps_of(connection, [entry_id])[entry_id] if step.action is Action.SUPPLEMENT]
        same = [step for step in before if step.content["confirmed"] is confirmed]
        if same and content.items() <= same[-1].content.items():
            return True
        if len(same) >= MAX_SUPPLEMENTS:
            return False
        case = stands(connection, found, now)
        if not confirmed and not (case.question and case.state in UNANSWERED):
            raise NotAllowed
        at = max(now, case.since)
        content |= {"serious": reads_sensitive(supplement.text)}
        store.add_action(connection, entry_id, Action.SUPPLEMENT, "", at, content)
        record_added(connection, [(found.receipt_number, supplement.text)], now)
        recompute_status(connection, [found.receipt_number], schemes, now)
        return True


def content_of(form: Form) -> dict[str, Any]:
    """The fields an action needs, trimmed. Raises ``Incomplete``."""
    content: dict[str, Any] = {}
    needed = _NEEDED.get(form.action, ())
    for name in (*needed, *_OPTIONAL.get(form.action, ())):
        value = clean(form.fields.get(name, ""))
        if len(value) > MAX_LENGTH or (not value and name in needed):
            raise Incomplete(name)
        if value:
            content[name] = value
    return content


def _check_target(
    connection: Connection,
    action: Action,
    content: Mapping[str, Any],
    found: ComplaintRecord,
    case: Case,
    today: date,
) -> None:
    if action is Action.ASSIGN:
        everybody = candidates(register.people(connection, today), found.line.subject, case.unit_id)
        if content["owner"] not in everybody:
            raise Incomplete("owner")
    if action is Action.CALL:
        _check_call(content)
    if action is Action.INFORM and content["by"] not in WAYS:
        raise Incomplete("by")
    if action is Action.INFORM and content["reached"] not in ("yes", "no"):
        raise Incomplete("reached")
    if action is Action.CLASSIFY:
        _check_classification(connection, content, case)
    if action is Action.CONCLUDE:
        _check_conclusion(connection, content, found, case)
    if action in (Action.PREPARE, Action.PUBLISH):
        texts = content if action is Action.PREPARE else case.public_texts
        public = (texts["question"], texts["answer"])
        names = names_to_leave_out(connection, found, case.completed.get("name", ""))
        needed = to_confirm((found.line.text, case.answer), public, names)
        if not {mark.key for mark in needed} <= set(content.get("marks", "").split()):
            raise Incomplete("marks")
    if action is Action.TRANSFER:
        unit_id = content["unit_id"]
        known = unit_id != case.unit_id and unit_is_known(connection, unit_id)
        if not known or not register.staffing(connection, today).has_people(unit_id):
            raise Incomplete("unit_id")


def _check_call(content: Mapping[str, Any]) -> None:
    """Who was reached has told their name and where a letter finds them; who was not, nothing."""
    if content["reached"] not in ("yes", "no"):
        raise Incomplete("reached")
    if content["reached"] == "yes":
        for name in ("name", "address"):
            if name not in content:
                raise Incomplete(name)


def _check_conclusion(connection: Connection, content: Mapping[str, Any], found: ComplaintRecord, case: Case) -> None:
    """It names officers whom somebody outside has found the matter to concern, and no others: these it is kept from.
    Officers are told of what counts against them alone, and in words that do not say who complained."""
    if content["result"] not in set(ConclusionResult):
        raise Incomplete("result")
    officers = officers_in(content)
    if case.classified is None or not officers <= case.classified.officers:
        raise Incomplete("concluded_persons")
    if "notice" not in content:
        return
    if content["result"] not in AGAINST or not officers:
        raise Incomplete("notice")
    records = (found, *merged_into(connection, found))
    theirs = [(each.contact or {}).get("name", "") for each in records]
    names = register.name_parts([*theirs, case.completed.get("name", "")])
    words = [word for each in records for word in citizens_words(connection, each)]
    try:
        words_for_officer(content["notice"], words, names)
    except WrongWords as wrong:
        raise Incomplete(f"notice_{wrong.key}", wrong.place) from wrong


def citizens_words(connection: Connection, found: ComplaintRecord) -> list[str]:
    """What the citizen wrote, at first, on the public page and at kiosks, and what was noted of what they said when
    they came or were called."""
    entry_id, number = found.line.entry_id, found.receipt_number
    added = [
        step.content for step in store.steps_of(connection, [entry_id])[entry_id] if step.action in _CITIZENS_WORDS_IN
    ]
    at_kiosks = [text for _, text in store.words_added(connection, [number])]
    return [found.line.text, *(str(content.get("text", "")) for content in added), *at_kiosks]


def _check_classification(connection: Connection, content: Mapping[str, Any], case: Case) -> None:
    if content["about"] not in set(About):
        raise Incomplete("about")
    if content["sensitive"] not in ("yes", "no"):
        raise Incomplete("sensitive")
    if not all(officer_exists(connection, number) for number in classification_from(content).officers):
        raise Incomplete("persons")
    if case.classified is not None and "text" not in content:
        raise Incomplete("text")
