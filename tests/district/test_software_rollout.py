"""A fleet of 300 simulated kiosks and the district's own judgement: a release that fails is stopped after two, goes
back by itself, and the next one reaches everybody. Pure: the policy alone, hour by hour."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec import Struct

from sync.district.domain.software_rollout import (
    RINGS,
    SOAK,
    WATCHED,
    NextRing,
    RolloutEvent,
    RolloutLook,
    RolloutOutcome,
    RolloutWhy,
    judge,
    outcome,
    rollout_state,
)
from sync.protocol.software_release import SHARE_PARTS, is_reached, version_of

MONDAY = datetime(2026, 11, 30, 1, tzinfo=UTC)  # 08:00 in Viet Nam
BAD, GOOD = "0.3.0", "0.3.1"
NIGHT_HOURS = range(14, 22)  # UTC: 21:00 to 05:00


class SimulatedKiosk(Struct):
    """``night``: the hour at which it installs what it holds. Its ratings are its own and are never dropped."""

    device_id: str
    night: int
    running: str = "0.2.0"
    said: tuple[str, str, str] = ("", "", "")
    failed: tuple[str, ...] = ()
    ratings: int = 0
    away: bool = False

    def hour(self, offered: RolloutEvent, hour: int) -> None:
        """As ``sync.agent.updates`` and the installer decide it."""
        self.ratings += hour in range(1, 10)
        is_newer = version_of(offered.version) > version_of(self.running)
        wanted = is_newer and is_reached(self.device_id, offered.version, offered.share)
        if self.away or not wanted or offered.version in self.failed:
            return
        self.said = (offered.version, "waiting", "")
        if hour == self.night and offered.version == BAD:
            self.failed, self.said = (*self.failed, BAD), (BAD, "gone_back", "screen_dark")
        elif hour == self.night:
            self.running, self.said = offered.version, (offered.version, "kept", "")

    def look(self) -> RolloutLook:
        return RolloutLook(self.device_id, self.running, *self.said, in_touch=not self.away)


def fleet(n: int = 300) -> list[SimulatedKiosk]:
    """One of thirty is away for all that time."""
    return [
        SimulatedKiosk(f"kiosk-{number:03}", NIGHT_HOURS[number % len(NIGHT_HOURS)], away=number % 30 == 29)
        for number in range(n)
    ]


def roll_out(kiosks: list[SimulatedKiosk], version: str, at: datetime, days: int) -> list[RolloutEvent]:
    """Hour by hour; the events."""
    events = [RolloutEvent(1, version, RINGS[0], at, "tam", "bản mới")]
    for passed in range(days * 24):
        now = at + timedelta(hours=passed)
        for kiosk in kiosks:
            kiosk.hour(events[-1], now.hour)
        found = judge(events[-1], rollout_state(events[-1], [kiosk.look() for kiosk in kiosks]), now)
        if found:
            events.append(RolloutEvent(len(events) + 1, version, found.share, now, "", str(found.why)))
    return events


def test_300_kiosks_a_bad_release_in_between_stops_and_goes_back_and_the_next_one_reaches_all_and_nothing_is_lost():
    kiosks = fleet()

    bad = roll_out(kiosks, BAD, MONDAY, days=4)
    hit = [kiosk for kiosk in kiosks if BAD in kiosk.failed]
    good = roll_out(kiosks, GOOD, MONDAY + timedelta(days=4), days=12)

    assert [(event.share, event.why) for event in bad] == [(200, "bản mới"), (0, RolloutWhy.FAILED)]
    assert 1 <= len(hit) <= 3
    assert [event.share for event in good] == list(RINGS)
    assert all(later.at - before.at >= SOAK for before, later in pairwise(good))
    assert Counter(kiosk.running for kiosk in kiosks) == {GOOD: 290, "0.2.0": 10}
    assert {kiosk.running for kiosk in kiosks if kiosk.away} == {"0.2.0"}
    assert {kiosk.ratings for kiosk in kiosks} == {16 * 9}


@pytest.mark.parametrize("n", [1, 3, 10, 60])
def test_a_small_fleet_is_reached_too_though_its_first_ring_may_be_empty(n: int):
    kiosks = [SimulatedKiosk(f"k{number}", 15) for number in range(n)]

    events = roll_out(kiosks, GOOD, MONDAY, days=12)

    assert events[-1].share == SHARE_PARTS
    assert {kiosk.running for kiosk in kiosks} == {GOOD}


def seen(event: RolloutEvent, *words: str, running: str = GOOD, n: int = 0) -> object:
    looks = [
        RolloutLook(f"k{number}", "0.2.0", GOOD, word, "screen_dark", in_touch=True)
        for number, word in enumerate(words)
    ]
    looks += [RolloutLook(f"kept{number}", running, GOOD, "kept", in_touch=True) for number in range(n)]
    return rollout_state(event, looks)


ALL = RolloutEvent(4, GOOD, SHARE_PARTS, MONDAY, "", "well")
FIRST = RolloutEvent(1, GOOD, 3_000, MONDAY, "tam", "bản mới")
STOPPED = NextRing(0, RolloutWhy.FAILED)


def test_two_failures_or_more_than_two_of_a_hundred_stop_it_at_any_ring_and_one_of_many_does_not():
    now = MONDAY + timedelta(hours=1)

    assert judge(ALL, seen(ALL, "gone_back", n=10), now) == STOPPED
    assert judge(ALL, seen(ALL, "gone_back", n=48), now) == STOPPED
    assert judge(ALL, seen(ALL, "gone_back", n=49), now) is None
    assert judge(ALL, seen(ALL, "gone_back", "refused", n=290), now) == STOPPED
    assert judge(ALL, seen(ALL, "gone_back", "refused", n=290), now + WATCHED + SOAK) is None
    assert judge(RolloutEvent(5, GOOD, 0, MONDAY, "", ""), seen(ALL, "gone_back", "gone_back"), now) is None


def test_the_next_ring_waits_for_a_day_and_for_those_that_are_in_touch_and_able():
    day = MONDAY + SOAK
    everyone = RolloutEvent(1, GOOD, 3_000, MONDAY, "tam", "bản mới")
    reached = [f"k{number}" for number in range(400) if is_reached(f"k{number}", GOOD, 3_000)][:40]

    def stands(kept: int, rest: RolloutLook) -> object:
        looks = [RolloutLook(name, GOOD, in_touch=True) for name in reached[:kept]]
        looks += [
            RolloutLook(name, rest.running, rest.version, rest.word, rest.why, rest.in_touch) for name in reached[kept:]
        ]
        return rollout_state(everyone, looks)

    waiting = RolloutLook("", "0.2.0", GOOD, "waiting", in_touch=True)
    away, off = RolloutLook("", "0.2.0"), RolloutLook("", "0.2.0", GOOD, "off", in_touch=True)
    assert judge(everyone, stands(40, waiting), day - timedelta(minutes=1)) is None
    assert judge(everyone, stands(40, waiting), day) == NextRing(SHARE_PARTS, RolloutWhy.WELL)
    assert judge(everyone, stands(38, waiting), day) == NextRing(SHARE_PARTS, RolloutWhy.WELL)
    assert judge(everyone, stands(37, waiting), day) is None
    assert judge(everyone, stands(20, away), day) == NextRing(SHARE_PARTS, RolloutWhy.WELL)
    assert judge(everyone, stands(20, off), day) == NextRing(SHARE_PARTS, RolloutWhy.WELL)


@pytest.mark.parametrize(
    ("look", "what"),
    [
        (RolloutLook("k", GOOD, in_touch=True), RolloutOutcome.KEPT),
        (RolloutLook("k", GOOD, is_lost=True), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "installing", is_lost=True), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", is_lost=True), RolloutOutcome.AWAY),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "older_cannot_read", in_touch=True), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "no_space", in_touch=True), RolloutOutcome.UNABLE),
        (RolloutLook("k", "0.2.0", GOOD, "gone_back", "power", in_touch=True), RolloutOutcome.UNABLE),
        (RolloutLook("k", "0.2.0", BAD, "gone_back", "screen_dark", in_touch=True), RolloutOutcome.OPEN),
        (RolloutLook("k", "\x00", "x" * 99, "kept", in_touch=True), RolloutOutcome.OPEN),
    ],
    ids=range(9),
)
def test_what_a_kiosk_says_is_weighed(look: RolloutLook, what: RolloutOutcome):
    assert outcome(look, GOOD) is what
