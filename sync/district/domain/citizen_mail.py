"""Which mails a citizen who chose e-mail still gets, from what their complaint has to tell. Pure.

A mail says that something happened and where to read it, never what was complained about or answered: mailboxes are
shared, and what is sent passes through servers that are not ours.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.times import VIETNAM, local_day

RECEIVED = "received"
NEW_FOR = timedelta(days=7)
"""A complaint that arrived longer ago is not said to have arrived any more: its citizen has long had other news."""
MORNING = time(8, 0)


class Mailable(StructWithHidden, frozen=True):
    """A complaint whose citizen chose e-mail. ``to_inform``: what they are still to be told."""

    entry_id: str
    receipt_number: str
    language: str
    email: Hidden[str]
    unit_id: str
    received_at: datetime
    open: bool
    to_inform: tuple[str, ...]


class Mailed(Struct, frozen=True):
    """A mail that was made for a complaint. ``over``: what it told is told no more, so that the same may be told
    again."""

    message_id: str
    about: str
    over: bool


def wanted(complaint: Mailable, before: Collection[Mailed], now: datetime) -> tuple[list[str], list[str]]:
    """What to write a mail about, and the ids of those mails whose subject is over."""
    current = {each.about: each for each in before if not each.over}
    new = [about for about in complaint.to_inform if about not in current]
    is_new = complaint.open and now - complaint.received_at <= NEW_FOR
    if is_new and not new and not before:  # who got any mail knows that it arrived
        new = [RECEIVED]
    over = [
        each.message_id for about, each in current.items() if about != RECEIVED and about not in complaint.to_inform
    ]
    return new, over


def morning_of(now: datetime) -> datetime:
    """When a mail made now goes out: at eight in the morning, or at once when that has passed."""
    return max(now, datetime.combine(local_day(now), MORNING, tzinfo=VIETNAM))


MailsByComplaint = Mapping[str, Collection[Mailed]]
