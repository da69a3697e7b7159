"""Work out when things really happened on a kiosk whose clock may be wrong. Pure.

What can be relied on: positions order the entries; within one start of a box the seconds since that start run on
whatever the wall clock does; nothing happened before the device was enrolled or after its batch arrived. A batch that
comes over the network tells the box's seconds since start as it was sent, which dates everything of that start, and
what was recorded after it is younger. The distance between the two clocks counts for the start in which it was learnt.
For other starts the box's own clock is believed as far as it fits between its neighbours, and vouched for as far as it
was right at the end and has never gone back before; else the middle is taken. What is still more than three days unsure
is a guess.
Everything is in whole seconds, wall time since 1970 UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.checks import LATEST_S

SENT_S = 30
"""How long a batch is on its way at most, as a rule: the box gives up after that."""
OFFSET_S = 300
"""How far a clock whose distance from the district's was known may have drifted since."""
DRIFT = 5_000
"""One second in so many is what an oscillator without correction may be off (200 ppm)."""
DAY_IS_SURE_S = 6 * 3_600
GUESS_S = 3 * 86_400
"""What may be off by more than this has no known day. A stick is carried within that time, as a rule."""
STEP_BACK_S = 60
"""So far two readings within one start may stand the wrong way round: of two entries written together."""


class Stamp(Struct, frozen=True):
    """What an entry says of its time. ``up_s``: seconds since the start named ``boot``. ``offset_s``: the district's
    clock less the box's, as last known."""

    at_s: int
    up_s: int | None = None
    boot: str = ""
    offset_s: int | None = None

    @property
    def claim(self) -> int:
        """The wall time the entry claims, put right by the offset."""
        return self.at_s + (self.offset_s or 0)


class Arrival(Struct, frozen=True):
    """What is known of a batch besides its entries. ``boot`` and ``up_s`` are the box's as it was sent; empty and
    ``None`` when it came by stick or did not say. ``not_before_s``: the device's enrolment, or when it last sent older
    entries over the network. ``met``: the starts in which it is known to have reached the district."""

    received_s: int
    not_before_s: int = 0
    boot: str = ""
    up_s: int | None = None
    met: frozenset[str] = frozenset()


class Corrected(Struct, frozen=True):
    """The most likely second, and how far off it may be; ``None`` when only the box's own unchecked clock says so."""

    at_s: int
    uncertain_s: int | None

    @property
    def is_sure_of_the_day(self) -> bool:
        return self.uncertain_s is not None and self.uncertain_s <= DAY_IS_SURE_S

    @property
    def is_guess(self) -> bool:
        """Whether nobody knows the day, nor anything near it."""
        return self.uncertain_s is None or self.uncertain_s > GUESS_S


def stamp_of(body: dict[str, Any]) -> Stamp:
    """Reads an opened body; what is no such value counts as not said."""
    at_s, up_s, offset_s = (_whole(body.get(name)) for name in ("at_s", "up_s", "offset_s"))
    boot = body.get("boot")
    return Stamp(
        at_s=min(max(at_s or 0, 0), LATEST_S),
        up_s=up_s if up_s is not None and 0 <= up_s <= LATEST_S else None,
        boot=boot if isinstance(boot, str) else "",
        offset_s=offset_s if offset_s is not None and abs(offset_s) <= LATEST_S else None,
    )


@dataclass(slots=True)
class _Start:
    """The entries of one start of the box, and bounds for the second at which it started. ``slack`` is how far off
    these are once the start is dated."""

    stamps: list[Stamp]
    low: int = 0
    high: int = 0
    slack: int | None = None
    trust: int | None = None

    @property
    def first_up(self) -> int:
        return min(stamp.up_s or 0 for stamp in self.stamps)

    @property
    def last_up(self) -> int:
        return max(stamp.up_s or 0 for stamp in self.stamps)

    @property
    def first_claim(self) -> int:
        return min(stamp.claim for stamp in self.stamps)

    @property
    def last_claim(self) -> int:
        return max(stamp.claim for stamp in self.stamps)


def correct(stamps: Sequence[Stamp], arrival: Arrival) -> list[Corrected]:
    """The real time of each entry of a batch, in the order of their positions.

    One that does not say how long the box had been on is as old as its neighbour, with nothing to vouch for it.
    """
    stamps = [stamp if stamp.boot in arrival.met else replace(stamp, offset_s=None) for stamp in stamps]
    starts = list(_starts([stamp for stamp in stamps if stamp.up_s is not None]))
    _anchor(starts, arrival)
    _bound_above(starts, arrival.received_s)
    _trust(starts, arrival.received_s)
    _bound_below(starts, arrival.not_before_s)
    dated = iter([each for start in starts for each in _times(start)])
    found: list[Corrected] = []
    for stamp in stamps:
        found.append(next(dated) if stamp.up_s is not None else _beside(stamp, found, arrival))
    return found


