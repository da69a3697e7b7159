"""Notes of people who looked into an anomaly. Notes and anomalies are both kept permanently."""

from collections import defaultdict
from datetime import datetime

from msgspec import Struct
from sqlalchemy import insert, select

from sync.district.store.engine import Connection
from sync.district.store.tables import acknowledgements


class AnomalyReview(Struct, frozen=True):
    """``finding`` is its name as ``district verify`` prints it: device, epoch, position and kind, with slashes."""

    finding: str
    person: str
    reason: str
    at: datetime


def acknowledged(connection: Connection) -> dict[str, list[AnomalyReview]]:
    """Every acknowledgement, by finding, oldest first."""
    table, found = acknowledgements, defaultdict(list)
    columns = (table.c[name] for name in AnomalyReview.__struct_fields__)
    for row in connection.execute(select(*columns).order_by(table.c.acknowledgement_id)):
        found[row.finding].append(AnomalyReview(*row))
    return dict(found)


def keep_acknowledgement(connection: Connection, new: AnomalyReview) -> None:
    """Adds one."""
    values = {name: getattr(new, name) for name in AnomalyReview.__struct_fields__}
    connection.execute(insert(acknowledgements).values(values | {"device_id": new.finding.partition("/")[0]}))
