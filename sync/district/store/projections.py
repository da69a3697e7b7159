"""The projections: what the ledger means, written by the projector only."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Column, and_, bindparam, delete, func, select, tuple_

from sync.district.domain.anomaly import AnomalyKind
from sync.district.domain.attribution import UNKNOWN, DossierFacts, attributed
from sync.district.domain.deduplicate import Deduplicated, Rated, moved
from sync.district.domain.kiosk_clock import SENT_S, Arrival
from sync.district.domain.rating_body import Sealed
from sync.district.store import tables as t
from sync.district.store.all_tables import full_metadata
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.erased_entries import Place, with_residues
from sync.district.store.metadata import is_projection
from sync.district.store.organisation import counter_units, officer_facts
from sync.district.store.reference_tables import dossiers
from sync.district.store.upsert import add_up, insert_new, upsert

_RATED = tuple(t.ratings.c[name] for name in Rated.__struct_fields__)


def waiting(connection: Connection, most: int, without: Iterable[int] = ()) -> list[int]:
    """The oldest queued batches that no other projector holds."""
    queue = t.projection_queue.c
    rows = connection.execute(
        select(queue.batch_id)
        .where(queue.batch_id.not_in(list(without)))
        .order_by(queue.batch_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(rows.scalars())


def oldest_waiting(connection: Connection, without: Iterable[int]) -> set[int]:
    """The oldest queued batch, as a set of one or none."""
    queue = t.projection_queue.c
    rows = connection.execute(
        select(queue.batch_id).where(queue.batch_id.not_in(list(without))).order_by(queue.batch_id).limit(1)
    )
    return set(rows.scalars())


def lag(connection: Connection) -> tuple[int, datetime | None]:
    """How many batches wait to be projected, and since when the oldest does."""
    queue = t.projection_queue.c
    row = connection.execute(select(func.count(), func.min(queue.queued_at))).one()
    return row[0], row[1]


def claim(connection: Connection, batch_ids: Sequence[int]) -> set[int]:
    """Takes batches out of the queue; returns those that were still in it and are now ours to project."""
    queue = t.projection_queue
    taken = connection.execute(
        delete(queue).where(queue.c.batch_id.in_(batch_ids)).returning(queue.c.batch_id)
    ).scalars()
    return set(taken)


def entries_of(connection: Connection, batch_ids: Sequence[int]) -> list[Sealed]:
    """The ledger entries that arrived in these batches, in order of arrival."""
    ledger, columns = t.ledger.c, Sealed.__struct_fields__
    rows = connection.execute(
        select(*(t.batches.c.received_at if name == "received_at" else ledger[name] for name in columns))
        .join_from(t.ledger, t.batches, t.batches.c.batch_id == ledger.batch_id)
        .where(ledger.batch_id.in_(batch_ids))
        .order_by(ledger.batch_id, ledger.seq)
    )
    entries = [Sealed(*row) for row in rows]
    return entries if all(entry.sealed for entry in entries) else with_residues(connection, entries)


def arrivals_of(connection: Connection, batch_ids: Sequence[int]) -> dict[int, Arrival]:
    """What is known of the time of these batches besides their entries."""
    batches, clocks, devices, before = t.batches.c, t.clock_readings.c, t.devices.c, t.clock_readings.alias()
    earlier = (
        select(func.max(before.c.batch_id))
        .where(before.c.device_id == batches.device_id, before.c.batch_id < batches.batch_id)
        .scalar_subquery()
    )
    columns = (batches.batch_id, batches.epoch, batches.first_seq, batches.received_at, devices.enrolled_at)
    rows = connection.execute(
        select(*columns, clocks.boot, clocks.up_s, earlier.label("earlier"))
        .select_from(
            t.batches.join(t.devices, devices.device_id == batches.device_id).outerjoin(
                t.clock_readings, clocks.batch_id == batches.batch_id
            )
        )
        .where(batches.batch_id.in_(batch_ids))
    ).all()
    contacts = _contacts(connection, {row.earlier for row in rows if row.earlier is not None})
    return {row.batch_id: _arrival(row, contacts.get(row.earlier)) for row in rows}


def _contacts(connection: Connection, batch_ids: set[int]) -> dict[int, Any]:
    """Batches that came over the network, with the clocks they told."""
    batches, clocks = t.batches.c, t.clock_readings.c
    columns = (batches.batch_id, batches.epoch, batches.last_seq, batches.received_at, clocks.boot)
    joined = t.batches.join(t.clock_readings, clocks.batch_id == batches.batch_id)
    rows = connection.execute(select(*columns).select_from(joined).where(batches.batch_id.in_(batch_ids)))
    return {row.batch_id: row for row in rows}


def _arrival(row: Any, contact: Any) -> Arrival:
    """``contact``: the last batch before it that came over the network; what comes after its entries is younger."""
    not_before = int(row.enrolled_at.timestamp())
    met = {row.boot} if row.boot else set()
    if contact is not None:
        met.add(contact.boot)
        if (contact.epoch, contact.last_seq) < (row.epoch, row.first_seq):
            not_before = max(not_before, int(contact.received_at.timestamp()) - SENT_S)
    return Arrival(int(row.received_at.timestamp()), not_before, row.boot or "", row.up_s, frozenset(met))


def write_times(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Notes when entries really happened."""
    upsert(connection, t.entry_times, rows)


