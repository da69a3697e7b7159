"""Messages that the district sends away, and how often it tries. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kiosk.domain.hidden import Hidden, StructWithHidden

FIRST_WAIT, MAX_WAIT = timedelta(minutes=1), timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=2)
MAX_TROUBLE = 200


class Channel(StrEnum):
    """The ways out; the value stands in the database."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class Message(StructWithHidden, frozen=True):
    """One message. ``content`` is what its channel sends: of a mail its ``to``, ``subject`` and ``text``, of a webhook
    the JSON body. ``tries``: how often it was tried before. ``message_id`` stays the same with every try, so that who
    receives it twice can tell."""

    message_id: str
    channel: Channel
    content: Hidden[Mapping[str, Any]]
    created_at: datetime
    tries: int = 0


class Unsent(Exception):
    """A channel could not send a message. The text says why, without a word of what was to be sent."""


class ChannelDown(Unsent):
    """A channel could send nothing at all: no other message is tried on it for now."""


def next_try(message: Message, now: datetime) -> datetime | None:
    """When a message whose try has just failed is tried again: after 1, 2, 4 … minutes, at most 4 hours. ``None``: it
    has been tried for two days, and is given up."""
    if now - message.created_at >= GIVE_UP_AFTER:
        return None
    return now + min(MAX_WAIT, FIRST_WAIT * (1 << min(message.tries, 10)))
