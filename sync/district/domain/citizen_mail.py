"""Which mails a citizen who chose e-mail still gets, from what their complaint has to tell. Pure.

A mail says that something happened and where to read it, never what was complained about or answered: mailboxes are
shared, and what is sent passes through servers that are not ours.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.times import VIETNAM, local_day

RECEIVED, UNUSABLE = "received", "unusable"
ONCE = frozenset({RECEIVED, UNUSABLE})
"""What is noted once for a complaint: that it arrived, and that its address is none."""
NEW_FOR = timedelta(days=7)
"""A complaint that arrived longer ago is not said to have arrived any more: its citizen has long had other news."""
MORNING, EVENING = time(8, 0), time(20, 0)
"""Between these local hours a mail goes out."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


class Mailable(StructWithHidden, frozen=True):
    """A complaint whose citizen chose e-mail. ``to_inform``: what they are still to be told, and when it happened."""

    entry_id: str
    receipt_number: str
    language: str
    email: Hidden[str]
    unit_id: str
    received_at: datetime
    open: bool
    to_inform: Mapping[str, datetime]


class Mailed(Struct, frozen=True):
    """A mail that was made for a complaint. ``over``: what it told is told no more, so that the same may be told
    again."""

    message_id: str
    about: str
    made_at: datetime
    over: bool


MailsByComplaint = Mapping[str, Collection[Mailed]]


def wanted(complaint: Mailable, before: Collection[Mailed], now: datetime) -> tuple[list[str], list[str]]:
    """What to write a mail about, and the ids of those mails whose subject is over. What was asked, answered and asked
    anew since the mail is new."""
    if not usable(complaint.email):
        return ([] if before else [UNUSABLE]), []
    lasting = [each for each in before if not each.over and each.about not in ONCE]
    holding = [each for each in lasting if _still(complaint, each)]
    new = [about for about in complaint.to_inform if about not in {each.about for each in holding}]
    is_new = complaint.open and now - complaint.received_at <= NEW_FOR
    if is_new and not new and not before:  # who got any mail knows that it arrived
        new = [RECEIVED]
    return new, [each.message_id for each in lasting if each not in holding]


def _still(complaint: Mailable, mail: Mailed) -> bool:
    happened_at = complaint.to_inform.get(mail.about)
    return happened_at is not None and happened_at <= mail.made_at


def usable(address: str) -> bool:
    """Whether it is one plain address (RFC 5321), to which a mail goes and to no other.

    >>> usable("an@example.vn"), usable("a@x.vn,b@y.vn"), usable("an@[gmail.com")
    (True, False, False)
    """
    return _ADDRESS.fullmatch(address) is not None


def morning_of(now: datetime) -> datetime:
    """When a mail made now is first tried: before eight in the morning at eight, in the day at once, from eight in the
    evening on the next morning at eight. Local hours, so that it wakes nobody."""
    evening = now.astimezone(VIETNAM).time() >= EVENING
    day = local_day(now) + timedelta(days=1 if evening else 0)
    return max(now, datetime.combine(day, MORNING, tzinfo=VIETNAM))
