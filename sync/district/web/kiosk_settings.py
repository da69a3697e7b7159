"""Settings sent to kiosks, in words of a language: orders, what one would change, what holds at one kiosk. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.district_settings import SENDABLE, is_own
from sync.district.domain.settings_order import (
    OrderReach,
    OrderStage,
    SettingsLook,
    SettingsOrder,
    SettingsTrouble,
    in_force,
    judge,
)
from sync.district.measures.kiosk_settings import PlannedKiosk, SentKiosk, looks_at
from sync.district.measures.kiosks import full_hour
from sync.district.texts import Texts

MAX_PLANNED = 50
"""So many kiosks are listed one by one before an order is given; of the rest it is said how many there are."""
DONE_SHOWN = 20


class SettingField(Struct, frozen=True):
    """A field of the form: how it is asked for (``number``, ``choice``, ``text``), and what was typed."""

    key: str
    kind: str
    least: int
    most: int
    choices: tuple[tuple[str, str], ...]
    typed: str


class EventLine(Struct, frozen=True):
    """One event of an order: when (to the hour) and what, in words."""

    at: datetime
    words: str


class OrderLine(Struct, frozen=True):
    """An order with its words. ``used`` at so many of the ``meant`` kiosks; ``waits_for``: the first ones that the
    reader may see and that are not known to be well with it. ``lost_first``: there are no
    first ones any more, and the reader may say what is to become of it. ``is_mine``: the reader may change it."""

    order: SettingsOrder
    whom: str
    values: tuple[tuple[str, str], ...]
    events: tuple[EventLine, ...]
    used: int
    meant: int
    waits_for: tuple[str, ...]
    lost_first: bool
    is_mine: bool


class KioskSetting(Struct, frozen=True):
    """A setting of one kiosk: its name, the value it says it uses, and where that came from, in words."""

    name: str
    value: str
    source: str


def setting_fields(typed: Mapping[str, str], texts: Texts) -> list[SettingField]:
    """The form's fields, with what was typed."""
    return [
        SettingField(
            key,
            "choice" if each.choices else "number" if each.whole_number else "text",
            each.least,
            each.most,
            tuple((_typed(choice), value_words(key, choice, texts)) for choice in each.choices),
            typed.get(key, ""),
        )
        for key, each in SENDABLE.items()
    ]


def _typed(choice: Any) -> str:
    return str(choice).lower() if isinstance(choice, bool) else str(choice)


def setting_name(key: str, texts: Texts) -> str:
    """A setting as people call it; one of a later release by its key."""
    return texts.entries.get(f"kiosk_setting.{key}", key)


def value_words(key: str, value: Any, texts: Texts) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return texts("kiosk_setting_value.yes" if value else "kiosk_setting_value.no")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return texts.entries.get(f"kiosk_setting_value.{value}", str(value))


def whom_words(reach: OrderReach, target: str, names: Mapping[str, str], texts: Texts) -> str:
    """For which kiosks an order is."""
    return texts(f"kiosk_settings.whom.{reach}", target=target, name=names.get(target, target))


def order_lines(
    orders: Sequence[SettingsOrder],
    kiosks: Sequence[SentKiosk],
    names: Mapping[str, str],
    mine: frozenset[int],
    now: datetime,
    away_at: datetime | None,
    texts: Texts,
) -> list[OrderLine]:
    """The orders, the newest first; ``mine``: those that the reader may change. ``away_at``: the last full hour at
    which the district itself was not there (``looks_at``)."""
    return [
        _line(order, looks_at(order, orders, kiosks, away_at), kiosks, names, order.number in mine, now, texts)
        for order in sorted(orders, key=_newest)
    ]


def _newest(order: SettingsOrder) -> int:
    return -order.number


def _line(
    order: SettingsOrder,
    looks: Mapping[str, SettingsLook],
    kiosks: Sequence[SentKiosk],
    names: Mapping[str, str],
    is_mine: bool,
    now: datetime,
    texts: Texts,
) -> OrderLine:
    found = judge(order, looks, now)
    return OrderLine(
        order,
        whom_words(order.reach, order.target, names, texts),
        tuple((setting_name(key, texts), value_words(key, value, texts)) for key, value in order.values.items()),
        tuple(_events(order, texts)),
        sum(kiosk.device_id in looks and kiosk.uses(order) for kiosk in kiosks),
        len(looks),
        found.waits_for,
        is_mine and found.lost_first,
        is_mine and order.stage is not OrderStage.WITHDRAWN,
    )


def _events(order: SettingsOrder, texts: Texts) -> Iterable[EventLine]:
    for number, event in enumerate(order.events):
        what = "made" if number == 0 else str(event.stage)
        if event.person:
            words = texts(f"kiosk_settings.event.{what}", person=event.person, why=event.why)
        else:
            words = texts(f"kiosk_settings.event.{what}_by_itself", why=_reason(event.why, texts))
        yield EventLine(full_hour(event.at), words)


def _reason(why: str, texts: Texts) -> str:
    return texts(f"kiosk_settings.by_itself.{why}") if why in set(SettingsTrouble) else why


def change_notes(planned: PlannedKiosk, texts: Texts) -> list[tuple[str, str, str, str]]:
    """What an order changes at one kiosk: name, before, after, and what is to be known of it. ``after`` is empty where
    the kiosk's own file holds all the same."""
    return [
        (
            setting_name(each.key, texts),
            texts("kiosk_settings.own_file") if each.before is None else value_words(each.key, each.before, texts),
            "" if each.keeps else value_words(each.key, each.after, texts),
            texts("kiosk_settings.stays")
            if each.keeps
            else texts("kiosk_settings.over", number=each.over.number)
            if each.over
            else "",
        )
        for each in planned.changes
    ]


def kiosk_settings(kiosk: SentKiosk, orders: Sequence[SettingsOrder], texts: Texts) -> list[KioskSetting]:
    """The settings of one kiosk that the district may send, in use there by its own word; nothing while none were sent
    that hold for it."""
    holding = in_force(orders, kiosk.device_id, kiosk.path)
    reported = kiosk.reported
    found = []
    for key in SENDABLE:
        sent, value = holding.get(key), reported.values.get(key)
        if sent is None and not reported.values:
            continue
        shown = "–" if value is None else value_words(key, value, texts)
        if sent is None:
            source = texts("kiosk_settings.own_file")
        elif is_own(key, reported.kept):
            source = texts("kiosk_settings.kept")
        elif reported.word == "used" and value == sent.value:
            source = texts("kiosk_settings.of_order", number=sent.order.number)
        else:
            wanted = value_words(key, sent.value, texts)
            source = texts("kiosk_settings.not_yet", number=sent.order.number, value=wanted)
        found.append(KioskSetting(setting_name(key, texts), shown, source))
    return found if holding or reported.values else []
