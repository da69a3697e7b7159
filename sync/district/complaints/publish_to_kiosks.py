"""Publish complaint status to kiosks: sealed once for each change, outside of any lock others wait for."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.recompute import cases
from sync.district.domain.citizen_view import content_for_boxes
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.release import shown_before
from sync.district.store import complaint_statuses as store
from sync.district.store import complaints
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.times import local_day
from sync.protocol.receipt_lookup import LookupKey, close, key_of

MAX_CHANGES = 20
KEPT_ON_BOXES = timedelta(days=365)


def tell(engine: Engine, schemes: tuple[Scheme, ...], at: datetime, most: int = MAX_CHANGES) -> int:
    """Closes anew what changed of up to ``most`` complaints; returns how many were looked at. A new complaint is first
    told on the day after it arrived: else a new row would say that somebody has just complained.

    Several processes may do it at once. Raises ``StoreUnavailable``; nothing is half done then.
    """
    with reading(engine) as connection:
        waiting = complaints.waiting(connection, most, shown_before(at))
        numbers = set(complaints.numbers_of(connection, waiting).values())
        keys, salt = store.known_keys(connection, numbers), store.receipt_salt(connection)
    if not waiting:
        return 0
    made = {number: key_of(number, salt) for number in numbers - keys.keys()}
    with writing(engine) as connection:
        store.keep_keys(connection, made)
        _tell(connection, complaints.claim(connection, waiting), keys | made, schemes, at)
    return len(waiting)


def forget(engine: Engine, at: datetime) -> int:
    """Takes from the boxes what was finished a year ago; returns how many. Raises ``StoreUnavailable``."""
    with writing(engine) as connection:
        return store.forget_finished(connection, at - KEPT_ON_BOXES, at)


def _tell(
    connection: Connection, entry_ids: list[str], keys: dict[str, LookupKey], schemes: tuple[Scheme, ...], at: datetime
) -> None:
    deadlines = Deadlines(schemes, complaints.country_holidays(connection))
    names = store.unit_names(connection)
    facts = complaints.facts_with(connection, set(complaints.numbers_of(connection, entry_ids).values()))
    before = store.prints(connection, [keys[each.receipt_number].lookup_id for each in facts])
    rows = []
    for each, case, doubled in cases(connection, facts, at):
        office = names.get(case.unit_id, case.unit_id)
        content = content_for_boxes(case, each.received_at, office, deadlines, local_day(at))
        key, fingerprint = keys[each.receipt_number], _print(content)
        if doubled or before.get(key.lookup_id) == fingerprint:
            continue
        closed = base64.b64encode(close(content, key)).decode()
        rows.append({"lookup_id": key.lookup_id, "unit_id": each.unit_id, "closed": closed, "print": fingerprint})
    store.write_answers(connection, rows, at)


def _print(content: dict[str, Any]) -> str:
    """A fingerprint of everything but the day on which it was looked at."""
    lasting = {name: value for name, value in content.items() if name != "as_of"}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:32]
