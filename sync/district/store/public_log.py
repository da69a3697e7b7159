"""The public log: what is not in it yet, appended to it, and read back as leaves, tiles and checkpoints."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, to_builtins
from sqlalchemy import and_, func, insert, select

from sync.district.domain.merkle_log import Leaf, LeafKind, Peaks, TileName
from sync.district.store import tables as t
from sync.district.store.closing_tables import closed_periods
from sync.district.store.engine import STREAMED, Connection
from sync.district.store.log_tables import checkpoints, log_leaves
from sync.protocol.chain import Head

_L, _C, _P = log_leaves.c, checkpoints.c, closed_periods.c
_SLICE = 1_000


class KeptCheckpoint(Struct, frozen=True):
    """A checkpoint: how many leaves, when it was made, its signed note, and from where the log grows on."""

    size: int
    made_at: datetime
    note: str
    peaks: bytes

    @property
    def grows_from(self) -> Peaks:
        """The tree it stands for."""
        return Peaks(self.size, tuple(self.peaks[at : at + 32] for at in range(0, len(self.peaks), 32)))


def newest_checkpoint(connection: Connection) -> KeptCheckpoint | None:
    """The newest one; ``None`` before the first."""
    return next(iter(newest_checkpoints(connection, 1)), None)


def newest_checkpoints(connection: Connection, most: int | None = None) -> list[KeptCheckpoint]:
    """The newest ones, at most so many, the newest first."""
    columns = [_C[name] for name in KeptCheckpoint.__struct_fields__]
    rows = connection.execute(select(*columns).order_by(_C.size.desc()).limit(most))
    return [KeptCheckpoint(row.size, row.made_at, row.note, bytes(row.peaks)) for row in rows]


def ledgers_grown(connection: Connection) -> Iterator[Leaf]:
    """Where each kiosk's ledger stood at the end of each day, so far as everything up to there is held and it is not
    in the log yet. Of a day that goes on, where it stands by now."""
    known = select(_L.device_id, _L.epoch, func.max(_L.seq).label("seq")).where(_L.kind == str(LeafKind.DAY))
    last, epochs, ledger = known.group_by(_L.device_id, _L.epoch).subquery(), t.epochs.c, t.ledger.c
    same = and_(last.c.device_id == epochs.device_id, last.c.epoch == epochs.epoch)
    after = func.coalesce(last.c.seq, 0)
    grown = connection.execute(
        select(epochs.device_id, epochs.epoch, epochs.held_seq, after.label("after"))
        .select_from(t.epochs.outerjoin(last, same))
        .where(epochs.held_seq > after)
        .order_by(epochs.device_id, epochs.epoch)
    ).all()
    for device_id, epoch, held_seq, known_seq in grown:
        here = (ledger.device_id == device_id, ledger.epoch == epoch)
        ends = (
            select(func.max(ledger.seq))
            .where(*here, ledger.seq > known_seq, ledger.seq <= held_seq)
            .group_by(ledger.day)
        )
        rows = connection.execute(
            select(ledger.seq, ledger.day, ledger.hash).where(*here, ledger.seq.in_(ends)).order_by(ledger.seq)
        )
        for seq, day, digest in rows.all():
            yield Leaf.of_day(day.isoformat(), Head(device_id, epoch, seq, bytes(digest)))


def closings_made(connection: Connection) -> Iterator[Leaf]:
    """The closed periods that are not in the log yet."""
    names = select(_L.name).where(_L.kind == str(LeafKind.CLOSING))
    known = {int(row.name) for row in connection.execute(names)}
    rows = connection.execute(select(_P.number, _P.hash).order_by(_P.number))
    return (Leaf.of_closing(number, bytes(digest)) for number, digest in rows.all() if number not in known)


def files_changed(connection: Connection, files: Iterable[tuple[str, bytes]]) -> Iterator[Leaf]:
    """Those of the published files (path and SHA-256) that are not in the log as they are now."""
    newest = select(func.max(_L.position)).where(_L.kind == str(LeafKind.FILE)).group_by(_L.name)
    known = {
        row.name: bytes(row.hash) for row in connection.execute(select(_L.name, _L.hash).where(_L.position.in_(newest)))
    }
    for path, digest in files:
        leaf = Leaf.of_file(path, digest)
        if known.get(path) != leaf.hash:
            yield leaf


def files_published(connection: Connection) -> dict[str, list[bytes]]:
    """The leaves of each published file, in order, by its path."""
    rows = connection.execute(select(_L.name, _L.hash).where(_L.kind == str(LeafKind.FILE)).order_by(_L.position))
    found: dict[str, list[bytes]] = {}
    for name, digest in rows:
        found.setdefault(name, []).append(bytes(digest))
    return found


def append(connection: Connection, first: int, leaves: Sequence[Leaf]) -> None:
    """Writes leaves behind those that are there. Hold ``Lock.PUBLIC_LOG``."""
    rows = [to_builtins(leaf, builtin_types=(bytes,)) | {"position": first + n} for n, leaf in enumerate(leaves)]
    for at in range(0, len(rows), _SLICE):
        connection.execute(insert(log_leaves), rows[at : at + _SLICE])


def keep_checkpoint(connection: Connection, peaks: Peaks, made_at: datetime, note: str) -> KeptCheckpoint:
    """Writes a checkpoint; it is never changed afterwards. Hold ``Lock.PUBLIC_LOG``."""
    made = KeptCheckpoint(peaks.size, made_at, note, b"".join(peaks.hashes))
    connection.execute(insert(checkpoints).values({name: getattr(made, name) for name in made.__struct_fields__}))
    return made


def tile(connection: Connection, name: TileName) -> bytes:
    """The content of a tile; shorter when the log does not reach so far."""
    wanted = name.leaves()
    rows = connection.execute(
        select(_L.hash).where(_L.position >= wanted.start, _L.position < wanted.stop).order_by(_L.position),
        execution_options=STREAMED,
    )
    return name.made_from([bytes(row.hash) for row in rows])


def every_leaf(connection: Connection) -> Iterator[Leaf]:
    """All leaves, in order."""
    columns = [_L[name] for name in Leaf.__struct_fields__]
    rows = connection.execute(select(*columns).order_by(_L.position), execution_options=STREAMED)
    return (_leaf(row) for row in rows)


def positions(connection: Connection) -> tuple[int, int]:
    """How many leaves there are, and the highest position plus one: the same, unless some are gone."""
    found = connection.execute(select(func.count(), func.coalesce(func.max(_L.position) + 1, 0))).one()
    return found[0], found[1]


def days_as_held(connection: Connection) -> Iterator[tuple[Leaf, Leaf | None]]:
    """The leaf of each kiosk's day, and the one that follows from the ledger as it is now; ``None`` where nothing is
    held there any more."""
    ledger = t.ledger.c
    same = and_(ledger.device_id == _L.device_id, ledger.epoch == _L.epoch, ledger.seq == _L.seq)
    columns = [_L[name] for name in Leaf.__struct_fields__]
    rows = connection.execute(
        select(*columns, ledger.day.label("held_day"), ledger.hash.label("held_hash"))
        .select_from(log_leaves.outerjoin(t.ledger, same))
        .where(_L.kind == str(LeafKind.DAY))
        .order_by(_L.position),
        execution_options=STREAMED,
    )
    for row in rows:
        held = None
        if row.held_hash is not None:
            held = Leaf.of_day(row.held_day.isoformat(), Head(row.device_id, row.epoch, row.seq, bytes(row.held_hash)))
        yield _leaf(row), held


def closings_as_held(connection: Connection) -> Iterator[tuple[Leaf, Leaf | None]]:
    """The leaf of each closing, and the one that follows from the closing as it is now."""
    held = {n: Leaf.of_closing(n, bytes(digest)) for n, digest in connection.execute(select(_P.number, _P.hash)).all()}
    wanted = select(*(_L[name] for name in Leaf.__struct_fields__)).where(_L.kind == str(LeafKind.CLOSING))
    return (
        (leaf, held.get(int(leaf.name or 0))) for leaf in map(_leaf, connection.execute(wanted.order_by(_L.position)))
    )


def _leaf(row: Any) -> Leaf:
    values = {name: getattr(row, name) for name in Leaf.__struct_fields__}
    return Leaf(**values | {"hash": bytes(row.hash), "kind": LeafKind(row.kind)})
