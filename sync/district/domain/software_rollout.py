"""The roll-out of a release of the software: how far it has come, and what is to become of it. Pure.

It reaches a small share of the kiosks first, drawn by a hash of kiosk and version, and a larger one once those have
kept it for a day. It is stopped when two kiosks, or more than two of a hundred that tried, did not do well with it.
Nothing is ever rewritten: each step is an event with a number that only rises, since kiosks pass over an older one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from sync.protocol.software_release import SHARE_PARTS, is_reached

RINGS = (200, 1_000, 3_000, SHARE_PARTS)
"""Shares in hundredths of a percent: one kiosk of fifty first, then one of ten, three of ten, all."""
SOAK = timedelta(hours=24)
"""So long after the last step the next may follow: a night to install it, and a day of people before the screens."""
KEPT_PERCENT, MIN_KEPT = 95, 5
"""Of the kiosks reached that can take it so many run with it, and not fewer than these if there are so many."""
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


class RolloutTrouble(StrEnum):
    """What is wrong with a kiosk that is offered a release, the surest first. ``GONE_BACK``, ``REFUSED``: by its own
    word of this release. ``SILENT``: out of touch for a working day. ``DARK``: its screen draws nothing; a touch panel
    that is unplugged is no release's doing."""

    GONE_BACK = "gone_back"
    REFUSED = "refused"
    SILENT = "silent"
    DARK = "dark"


class KnownTrouble(Struct, frozen=True):
    """A trouble as the district's looks have followed it: at how many in a row it was there. ``is_old``: it was there
    when the roll-out was started, or before the kiosk took the release, or came while the district was not there, and
    speaks against no release."""

    looks: int
    is_old: bool


class RolloutLook(Struct, frozen=True):
    """What is known of a kiosk: the release it runs, and what it says of which other one (``word``, ``why``).
    ``is_away``: it cannot have heard of the offer. ``is_excused``: it fell silent while the district was not there."""

    device_id: str
    running: str = ""
    version: str = ""
    word: str = ""
    why: str = ""
    is_silent: bool = False
    is_dark: bool = False
    is_away: bool = False
    is_excused: bool = False

    def has(self, version: str) -> bool:
        """Whether it runs the release, or was about to when it last spoke."""
        return self.running == version or (self.version == version and self.word == "installing")

    def trouble(self, version: str) -> RolloutTrouble | None:
        """What is wrong with it, the surest word first."""
        is_of_it = self.version == version
        wrong = {
            RolloutTrouble.GONE_BACK: is_of_it and self.word == "gone_back",
            RolloutTrouble.REFUSED: is_of_it and self.word == "refused" and self.why not in OWN_FAULTS,
            RolloutTrouble.SILENT: self.is_silent,
            RolloutTrouble.DARK: self.is_dark,
        }
        return next((each for each in RolloutTrouble if wrong[each]), None)


OWN_FAULTS = frozenset(
    {
        *("no_space", "not_copied", "no_copy", "expired", "failed_before"),
        *("unsigned", "too_old_here", "not_newer", "no_payload"),
    }
)
"""Reasons of a kiosk's own, or of its own settings, for which a release is not taken: they speak against no other
kiosk's. Going back is never one of them, nor is a program that does not end."""
SURE_AT_ONCE = frozenset({RolloutTrouble.GONE_BACK, RolloutTrouble.REFUSED})
SURE_AT_LOOK = 2
"""Silence and a dark screen have to be there at so many looks in a row, as for an alert."""


class RolloutOutcome(StrEnum):
    """How a kiosk stands to a release. ``OPEN``: it has not tried it yet, or its word is still awaited. ``UNABLE``: it
    will not try, for a reason of its own. ``OFF``: nobody has set the holders' keys there. ``KNOWN``: what is wrong
    with it is older than the roll-out. ``AWAY``: it cannot have heard of the offer."""

    KEPT = "kept"
    FAILED = "failed"
    OPEN = "open"
    UNABLE = "unable"
    OFF = "off"
    KNOWN = "known"
    AWAY = "away"


NAMED = (RolloutOutcome.FAILED, RolloutOutcome.UNABLE, RolloutOutcome.KNOWN)
"""Where somebody should look at each kiosk."""


