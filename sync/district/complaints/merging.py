"""Merge what one citizen told twice, so that it is answered once: what may be merged, and what was."""

from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action, Status
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.duplicates import Account, are_duplicates, kept_from_the_same, reached_alike
from sync.district.domain.rights import Person, may_do
from sync.district.store import complaint_register as register
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.complaints import COMPLAINT
from sync.district.store.engine import Connection
from sync.district.store.merges import members_of

RecordAndCase = tuple[ComplaintRecord, Case]
"""A complaint and how it stands."""


def may_merge(
    connection: Connection, person: Person, later: RecordAndCase, earlier: RecordAndCase, deadlines: Deadlines
) -> bool:
    """Whether a person may merge a complaint into an earlier one: the same citizen told the same, neither is restricted
    and both are kept from the same people, nothing is merged into the later one, neither is doubled or was ever
    answered, and nothing that was said, promised or begun under the later one would be lost."""
    (this, case), (other, main) = later, earlier
    one, two = this.line, other.line
    if one.entry_id == two.entry_id or one.received_at < two.received_at or one.doubled or two.doubled:
        return False
    if case.is_question is not main.is_question:
        return False  # a question has a date of its own
    if {one.kind, two.kind} != {COMPLAINT} or not kept_from_the_same(one.subject, two.subject):
        return False
    if one.subject.restricted or two.subject.restricted or not _nothing_is_lost(later, earlier, deadlines):
        return False  # to classify one for both would free whom only the other names
    both = may_do(person, Action.MERGE, one.subject, case) and may_do(person, Action.MERGE, two.subject, main)
    return both and are_duplicates(account_of(this), account_of(other)) and not members_of(connection, one.entry_id)


def _nothing_is_lost(later: RecordAndCase, earlier: RecordAndCase, deadlines: Deadlines) -> bool:
    """Whether no conclusion, recording, picked sentence, addition, name told over the telephone, question that its
    citizen was asked, nearer date or other way of replying of the later one is lost when the earlier one is answered
    for both."""
    (this, case), (other, main) = later, earlier
    if case.answered_at or main.answered_at or case.conclusion or case.concluding or case.completed:
        return False
    if this.line.sound_parts or this.line.sentences or case.supplements or case.state is Status.NEEDS_MORE:
        return False
    due, due_of_main = deadlines.answer_due(case), deadlines.answer_due(main)
    if due is not None and (due_of_main is None or due_of_main > due):
        return False
    return reached_alike(this.contact or {}, other.contact or {})


def account_of(found: ComplaintRecord) -> Account:
    """What of a complaint tells whether it is the same as another."""
    line, contact = found.line, found.contact or {}
    trace = (contact.get(name, "") for name in ("name", "phone", "email"))
    return Account(line.acting_unit, line.received_at, line.text, found.dossier_code, *trace)


def merged_into(connection: Connection, found: ComplaintRecord) -> list[ComplaintRecord]:
    """The complaints that are answered with this one, the oldest first."""
    whole = (register.whole(connection, entry_id) for entry_id in members_of(connection, found.line.entry_id))
    return sorted((each for each in whole if each is not None), key=lambda each: each.line.received_at)
