"""Settings that the district sends to its kiosks: who ordered them for which kiosks, how far they have come, and which
of them hold for one kiosk. Pure.

An order reaches a few of its kiosks first. When these draw well with it, it reaches the rest; when one of them does
not, or falls silent, it is withdrawn. Whoever ordered it, or another, may do either by hand. Nothing is ever rewritten:
orders and what became of them are events, each with a number that only rises.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

SHARE_FIRST, MAX_FIRST = 10, 5
"""Every so-manieth kiosk is among the first, at least one and at most five."""
SOAK = timedelta(hours=1)
"""So long the first ones must have had to show trouble before the rest follows."""
WATCHED = timedelta(days=3)
"""So long after its last step an order for all its kiosks is still judged: later silence has other causes."""
MAX_TROUBLED, MAX_SHARE = 2, 0.02
"""From so many kiosks in trouble, and such a share of those that took it, an order that reached all is withdrawn."""


class OrderReach(StrEnum):
    """Which kiosks an order is for, from the widest to the narrowest: a narrower order holds over a wider one.
    ``TREE``: those of a unit and of all units below it."""

    ALL = "all"
    TREE = "tree"
    UNIT = "unit"
    KIOSK = "kiosk"


class OrderStage(StrEnum):
    """How far an order has come; the value stands in the database as the kind of the event that brought it there."""

    FIRST = "first"
    EVERYWHERE = "everywhere"
    WITHDRAWN = "withdrawn"


class SettingsTrouble(StrEnum):
    """Why an order was withdrawn by itself, the worst first."""

    SCREEN = "screen"
    FAILED = "failed"
    REFUSED = "refused"
    SILENT = "silent"


class SettingsEvent(Struct, frozen=True):
    """A new order (``order_number`` is its own ``number``) or a step of one, at ``at`` (aware UTC). ``person``: empty
    for the district itself, whose ``why`` is a ``SettingsTrouble`` or empty. The rest belongs to a new order alone."""

    number: int
    order_number: int
    stage: OrderStage
    at: datetime
    person: str
    why: str
    reach: str = ""
    target: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    first: tuple[str, ...] = ()


class SettingsOrder(Struct, frozen=True):
    """An order and what became of it. ``target``: the unit or the kiosk; empty for all. ``values`` by key
    (``kiosk.domain.district_settings``). ``first``: the kiosks that it reaches before the rest."""

    number: int
    reach: OrderReach
    target: str
    values: Mapping[str, Any]
    first: tuple[str, ...]
    events: tuple[SettingsEvent, ...]

    @property
    def stage(self) -> OrderStage:
        return self.events[-1].stage

    @property
    def last_at(self) -> datetime:
        """When it came to its stage."""
        return self.events[-1].at

    def is_meant_for(self, device_id: str, path: Sequence[str]) -> bool:
        """Whether a kiosk is among those it is for. ``path``: the kiosk's unit last, before it all units above."""
        match self.reach:
            case OrderReach.ALL:
                return True
            case OrderReach.TREE:
                return self.target in path
            case OrderReach.UNIT:
                return bool(path) and self.target == path[-1]
            case OrderReach.KIOSK:
                return self.target == device_id

    def holds_for(self, device_id: str, path: Sequence[str]) -> bool:
        """Whether it has reached a kiosk by now."""
        if self.stage is OrderStage.WITHDRAWN or not self.is_meant_for(device_id, path):
            return False
        return self.stage is OrderStage.EVERYWHERE or device_id in self.first

    def sent_with(self, device_id: str) -> int | None:
        """The number of the event with which it was sent to a kiosk that it is for; ``None`` before that."""
        if device_id in self.first:
            return self.number
        widened = (event.number for event in self.events if event.stage is OrderStage.EVERYWHERE)
        return next(widened, None)

    def rank(self, path: Sequence[str]) -> tuple[int, int, int]:
        """Which of two orders for a kiosk holds: the narrower one, the nearer unit's, the newer one."""
        depth = path.index(self.target) if self.reach is OrderReach.TREE and self.target in path else 0
        return list(OrderReach).index(self.reach), depth, self.number


class InForce(Struct, frozen=True):
    """A setting that holds for a kiosk, and the order that it is of."""

    value: Any
    order: SettingsOrder


