"""Settings sent to kiosks, as rules: which order holds where, whom it reaches first, when it goes on or is undone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.domain.settings_order import (
    MAX_FIRST,
    SOAK,
    WATCHED,
    NextStage,
    OrderReach,
    OrderStage,
    SettingsEvent,
    SettingsLook,
    SettingsOrder,
    SettingsTrouble,
    first_of,
    in_force,
    judge,
    orders_of,
)
from sync.district.measures.kiosk_settings import ReportedSettings, SentKiosk, looks_at, planned
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import KioskLine
from sync.protocol.health import Judged, Level

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
PATH = ("H35", "H35.88", "H35.88.01")
WELL = SettingsLook(number=9, word="used", proven=True, in_touch=True)
LATER = AT + SOAK


def made(
    number: int, reach: OrderReach, target: str = "", first: tuple[str, ...] = (), **values: object
) -> SettingsEvent:
    return SettingsEvent(
        number, number, OrderStage.FIRST, AT, "tam", "vì", reach, target, values or {"v": number}, first
    )


def step(number: int, order: int, stage: OrderStage, at: datetime = AT) -> SettingsEvent:
    return SettingsEvent(number, order, stage, at, "tam", "vì")


def everywhere(*events: SettingsEvent) -> list[SettingsOrder]:
    """The orders, each of which has reached all its kiosks."""
    last = max(each.number for each in events)
    return orders_of(
        [*events, *(step(last + n, each.number, OrderStage.EVERYWHERE) for n, each in enumerate(events, 1))]
    )


def one(stage: OrderStage, *first: str, since: datetime = AT) -> SettingsOrder:
    events = [made(5, OrderReach.ALL, first=first)]
    return orders_of(events if stage is OrderStage.FIRST else [*events, step(6, 5, stage, since)])[0]


def test_the_narrower_order_holds_then_the_nearer_unit_s_then_the_newer():
    orders = everywhere(
        made(1, OrderReach.KIOSK, "k1", a=1),
        made(2, OrderReach.UNIT, "H35.88.01", a=2, b=2),
        made(3, OrderReach.TREE, "H35.88", a=3, b=3, c=3),
        made(4, OrderReach.TREE, "H35", a=4, b=4, c=4, d=4),
        made(5, OrderReach.ALL, a=5, b=5, c=5, d=5, e=5),
        made(6, OrderReach.ALL, e=6),
        made(7, OrderReach.UNIT, "H35.88", a=7, b=7),  # of another unit: those below it are not meant
    )

    holding = {key: each.value for key, each in in_force(orders, "k1", PATH).items()}

    assert holding == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 6}
    assert {key: each.value for key, each in in_force(orders, "k2", ("H99",)).items()} == dict.fromkeys("abcd", 5) | {
        "e": 6
    }


def test_an_order_reaches_its_first_kiosks_alone_and_none_once_it_is_taken_back():
    events = [made(1, OrderReach.ALL, first=("k1",))]
    stages = [events, [*events, step(2, 1, OrderStage.EVERYWHERE)], [*events, step(2, 1, OrderStage.WITHDRAWN)]]

    reached = [[name for name in ("k1", "k2") if in_force(orders_of(each), name, PATH)] for each in stages]

    assert reached == [["k1"], ["k1", "k2"], []]


def test_taking_back_a_newer_order_lets_the_older_one_hold_again():
    both = everywhere(made(1, OrderReach.ALL, a=1), made(2, OrderReach.ALL, a=2))
    orders = orders_of([*(event for order in both for event in order.events), step(9, 2, OrderStage.WITHDRAWN)])

    assert in_force(orders, "k1", PATH)["a"].value == 1


@given(st.sets(st.text("abc123", min_size=1, max_size=4), min_size=1, max_size=80), st.data(), st.integers(1, 99))
def test_the_first_ones_are_a_few_of_those_that_can_tell_how_they_are(everyone: set[str], data, number: int):
    ready = data.draw(st.sets(st.sampled_from(sorted(everyone))))

    first = first_of(number, ready, everyone)

    assert 1 <= len(first) <= max(1, min(MAX_FIRST, len(everyone) // 10))
    assert set(first) <= (ready or everyone)
    assert first == first_of(number, ready, everyone)


@pytest.mark.parametrize("trouble", list(SettingsTrouble))
def test_one_of_the_first_kiosks_in_trouble_takes_the_order_back(trouble: SettingsTrouble):
    looks = {"k1": WELL, "k2": SettingsLook(number=5, trouble=trouble), "k3": WELL}

    assert judge(one(OrderStage.FIRST, "k1", "k2"), looks, AT) == NextStage(OrderStage.WITHDRAWN, trouble)


def test_what_befalls_a_kiosk_that_has_not_taken_it_or_is_not_among_the_first_says_nothing():
    looks = {
        "k1": SettingsLook(number=4, trouble=SettingsTrouble.SILENT),
        "k2": SettingsLook(number=9, trouble=SettingsTrouble.SCREEN),
    }

    assert judge(one(OrderStage.FIRST, "k1"), looks, LATER) == NextStage(waits_for=("k1",))


@pytest.mark.parametrize(
    "look",
    [
        SettingsLook(),
        SettingsLook(4, "used", proven=True, in_touch=True),
        SettingsLook(5, "used", proven=False, in_touch=True),
        SettingsLook(5, "used", proven=True, in_touch=False),
        SettingsLook(5, "", proven=True, in_touch=True),
    ],
)
def test_the_rest_waits_until_each_of_the_first_has_drawn_well_with_it(look: SettingsLook):
    order = one(OrderStage.FIRST, "k1", "k2")

    assert judge(order, {"k1": WELL, "k2": look}, LATER) == NextStage(waits_for=("k2",))
    assert judge(order, {"k1": WELL, "k2": WELL}, LATER) == NextStage(OrderStage.EVERYWHERE)
    assert judge(order, {"k1": WELL, "k2": WELL}, LATER - timedelta(seconds=1)) == NextStage()


def test_a_first_kiosk_that_went_out_of_use_is_waited_for_no_more_and_without_any_somebody_decides():
    order = one(OrderStage.FIRST, "k1", "k2")
    waits = SettingsLook(4, "used", proven=True, in_touch=True)

    assert judge(order, {"k1": WELL, "k9": waits}, LATER) == NextStage(OrderStage.EVERYWHERE)
    assert judge(order, {"k1": waits, "k9": WELL}, LATER) == NextStage(waits_for=("k1",))
    assert judge(order, {"k9": WELL}, LATER + WATCHED) == NextStage(lost_first=True)


@pytest.mark.parametrize(
    ("in_trouble", "taken", "back"), [(1, 10, False), (2, 10, True), (2, 200, False), (4, 200, True)]
)
def test_an_order_that_reached_all_is_taken_back_by_two_and_two_in_a_hundred(in_trouble: int, taken: int, back: bool):
    bad = SettingsLook(number=9, trouble=SettingsTrouble.SILENT)
    looks = {f"k{n}": bad if n < in_trouble else WELL for n in range(taken)}
    order = one(OrderStage.EVERYWHERE, "k0")

    assert judge(order, looks, AT + WATCHED).stage == (OrderStage.WITHDRAWN if back else None)
    assert judge(order, looks, AT + WATCHED + timedelta(hours=1)) == NextStage()


def test_an_order_for_one_kiosk_is_taken_back_by_that_one():
    assert judge(
        one(OrderStage.EVERYWHERE, "k1"), {"k1": SettingsLook(9, trouble=SettingsTrouble.FAILED)}, AT
    ) == NextStage(OrderStage.WITHDRAWN, SettingsTrouble.FAILED)


def test_nothing_more_becomes_of_an_order_that_was_taken_back():
    assert judge(one(OrderStage.WITHDRAWN, "k1"), {"k1": WELL}, LATER) == NextStage()


def test_a_kiosk_that_heard_of_an_order_before_it_was_sent_it_has_not_taken_it():
    orders = orders_of([made(5, OrderReach.ALL, first=("k0",)), step(6, 5, OrderStage.EVERYWHERE)])
    kiosks = [kiosk(f"k{n}", KioskState.IN_TOUCH if n < 7 else KioskState.SILENT, 6 if n < 5 else 5) for n in range(9)]

    looks = looks_at(orders[0], orders, kiosks)

    assert [name for name, look in looks.items() if look.trouble] == []  # two fell silent: not with these settings
    assert judge(orders[0], looks, LATER) == NextStage()
    assert [each.device_id for each in kiosks if each.took(orders[0])] == ["k0", "k1", "k2", "k3", "k4"]


def test_a_kiosk_uses_an_order_when_it_says_so_of_every_value():
    order = orders_of([made(5, OrderReach.ALL, first=("k1",), a=1, b=["vi", "en"])])[0]
    both = {"a": 1, "b": ["vi", "en"]}
    said = [
        kiosk("k1", KioskState.SILENT, 5, values=both | {"c": 3}),
        kiosk("k2", KioskState.IN_TOUCH, 5, values=both),  # its own file says the same: it was not sent any
        kiosk("k1", KioskState.IN_TOUCH, 4, values=both),
        kiosk("k1", KioskState.IN_TOUCH, 5, values={"a": 1}),
        kiosk("k1", KioskState.IN_TOUCH, 5, values=both | {"a": 2}),  # its own file keeps a
        *(kiosk("k1", KioskState.IN_TOUCH, 5, word=word, values=both) for word in ("refused", "failed", "")),
    ]

    assert [each.uses(order) for each in said] == [True] + [False] * 7


def test_silence_that_began_before_the_district_was_away_speaks_against_no_order():
    orders = orders_of([made(5, OrderReach.ALL, first=("k1",))])
    silent = [kiosk("k1", KioskState.SILENT, 5)]  # in touch at AT for the last time

    def trouble(away_at: datetime | None) -> SettingsTrouble | None:
        return looks_at(orders[0], orders, silent, away_at)["k1"].trouble

    assert [trouble(each) for each in (None, AT - SOAK, AT, AT + SOAK)] == [SettingsTrouble.SILENT] * 3 + [None]
    failed = [kiosk("k1", KioskState.SILENT, 5, word="failed")]
    assert looks_at(orders[0], orders, failed, AT + SOAK)["k1"].trouble is SettingsTrouble.FAILED


def test_no_kiosk_with_trouble_of_its_own_is_among_the_first():
    touch, dark = KioskState.IN_TOUCH, {"screen": Judged(Level.FAILED, "frozen")}
    well = kiosk("k5", touch, 0)
    dead = [SentKiosk(replace(well.line, device_id=f"k{n}", devices=dark), PATH, 0, well.reported) for n in range(5)]
    refused = [kiosk(f"k{n}", touch, 0, word="refused") for n in range(6, 9)]

    found = planned(made(1, OrderReach.ALL), [], [*dead, well, *refused])

    assert [each.kiosk.device_id for each in found if each.is_first] == ["k5"]


def kiosk(
    device_id: str,
    state: KioskState,
    number: int,
    moves: int = 0,
    word: str = "used",
    values: Mapping[str, object] | None = None,
) -> SentKiosk:
    line = KioskLine(device_id, PATH[-1], "", "", state, AT, None, 0, None, 0, (), {})
    return SentKiosk(line, PATH, moves, ReportedSettings(True, number, word, proven=True, values=values or {}))


def test_what_is_wrong_speaks_against_the_newest_order_that_a_kiosk_took_and_no_other():
    silent, touch = KioskState.SILENT, KioskState.IN_TOUCH
    older, newer = made(1, OrderReach.ALL, first=("k1",)), made(3, OrderReach.ALL, first=("k1", "k2"))
    orders = orders_of([older, step(2, 1, OrderStage.EVERYWHERE), newer, step(4, 3, OrderStage.WITHDRAWN)])
    kiosks = [
        kiosk("k1", silent, 3),  # it took the newer one, which was taken back since
        kiosk("k2", silent, 2),  # it never heard of the newer one
        kiosk("k3", silent, 9),  # not among the first of the newer one
        kiosk("k4", touch, 2),
        kiosk("k5", silent, 2, moves=2),  # it has heard of two moves, and of no order
        kiosk("k6", KioskState.RETIRED, 2),
    ]

    found = [{name for name, look in looks_at(each, orders, kiosks).items() if look.trouble} for each in orders]

    assert found == [{"k2", "k3"}, {"k1"}]
    assert "k6" not in looks_at(orders[0], orders, kiosks)
