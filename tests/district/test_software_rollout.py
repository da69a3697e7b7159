"""A fleet of 300 simulated kiosks and the district's own judgement: a release that fails is stopped after two, goes
back by itself, and the next one reaches everybody. Pure: the policy alone, hour by hour."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.domain.reference import OpeningHours
from sync.district.domain.software_rollout import (
    RINGS,
    SOAK,
    WATCHED,
    KnownTrouble,
    NextRing,
    RolloutEvent,
    RolloutLook,
    RolloutOutcome,
    RolloutTrouble,
    RolloutWhy,
    followed,
    judge,
    outcome,
    rollout_state,
    troubles_at_start,
)
from sync.district.measures.kiosks import KioskRow, KnownKiosks, Offices, kiosk_lines
from sync.district.measures.organisation import Organisation
from sync.district.measures.rollout import looks_of
from sync.protocol.software_release import SHARE_PARTS, is_reached, version_of

MONDAY = datetime(2026, 11, 30, 1, tzinfo=UTC)  # 08:00 in Viet Nam
BAD, GOOD, HANGS, MUTE = "0.3.0", "0.3.1", "0.3.2", "0.3.3"
GOES_BACK = {BAD: "screen_dark", HANGS: "too_slow"}
NIGHT_HOURS = range(14, 22)  # UTC: 21:00 to 05:00
OFFICE = Offices((OpeningHours("H", "H35", "1234567", "07:30-11:30", "13:30-17:00"),))


class SimulatedKiosk(Struct):
    """``night``: the hour at which it installs what it holds; ``is_off_at_night``: somebody switches it off for these.
    Its ratings are its own and are never dropped."""

    device_id: str
    night: int
    running: str = "0.2.0"
    said: tuple[str, str, str] = ("", "", "")
    failed: tuple[str, ...] = ()
    ratings: int = 0
    away: bool = False
    is_off_at_night: bool = False
    heard: RolloutEvent | None = None
    contact_at: datetime = MONDAY - timedelta(hours=1)
    health: dict[str, object] = field(default_factory=dict)

    def hour(self, offered: RolloutEvent, now: datetime, *, district_is_there: bool) -> None:
        """As ``sync.agent.updates`` and the installer decide it."""
        self.ratings += now.hour in range(1, 10)
        if self.away or (self.is_off_at_night and now.hour in NIGHT_HOURS):
            return
        if district_is_there and self.running != MUTE:
            self.heard, self.contact_at = offered, now
        if self.heard is not None:
            self._take(self.heard, now.hour)
        if district_is_there and self.contact_at == now:
            update = dict(zip(("version", "word", "why"), self.said, strict=True))
            self.health = {"software": "0.2.0" if self.running == MUTE else self.running, "update": update}

    def _take(self, offer: RolloutEvent, hour: int) -> None:
        is_newer = version_of(offer.version) > version_of(self.running)
        wanted = is_newer and is_reached(self.device_id, offer.version, offer.share)
        if not wanted or offer.version in self.failed:
            return
        self.said = (offer.version, "waiting", "")
        if hour == self.night and offer.version in GOES_BACK:
            self.failed = (*self.failed, offer.version)
            self.said = (offer.version, "gone_back", GOES_BACK[offer.version])
        elif hour == self.night:
            self.running = offer.version
            self.said = (offer.version, "installing" if offer.version == MUTE else "kept", "")

    def row(self) -> KioskRow:
        return KioskRow(
            self.device_id, "H35", None, "active", MONDAY - timedelta(days=99), self.contact_at, self.health
        )


def fleet(n: int = 300) -> list[SimulatedKiosk]:
    """One of thirty is away for all that time, and was for a week before."""
    return [
        SimulatedKiosk(
            f"kiosk-{number:03}",
            NIGHT_HOURS[number % len(NIGHT_HOURS)],
            away=number % 30 == 29,
            contact_at=MONDAY - (timedelta(days=7) if number % 30 == 29 else timedelta(hours=1)),
        )
        for number in range(n)
    ]


def looks_at(
    kiosks: list[SimulatedKiosk], steps: list[RolloutEvent], now: datetime, away_at: datetime | None = None
) -> list[RolloutLook]:
    """By the district's own eyes: each kiosk's last contact, its word, and the hours of the office."""
    rows = [kiosk.row() for kiosk in kiosks]
    lines = kiosk_lines(Organisation({}, {}), KnownKiosks(rows, offices=OFFICE), None, now)
    return looks_of(lines, rows, steps, away_at)


def roll_out(
    kiosks: list[SimulatedKiosk], version: str, at: datetime, days: int, *, away_hours: Collection[int] = ()
) -> list[RolloutEvent]:
    """Hour by hour; the events. ``away_hours``: in which hours from the start the district is not there."""
    events = [RolloutEvent(1, version, RINGS[0], at, "tam", "bản mới")]
    troubles = troubles_at_start(looks_at(kiosks, events, at), version)
    for passed in range(days * 24):
        now, is_there = at + timedelta(hours=passed), passed not in away_hours
        if is_there:  # the look of the full hour comes before any kiosk is heard, as when the district has just started
            ago = next((n for n in range(1, 49) if passed - n in away_hours), None)
            looks = looks_at(kiosks, events, now, None if ago is None else now - timedelta(hours=ago))
            troubles = followed(troubles, looks, version)
            found = judge(events[-1], rollout_state(events[-1], looks, troubles), now)
            if found:
                events.append(RolloutEvent(len(events) + 1, version, found.share, now, "", str(found.why)))
        for kiosk in kiosks:
            kiosk.hour(events[-1], now, district_is_there=is_there)
    return events


def test_300_kiosks_a_bad_release_in_between_stops_and_goes_back_and_the_next_one_reaches_all_and_nothing_is_lost():
    kiosks = fleet()

    bad = roll_out(kiosks, BAD, MONDAY, days=2)
    hit = [kiosk for kiosk in kiosks if BAD in kiosk.failed]
    good = roll_out(kiosks, GOOD, MONDAY + timedelta(days=2), days=5)

    assert [(event.share, event.why) for event in bad] == [(200, "bản mới"), (0, RolloutWhy.FAILED)]
    assert 1 <= len(hit) <= 3
    assert [event.share for event in good] == list(RINGS)
    assert all(later.at - before.at >= SOAK for before, later in pairwise(good))
    assert Counter(kiosk.running for kiosk in kiosks) == {GOOD: 290, "0.2.0": 10}
    assert {kiosk.running for kiosk in kiosks if kiosk.away} == {"0.2.0"}
    assert {kiosk.ratings for kiosk in kiosks} == {7 * 9}


def test_300_kiosks_a_release_whose_doctor_hangs_everywhere_is_stopped_in_the_first_ring():
    kiosks = fleet()

    events = roll_out(kiosks, HANGS, MONDAY, days=2)

    assert [(event.share, event.why) for event in events[1:]] == [(0, RolloutWhy.FAILED)]
    assert sum(HANGS in kiosk.failed for kiosk in kiosks) <= 6
    assert {kiosk.running for kiosk in kiosks} == {"0.2.0"}


def test_300_kiosks_a_release_after_which_nothing_is_delivered_is_stopped_by_the_silence_of_the_first_ring():
    kiosks = fleet()

    events = roll_out(kiosks, MUTE, MONDAY, days=3)

    assert [(event.share, event.why) for event in events[1:]] == [(0, RolloutWhy.FAILED)]
    assert 1 < sum(kiosk.running == MUTE for kiosk in kiosks) <= 10


def test_300_kiosks_that_are_switched_off_at_night_have_not_tried_it_and_no_ring_follows():
    kiosks = fleet()
    for kiosk in kiosks:
        kiosk.is_off_at_night = True

    events = roll_out(kiosks, GOOD, MONDAY, days=3)
    waiting = sum(kiosk.said[1] == "waiting" for kiosk in kiosks)

    assert [event.share for event in events] == [RINGS[0]]
    assert 1 <= waiting <= 10
    assert {kiosk.running for kiosk in kiosks} == {"0.2.0"}


def test_300_kiosks_a_district_that_was_away_for_two_days_stops_nothing_and_believes_nothing_old():
    kiosks = fleet()
    away_hours = range(22, 70)  # from the end of the first night on: the first ring has installed it

    events = roll_out(kiosks, GOOD, MONDAY, days=5, away_hours=away_hours)

    assert [event.share for event in events] == list(RINGS[:2])
    assert events[1].at > MONDAY + timedelta(hours=70)  # not before the kiosks were heard again


@pytest.mark.parametrize("n", [1, 3, 10, 60])
def test_a_small_fleet_is_reached_too_though_its_first_ring_may_be_empty(n: int):
    kiosks = [SimulatedKiosk(f"k{number}", 15) for number in range(n)]

    events = roll_out(kiosks, GOOD, MONDAY, days=12)

    assert events[-1].share == SHARE_PARTS
    assert {kiosk.running for kiosk in kiosks} == {GOOD}


def seen(event: RolloutEvent, *words: str, running: str = GOOD, n: int = 0) -> object:
    looks = [RolloutLook(f"k{number}", "0.2.0", GOOD, word, "screen_dark") for number, word in enumerate(words)]
    looks += [RolloutLook(f"kept{number}", running, GOOD, "kept") for number in range(n)]
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


def stands(kept: int, rest: RolloutLook, n: int = 40) -> object:
    """The first ring at which so many of ``n`` kiosks run with it, and the others are like ``rest``."""
    reached = [f"k{number}" for number in range(400) if is_reached(f"k{number}", GOOD, 3_000)][:n]
    looks = [RolloutLook(name, GOOD) for name in reached[:kept]] + [replace(rest, device_id=n) for n in reached[kept:]]
    return rollout_state(FIRST, looks)


WAITING, QUIET = RolloutLook("", "0.2.0", GOOD, "waiting"), RolloutLook("", "0.2.0")
AWAY, OFF = RolloutLook("", "0.2.0", is_silent=True, is_away=True), RolloutLook("", "0.2.0", GOOD, "off")
UNABLE = RolloutLook("", "0.2.0", GOOD, "refused", "no_payload")


def test_the_next_ring_waits_for_a_day_and_for_those_that_can_take_it():
    day = MONDAY + SOAK

    assert judge(FIRST, stands(40, WAITING), day - timedelta(minutes=1)) is None
    for kept, rest in ((40, WAITING), (38, WAITING), (20, AWAY), (20, OFF), (20, UNABLE)):
        assert judge(FIRST, stands(kept, rest), day) == NextRing(SHARE_PARTS, RolloutWhy.WELL)
    for kept, rest in ((37, WAITING), (37, QUIET)):
        assert judge(FIRST, stands(kept, rest), day) is None


@pytest.mark.parametrize("rest", [QUIET, AWAY, OFF, UNABLE], ids=["quiet", "away", "off", "unable"])
def test_a_ring_in_which_nobody_tried_it_is_no_proof_however_little_is_said_against_it(rest: RolloutLook):
    assert judge(FIRST, stands(0, rest, n=3), MONDAY + 3 * SOAK) is None
    assert judge(FIRST, rollout_state(FIRST, []), MONDAY + SOAK) == NextRing(SHARE_PARTS, RolloutWhy.WELL)


@pytest.mark.parametrize(
    ("look", "what"),
    [
        (RolloutLook("k", GOOD), RolloutOutcome.KEPT),
        (RolloutLook("k", GOOD, is_silent=True), RolloutOutcome.FAILED),
        (RolloutLook("k", GOOD, is_dark=True), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "installing", is_silent=True), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", is_silent=True, is_away=True), RolloutOutcome.AWAY),
        (RolloutLook("k", "0.2.0", GOOD, "waiting", is_silent=True), RolloutOutcome.OPEN),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "older_cannot_read"), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "too_slow"), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "no_space"), RolloutOutcome.UNABLE),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "unsigned"), RolloutOutcome.UNABLE),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "too_old_here"), RolloutOutcome.UNABLE),
        (RolloutLook("k", "0.2.0", GOOD, "refused", "no_payload"), RolloutOutcome.UNABLE),
        (RolloutLook("k", "0.2.0", GOOD, "gone_back", "power"), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "gone_back", "too_slow"), RolloutOutcome.FAILED),
        (RolloutLook("k", "0.2.0", GOOD, "off"), RolloutOutcome.OFF),
        (RolloutLook("k", "0.2.0", BAD, "gone_back", "screen_dark"), RolloutOutcome.OPEN),
        (RolloutLook("k", "\x00", "x" * 99, "kept"), RolloutOutcome.OPEN),
    ],
    ids=range(17),
)
def test_what_a_kiosk_says_is_weighed(look: RolloutLook, what: RolloutOutcome):
    assert outcome(look, GOOD, KnownTrouble(2, is_old=False)) is what


def test_silence_and_a_dark_screen_count_at_the_second_look_in_a_row_and_not_while_the_district_was_away():
    lost = [RolloutLook("silent", GOOD, is_silent=True), RolloutLook("dark", GOOD, is_dark=True)]
    excused = [RolloutLook("silent", GOOD, is_silent=True, is_excused=True), RolloutLook("dark", GOOD)]

    once = followed({}, lost, GOOD)
    twice = followed(once, lost, GOOD)
    away = followed(once, excused, GOOD)
    long_after = followed(followed(away, lost, GOOD), lost, GOOD)

    assert [rollout_state(ALL, lost, known).n(RolloutOutcome.FAILED) for known in (once, twice)] == [0, 2]
    assert rollout_state(ALL, lost, twice).failures == {
        RolloutTrouble.SILENT: ("silent",),
        RolloutTrouble.DARK: ("dark",),
    }
    assert rollout_state(ALL, excused, away).failures == {}
    assert rollout_state(ALL, lost, long_after).failures == {RolloutTrouble.DARK: ("dark",)}


def test_what_was_wrong_before_a_kiosk_took_it_or_before_the_start_speaks_against_no_release_until_it_was_well():
    before = [RolloutLook("k", "0.2.0", is_dark=True), RolloutLook("gone", "0.2.0", GOOD, "gone_back", "screen_dark")]
    after = [RolloutLook("k", GOOD, is_dark=True), before[1]]
    well = [RolloutLook("k", GOOD), before[1]]

    known = troubles_at_start(before, GOOD)
    for _ in range(3):
        known = followed(known, after, GOOD)
    ill_before = followed(followed(followed({}, before[:1], GOOD), after[:1], GOOD), after[:1], GOOD)
    anew = followed(followed(followed(known, well, GOOD), after, GOOD), after, GOOD)

    assert rollout_state(ALL, after, known).by_outcome == {RolloutOutcome.KNOWN: ("k", "gone")}
    assert judge(ALL, rollout_state(ALL, after, known), MONDAY + SOAK) is None
    assert outcome(after[0], GOOD, ill_before["k"]) is RolloutOutcome.KNOWN
    assert [outcome(look, GOOD, anew[look.device_id]) for look in after] == [
        RolloutOutcome.FAILED,
        RolloutOutcome.KNOWN,
    ]
