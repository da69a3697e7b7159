"""Send settings to kiosks: see what an order would change, give it, let it reach the rest, take it back."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec.structs import replace

from kiosk.domain.district_settings import flaw
from sync.district.domain.settings_order import OrderReach, OrderStage, SettingsEvent, SettingsOrder
from sync.district.fleet.changing import MAX_REASON, Order
from sync.district.measures.kiosk_settings import PlannedKiosk, SentKiosk, planned, reported_numbers, sent_kiosks
from sync.district.measures.kiosks import kiosk_lines
from sync.district.store import settings_orders as store
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.times import local_day


class SettingsRefusal(StrEnum):
    """Why settings are not sent, or an order is not changed."""

    NOTHING = "nothing"
    WRONG_VALUE = "wrong_value"
    NO_KIOSK = "no_kiosk"
    NO_REASON = "no_reason"
    UNKNOWN_ORDER = "unknown_order"
    DONE = "done"


class NotSent(Exception):
    """It is not done; ``refusal`` says why, ``detail`` what is wrong with a value."""

    def __init__(self, refusal: SettingsRefusal, detail: str = "") -> None:
        super().__init__(detail or refusal)
        self.refusal, self.detail = refusal, detail


def wanted(reach: OrderReach, target: str, values: Mapping[str, Any], order: Order) -> SettingsEvent:
    """A new order, checked. Raises ``NotSent``."""
    if not values:
        raise NotSent(SettingsRefusal.NOTHING)
    if trouble := flaw(values):
        raise NotSent(SettingsRefusal.WRONG_VALUE, trouble)
    target = "" if reach is OrderReach.ALL else target
    return SettingsEvent(0, 0, OrderStage.FIRST, order.at, order.person, order.why.strip(), reach, target, dict(values))


def all_kiosks(connection: Connection, now: datetime) -> list[SentKiosk]:
    """Every kiosk as orders see it."""
    tree, known = organisation(connection), known_kiosks(connection, local_day(now))
    paths = {unit_id: tuple(path) for unit_id, path in tree.paths_on(local_day(now)).items()}
    return sent_kiosks(kiosk_lines(tree, known, None, now), known.rows, paths, store.moves_of(connection))


def plan(connection: Connection, made: SettingsEvent) -> list[PlannedKiosk]:
    """What a new order would change now. Raises ``NotSent`` when it is for no kiosk at all."""
    return _planned(connection, made, all_kiosks(connection, made.at))


def send(engine: Engine, made: SettingsEvent) -> int:
    """Gives an order; its number. It reaches a few kiosks first. Raises ``NotSent`` or ``StoreUnavailable``."""
    _insist_on_a_reason(made.why)
    with writing(engine) as connection:
        kiosks = all_kiosks(connection, made.at)
        number = store.begin_event(connection, reported_numbers(kiosks))
        numbered = replace(made, number=number, order_number=number)
        first = tuple(each.kiosk.device_id for each in _planned(connection, numbered, kiosks) if each.is_first)
        store.add_event(connection, replace(numbered, first=first))
    return number


def _planned(connection: Connection, made: SettingsEvent, kiosks: list[SentKiosk]) -> list[PlannedKiosk]:
    number = made.number or store.newest_event(connection) + 1
    found = planned(replace(made, number=number, order_number=number), store.all_orders(connection), kiosks)
    if not found:
        raise NotSent(SettingsRefusal.NO_KIOSK)
    return found


def widen(engine: Engine, number: int, order: Order) -> None:
    """Lets an order reach the rest of its kiosks now. Raises ``NotSent`` or ``StoreUnavailable``."""
    _step(engine, number, OrderStage.EVERYWHERE, order)


def withdraw(engine: Engine, number: int, order: Order) -> None:
    """Takes an order back: what held before holds again. Raises ``NotSent`` or ``StoreUnavailable``."""
    _step(engine, number, OrderStage.WITHDRAWN, order)


def order_of(connection: Connection, number: int) -> SettingsOrder:
    """Raises ``NotSent``."""
    found = next((each for each in store.all_orders(connection) if each.number == number), None)
    if found is None:
        raise NotSent(SettingsRefusal.UNKNOWN_ORDER)
    return found


def _step(engine: Engine, number: int, stage: OrderStage, order: Order) -> None:
    _insist_on_a_reason(order.why)
    with writing(engine) as connection:
        event = store.begin_event(connection, reported_numbers(all_kiosks(connection, order.at)))
        known = order_of(connection, number)
        if known.stage is OrderStage.WITHDRAWN or known.stage is stage:
            raise NotSent(SettingsRefusal.DONE)
        store.add_event(connection, SettingsEvent(event, number, stage, order.at, order.person, order.why.strip()))


def _insist_on_a_reason(why: str) -> None:
    if not why.strip() or len(why) > MAX_REASON:
        raise NotSent(SettingsRefusal.NO_REASON)
