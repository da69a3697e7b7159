"""Working out anew how complaints stand: after entries arrived, after somebody acted, after the rules changed."""

from collections.abc import Collection
from datetime import datetime

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.deadlines import Deadlines
from sync.district.complaints.states import Standing, stand
from sync.district.store import complaints as store
from sync.district.store.complaints import COMMENT, StandingRow, Told
from sync.district.store.engine import Connection, Engine, writing


def restand(connection: Connection, numbers: Collection[str], schemes: tuple[Scheme, ...], at: datetime) -> None:
    """Writes how every complaint with one of these receipt numbers stands; who acts on them waits meanwhile."""
    told = store.told_with(connection, numbers)
    store.hold_standings(connection, [each.entry_id for each in told])
    deadlines = Deadlines(schemes, store.country_holidays(connection))
    rows = [_row(each, standing, doubled, deadlines) for each, standing, doubled in standings(connection, told)]
    store.write_standings(connection, rows, at)


def standings(connection: Connection, told: Collection[Told]) -> list[tuple[Told, Standing, bool]]:
    """How each complaint stands, and whether an earlier one has its receipt number.

    A verdict given at a kiosk names a receipt number; it belongs to the earliest complaint with that number.
    """
    verdicts = store.verdicts_with(connection, {each.receipt_number for each in told})
    steps = store.steps_of(connection, [each.entry_id for each in told])
    found, seen = [], set[str]()
    for each in sorted(told, key=lambda each: each.arrival):
        doubled = each.receipt_number in seen
        seen.add(each.receipt_number)
        own = steps[each.entry_id] if doubled else [*steps[each.entry_id], *verdicts[each.receipt_number]]
        found.append((each, stand(each.unit_id, each.received_at, each.kind == COMMENT, own), doubled))
    return found


def restand_open(engine: Engine, schemes: tuple[Scheme, ...], at: datetime) -> int:
    """Works out every open complaint anew, when holidays or deadlines have changed; returns how many."""
    with writing(engine) as connection:
        ids = store.open_ids(connection)
        restand(connection, set(store.numbers_of(connection, ids).values()), schemes, at)
    return len(ids)


def _row(told: Told, standing: Standing, doubled: bool, deadlines: Deadlines) -> StandingRow:
    return StandingRow(
        entry_id=told.entry_id,
        state=standing.state,
        unit_id=standing.unit_id,
        owner=standing.owner,
        due_on=deadlines.next_due(standing),
        open=standing.open,
        doubled=doubled,
        changed_at=standing.since,
    )
