"""What the kiosks tell of the settings they were sent, and what an order would change at which of them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.district_settings import is_own
from sync.district.domain.settings_order import (
    InForce,
    OrderReach,
    OrderStage,
    SettingsEvent,
    SettingsLook,
    SettingsOrder,
    SettingsTrouble,
    first_of,
    in_force,
)
from sync.district.measures.kiosk_state import GONE, KioskState
from sync.district.measures.kiosks import KioskLine, KioskRow
from sync.protocol.health import count

SETTINGS = "settings"


class ReportedSettings(Struct, frozen=True):
    """A kiosk's own word on its settings, as far as it can be read. ``is_able``: its release takes settings."""

    is_able: bool = False
    number: int = 0
    word: str = ""
    proven: bool = False
    kept: tuple[str, ...] = ()
    values: Mapping[str, Any] = {}


class SentKiosk(Struct, frozen=True):
    """One kiosk as orders see it. ``path``: its unit last, before it all units above."""

    line: KioskLine
    path: tuple[str, ...]
    moves: int
    reported: ReportedSettings

    @property
    def device_id(self) -> str:
        return self.line.device_id

    @property
    def is_in_use(self) -> bool:
        return self.line.state not in GONE

    @property
    def known_event(self) -> int:
        """The number of the newest event that its screen says it knows of, 0 for none."""
        return max(0, self.reported.number - self.moves)

    def took(self, order: SettingsOrder) -> bool:
        """Whether the order is for it and has reached its screen, whatever came of it or became of the order since."""
        sent = order.sent_with(self.device_id)
        return order.is_meant_for(self.device_id, self.path) and sent is not None and self.known_event >= sent

    def uses(self, order: SettingsOrder) -> bool:
        """Whether, by its own word, it runs with every value of the order."""
        reported = self.reported
        in_use = all(key in reported.values and reported.values[key] == value for key, value in order.values.items())
        return self.took(order) and reported.word == "used" and in_use


class ValueChange(Struct, frozen=True):
    """What becomes of one setting at a kiosk. ``before`` is ``None`` while the kiosk has never said. ``keeps``: its own
    file holds all the same; ``over``: a narrower order does."""

    key: str
    before: Any
    after: Any
    keeps: bool = False
    over: SettingsOrder | None = None


class PlannedKiosk(Struct, frozen=True):
    """What an order changes at one kiosk; ``is_first``: it reaches this one before the rest."""

    kiosk: SentKiosk
    changes: tuple[ValueChange, ...]
    is_first: bool


def reported_settings(health: Mapping[str, Any]) -> ReportedSettings:
    """What a kiosk last said of its settings; its word is shown and weighed, never trusted to be well formed."""
    reported = health.get(SETTINGS)
    if not isinstance(reported, dict):
        return ReportedSettings(is_able=SETTINGS in health)
    word, kept, values = reported.get("word"), reported.get("kept"), reported.get("values")
    return ReportedSettings(
        is_able=True,
        number=count(reported.get("number")) or 0,
        word=word if isinstance(word, str) else "",
        proven=reported.get("proven") is True,
        kept=tuple(each for each in kept if isinstance(each, str)) if isinstance(kept, list) else (),
        values=values if isinstance(values, dict) else {},
    )


def sent_kiosks(
    lines: Sequence[KioskLine],
    rows: Sequence[KioskRow],
    paths: Mapping[str, tuple[str, ...]],
    moves: Mapping[str, int],
) -> list[SentKiosk]:
    """The kiosks as orders see them, those that need a person first."""
    health = {row.device_id: row.health for row in rows}
    return [
        SentKiosk(
            line,
            paths.get(line.unit_id, (line.unit_id,)),
            moves.get(line.device_id, 0),
            reported_settings(health.get(line.device_id, {})),
        )
        for line in lines
    ]