def outcome(look: RolloutLook, version: str, known: KnownTrouble | None = None) -> RolloutOutcome:
    """What became of the release at one kiosk that was reached. ``known``: the trouble that looks have followed."""
    trouble = look.trouble(version)
    if trouble is not None and (trouble in SURE_AT_ONCE or look.has(version)):
        if known is not None and known.is_old:
            return RolloutOutcome.KNOWN
        is_sure = trouble in SURE_AT_ONCE or (known is not None and known.looks >= SURE_AT_LOOK)
        return RolloutOutcome.FAILED if is_sure else RolloutOutcome.OPEN
    if look.running == version:
        return RolloutOutcome.KEPT
    if look.version == version and look.word == "off":
        return RolloutOutcome.OFF
    if look.version == version and look.word == "refused":
        return RolloutOutcome.UNABLE
    return RolloutOutcome.AWAY if look.is_away else RolloutOutcome.OPEN


def followed(known: Mapping[str, KnownTrouble], looks: Iterable[RolloutLook], version: str) -> dict[str, KnownTrouble]:
    """The troubles after one look more: who is well is followed no longer. Who fell silent while the district was not
    there is excused until it is heard again, also after a weekend."""
    found = {}
    for look in looks:
        trouble = look.trouble(version)
        if trouble is None:
            continue
        is_before = trouble not in SURE_AT_ONCE and not look.has(version)
        before = known.get(look.device_id, KnownTrouble(0, is_before))
        is_old = before.is_old or (trouble is RolloutTrouble.SILENT and look.is_excused)
        found[look.device_id] = KnownTrouble(before.looks + 1, is_old)
    return found


def troubles_at_start(looks: Iterable[RolloutLook], version: str) -> dict[str, KnownTrouble]:
    """What is wrong already when somebody starts a roll-out, so that it does not stop that one."""
    return {look.device_id: KnownTrouble(1, is_old=True) for look in looks if look.trouble(version) is not None}


def reached_at(device_id: str, steps: Iterable[RolloutEvent]) -> datetime | None:
    """When a roll-out with these steps, the oldest first, came to a kiosk."""
    return next((step.at for step in steps if is_reached(device_id, step.version, step.share)), None)


class RolloutState(Struct, frozen=True):
    """How a roll-out stands: how many kiosks in use there are and were reached, and which came to what. ``failures``:
    those that failed, by what is wrong with them."""

    kiosks: int
    by_outcome: Mapping[RolloutOutcome, tuple[str, ...]]
    failures: Mapping[RolloutTrouble, tuple[str, ...]] = field(default_factory=dict)

    def n(self, *outcomes: RolloutOutcome) -> int:
        """How many came to one of these."""
        return sum(len(self.by_outcome.get(each, ())) for each in outcomes)

    @property
    def reached(self) -> int:
        return self.n(*RolloutOutcome)


def rollout_state(
    event: RolloutEvent, looks: Iterable[RolloutLook], known: Mapping[str, KnownTrouble] | None = None
) -> RolloutState:
    """Of kiosks in use. Who tried it counts as reached also once it is stopped."""
    every, version = list(looks), event.version
    found: dict[RolloutOutcome, list[str]] = {}
    failures: dict[RolloutTrouble, list[str]] = {}
    for look in every:
        tried = look.running == version or (look.version == version and look.word != "off")
        if not tried and not is_reached(look.device_id, version, event.share):
            continue
        came_to = outcome(look, version, (known or {}).get(look.device_id))
        found.setdefault(came_to, []).append(look.device_id)
        trouble = look.trouble(version)
        if came_to is RolloutOutcome.FAILED and trouble is not None:
            failures.setdefault(trouble, []).append(look.device_id)
    return RolloutState(
        len(every),
        {each: tuple(names) for each, names in found.items()},
        {each: tuple(names) for each, names in failures.items()},
    )


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
    return NextRing(following, RolloutWhy.WELL) if _is_proved(seen) else None


def _is_proved(seen: RolloutState) -> bool:
    """Whether enough of those that were reached have kept it, by day or by night: who does not answer has not. That
    nobody had anything against it is no proof; a ring in which there is no kiosk needs none."""
    kept = seen.n(RolloutOutcome.KEPT)
    able = seen.n(RolloutOutcome.KEPT, RolloutOutcome.OPEN, RolloutOutcome.FAILED)
    asked = able + seen.n(RolloutOutcome.UNABLE)
    if kept == 0:
        return seen.reached == 0
    return kept >= min(MIN_KEPT, asked) and 100 * kept >= KEPT_PERCENT * able
