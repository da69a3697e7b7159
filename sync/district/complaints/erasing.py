"""Erase what a citizen no longer agrees to, asks to have deleted, or whose time has ended: the key of the matter at
once, with everything that was made from it; the projector then empties the sealed entries of the ledger.

What was merged was told by the same citizen: it is erased with it.
"""

from collections.abc import Collection
from datetime import datetime

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.recompute import recompute_status
from sync.district.domain.complaint_steps import Action
from sync.district.domain.contact_seal import values_of
from sync.district.domain.erasure import ErasureScope, Why, without_marks
from sync.district.store import complaint_register as register
from sync.district.store import complaints as store
from sync.district.store import erasures
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.engine import Connection
from sync.district.store.erasures import Erasure
from sync.district.store.merges import lock_groups


def erase(
    connection: Connection, schemes: tuple[Scheme, ...], entry_id: str, scope: ErasureScope, why: Why, at: datetime
) -> list[str]:
    """Erases a complaint and what is merged with it, within the transaction; returns the ids of which something was
    erased, none where all of it was gone before. How it stands is worked out anew."""
    group = sorted(lock_groups(connection, [entry_id]))
    found = [each for each in (register.whole(connection, name) for name in group) if each is not None]
    values = _values(connection, found)
    done = [each for each in found if not _gone(each, scope)]
    for each in done:
        erasures.write_erasure(connection, Erasure(each.line.entry_id, scope, why, at))
        erasures.erase_rows(connection, each.line.entry_id, each.receipt_number, values, scope)
    if done:
        recompute_status(connection, {each.receipt_number for each in found}, schemes, at)
    return [each.line.entry_id for each in done]


def erase_late_arrivals(connection: Connection, entry_ids: Collection[str], numbers: Collection[str]) -> int:
    """Erases what arrived, with these ids and under these receipt numbers, after its matter was erased: a part of a
    recording that came by stick, or the complaint itself, issued again by a kiosk that was restored; returns of how
    many matters. Who it was is known to nobody any more, so that of words everything that may tell is blanked. Whom the
    words accuse has to be written down before."""
    for entry_id, number, scope, values in erasures.come_back(connection, entry_ids):
        erasures.erase_rows(connection, entry_id, number, values, scope)
    found = erasures.erased_scopes(connection, numbers)
    for number, (entry_id, scope) in found.items():
        erasures.erase_of_receipt(connection, entry_id, number, without_marks, scope)
    return len(found)


def _gone(found: ComplaintRecord, scope: ErasureScope) -> bool:
    return found.erased is not None and ErasureScope(found.erased).covers(scope)


def _values(connection: Connection, found: Collection[ComplaintRecord]) -> list[str]:
    """Everything that names the citizen, as they wrote it and as it was noted over the telephone."""
    steps = store.steps_of(connection, [each.line.entry_id for each in found])
    calls = [step.content for each in steps.values() for step in each if step.action is Action.CALL]
    noted = [{name: str(call.get(name, "")) for name in ("name", "address")} for call in calls]
    return values_of([*(each.contact for each in found), *noted])
