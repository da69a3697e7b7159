"""The outbox: messages that wait to be sent, and what became of them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import delete, func, insert, select, update

from sync.district.domain.message import MAX_TROUBLE, Channel, Message, next_try
from sync.district.store.alert_tables import messages
from sync.district.store.complaint_tables import complaint_mails
from sync.district.store.engine import Connection

CLAIMED_FOR = timedelta(minutes=5)
"""So long whoever sends a message has for it before another may try."""
KEPT_FOR, MAILS_KEPT_FOR = timedelta(days=30), timedelta(days=400)
"""So long what became of a message is known; of a mail about a complaint, whose page tells it, longer."""

_M = messages.c
_WAITS = _M.sent_at.is_(None) & _M.given_up_at.is_(None)


class OutboxState(Struct, frozen=True):
    """How many messages wait, and how many were given up in the last 30 days; why the newest of those failed."""

    waiting: int
    given_up: int
    trouble: str | None


def put(connection: Connection, new: Sequence[Message]) -> None:
    """Adds messages; they are due at once."""
    rows = [
        {
            "message_id": each.message_id,
            "channel": str(each.channel),
            "content": dict(each.content),
            "created_at": each.created_at,
            "due_at": each.created_at,
            "tries": each.tries,
        }
        for each in new
    ]
    if rows:
        connection.execute(insert(messages), rows)


def claim(connection: Connection, now: datetime, but: Collection[Channel] = ()) -> Message | None:
    """The message that is due longest, on any channel ``but`` some, kept for the caller for five minutes; ``None`` when
    none is due."""
    columns = (_M.message_id, _M.channel, _M.content, _M.created_at, _M.tries, _M.due_at)
    due = (
        select(*columns)
        .where(_WAITS, _M.due_at <= now, _M.channel.not_in(list(map(str, but))))
        .order_by(_M.due_at, _M.message_id)
    )
    for message_id, channel, content, created_at, tries, due_at in connection.execute(due.limit(20)).all():
        mine = (_M.message_id == message_id) & (_M.due_at == due_at) & _WAITS
        if connection.execute(update(messages).where(mine).values(due_at=now + CLAIMED_FOR)).rowcount:
            return Message(message_id, Channel(channel), dict(content), created_at, tries)
    return None


def note_sent(connection: Connection, message: Message, now: datetime) -> None:
    """It went out; what it said is forgotten."""
    values = {"sent_at": now, "tries": message.tries + 1, "trouble": None, "content": {}}
    connection.execute(update(messages).where(_M.message_id == message.message_id).values(**values))


def note_unsent(connection: Connection, message: Message, trouble: str, now: datetime) -> None:
    """It did not go out: it is tried again later, or given up and what it said is forgotten."""
    again = next_try(message, now)
    values = {"tries": message.tries + 1, "trouble": trouble[:MAX_TROUBLE]}
    values |= {"given_up_at": now, "content": {}} if again is None else {"due_at": again}
    connection.execute(update(messages).where(_M.message_id == message.message_id).values(**values))


def state(connection: Connection, now: datetime) -> OutboxState:
    """What waits, and what was given up in the last 30 days."""
    waiting = connection.scalar(select(func.count()).select_from(messages).where(_WAITS)) or 0
    ended = _M.given_up_at > now - KEPT_FOR
    given_up = connection.scalar(select(func.count()).select_from(messages).where(ended)) or 0
    newest = select(_M.trouble).where(_WAITS | ended, _M.trouble.is_not(None)).order_by(_M.created_at.desc()).limit(1)
    return OutboxState(waiting, given_up, connection.scalar(newest))


def forget_messages(connection: Connection, now: datetime) -> None:
    """Forgets what was sent or given up long ago."""
    of_a_complaint = select(complaint_mails.c.message_id).where(complaint_mails.c.message_id == _M.message_id).exists()
    for old, wanted in ((now - KEPT_FOR, ~of_a_complaint), (now - MAILS_KEPT_FOR, of_a_complaint)):
        connection.execute(delete(messages).where((_M.sent_at < old) | (_M.given_up_at < old), wanted))
