"""Send what is due in the outbox."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sync.district.alerts.channels import Send
from sync.district.domain.message import Channel, Message, Unsent
from sync.district.store import outbox
from sync.district.store.engine import Engine, writing

log = logging.getLogger(__name__)

MAX_AT_ONCE = 100


def send_due(engine: Engine, channels: Mapping[Channel, Send], now: Callable[[], datetime]) -> int:
    """Tries what is due, each once; returns how many were sent. A message is kept as claimed while it is sent, so that
    two servers do not send it both; one that dies meanwhile is tried again. Raises ``StoreUnavailable``."""
    sent = 0
    for _ in range(MAX_AT_ONCE):
        with writing(engine) as connection:
            message = outbox.claim(connection, now())
        if message is None:
            break
        trouble = _trouble(channels, message, now())
        with writing(engine) as connection:
            if trouble is None:
                outbox.note_sent(connection, message, now())
            else:
                outbox.note_unsent(connection, message, trouble, now())
        sent += trouble is None
    return sent


def _trouble(channels: Mapping[Channel, Send], message: Message, now: datetime) -> str | None:
    """Why a message could not be sent; ``None`` when it was."""
    if message.channel not in channels:
        return f"{message.channel} is no longer set up"
    try:
        channels[message.channel](message, now)
    except Unsent as error:
        log.warning("message %s was not sent: %s", message.message_id, error)
        return str(error)
    return None
