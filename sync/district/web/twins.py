"""Complaints by which the same citizen may have told the same, as the page of one of them suggests."""

from datetime import datetime

from sync.district.complaints.actions import NotThere, visible
from sync.district.complaints.merging import RecordAndCase, may_merge, merged_into
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person, may_do
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.engine import Connection
from sync.district.store.merges import may_be_the_same
from sync.district.web.complaint import Twin


def merged_seen(connection: Connection, who: SignedIn, found: ComplaintRecord, now: datetime) -> list[ComplaintRecord]:
    """What was merged into a complaint, as far as the reader may know of it."""
    seen = list[ComplaintRecord]()
    for each in merged_into(connection, found):
        try:
            seen.append(visible(connection, who, each.line.entry_id, now)[0])
        except NotThere:
            continue
    return seen


def twins_of(
    connection: Connection, who: SignedIn, person: Person, this: RecordAndCase, deadlines: Deadlines, now: datetime
) -> list[Twin]:
    """Those that the person may merge with this one, the newest first."""
    found, case = this
    if not may_do(person, Action.MERGE, found.line.subject, case):
        return []
    twins = list[Twin]()
    for entry_id in may_be_the_same(connection, person, found, shown_before(now)):
        try:
            other = visible(connection, who, entry_id, now)
        except NotThere:
            continue
        for later, earlier in ((this, other), (other, this)):
            if may_merge(connection, person, later, earlier, deadlines):
                line, ends = other[0].line, (later[0].line.entry_id, earlier[0].line.entry_id)
                twins.append(Twin(line.entry_id, line.received_at, line.text, *ends, later[1].last_action))
                break
    return twins