def _beside(stamp: Stamp, before: Sequence[Corrected], arrival: Arrival) -> Corrected:
    if arrival.not_before_s - SENT_S <= stamp.claim <= arrival.received_s + SENT_S:
        return Corrected(stamp.claim, _carried(stamp.claim, arrival.received_s))
    return Corrected(before[-1].at_s if before else arrival.received_s, None)


def _starts(stamps: Sequence[Stamp]) -> Iterator[_Start]:
    present: list[Stamp] = []
    for stamp in stamps:
        if present and not _follows(present[-1], stamp):
            yield _Start(present)
            present = []
        present.append(stamp)
    if present:
        yield _Start(present)


def _follows(before: Stamp, after: Stamp) -> bool:
    if before.up_s is None or after.up_s is None:
        return False
    return before.boot == after.boot and after.up_s >= before.up_s - STEP_BACK_S


def _anchor(starts: list[_Start], arrival: Arrival) -> None:
    """Dates the start during which the batch was sent."""
    for start in reversed(starts):
        if arrival.up_s is not None and start.stamps[-1].up_s is not None and start.stamps[0].boot == arrival.boot:
            if arrival.up_s >= start.last_up:
                start.low = start.high = arrival.received_s - arrival.up_s
                start.slack = SENT_S
            return


def _bound_above(starts: list[_Start], latest: int) -> None:
    """No entry is later than the next start, or than the arrival."""
    for start in reversed(starts):
        if start.slack is None:
            start.high = latest - start.last_up
            latest = start.high
        else:
            latest = start.high + start.slack


def _trust(starts: list[_Start], received_s: int) -> None:
    """How far off the box's own clock may be in each start that is not dated: as far as it was at the end, when it was
    right by then, for every start before that claims to be older and has not gone back before its predecessors."""
    off: int | None = None
    upper = received_s + SENT_S
    for number, start in reversed(list(enumerate(starts))):
        if start.slack is not None:
            error = abs(start.last_claim - (start.high + start.last_up)) + start.slack
            off, upper = (error if error <= GUESS_S else None), start.high + start.first_up
        elif number == len(starts) - 1:
            start.trust = off = _carried(start.last_claim, received_s)
            upper = start.first_claim
        elif off is not None and start.last_claim <= upper + off and not _has_gone_back(starts[:number], start, upper):
            start.trust, upper = off, start.first_claim


def _has_gone_back(before: Sequence[_Start], start: _Start, latest: int) -> bool:
    claims = [each.last_claim for each in before if each.last_claim <= latest]
    return max(claims, default=0) > start.first_claim + OFFSET_S


def _carried(claim: int, received_s: int) -> int | None:
    """How far off a clock may be that claimed this at last, before its entries were carried here; ``None``: it was not
    right."""
    late = received_s - claim
    return max(late, SENT_S) if -SENT_S <= late <= GUESS_S else None


def _bound_below(starts: list[_Start], earliest: int) -> None:
    """No start is earlier than the last entry before it; of the first one, its first entry is bounded alone."""
    for number, start in enumerate(starts):
        if start.slack is None:
            start.low = min(earliest if number else earliest - start.first_up, start.high)
        began, uncertain = _beginning(start)
        sure = start.low if uncertain is None else began - uncertain
        earliest = max(earliest, sure + start.last_up)


def _times(start: _Start) -> Iterator[Corrected]:
    began, uncertain = _beginning(start)
    for stamp in start.stamps:
        at_s = min(max(began + (stamp.up_s or 0), 0), LATEST_S)
        drift = (start.last_up - (stamp.up_s or 0)) // DRIFT
        yield Corrected(at_s, None if uncertain is None else uncertain + drift)


def _beginning(start: _Start) -> tuple[int, int | None]:
    """The second at which the box started, and how far off that may be. The latest claim that fits is the one believed:
    a clock is put right, as a rule, and seldom put wrong."""
    if start.slack is not None:
        return start.high, start.slack
    for known in (True, False):
        for stamp in reversed(start.stamps):
            began = stamp.claim - (stamp.up_s or 0)
            tolerance = OFFSET_S if known else SENT_S
            if (stamp.offset_s is not None) is known and start.low - tolerance <= began <= start.high + tolerance:
                return began, OFFSET_S if known else start.trust
    middle = (start.low + start.high) // 2
    return middle, start.high - middle + 1


def _whole(value: object) -> int | None:
    return value if type(value) is int else None
