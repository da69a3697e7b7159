"""See what became of settings that were sent: let an order reach the rest of its kiosks, or take it back by itself."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sync.district.domain.message import Channel, Message
from sync.district.domain.settings_order import OrderStage, SettingsEvent, SettingsOrder, SettingsTrouble, judge
from sync.district.measures.kiosk_settings import looks_at, reported_numbers, sent_kiosks
from sync.district.measures.kiosks import KioskLine, KnownKiosks
from sync.district.measures.organisation import Organisation
from sync.district.settings import Settings
from sync.district.store import settings_orders as store
from sync.district.store.alerts import last_hour_away
from sync.district.store.engine import Connection
from sync.district.store.outbox import put
from sync.district.texts import load_texts
from sync.district.times import local_day, rfc3339

BY_ITSELF = ""
"""Who did what the district did by itself."""


def watch_orders(
    connection: Connection,
    tree: Organisation,
    known: KnownKiosks,
    lines: Sequence[KioskLine],
    settings: Settings,
    at: datetime,
) -> None:
    """Takes the next step of each order that is due for one; who is told of alerts is told of what was taken back."""
    store.begin_event(connection)
    orders = store.all_orders(connection)
    if not orders:
        return
    paths = tree.paths_on(local_day(at))
    kiosks = sent_kiosks(lines, known.rows, paths, store.moves_of(connection))
    away_at = last_hour_away(connection, at)
    for order in orders:
        found = judge(order, looks_at(order, orders, kiosks, away_at), at)
        if found.stage is not None:
            event = store.begin_event(connection, reported_numbers(kiosks))
            step = SettingsEvent(event, order.number, found.stage, at, BY_ITSELF, str(found.why or ""))
            store.add_event(connection, step)
        if found.stage is OrderStage.WITHDRAWN and found.why is not None:
            put(connection, messages(order, found.why, settings, at))


def messages(order: SettingsOrder, why: SettingsTrouble, settings: Settings, at: datetime) -> list[Message]:
    """A mail to each address that alerts go to, and one for the webhook."""
    found = []
    if settings.alerts.mail_to and settings.mail.host:
        texts = load_texts(settings.alerts.language)
        reason = texts(f"kiosk_settings.by_itself.{why}")
        subject = texts("kiosk_settings.mail.subject", number=order.number)
        text = texts("kiosk_settings.mail.text", number=order.number, why=reason)
        if settings.public_url:
            text += "\n\n" + texts("alerts.mail.where", address=f"{settings.public_url}/kiosks/settings")
        mail = {"subject": subject, "text": text + "\n\n-- \n" + texts("alerts.mail.closing")}
        found += [_message(Channel.MAIL, mail | {"to": [to]}, at) for to in settings.alerts.mail_to]
    if settings.webhook.url:
        data = {"number": order.number, "why": str(why), "reach": str(order.reach), "target": order.target or None}
        content: dict[str, object] = {"type": "kiosk_settings.withdrawn", "timestamp": rfc3339(at), "data": data}
        found.append(_message(Channel.WEBHOOK, content, at))
    return found


def _message(channel: Channel, content: dict[str, object], at: datetime) -> Message:
    return Message(str(uuid.uuid4()), channel, content, at)
