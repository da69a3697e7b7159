"""Check a kiosk's ledger again: every link, every signed head, every hole. Pure over what the store reads."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from sync.protocol.chain import Envelope, Head, genesis, head_is_signed, link


class Position(Struct, frozen=True):
    """A held position, as the database has it now. ``erased``: its sealed form was taken away; the hash is kept, and
    the entry after it and the head that covers both are still checked over it."""

    seq: int
    envelope: Envelope
    hash: bytes
    erased: bool = False

    def linked(self, previous: bytes, device_id: str, epoch: int) -> bytes:
        """The hash at this position, worked out anew where there is something to work it out from."""
        return self.hash if self.erased else link(previous, device_id, epoch, self.seq, self.envelope)


class SignedRun(Struct, frozen=True):
    """A signed head with the run it closed."""

    head: Head
    first_seq: int
    previous: bytes
    signature: bytes
    former_keys: tuple[bytes, ...] = ()  # keys of the device that had not given way yet when the head arrived


class DeviceCheck(Struct, frozen=True):
    """What a walk found: how many entries hold, the first that does not and why, the holes (first and last), and how
    many of the entries that hold were erased."""

    holds: int
    broken: tuple[int, str] | None
    holes: tuple[tuple[int, int], ...]
    erased: int = 0


class Prefix(Struct, frozen=True):
    """The first positions of an epoch, linked again: the hash at the last of them, or the first that is wrong."""

    hash: bytes = b""
    first_wrong: int | None = None
    missing: bool = False


def prefix(device_id: str, epoch: int, upto: int, positions: Iterable[Position]) -> Prefix:
    """Links every position of an epoch from its first to ``upto``."""
    current, seq = genesis(device_id, epoch), 0
    for position in positions:
        if position.seq != seq + 1:
            return Prefix(first_wrong=seq + 1, missing=True)
        current, seq = position.linked(current, device_id, epoch), position.seq
        if current != position.hash:
            return Prefix(first_wrong=seq)
        if seq == upto:
            return Prefix(current)
    return Prefix(first_wrong=seq + 1, missing=True)


class _Broken(Exception):
    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(seq, reason)
        self.seq, self.reason = seq, reason


def walk(
    device_id: str, epoch: int, public_key: bytes, positions: Iterable[Position], runs: Iterable[SignedRun]
) -> DeviceCheck:
    """Walks one epoch in order of position and stops at the first entry that does not hold."""
    walker = _Walker(device_id, epoch, public_key, runs)
    try:
        for position in positions:
            walker.step(position)
        walker.finish()
    except _Broken as broken:
        return DeviceCheck(walker.signed_count, (broken.seq, broken.reason), tuple(walker.holes), walker.erased)
    return DeviceCheck(walker.signed_count, None, tuple(walker.holes), walker.erased)


class _Walker:
    """``signed_count`` entries are linked and covered by a signed head; ``linked`` more are linked only, so far."""

    def __init__(self, device_id: str, epoch: int, public_key: bytes, runs: Iterable[SignedRun]) -> None:
        self._device_id, self._epoch, self._public_key = device_id, epoch, public_key
        self._ends: defaultdict[int, list[SignedRun]] = defaultdict(list)
        self._starts: dict[int, bytes] = {}
        for run in runs:
            self._ends[run.head.seq].append(run)
            self._starts[run.first_seq] = run.previous
        self._last, self._hash = 0, genesis(device_id, epoch)
        self._linked = 0
        self.signed_count = 0
        self.erased = 0
        self.holes: list[tuple[int, int]] = []

    def step(self, position: Position) -> None:
        if position.seq != self._last + 1:
            self._jump(position.seq)
        linked = position.linked(self._hash, self._device_id, self._epoch)
        self.erased += position.erased
        if linked != position.hash:
            raise _Broken(position.seq, "it was changed, or an entry before it was")
        self._last, self._hash = position.seq, linked
        self._linked += 1
        ends = self._ends.get(position.seq)
        if ends:
            self._check_signed(ends, linked)

    def finish(self) -> None:
        self._expect_signed()
        gone = [seq for seq in self._ends if seq > self._last]
        if gone:
            raise _Broken(self._last + 1, f"it is gone: the box signed a head at {min(gone)}")

    def _jump(self, seq: int) -> None:
        self._expect_signed()
        gone = [end for end in self._ends if self._last < end < seq]
        if gone:
            raise _Broken(self._last + 1, f"it is gone: the box signed a head at {min(gone)}")
        if seq not in self._starts:
            raise _Broken(self._last + 1, f"it is gone: {seq} was signed as following it")
        self.holes.append((self._last + 1, seq - 1))
        self._last, self._hash = seq - 1, self._starts[seq]

    def _expect_signed(self) -> None:
        if self._linked:
            raise _Broken(self._last - self._linked + 1, "no signed head covers it")

    def _check_signed(self, ends: list[SignedRun], linked: bytes) -> None:
        for run in ends:
            if run.head.hash != linked:
                raise _Broken(self._last, "the box signed another head here")
            keys = (self._public_key, *run.former_keys)
            if not any(head_is_signed(run.head, run.signature, key) for key in keys):
                raise _Broken(self._last, "the signature is not the device's")
        self.signed_count += self._linked
        self._linked = 0
