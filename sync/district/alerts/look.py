"""Look at all kiosks at a full hour: keep the alerts, and put what there is to tell into the outbox."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sync.district.alerts.rollout_watch import watch_rollout
from sync.district.alerts.settings_watch import watch_orders
from sync.district.domain.message import Channel, Message
from sync.district.measures.alerts import AlertStep, News, causes, course
from sync.district.measures.kiosks import full_hour, kiosk_lines
from sync.district.settings import Settings
from sync.district.store import alerts as store
from sync.district.store.contact_days import note_contact_days
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.store.outbox import forget_messages, put
from sync.district.texts import Texts, load_texts
from sync.district.times import local_day, rfc3339
from sync.district.web.alert_words import AlertPlaces, advice, news_words, places_of


def look(engine: Engine, settings: Settings, now: datetime) -> bool:
    """Looks, unless somebody has looked at this full hour already (``False``). Raises ``StoreUnavailable``."""
    at = full_hour(now)
    with reading(engine) as connection:
        if store.was_looked(connection, at):
            return False
        tree, known = organisation(connection), known_kiosks(connection, local_day(at))
    lines = kiosk_lines(tree, known, None, at)
    seen = causes(lines)
    with writing(engine) as connection:
        if not store.begin_look(connection, at):
            return False
        steps = course(store.open_alerts(connection), seen, at)
        store.keep(connection, [step.alert for step in steps], at)
        news_steps = [step for step in steps if step.news is not None]
        places = places_of(tree, known.rows, [step.alert.cause for step in news_steps])
        put(connection, messages(news_steps, places, settings, at))
        note_contact_days(connection, known.rows)
        store.forget_alerts(connection, at)
        forget_messages(connection, at)
    with writing(engine) as connection:  # of its own: no trouble with settings keeps an alert from being told
        watch_orders(connection, tree, known, lines, settings, at)
    with writing(engine) as connection:
        watch_rollout(connection, known, lines, settings, at)
    return True


def messages(news_steps: Sequence[AlertStep], places: AlertPlaces, settings: Settings, at: datetime) -> list[Message]:
    """What is sent: to each address one mail about everything of this look, and a webhook for each piece of news.
    Reminders go by mail alone: whoever listens to the webhook keeps its own list."""
    found = []
    if news_steps and settings.alerts.mail_to and settings.mail.host:
        texts = load_texts(settings.alerts.language)
        content = mail_content(news_steps, places, settings, texts)
        found += [_message(Channel.MAIL, content | {"to": [to]}, at) for to in settings.alerts.mail_to]
    if settings.webhook.url:
        news = [step for step in news_steps if step.news is not News.REMINDED]
        found += [_message(Channel.WEBHOOK, webhook_content(step, places, at), at) for step in news]
    return found


def mail_content(
    news_steps: Sequence[AlertStep], places: AlertPlaces, settings: Settings, texts: Texts
) -> dict[str, Any]:
    """The mail, without its address: what is new comes first, then what is still there, then what is over."""
    order = (News.RAISED, News.REMINDED, News.ENDED)
    sorted_news = [(step, step.news) for kind in order for step in news_steps if step.news is kind]
    lines = [
        (news_words(step.alert, news, places, texts), "" if news is News.ENDED else advice(step.alert, texts))
        for step, news in sorted_news
    ]
    paragraphs = [f"{words}\n{to_do}".strip() for words, to_do in lines]
    if settings.public_url:
        paragraphs.append(texts("alerts.mail.where", address=f"{settings.public_url}/kiosks"))
    one = lines[0][0].rstrip(".")
    subject = texts("alerts.mail.one", news=one) if len(lines) == 1 else texts("alerts.mail.many", n=len(lines))
    text = "\n\n".join([*paragraphs, "-- \n" + texts("alerts.mail.closing")])
    return {"subject": subject, "text": text}


def webhook_content(step: AlertStep, places: AlertPlaces, at: datetime) -> dict[str, Any]:
    """The webhook's body; ``at`` and ``since`` are full hours (RFC 3339)."""
    alert, place = step.alert, places[step.alert.cause]
    return {
        "type": f"kiosk_alert.{step.news}",
        "timestamp": rfc3339(at),
        "data": {
            "kind": str(alert.cause.kind),
            "unit_id": alert.cause.unit_id or None,
            "unit_name": place.unit or None,
            "device_id": alert.cause.device_id or None,
            "counter_name": place.counter or None,
            "kiosks": 1 if alert.cause.device_id else alert.kiosks,
            "since": rfc3339(alert.first_seen_at),
        },
    }


def _message(channel: Channel, content: dict[str, Any], at: datetime) -> Message:
    return Message(str(uuid.uuid4()), channel, content, at)
