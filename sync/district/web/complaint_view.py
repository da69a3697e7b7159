"""Read everything from which the page of one complaint, and its sheet, are decided."""

from datetime import datetime

from kiosk.domain.complaint import ReplyBy
from kiosk.domain.deadlines import Scheme
from sync.district.complaints import actions
from sync.district.complaints.recompute import Groups
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.people import SignedIn
from sync.district.domain.release import shown_before
from sync.district.store import complaint_register as store
from sync.district.store import complaints
from sync.district.store.complaint_mails import mail_lines
from sync.district.store.engine import Connection
from sync.district.store.imports import names_by_id
from sync.district.times import local_day
from sync.district.web.complaint import ComplaintView
from sync.district.web.sentences import all_sentences
from sync.district.web.twins import merged_seen, twins_of


def read_view(
    connection: Connection, schemes: tuple[Scheme, ...], who: SignedIn, entry_id: str, language: str, now: datetime
) -> ComplaintView:
    """What somebody sees of a complaint. Raises ``NotThere``."""
    whole, case = actions.visible(connection, who, entry_id, now)
    groups = Groups(connection, complaints.facts_with(connection, [whole.receipt_number]), now)
    person = store.person_of(connection, who, local_day(now))
    deadlines = Deadlines(schemes, complaints.country_holidays(connection))
    return ComplaintView(
        whole=whole,
        case=case,
        steps=groups.steps(entry_id),
        views=store.views_of(connection, entry_id),
        sounds=store.sounds_of(connection, whole.receipt_number, shown_before(now)),
        mails=mail_lines(connection, entry_id) if case.reply_by == ReplyBy.EMAIL else (),
        person=person,
        people=store.people(connection, local_day(now)),
        units=names_by_id(connection, "units"),
        staffing=store.staffing(connection, local_day(now)),
        counters=names_by_id(connection, "counters"),
        sentences=all_sentences(connection, language),
        deadlines=deadlines,
        today=local_day(now),
        names=actions.names_to_leave_out(connection, whole, case.completed.get("name", "")),
        twins=twins_of(connection, who, person, (whole, case), deadlines, now),
        merged=merged_seen(connection, who, whole, now),
    )