def batches_after(connection: Connection, batch_id: int, most: int) -> list[int]:
    """The next batches in order of arrival."""
    batches = t.batches.c
    rows = connection.execute(
        select(batches.batch_id).where(batches.batch_id > batch_id).order_by(batches.batch_id).limit(most)
    )
    return list(rows.scalars())


def related(connection: Connection, arrived: Sequence[Rated]) -> list[Rated]:
    """Every kept rating with the entry id of one that arrived, or with a dossier that either of these names."""
    same_entry = _ratings_where(connection, t.ratings.c.entry_id, {row.entry_id for row in arrived})
    codes = {row.dossier_code for row in (*arrived, *same_entry) if row.dossier_code is not None}
    same_dossier = _ratings_where(connection, t.ratings.c.dossier_code, codes)
    return list({row.entry_id: row for row in (*same_entry, *same_dossier)}.values())


def _ratings_where(connection: Connection, column: Column[str], values: Iterable[str]) -> list[Rated]:
    found = []
    for condition in among(connection, column, set(values)):
        rows = connection.execute(select(*_RATED).where(condition))
        found += [Rated(**{**row, "flags": tuple(row["flags"])}) for row in rows.mappings()]
    return found


def dossiers_of(connection: Connection, codes: Iterable[str]) -> dict[str, DossierFacts]:
    """What the district knows of each dossier it has imported."""
    d, rows = dossiers.c, list[Any]()
    columns = (d.dossier_code, d.counter_id, d.officer_number, d.procedure_id)
    for condition in among(connection, d.dossier_code, set(codes)):
        rows += connection.execute(select(*columns).where(condition, ~d.removed)).all()
    units = counter_units(connection, {row.counter_id for row in rows if row.counter_id is not None})
    return {row[0]: DossierFacts(row[1], units.get(row[1], ()), *row[2:]) for row in rows}


def attribute_again(connection: Connection, codes: Collection[str]) -> None:
    """Gives the ratings of these dossiers the counter, officer and procedure that the dossiers now have.

    Hold ``Lock.PROJECTION``: a rating that is projected at the same time must see the dossiers either here or there.
    """
    _attribute_again(connection, _ratings_where(connection, t.ratings.c.dossier_code, codes))


def attribute_again_to(connection: Connection, officer_numbers: Collection[str]) -> None:
    """Looks anew whether these officers served on the days of the ratings at whose counter they sat. Hold
    ``Lock.PROJECTION``."""
    _attribute_again(connection, _ratings_where(connection, t.ratings.c.seated_officer, officer_numbers))


def ratings_by_id(connection: Connection, entry_ids: Collection[str]) -> list[Rated]:
    """The kept ratings with these ids."""
    return _ratings_where(connection, t.ratings.c.entry_id, entry_ids)


def attribute_seated(
    connection: Connection, before: Sequence[Rated], seated: Sequence[tuple[str | None, str | None]]
) -> None:
    """Writes of each rating who sat at its counter, and how that is known. Hold ``Lock.PROJECTION``."""
    pairs = zip(before, seated, strict=True)
    _attribute(connection, before, [replace(row, seated_officer=who, seated_by=by) for row, (who, by) in pairs])


def _attribute_again(connection: Connection, before: Sequence[Rated]) -> None:
    _attribute(connection, before, before)


def _attribute(connection: Connection, before: Sequence[Rated], seated: Sequence[Rated]) -> None:
    known = dossiers_of(connection, {row.dossier_code for row in seated if row.dossier_code})
    officers = officer_facts(connection, {row.seated_officer for row in seated if row.seated_officer})
    after = [attributed(row, known.get(row.dossier_code or "", UNKNOWN), officers) for row in seated]
    write_ratings(connection, moved(before, after))


def dossiers_at(connection: Connection, counter_ids: Collection[str]) -> set[str]:
    """The dossiers that name one of these counters."""
    d, found = dossiers.c, set[str]()
    for condition in among(connection, d.counter_id, counter_ids):
        found.update(connection.execute(select(d.dossier_code).where(condition)).scalars())
    return found


