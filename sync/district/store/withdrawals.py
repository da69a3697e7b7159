"""Consent that was withdrawn at kiosks, with the complaints it is about."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select

from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaints import COMPLAINT
from sync.district.store.engine import Connection

_W, _K = c.complaint_withdrawals.c, c.complaints.c


def withdrawn(connection: Connection, numbers: Collection[str]) -> dict[str, datetime]:
    """The complaints with one of these receipt numbers, and the comments with a voice, whose consent was withdrawn with
    their own token and of which nothing was erased yet, and when that arrived."""
    joined = c.complaints.join(
        c.complaint_withdrawals, and_(_W.receipt_number == _K.receipt_number, _W.token_hash == _K.token_hash)
    )
    found = dict[str, datetime]()
    for wanted in among(connection, _K.receipt_number, numbers):
        still = (wanted, _K.erased.is_(None), or_(_K.kind == COMPLAINT, _K.sound_parts > 0))
        rows = connection.execute(select(_K.entry_id, _W.received_at).select_from(joined).where(*still))
        found |= {row[0]: row[1] for row in rows}
    return found
