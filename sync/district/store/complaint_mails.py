"""Mails to citizens about their complaints: what to write about, and what became of each."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, insert, or_, select, update

from kiosk.domain.complaint import ReplyBy
from sync.district.domain.citizen_mail import ONCE, Mailable, Mailed, MailsByComplaint
from sync.district.domain.complaint_steps import Action
from sync.district.store.alert_tables import messages
from sync.district.store.among import among
from sync.district.store.complaint_tables import complaint_actions, complaint_mails, complaint_standings, complaints
from sync.district.store.contacts import opened_contacts
from sync.district.store.engine import Connection

ACTION_OF = {"refuse": str(Action.APPROVE)}
"""A refusal that is to be told was approved."""

_K, _S, _M = complaints.c, complaint_standings.c, complaint_mails.c


class MailLine(Struct, frozen=True):
    """A mail about a complaint, for those who handle it. ``sent_at``: when the mail server took it; ``given_up``: it
    could not be sent for two days."""

    about: str
    made_at: datetime
    sent_at: datetime | None
    given_up: bool


def mailable(connection: Connection, before: datetime, since: datetime) -> list[Mailable]:
    """The complaints that may be seen (those that arrived before a moment), whose citizens chose e-mail, and that have
    something to tell, had when a mail was last made, or arrived after another moment."""
    columns = (_K.entry_id, _K.receipt_number, _K.language, _K.contact, _S.unit_id, _K.received_at, _S.open)
    lasting = select(_M.entry_id).where(_M.entry_id == _K.entry_id, ~_M.over, _M.about.not_in(ONCE))
    news = or_(_S.to_inform.is_not(None), _K.received_at > since, lasting.exists())
    chosen = (_K.reply_by == str(ReplyBy.EMAIL), _K.received_at < before, ~_S.doubled, news)
    joined = complaints.join(complaint_standings, _S.entry_id == _K.entry_id)
    rows = connection.execute(select(*columns, _S.to_inform).select_from(joined).where(*chosen).order_by(_K.entry_id))
    found = [list(row) for row in rows]
    happened = _newest_actions(connection, [row[0] for row in found])
    contacts = opened_contacts(connection, {row[0]: row[3] for row in found})
    return [
        Mailable(
            *(entry_id, number, language, (contacts[entry_id] or {}).get("email", ""), unit_id, received_at, is_open),
            {about: happened.get((entry_id, ACTION_OF.get(about, about)), received_at) for about in to_inform or ()},
        )
        for entry_id, number, language, _, unit_id, received_at, is_open, to_inform in found
    ]


def _newest_actions(connection: Connection, entry_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
    """When each action was last done to each of these complaints."""
    a, found = complaint_actions.c, dict[tuple[str, str], datetime]()
    for some in among(connection, a.complaint_id, entry_ids):
        wanted = select(a.complaint_id, a.action, func.max(a.at)).where(some).group_by(a.complaint_id, a.action)
        found |= {(entry_id, action): at for entry_id, action, at in connection.execute(wanted)}
    return found


def mails_about(connection: Connection, entry_ids: Collection[str]) -> MailsByComplaint:
    """The mails that were made for each of these complaints."""
    found: dict[str, list[Mailed]] = defaultdict(list)
    columns = (_M.entry_id, _M.message_id, _M.about, _M.made_at, _M.over)
    for some in among(connection, _M.entry_id, entry_ids):
        for entry_id, *mail in connection.execute(select(*columns).where(some)):
            found[entry_id].append(Mailed(*mail))
    return found


def note_mail(connection: Connection, entry_id: str, message_id: str, about: str, made_at: datetime) -> None:
    """Notes that a mail was made, or that none can be."""
    values = {"entry_id": entry_id, "message_id": message_id, "about": about, "made_at": made_at, "over": False}
    connection.execute(insert(complaint_mails).values(**values))


def note_over(connection: Connection, message_ids: Collection[str]) -> None:
    """Notes that what some mails told is told no more."""
    for some in among(connection, _M.message_id, message_ids):
        connection.execute(update(complaint_mails).where(some).values(over=True))


def mail_lines(connection: Connection, entry_id: str) -> list[MailLine]:
    """The mails about a complaint, the newest first."""
    joined = complaint_mails.outerjoin(messages, messages.c.message_id == _M.message_id)
    columns = (_M.about, _M.made_at, messages.c.sent_at, messages.c.given_up_at)
    wanted = select(*columns).select_from(joined).where(_M.entry_id == entry_id)
    rows = connection.execute(wanted.order_by(_M.made_at.desc(), _M.message_id))
    return [MailLine(about, made_at, sent_at, given_up is not None) for about, made_at, sent_at, given_up in rows]