def write_ratings(connection: Connection, deduplicated: Deduplicated) -> None:
    """Writes what was settled."""
    rows = [asdict(row) | {"flags": list(row.flags)} for row in deduplicated.rows]
    upsert(connection, t.ratings, rows)
    add_up(connection, t.tallies, "n", [asdict(key) | {"n": n} for key, n in deduplicated.tallies.items()])


def write_circumstances(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Notes how each face was given, at its own position: of an entry issued again, every issue."""
    upsert(connection, t.rating_circumstances, rows)


def write_facts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Writes box facts; one that is there already stays."""
    insert_new(connection, t.box_facts, rows)


def write_unopened(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Notes entries that cannot be projected, with the reason."""
    upsert(connection, t.unopened, rows)


def waiting_up_to(connection: Connection, most: int) -> int:
    """How many batches wait to be projected, counted up to ``most``."""
    some = select(t.projection_queue.c.batch_id).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def unopened_after(connection: Connection, after: Place, most: int) -> list[Sealed]:
    """The next entries that could not be opened, by device, epoch and position."""
    u, ledger = t.unopened.c, t.ledger.c
    names = Sealed.__struct_fields__
    columns = (t.batches.c.received_at if name == "received_at" else ledger[name] for name in names)
    same = and_(ledger.device_id == u.device_id, ledger.epoch == u.epoch, ledger.seq == u.seq)
    rows = connection.execute(
        select(*columns)
        .select_from(t.unopened.join(t.ledger, same).join(t.batches, t.batches.c.batch_id == ledger.batch_id))
        .where(tuple_(u.device_id, u.epoch, u.seq) > after)
        .order_by(u.device_id, u.epoch, u.seq)
        .limit(most)
    )
    return [Sealed(*row) for row in rows]


def forget_unopened(connection: Connection, entries: Sequence[Sealed]) -> None:
    """Takes entries out of the quarantine, in the transaction that writes what they turned out to be."""
    places = [{"d": entry.device_id, "e": entry.epoch, "s": entry.seq} for entry in entries]
    u = t.unopened.c
    one = and_(u.device_id == bindparam("d"), u.epoch == bindparam("e"), u.seq == bindparam("s"))
    connection.execute(delete(t.unopened).where(one), places)


class SetAside(Struct, frozen=True):
    """So many entries of one epoch that are kept apart for the same reason. ``what``: unopened, refused, conflict."""

    what: str
    device_id: str
    epoch: int
    reason: str
    n: int
    first_seq: int


def set_aside(connection: Connection) -> list[SetAside]:
    """Everything that arrived and is not counted, by box and reason."""
    found = []
    kinds = {"unopened": t.unopened.c.reason, "refused": t.refused_entries.c.reason, "conflict": t.conflicts.c.kind}
    for what, reason in kinds.items():
        table = reason.table
        by = (table.c.device_id, table.c.epoch, reason)
        rows = connection.execute(select(*by, func.count(), func.min(table.c.seq)).group_by(*by).order_by(*by))
        found += [SetAside(what, *row) for row in rows]
    return found


def find_elsewhere(connection: Connection, entries: Sequence[Sealed]) -> None:
    """Notes once for each epoch of a device that it named a unit or counter that is not its own. The first position is
    the finding's; a rebuild finds nothing new."""
    f = t.findings.c
    first: dict[tuple[str, int], Sealed] = {}
    for entry in sorted(entries, key=lambda each: each.seq):
        first.setdefault((entry.device_id, entry.epoch), entry)
    for (device_id, epoch), entry in first.items():
        same = and_(f.device_id == device_id, f.epoch == epoch, f.kind == str(AnomalyKind.ELSEWHERE))
        if connection.execute(select(f.finding_id).where(same)).first() is None:
            row = {"device_id": device_id, "epoch": epoch, "seq": entry.seq, "kind": str(AnomalyKind.ELSEWHERE)}
            insert_new(connection, t.findings, [row | {"found_at": entry.received_at}])


def unopened_of(connection: Connection, device_id: str, most: int = 20) -> dict[str, int]:
    """How many entries of a device could not be opened, by reason, the commonest first; reasons beyond ``most`` are
    summed up as ``other``."""
    u = t.unopened.c
    n = func.count()
    rows = connection.execute(select(u.reason, n).where(u.device_id == device_id).group_by(u.reason)).all()
    ranked = sorted(((reason, many) for reason, many in rows), key=lambda pair: (-pair[1], pair[0]))
    found = dict(ranked[:most])
    return found if len(ranked) <= most else found | {"other": sum(many for _, many in ranked[most:])}


def clear(connection: Connection) -> None:
    """Empties every projection."""
    for table in filter(is_projection, full_metadata.tables.values()):
        connection.execute(delete(table))


def drop_empty_tallies(connection: Connection) -> None:
    """Removes tallies that came back to nothing."""
    connection.execute(delete(t.tallies).where(t.tallies.c.n == 0))
