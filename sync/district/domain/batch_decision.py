"""Decide what becomes of a batch, given what the district already holds. Pure: no SQL, no clock."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from sync.district.domain.anomaly import Anomaly, AnomalyKind
from sync.protocol.batch import CONFLICT, DUPLICATE, REFUSED, STORED, Batch, Result, flaw
from sync.protocol.chain import Envelope, genesis, head_is_signed

_STORED, _DUPLICATE = Result(STORED), Result(DUPLICATE)
_GROWS_TWICE = frozenset({AnomalyKind.ROLLED_BACK, AnomalyKind.FORK})


class HeldEntry(Struct, frozen=True):
    """A position the district holds. ``reason`` is set when the entry was refused but its place is kept."""

    entry_id: str
    hash: bytes
    reason: str = ""


class KnownAroundBatch(Struct, frozen=True):
    """What the district holds around a batch.

    ``at``: the positions from one before the batch to its last. ``after``: the hash from which a run that begins right
    after the batch was linked. ``elsewhere``: where this epoch holds entry ids of this batch. ``latest_seq``: of this
    epoch, ``latest_epoch``: of the device, both 0 when there is none. ``kinds``: findings of this epoch so far.
    ``left_on``: the day of the first entry of a newer epoch, by the box's own clock, as YYYY-MM-DD; empty when it is
    not held.
    """

    at: Mapping[int, HeldEntry] = field(default_factory=dict)
    after: bytes | None = None
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    latest_seq: int = 0
    latest_epoch: int = 0
    kinds: frozenset[AnomalyKind] = frozenset()
    left_on: str = ""


class PlacedEntry(Struct, frozen=True):
    """An entry with its position and the hash there; ``reason`` says why it was refused or is in conflict."""

    seq: int
    envelope: Envelope
    hash: bytes
    reason: str = ""


class Decision(Struct, frozen=True):
    """What to write and what to answer."""

    results: tuple[Result, ...]
    stored: tuple[PlacedEntry, ...]
    refused: tuple[PlacedEntry, ...]
    conflicts: tuple[PlacedEntry, ...]
    anomalies: tuple[Anomaly, ...]


def fault(batch: Batch, hashes: Sequence[bytes], public_key: bytes) -> AnomalyKind | None:
    """Why the batch as a whole cannot be believed, or ``None``."""
    if not head_is_signed(batch.head, batch.signature, public_key):
        return AnomalyKind.HEAD_UNSIGNED
    if batch.head.seq != batch.first_seq + len(batch.entries) - 1 or batch.head.hash != hashes[-1]:
        return AnomalyKind.CHAIN_BROKEN
    if batch.first_seq == 1 and batch.previous != genesis(batch.device_id, batch.epoch):
        return AnomalyKind.WRONG_START
    return None


def first_mismatch(batch: Batch, hashes: Sequence[bytes], known: KnownAroundBatch) -> int | None:
    """The first position at which the batch is not the ledger the district holds; ``None`` when it fits."""
    before = known.at.get(batch.first_seq - 1)
    if before is not None and before.hash != batch.previous:
        return batch.first_seq - 1
    for offset, arrived in enumerate(hashes):
        held = known.at.get(batch.first_seq + offset)
        if held is not None and held.hash != arrived:
            return batch.first_seq + offset
    if known.after is not None and known.after != hashes[-1]:
        return batch.head.seq
    return None


def decide(batch: Batch, hashes: Sequence[bytes], known: KnownAroundBatch, *, by_stick: bool = False) -> Decision:
    """Decides about a batch without ``fault``. ``by_stick``: it was written at some time before, not sent just now.

    A batch that contradicts what is held is kept whole among the conflicts, but for the entries already held: what
    follows a contradiction hangs on it. One flawed entry is refused alone; its hash keeps the chain whole.
    """
    mismatch = first_mismatch(batch, hashes, known)
    kind = None if mismatch is None else _name(batch, known, mismatch)
    judged = [(placed, _judge(placed, known.at.get(placed.seq), kind)) for placed in _placed(batch, hashes)]
    stored = tuple(placed for placed, result in judged if result.status == STORED)
    fresh = [(placed, result) for placed, result in judged if placed.seq not in known.at or result.status == CONFLICT]
    return Decision(
        results=tuple(result for _, result in judged),
        stored=stored,
        refused=_with_reason(fresh, REFUSED),
        conflicts=_with_reason(fresh, CONFLICT),
        anomalies=tuple(_anomalies(batch, known, mismatch, kind, fresh, by_stick)),
    )


def _placed(batch: Batch, hashes: Sequence[bytes]) -> Iterator[PlacedEntry]:
    for offset, envelope in enumerate(batch.entries):
        yield PlacedEntry(batch.first_seq + offset, envelope, hashes[offset])


def _judge(placed: PlacedEntry, held: HeldEntry | None, kind: AnomalyKind | None) -> Result:
    if held is not None and held.hash == placed.hash:
        return Result(REFUSED, held.reason) if held.reason else _DUPLICATE
    if kind is not None:
        return Result(CONFLICT, kind)
    reason = flaw(placed.envelope)
    return Result(REFUSED, reason) if reason else _STORED


def _with_reason(judged: Sequence[tuple[PlacedEntry, Result]], status: str) -> tuple[PlacedEntry, ...]:
    return tuple(
        PlacedEntry(placed.seq, placed.envelope, placed.hash, result.reason)
        for placed, result in judged
        if result.status == status
    )


def _name(batch: Batch, known: KnownAroundBatch, mismatch: int) -> AnomalyKind:
    position = max(mismatch, batch.first_seq)
    held = known.at.get(position)
    if held is None:
        return AnomalyKind.FORK
    arrived = batch.entries[position - batch.first_seq].entry_id
    sent_elsewhere = any(envelope.entry_id == held.entry_id for envelope in batch.entries)
    if arrived == held.entry_id:
        return AnomalyKind.ENTRY_CHANGED
    if arrived in known.elsewhere:
        return AnomalyKind.REORDERED if sent_elsewhere else AnomalyKind.ENTRY_REMOVED
    return AnomalyKind.ENTRY_INSERTED if sent_elsewhere else AnomalyKind.ROLLED_BACK


def _anomalies(
    batch: Batch,
    known: KnownAroundBatch,
    mismatch: int | None,
    kind: AnomalyKind | None,
    fresh: Sequence[tuple[PlacedEntry, Result]],
    by_stick: bool,
) -> Iterator[Anomaly]:
    if kind is not None and mismatch is not None:
        yield Anomaly(batch.device_id, batch.epoch, mismatch, kind)
        return
    if batch.epoch > known.latest_epoch > 0:
        yield Anomaly(batch.device_id, batch.epoch, 1, AnomalyKind.NEW_EPOCH)
    grown = [(placed, result) for placed, result in fresh if placed.seq > known.latest_seq]
    if not grown:
        return
    place, growth = grown[0][0].seq, None
    if known.kinds & _GROWS_TWICE:
        growth = AnomalyKind.CLONED
    elif batch.epoch < known.latest_epoch:
        place, growth = _growth_of_a_left_epoch(grown, known, by_stick)
    if growth and growth not in known.kinds:
        yield Anomaly(batch.device_id, batch.epoch, place, growth)


def _growth_of_a_left_epoch(
    grown: Sequence[tuple[PlacedEntry, Result]], known: KnownAroundBatch, by_stick: bool
) -> tuple[int, AnomalyKind]:
    """Where it grew, and what that is. A box sends its newest epoch alone; what it wrote to a stick before it opened
    that one may arrive after. An entry of a day after that one was not written before it."""
    first = grown[0][0].seq
    if not by_stick:
        return first, AnomalyKind.CLONED
    readable = (placed for placed, result in grown if result.status == STORED)
    since = next((placed.seq for placed in readable if "" < known.left_on < placed.envelope.day), None)
    return (first, AnomalyKind.LATE_STICK) if since is None else (since, AnomalyKind.CLONED)
