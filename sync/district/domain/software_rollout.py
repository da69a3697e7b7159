"""The roll-out of a release of the software: how far it has come, and what is to become of it. Pure.

It reaches a small share of the kiosks first, drawn by a hash of kiosk and version, and a larger one once those have
kept it for a day. It is stopped when two kiosks, or more than two of a hundred that tried, did not do well with it.
Nothing is ever rewritten: each step is an event with a number that only rises, since kiosks pass over an older one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from sync.protocol.software_release import SHARE_PARTS, is_reached

RINGS = (200, 1_000, 3_000, SHARE_PARTS)
"""Shares in hundredths of a percent: one kiosk of fifty first, then one of ten, three of ten, all."""
SOAK = timedelta(hours=24)
"""So long after the last step the next may follow: a night to install it, and a day of people before the screens."""
KEPT_PERCENT, MIN_KEPT = 95, 5
"""Of the kiosks reached that are in touch so many run with it, and not fewer than these if there are so many."""
MAX_FAILED, MAX_FAILED_PERCENT = 2, 2
"""From so many failures on, or with more of a hundred that tried it, it is stopped."""
WATCHED = timedelta(days=14)
"""So long after all were reached it is still judged."""


class RolloutWhy(StrEnum):
    """Why the district took a step by itself."""

    FAILED = "failed"
    WELL = "well"


class RolloutEvent(Struct, frozen=True):
    """One step: from ``at`` (aware UTC) on ``version`` is offered to ``share`` of the kiosks, 0 for none any more.
    ``person``: empty for the district itself, whose ``why`` is a ``RolloutWhy``."""

    number: int
    version: str
    share: int
    at: datetime
    person: str
    why: str


class RolloutLook(Struct, frozen=True):
    """What is known of a kiosk: the release it runs, what it says of which other one (``word``, ``why``), and whether
    it is in touch, or silent or dark since it took that release."""

    device_id: str
    running: str = ""
    version: str = ""
    word: str = ""
    why: str = ""
    in_touch: bool = False
    is_lost: bool = False


OWN_FAULTS = frozenset({"no_space", "not_copied", "no_copy", "too_slow", "expired", "failed_before", "power"})
"""Reasons of a kiosk's own for which a release is not taken: they speak against no other kiosk's."""


class RolloutOutcome(StrEnum):
    """How a kiosk stands to a release. ``OPEN``: it has not tried it yet. ``UNABLE``: it will not try, for a reason of
    its own. ``AWAY``: it is not in touch."""

    KEPT = "kept"
    FAILED = "failed"
    OPEN = "open"
    UNABLE = "unable"
    AWAY = "away"


def outcome(look: RolloutLook, version: str) -> RolloutOutcome:
    """What became of the release at one kiosk that was reached."""
    is_of_it = look.version == version
    if is_of_it and look.word == "gone_back" and look.why not in OWN_FAULTS:
        return RolloutOutcome.FAILED
    if is_of_it and look.word == "refused" and look.why not in OWN_FAULTS:
        return RolloutOutcome.FAILED
    if look.is_lost and (look.running == version or (is_of_it and look.word == "installing")):
        return RolloutOutcome.FAILED
    if look.running == version:
        return RolloutOutcome.KEPT
    if is_of_it and look.word in ("refused", "gone_back", "off"):
        return RolloutOutcome.UNABLE
    return RolloutOutcome.OPEN if look.in_touch else RolloutOutcome.AWAY


class RolloutState(Struct, frozen=True):
    """How a roll-out stands: how many kiosks in use there are and were reached, and which came to what."""

    kiosks: int
    by_outcome: Mapping[RolloutOutcome, tuple[str, ...]]

    def n(self, *outcomes: RolloutOutcome) -> int:
        """How many came to one of these."""
        return sum(len(self.by_outcome.get(each, ())) for each in outcomes)

    @property
    def reached(self) -> int:
        return self.n(*RolloutOutcome)


def rollout_state(event: RolloutEvent, looks: Iterable[RolloutLook]) -> RolloutState:
    """Of kiosks in use. Who tried it counts as reached also once it is stopped."""
    every = list(looks)
    found: dict[RolloutOutcome, list[str]] = {}
    for look in every:
        tried = look.running == event.version or (look.version == event.version and look.word != "off")
        if tried or is_reached(look.device_id, event.version, event.share):
            found.setdefault(outcome(look, event.version), []).append(look.device_id)
    return RolloutState(len(every), {each: tuple(names) for each, names in found.items()})


class NextRing(Struct, frozen=True):
    """The share that is to be reached next (0: it is stopped) and why."""

    share: int
    why: RolloutWhy


def judge(event: RolloutEvent, seen: RolloutState, now: datetime) -> NextRing | None:
    """What is to become of a roll-out whose newest step is ``event``; ``None`` while it stays as it is."""
    if not event.share or (event.share >= SHARE_PARTS and now - event.at > WATCHED):
        return None
    failed, tried = seen.n(RolloutOutcome.FAILED), seen.n(RolloutOutcome.FAILED, RolloutOutcome.KEPT)
    if failed >= MAX_FAILED or 100 * failed > MAX_FAILED_PERCENT * tried:
        return NextRing(0, RolloutWhy.FAILED)
    following = next((share for share in RINGS if share > event.share), None)
    if following is None or now - event.at < SOAK:
        return None
    kept, able = seen.n(RolloutOutcome.KEPT), seen.n(RolloutOutcome.KEPT, RolloutOutcome.OPEN, RolloutOutcome.FAILED)
    if kept < min(MIN_KEPT, able) or 100 * kept < KEPT_PERCENT * able:
        return None
    return NextRing(following, RolloutWhy.WELL)
