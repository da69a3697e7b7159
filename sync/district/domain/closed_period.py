"""A period that somebody closed: which figures were fixed, by whom, when and why, hashed and signed. Pure.

The figures stand in ``content`` as canonical JSON (RFC 8785), whole numbers and texts alone. ``hash`` is the SHA-256 of
a statement that names everything beside it and the hash of the closing before it, so that none can be changed, moved or
taken out of the middle unnoticed; the district signs the hash with its receipt key.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace
from nacl.signing import SigningKey

from sync.district.times import rfc3339
from sync.protocol.chain import closed_period_is_signed, sign_closed_period
from sync.protocol.seal import canonical

BEFORE_THE_FIRST = bytes(32)


class ClosedPeriod(Struct, frozen=True):
    """``number``: counted through the whole district without a gap. ``version``: 1, and one more with each correction;
    all are kept. ``closed_at``: to the millisecond. ``proposed_by`` and ``reason``: of a correction, else empty.
    ``through_group``: the newest released group that was there, so that what came later is known."""

    number: int
    unit_id: str
    period: str
    of: str
    version: int
    closed_at: datetime
    closed_by: str
    proposed_by: str
    reason: str
    through_group: int
    content: str
    previous: bytes = BEFORE_THE_FIRST
    hash: bytes = b""
    signature: bytes = b""

    @property
    def name(self) -> tuple[str, str, str]:
        """What was closed: the unit, the kind of period and which one."""
        return self.unit_id, self.period, self.of


class Proposal(Struct, frozen=True):
    """Somebody's proposal that the closing ``number`` is corrected; it waits for a second person."""

    proposal_id: int
    number: int
    person: str
    at: datetime
    reason: str


class Flaw(StrEnum):
    """What is wrong with a closing. ``GAP``: one before it is gone. ``CHANGED``: it is not what was hashed. ``ORDER``:
    it does not follow the one before it. ``SIGNATURE``: the district did not sign it."""

    GAP = "gap"
    CHANGED = "changed"
    ORDER = "order"
    SIGNATURE = "signature"


def digest_of(closed: ClosedPeriod) -> bytes:
    """The hash that stands for a closing and every one before it."""
    named = {
        "closed_at": rfc3339(closed.closed_at),
        "closed_by": closed.closed_by,
        "content": sha256(closed.content.encode()).hexdigest(),
        "number": closed.number,
        "of": closed.of,
        "period": closed.period,
        "previous": closed.previous.hex(),
        "proposed_by": closed.proposed_by,
        "reason": closed.reason,
        "through_group": closed.through_group,
        "unit_id": closed.unit_id,
        "version": closed.version,
    }
    return sha256(canonical({"closed_period": named})).digest()


def signed(closed: ClosedPeriod, key: SigningKey) -> ClosedPeriod:
    """The same with its hash and the district's signature."""
    digest = digest_of(closed)
    return replace(closed, hash=digest, signature=sign_closed_period(digest, key))


def flaws(closings: Iterable[ClosedPeriod], public_key: bytes) -> Iterator[tuple[int, Flaw]]:
    """What is wrong with the closings of a district, given all in order, as number and flaw."""
    expected, previous = 1, BEFORE_THE_FIRST
    for closed in closings:
        if closed.number != expected:
            yield closed.number, Flaw.GAP
        elif closed.previous != previous:
            yield closed.number, Flaw.ORDER
        if digest_of(closed) != closed.hash:
            yield closed.number, Flaw.CHANGED
        if not closed_period_is_signed(closed.hash, closed.signature, public_key):
            yield closed.number, Flaw.SIGNATURE
        expected, previous = closed.number + 1, closed.hash
