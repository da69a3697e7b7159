"""Write changed rows, and let everything follow that hangs on them: officers' pictures and PINs, and whose a rating
is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.district.store import imports as store
from sync.district.store import officer_pins, portraits, projections
from sync.district.store.engine import Connection
from sync.district.store.imports import Origin
from sync.district.store.locks import Lock, hold


def write(
    connection: Connection,
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    present: Mapping[str, Mapping[str, Any]],
    origin: Origin,
) -> int:
    """Writes whole rows as one revision and returns it. ``present`` are those that are there already, by key."""
    revision = store.write_rows(connection, kind, rows, present, origin)
    key = next(iter(store.IMPORTED[kind].primary_key)).name
    keys = {str(row[key]) for row in rows}
    if kind == "officers":
        portraits.send_again(connection, keys, revision)
        officer_pins.send_again(connection, keys, revision)
    _attribute_again(connection, kind, keys)
    return revision


def _attribute_again(connection: Connection, kind: str, keys: set[str]) -> None:
    """Ratings that were given before their dossier was known, or its counter, get them now; those of somebody on the
    duty roster who had left by then are nobody's."""
    if kind not in ("dossiers", "counters", "officers"):
        return
    hold(connection, Lock.PROJECTION)
    if kind == "officers":
        projections.attribute_again_to(connection, keys)
        return
    codes = keys if kind == "dossiers" else projections.dossiers_at(connection, keys)
    projections.attribute_again(connection, codes)
