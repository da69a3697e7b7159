"""Named values shared by the two processes and the technician: sync state, snapshot cursor, last boot. Never anything a
citizen said.
"""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.prepared import Prepared
from kiosk.store.tables import box_state

ROTATION_WANTED = "roll_key"
"""A technician wants a new device key."""

REVISION = "snapshot_revision"
"""The newest revision of the reference data that the box has; none from a district that does not say."""

RETIRED = "retired"
"""The district has retired this kiosk; what it sends is still kept and counted there."""

_GET = Prepared(select(box_state.c.value).where(box_state.c.name == bindparam("name")))
_PUT = (
    upsert(box_state)
    .values(name=bindparam("name"), value=bindparam("value"))
    .on_conflict_do_update(index_elements=["name"], set_={"value": bindparam("value")})
)


def get(tx: Connection, name: str, default: Any = None) -> Any:
    """The value as JSON, or ``default``."""
    found = _GET.run(tx, {"name": name})
    if not found:
        return default
    value = found[0][0]
    return value if isinstance(value, int | float) else json.loads(value)  # SQLite keeps a JSON number as a number


def put(tx: Connection, name: str, value: Any) -> None:
    """Keeps a JSON value under a name."""
    tx.execute(_PUT, {"name": name, "value": value})
