"""Officers' pictures in the database: list, add, remove."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from sync.district.store.reference_tables import portraits
from sync.district.store.revisions import begin_revision
from sync.district.store.upsert import upsert


def pictures(connection: Connection) -> dict[str, str]:
    """The picture of each officer who has one, base64, by number."""
    found = select(portraits.c.officer_number, portraits.c.picture).where(portraits.c.removed.is_(False))
    return {row[0]: row[1] for row in connection.execute(found)}


def write(connection: Connection, changed: Mapping[str, str], file_name: str, now: datetime) -> int:
    """Keeps pictures by officer's number as one new revision; an empty one is taken away, and its bytes are gone."""
    revision = begin_revision(connection, "portraits", file_name, len(changed), now)
    rows = [
        {"officer_number": number, "picture": picture, "revision": revision, "removed": not picture}
        for number, picture in changed.items()
    ]
    upsert(connection, portraits, rows)
    return revision


def send_again(connection: Connection, officers: Iterable[str], revision: int) -> None:
    """Officers have changed, perhaps their unit: the boxes that may show them now get their pictures with this
    revision. (A box lets go by itself of the pictures of those who left.)"""
    rows = [{"number": number} for number in officers]
    if rows:
        table = portraits.c
        pictures_of = update(portraits).where(table.officer_number == bindparam("number"))
        connection.execute(pictures_of.values(revision=revision), rows)
