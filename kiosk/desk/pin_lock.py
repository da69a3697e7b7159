"""Count wrong staff PINs in the database, so that restarting the kiosk does not lift a lock.

Each person has a count of their own: a colleague's right PIN forgives nobody else's wrong ones. From the fifth wrong
one in a row on there is a wait after each, twice as long as the one before. Beside it the kiosk counts all wrong ones
of a day, so that nobody tries one PIN after another on everybody's number: from the twentieth on everybody waits after
each. The price: one more wrong PIN every five minutes then keeps everybody out until midnight. Who is meant is kept as
a fingerprint of the PIN's hash: nobody is named, and a new PIN begins at nothing. Kept are counts, the length of a lock
and the time since the machine was started, of what staff did; nothing that a citizen did is in it.
"""

import hashlib
from typing import Any

import nacl.exceptions
import nacl.pwhash
from msgspec import Struct

from kiosk.clock import Moment
from kiosk.store import box_state

FREE_TRIES = 5
FIRST_LOCK_S, MAX_LOCK_S = 300, 7_200
"""Five minutes after the fifth wrong PIN in a row, then twice as long each time, up to two hours: a million PINs then
take centuries, and whoever mistypes one person's PIN on purpose keeps that person out for two hours at a time."""

MAX_WRONG_A_DAY = 20
"""From so many wrong ones of whomever on, until the day is over, each further one makes everybody wait as long as the
first lock: five minutes, and again five for one more."""

_NAME = "staff_pin"
_EVERYBODY = ""


class Lock(Struct, frozen=True):
    """For how many ``seconds`` no PIN is taken: of one person, or of everybody."""

    seconds: float = 0.0
    for_everybody: bool = False


class _Tries(Struct, frozen=True):
    """``failures`` in a row, and how long the lock is and when it began: ``up_ms`` of the start ``boot``."""

    failures: int = 0
    lock_s: int = 0
    boot: str = ""
    up_ms: int = 0
    day: str = ""

    def locked_seconds(self, moment: Moment) -> float:
        """For how long nothing is taken. After a restart of the machine the lock begins anew with it: nobody knows how
        long it was off."""
        since_ms = self.up_ms if self.boot == moment.boot else 0
        return max(0.0, self.lock_s - (moment.up_ms - since_ms) / 1000)


def lock_of(tx: Any, pin_hash: str | None, moment: Moment) -> Lock:
    """The lock that holds longest for whom this hash belongs to; of two alike that of everybody, which no new PIN
    lifts."""
    kept = box_state.get(tx, _NAME, {})
    everybody, own_s = _read(kept, _EVERYBODY), _read(kept, _who(pin_hash)).locked_seconds(moment)
    of_all_s = everybody.locked_seconds(moment) if everybody.day == str(moment.day) else 0.0
    return Lock(max(own_s, of_all_s), for_everybody=of_all_s > 0 and of_all_s >= own_s)


def note(tx: Any, pin_hash: str | None, moment: Moment, *, right: bool) -> None:
    """Keeps the outcome of one try."""
    kept = box_state.get(tx, _NAME, {})
    who, today = _who(pin_hash), str(moment.day)
    if right:
        if kept.pop(who, None) is not None:
            box_state.put(tx, _NAME, kept)
        return
    failures = _read(kept, who).failures + 1
    kept[who] = _kept(failures, lock_after(failures), moment)
    before = _read(kept, _EVERYBODY)
    wrong = before.failures + 1 if before.day == today else 1
    lock_s = FIRST_LOCK_S if wrong >= MAX_WRONG_A_DAY else 0
    kept[_EVERYBODY] = _kept(wrong, lock_s, moment) | {"day": today}
    box_state.put(tx, _NAME, kept)


def forget_others(tx: Any, pin_hashes: list[str]) -> None:
    """Lets go of the counts of PINs that are no longer any."""
    kept = box_state.get(tx, _NAME, {})
    known = {_EVERYBODY, *map(_who, pin_hashes)}
    if kept.keys() - known:
        box_state.put(tx, _NAME, {who: tries for who, tries in kept.items() if who in known})


def lock_after(failures: int) -> int:
    """For how many seconds nothing is taken after so many wrong PINs in a row.

    >>> [lock_after(n) for n in (1, 4, 5, 6, 7, 9, 10, 50)]
    [0, 0, 300, 600, 1200, 4800, 7200, 7200]
    """
    if failures < FREE_TRIES:
        return 0
    return min(MAX_LOCK_S, FIRST_LOCK_S << min(failures - FREE_TRIES, 10))


def is_right(pin_hash: str | None, pin: str) -> bool:
    """Whether the PIN is the one of this Argon2id hash; where there is none, nobody comes in."""
    if not pin_hash:
        return False
    try:
        return nacl.pwhash.verify(pin_hash.encode(), pin.encode())
    except (nacl.exceptions.InvalidkeyError, nacl.exceptions.CryptPrefixError):
        return False


def _who(pin_hash: str | None) -> str:
    return hashlib.sha256((pin_hash or "nobody").encode()).hexdigest()[:16]


def _read(kept: dict[str, Any], who: str) -> _Tries:
    return _Tries(**kept.get(who, {}))


def _kept(failures: int, lock_s: int, moment: Moment) -> dict[str, Any]:
    if not lock_s:
        return {"failures": failures}
    return {"failures": failures, "lock_s": lock_s, "boot": moment.boot, "up_ms": moment.up_ms}
