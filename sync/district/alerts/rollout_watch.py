"""See what became of a release that kiosks are offered: let it reach the next ring, or stop it by itself."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sync.district.domain.message import Channel, Message
from sync.district.domain.software_rollout import RolloutEvent, RolloutOutcome, RolloutState, judge, rollout_state
from sync.district.measures.kiosks import KioskLine, KnownKiosks
from sync.district.measures.rollout import looks_of
from sync.district.settings import Settings
from sync.district.store import software_releases as store
from sync.district.store.engine import Connection
from sync.district.store.outbox import put
from sync.district.texts import load_texts
from sync.district.times import rfc3339

BY_ITSELF = ""
"""Who did what the district did by itself."""


def watch_rollout(
    connection: Connection, known: KnownKiosks, lines: Sequence[KioskLine], settings: Settings, at: datetime
) -> None:
    """Takes the step that is due, and tells of it when that is a stop."""
    event = store.newest_rollout(connection)
    if event is None:
        return
    seen = rollout_state(event, looks_of(lines, known.rows))
    found = judge(event, seen, at)
    if found is None:
        return
    number = store.begin_step(connection, at)
    if store.newest_rollout(connection) != event:  # somebody was faster
        return
    store.add_step(connection, RolloutEvent(number, event.version, found.share, at, BY_ITSELF, str(found.why)))
    if not found.share:
        put(connection, messages(event, seen, settings, at))


def messages(event: RolloutEvent, seen: RolloutState, settings: Settings, at: datetime) -> list[Message]:
    """A mail to each address that alerts go to, and one for the webhook."""
    found = []
    failed = seen.by_outcome.get(RolloutOutcome.FAILED, ())
    if settings.alerts.mail_to and settings.mail.host:
        texts = load_texts(settings.alerts.language)
        subject = texts("rollout.mail.subject", version=event.version)
        text = texts("rollout.mail.text", version=event.version, n=len(failed), kept=seen.n(RolloutOutcome.KEPT))
        if settings.public_url:
            text += "\n\n" + texts("alerts.mail.where", address=f"{settings.public_url}/kiosks/releases")
        mail = {"subject": subject, "text": text + "\n\n-- \n" + texts("alerts.mail.closing")}
        found += [_message(Channel.MAIL, mail | {"to": [to]}, at) for to in settings.alerts.mail_to]
    if settings.webhook.url:
        data = {"version": event.version, "failed": list(failed), "kept": seen.n(RolloutOutcome.KEPT)}
        content: dict[str, object] = {"type": "software_rollout.stopped", "timestamp": rfc3339(at), "data": data}
        found.append(_message(Channel.WEBHOOK, content, at))
    return found


def _message(channel: Channel, content: dict[str, object], at: datetime) -> Message:
    return Message(str(uuid.uuid4()), channel, content, at)