def reported_numbers(kiosks: Sequence[SentKiosk]) -> list[int]:
    """The numbers of the newest events that kiosks in use say they know of."""
    return [kiosk.known_event for kiosk in kiosks if kiosk.is_in_use]


def looks_at(
    order: SettingsOrder,
    orders: Sequence[SettingsOrder],
    kiosks: Sequence[SentKiosk],
    away_at: datetime | None = None,
) -> dict[str, SettingsLook]:
    """What is known of each kiosk in use that an order is for. What is wrong with one speaks against the newest order
    that has reached it, though that was taken back since, and against no other. ``away_at``: the last full hour at
    which the district itself was not there: who fell silent before that is not silent by a fault of their own."""
    return {
        kiosk.device_id: _look(order, orders, kiosk, away_at)
        for kiosk in kiosks
        if kiosk.is_in_use and order.is_meant_for(kiosk.device_id, kiosk.path)
    }


def _look(
    order: SettingsOrder, orders: Sequence[SettingsOrder], kiosk: SentKiosk, away_at: datetime | None
) -> SettingsLook:
    took = [each for each in orders if kiosk.took(each)]
    last = max(took, key=lambda each: each.sent_with(kiosk.device_id) or 0, default=None)
    trouble = _trouble(kiosk, away_at) if last is order else None
    reported, in_touch = kiosk.reported, kiosk.line.state is KioskState.IN_TOUCH
    return SettingsLook(kiosk.known_event, reported.word, reported.proven, in_touch, trouble)


def _trouble(kiosk: SentKiosk, away_at: datetime | None = None) -> SettingsTrouble | None:
    word, last = kiosk.reported.word, kiosk.line.last_contact_at
    was_there = away_at is None or (last is not None and last >= away_at)
    wrong = {
        SettingsTrouble.SCREEN: kiosk.line.has_dead_screen,
        SettingsTrouble.FAILED: word == SettingsTrouble.FAILED,
        SettingsTrouble.REFUSED: word == SettingsTrouble.REFUSED,
        SettingsTrouble.SILENT: kiosk.line.state is KioskState.SILENT and was_there,
    }
    return next((each for each in SettingsTrouble if wrong[each]), None)


def planned(made: SettingsEvent, orders: Sequence[SettingsOrder], kiosks: Sequence[SentKiosk]) -> list[PlannedKiosk]:
    """What a new order would change, at each kiosk in use that it is for; ``made`` names no first kiosks yet."""
    drafted = SettingsOrder(made.number, OrderReach(made.reach), made.target, made.values, (), (_everywhere(made),))
    mine = [each for each in kiosks if each.is_in_use and drafted.is_meant_for(each.device_id, each.path)]
    ready = [each.device_id for each in mine if _is_ready(each)]
    first = first_of(made.number, ready, [each.device_id for each in mine])
    return [_planned(each, drafted, [*orders, drafted], each.device_id in first) for each in mine]


def _is_ready(kiosk: SentKiosk) -> bool:
    """Whether it can show what an order does: it takes settings, is in touch, and nothing is wrong with it already."""
    return kiosk.reported.is_able and kiosk.line.state is KioskState.IN_TOUCH and _trouble(kiosk) is None


def _everywhere(made: SettingsEvent) -> SettingsEvent:
    return SettingsEvent(made.number, made.number, OrderStage.EVERYWHERE, made.at, made.person, made.why)


def _planned(kiosk: SentKiosk, drafted: SettingsOrder, orders: Sequence[SettingsOrder], is_first: bool) -> PlannedKiosk:
    holds: dict[str, InForce] = in_force(orders, kiosk.device_id, kiosk.path)
    changes = (
        ValueChange(
            key,
            kiosk.reported.values.get(key),
            holds[key].value,
            keeps=is_own(key, kiosk.reported.kept),
            over=None if holds[key].order.number == drafted.number else holds[key].order,
        )
        for key in drafted.values
    )
    return PlannedKiosk(kiosk, tuple(changes), is_first)
