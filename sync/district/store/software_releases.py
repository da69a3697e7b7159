"""Releases of the software and the steps of their roll-outs, which nobody rewrites; what is wrong with kiosks now."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import astuple
from sqlalchemy import delete, func, insert, select

from sync.district.domain.software_rollout import RINGS, KnownTrouble, RolloutEvent
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.software_tables import rollout_events, rollout_troubles, software_releases

_R, _E, _T = software_releases.c, rollout_events.c, rollout_troubles.c
_COLUMNS = (_E.number, _E.version, _E.share, _E.at, _E.person, _E.why)


def add_release(connection: Connection, version: str, manifest: bytes, at: datetime, person: str) -> None:
    """Adds a release, or a version's next manifest, which holds in place of those before."""
    values = {"version": version, "manifest": manifest, "added_at": at, "person": person}
    connection.execute(insert(software_releases).values(values))


def manifest_of(connection: Connection, version: str) -> bytes | None:
    """A release's newest manifest as it was added; ``None`` when there is no such release."""
    newest = select(_R.manifest).where(_R.version == version).order_by(_R.number.desc()).limit(1)
    found = connection.execute(newest).scalar()
    return None if found is None else bytes(found)


def all_releases(connection: Connection) -> list[tuple[str, datetime, str]]:
    """Version, when its newest manifest was added and by whom; the newest first."""
    newest = select(func.max(_R.number)).group_by(_R.version)
    wanted = select(_R.version, _R.added_at, _R.person).where(_R.number.in_(newest)).order_by(_R.number.desc())
    rows = connection.execute(wanted)
    return [(row.version, row.added_at, row.person) for row in rows]


def newest_rollout(connection: Connection) -> RolloutEvent | None:
    """What holds now."""
    row = connection.execute(select(*_COLUMNS).order_by(_E.number.desc()).limit(1)).first()
    return None if row is None else RolloutEvent(*row)


def rollout_steps(connection: Connection) -> list[RolloutEvent]:
    """Every step of every roll-out, the oldest first."""
    return [RolloutEvent(*row) for row in connection.execute(select(*_COLUMNS).order_by(_E.number))]


def newest_steps(connection: Connection) -> list[RolloutEvent]:
    """The steps of the newest roll-out, the oldest first: from when somebody started it, anew perhaps."""
    started = select(func.max(_E.number)).where(_E.share == RINGS[0]).scalar_subquery()
    wanted = select(*_COLUMNS).where(_E.number >= started).order_by(_E.number)
    return [RolloutEvent(*row) for row in connection.execute(wanted)]


def troubles(connection: Connection) -> dict[str, KnownTrouble]:
    """What is wrong with kiosks, as the looks at the newest roll-out have followed it."""
    rows = connection.execute(select(_T.device_id, _T.looks, _T.is_old))
    return {device_id: KnownTrouble(looks, is_old) for device_id, looks, is_old in rows}


def keep_troubles(connection: Connection, found: Mapping[str, KnownTrouble]) -> None:
    """Keeps what a look has found in place of what was known before."""
    connection.execute(delete(rollout_troubles))
    rows = [{"device_id": each, "looks": one.looks, "is_old": one.is_old} for each, one in sorted(found.items())]
    if rows:
        connection.execute(insert(rollout_troubles), rows)


def hold_rollouts(connection: Connection) -> None:
    """Keeps others from adding releases and steps until this transaction ends."""
    hold(connection, Lock.ROLLOUT)


def begin_step(connection: Connection, now: datetime) -> int:
    """The number of the step that this transaction adds; no other adds one meanwhile. It is no lower than the seconds
    since 1970, so that kiosks believe it after a backup of this district was restored, too: they never go back."""
    hold_rollouts(connection)
    newest = int(connection.execute(select(func.max(_E.number))).scalar() or 0)
    return max(newest + 1, int(now.timestamp()))


def add_step(connection: Connection, event: RolloutEvent) -> None:
    """Adds a step whose number ``begin_step`` gave."""
    names = (column.name for column in _COLUMNS)
    connection.execute(insert(rollout_events).values(dict(zip(names, astuple(event), strict=True))))