def orders_of(events: Iterable[SettingsEvent]) -> list[SettingsOrder]:
    """The orders, the oldest first; ``events`` by their numbers."""
    found: dict[int, SettingsOrder] = {}
    for event in events:
        known = found.get(event.order_number)
        if known is None:
            made = (event.number, OrderReach(event.reach), event.target, event.values, event.first, (event,))
            found[event.number] = SettingsOrder(*made)
        else:
            found[event.order_number] = replace(known, events=(*known.events, event))
    return list(found.values())


def in_force(orders: Iterable[SettingsOrder], device_id: str, path: Sequence[str]) -> dict[str, InForce]:
    """The settings that hold for a kiosk, by key."""
    mine = [order for order in orders if order.holds_for(device_id, path)]
    return {
        key: InForce(value, order)
        for order in sorted(mine, key=lambda order: order.rank(path))
        for key, value in order.values.items()
    }


def first_of(number: int, ready: Collection[str], everyone: Collection[str]) -> tuple[str, ...]:
    """The kiosks that an order reaches first: drawn by a hash, so that it is not always the same ones, from those that
    are ``ready`` (in touch, and of a release that takes settings), else from all."""
    drawn = sorted(ready or everyone, key=lambda each: hashlib.sha256(f"{number}/{each}".encode()).digest())
    return tuple(sorted(drawn[: min(MAX_FIRST, max(1, len(everyone) // SHARE_FIRST))]))


class SettingsLook(Struct, frozen=True):
    """What is known of a kiosk. ``number``: of the newest event that its screen knows of, 0 for none. ``word``,
    ``proven``: what it says of the settings it was sent (``sync.protocol.health``). ``trouble``: what is wrong with
    it."""

    number: int = 0
    word: str = ""
    proven: bool = False
    in_touch: bool = False
    trouble: SettingsTrouble | None = None

    def took(self, sent_with: int | None) -> bool:
        """Whether what was sent with an event has reached its screen, whatever came of it. Every kiosk hears of every
        event, those that an order has not reached too: hearing of the order itself is not enough."""
        return sent_with is not None and self.number >= sent_with


class NextStage(Struct, frozen=True):
    """What is to become of an order: its next stage, and why if it is withdrawn. ``waits_for``: the first kiosks of
    which it is not known yet whether they are well with it; those that went out of use or elsewhere are waited for no
    more. ``lost_first``: none of them is left, so that somebody has to say what is to become of it."""

    stage: OrderStage | None = None
    why: SettingsTrouble | None = None
    waits_for: tuple[str, ...] = ()
    lost_first: bool = False


def judge(order: SettingsOrder, looks: Mapping[str, SettingsLook], now: datetime) -> NextStage:
    """``looks``: at every kiosk in use that the order is for."""
    if order.stage is OrderStage.WITHDRAWN or (order.stage is OrderStage.EVERYWHERE and now - order.last_at > WATCHED):
        return NextStage()
    reached = {
        name: look for name, look in looks.items() if order.stage is OrderStage.EVERYWHERE or name in order.first
    }
    took = [look for name, look in reached.items() if look.took(order.sent_with(name))]
    troubles = sorted((look.trouble for look in took if look.trouble), key=list(SettingsTrouble).index)
    if order.stage is OrderStage.EVERYWHERE:
        many = len(troubles) >= MAX_TROUBLED and len(troubles) >= MAX_SHARE * len(took)
        alone = bool(troubles) and len(looks) == 1
        return NextStage(OrderStage.WITHDRAWN, troubles[0]) if many or alone else NextStage()
    if troubles:
        return NextStage(OrderStage.WITHDRAWN, troubles[0])
    waits_for = tuple(name for name in order.first if name in reached and not _is_well(order, name, reached[name]))
    if waits_for or not reached:
        return NextStage(waits_for=waits_for, lost_first=not reached)
    return NextStage() if now - order.last_at < SOAK else NextStage(OrderStage.EVERYWHERE)


def _is_well(order: SettingsOrder, name: str, look: SettingsLook) -> bool:
    return look.took(order.sent_with(name)) and look.word == "used" and look.proven and look.in_touch
