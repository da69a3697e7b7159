"""Send what is due in the outbox."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sync.district.alerts.channels import Send
from sync.district.domain.message import Channel, ChannelDown, Message, Unsent
from sync.district.store import outbox
from sync.district.store.engine import Engine, writing

log = logging.getLogger(__name__)

MAX_AT_ONCE = 100


def send_due(engine: Engine, channels: Mapping[Channel, Send], now: Callable[[], datetime]) -> int:
    """Tries what is due, each once; returns how many were sent. A message is kept as claimed while it is sent, so that
    two servers do not send it both; one that dies meanwhile is tried again. A channel that is down is left alone until
    the next step. Raises ``StoreUnavailable``."""
    sent, down = 0, set[Channel]()
    for _ in range(MAX_AT_ONCE):
        with writing(engine) as connection:
            message = outbox.claim(connection, now(), down)
        if message is None:
            break
        trouble = _trouble(channels, message, now())
        with writing(engine) as connection:
            if trouble is None:
                outbox.note_sent(connection, message, now())
            else:
                outbox.note_unsent(connection, message, str(trouble), now())
        sent += trouble is None
        if isinstance(trouble, ChannelDown):
            down.add(message.channel)
    return sent


def _trouble(channels: Mapping[Channel, Send], message: Message, now: datetime) -> Unsent | None:
    """Why a message could not be sent; ``None`` when it was."""
    if message.channel not in channels:
        return ChannelDown(f"{message.channel} is no longer set up")
    try:
        channels[message.channel](message, now)
    except Unsent as error:
        log.warning("message %s was not sent: %s", message.message_id, error)
        return error
    except Exception as error:  # noqa: BLE001 - whatever a library makes of it, the next message goes out
        log.warning("message %s was not sent: %s", message.message_id, type(error).__name__)
        return Unsent(type(error).__name__)
    return None
