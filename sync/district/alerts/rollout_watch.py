"""See what became of a release that kiosks are offered: let it reach the next ring, or stop it by itself."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sync.district.domain.message import Channel, Message
from sync.district.domain.software_rollout import (
    RolloutEvent,
    RolloutOutcome,
    RolloutState,
    RolloutTrouble,
    followed,
    judge,
    rollout_state,
)
from sync.district.measures.kiosks import KioskLine, KnownKiosks
from sync.district.measures.rollout import looks_of
from sync.district.settings import Settings
from sync.district.store import software_releases as store
from sync.district.store.alerts import last_hour_away
from sync.district.store.engine import Connection
from sync.district.store.outbox import put
from sync.district.texts import load_texts
from sync.district.times import rfc3339

BY_ITSELF = ""
"""Who did what the district did by itself."""
MAX_NAMED = 10


def watch_rollout(
    connection: Connection, known: KnownKiosks, lines: Sequence[KioskLine], settings: Settings, at: datetime
) -> None:
    """Takes the step that is due, and tells of it when that is a stop."""
    number = store.begin_step(connection, at)  # nobody starts another one meanwhile
    event = store.newest_rollout(connection)
    if event is None:
        return
    looks = looks_of(lines, known.rows, store.newest_steps(connection), last_hour_away(connection, at))
    troubles = followed(store.troubles(connection), looks, event.version)
    store.keep_troubles(connection, troubles)
    seen = rollout_state(event, looks, troubles)
    found = judge(event, seen, at)
    if found is None:
        return
    store.add_step(connection, RolloutEvent(number, event.version, found.share, at, BY_ITSELF, str(found.why)))
    if not found.share:
        put(connection, messages(event, seen, settings, at))


def messages(event: RolloutEvent, seen: RolloutState, settings: Settings, at: datetime) -> list[Message]:
    """A mail to each address that alerts go to, and one for the webhook, with the failures apart by their kinds."""
    found, kept = [], seen.n(RolloutOutcome.KEPT)
    if settings.alerts.mail_to and settings.mail.host:
        texts = load_texts(settings.alerts.language)
        subject = texts("rollout.mail.subject", version=event.version)
        became = [
            texts(f"rollout.mail.{each}", n=len(names), kiosks=_listed(names))
            for each in RolloutTrouble
            if (names := seen.failures.get(each, ()))
        ]
        paragraphs = [texts("rollout.mail.text", version=event.version, kept=kept), *became, texts("rollout.mail.next")]
        if settings.public_url:
            paragraphs.append(texts("alerts.mail.where", address=f"{settings.public_url}/kiosks/releases"))
        mail = {"subject": subject, "text": "\n\n".join([*paragraphs, "-- \n" + texts("alerts.mail.closing")])}
        found += [_message(Channel.MAIL, mail | {"to": [to]}, at) for to in settings.alerts.mail_to]
    if settings.webhook.url:
        data: dict[str, object] = {"version": event.version, "kept": kept}
        data |= {str(each): sorted(seen.failures.get(each, ())) for each in RolloutTrouble}
        content: dict[str, object] = {"type": "software_rollout.stopped", "timestamp": rfc3339(at), "data": data}
        found.append(_message(Channel.WEBHOOK, content, at))
    return found


def _listed(names: Sequence[str]) -> str:
    """The first of them; the page names all."""
    return ", ".join(sorted(names)[:MAX_NAMED]) + (" …" if len(names) > MAX_NAMED else "")


def _message(channel: Channel, content: dict[str, object], at: datetime) -> Message:
    return Message(str(uuid.uuid4()), channel, content, at)
