"""What was erased of complaints, and the rows of one that are erased or scrubbed."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, insert, select, update

from sync.district.domain.complaint_body import LOOKS_FOR_THEMSELVES
from sync.district.domain.contact_seal import values_of
from sync.district.domain.erasure import ErasureScope, Why, scrubbed, without
from sync.district.domain.folded import folded_words
from sync.district.store import complaint_tables as c
from sync.district.store.alert_tables import messages
from sync.district.store.among import among
from sync.district.store.contacts import destroy_keys, opened_contacts
from sync.district.store.engine import Connection
from sync.district.store.erased_entries import note_to_empty, places_of
from sync.district.store.privacy_tables import erasures
from sync.district.times import local_day

_K, _E = c.complaints.c, erasures.c
_OF_A_RECEIPT = (c.complaint_attachments, c.complaint_supplements)


class Erasure(Struct, frozen=True):
    """That something of a complaint was erased."""

    complaint_id: str
    scope: ErasureScope
    why: Why
    at: datetime


def newest_erasure(connection: Connection) -> int:
    """The newest erasure; 0 before the first."""
    return int(connection.scalar(select(func.max(_E.erasure_id))) or 0)


def erasures_of(connection: Connection, entry_ids: Collection[str] | None = None, *, after: int = 0) -> list[Erasure]:
    """What was erased of these complaints (``None``: of all) after an erasure, the oldest first."""
    columns = (_E.complaint_id, _E.scope, _E.why, _E.at)
    conditions = [None] if entry_ids is None else list(among(connection, _E.complaint_id, entry_ids))
    found = []
    for wanted in conditions:
        query = select(*columns).where(_E.erasure_id > after).order_by(_E.erasure_id)
        rows = connection.execute(query if wanted is None else query.where(wanted))
        found += [Erasure(row[0], ErasureScope(row[1]), Why(row[2]), row[3]) for row in rows]
    return found


def counted(connection: Connection) -> list[tuple[str, Why, ErasureScope, int]]:
    """How many matters something was erased of: by the local year, why and what, the newest year first."""
    found = Counter((str(local_day(each.at).year), each.why, each.scope) for each in erasures_of(connection))
    return [(*key, n) for key, n in sorted(found.items(), key=lambda each: each[0], reverse=True)]


def erased_scopes(connection: Connection, numbers: Collection[str]) -> dict[str, tuple[str, ErasureScope]]:
    """Of which receipt numbers something was erased: the complaint's id and what."""
    found = dict[str, tuple[str, ErasureScope]]()
    for wanted in among(connection, _K.receipt_number, numbers):
        rows = connection.execute(select(_K.receipt_number, _K.entry_id, _K.erased).where(wanted, _K.erased != ""))
        found |= {number: (entry_id, ErasureScope(erased)) for number, entry_id, erased in rows}
    return found


def known_ids(connection: Connection, entry_ids: Collection[str]) -> set[str]:
    """Which of these complaints are there."""
    found = set[str]()
    for wanted in among(connection, _K.entry_id, entry_ids):
        found |= set(connection.execute(select(_K.entry_id).where(wanted)).scalars())
    return found


def write_erasure(connection: Connection, erasure: Erasure) -> None:
    """Writes down that something is erased; before anything is, for the database scrubs nothing else."""
    values = {"complaint_id": erasure.complaint_id, "scope": str(erasure.scope), "why": str(erasure.why)}
    connection.execute(insert(erasures).values(**values, at=erasure.at))


def erase_rows(
    connection: Connection, entry_id: str, number: str, values: Collection[str], scope: ErasureScope
) -> None:
    """Erases a complaint's own rows: its key, its contact, what it is found by, its recordings, and ``values``, which
    name somebody, wherever they were written."""
    destroy_keys(connection, [entry_id])
    columns = (_K.text, _K.dossier_code, _K.reply_by)
    text, code, reply_by = connection.execute(select(*columns).where(_K.entry_id == entry_id)).one()
    everything = scope is ErasureScope.ALL
    text, code = ("" if everything else without(text, values)), (None if everything else code)
    changed: dict[str, Any] = {"contact": None, "folded_contact": None, "erased": str(scope), "sound_parts": 0}
    changed |= {
        "reply_by": LOOKS_FOR_THEMSELVES if reply_by else reply_by,
        "complete": True,
        "text": text,
        "dossier_code": code,
    }
    changed |= {"folded": folded_words(text, code)} | ({"sentences": [], "about_entry": ""} if everything else {})
    connection.execute(update(c.complaints).where(_K.entry_id == entry_id).values(**changed))
    erase_of_receipt(connection, entry_id, number, partial(without, values=values), scope)
    _scrub_steps(connection, entry_id, values, scope)
    _forget_mails(connection, entry_id)


def erase_of_receipt(
    connection: Connection, entry_id: str, number: str, blanked: Callable[[str], str], scope: ErasureScope
) -> None:
    """Erases what came under a complaint's receipt number besides the complaint: recordings, and what was added at
    kiosks, of which ``blanked`` leaves what names nobody. Wherever the ledger holds these entries and the complaint, it
    will be emptied."""
    note_to_empty(connection, entry_id, places_of(connection, [entry_id]), scope)
    for table in _OF_A_RECEIPT:
        ids = connection.execute(select(table.c.entry_id).where(table.c.receipt_number == number)).scalars().all()
        note_to_empty(connection, entry_id, places_of(connection, ids), scope)
    sounds, added = c.complaint_attachments, c.complaint_supplements
    connection.execute(delete(sounds).where(sounds.c.receipt_number == number))
    rows = connection.execute(select(added.c.entry_id, added.c.text).where(added.c.receipt_number == number)).all()
    for added_id, text in rows:
        kept = "" if scope is ErasureScope.ALL else blanked(text)
        connection.execute(update(added).where(added.c.entry_id == added_id).values(text=kept))


def come_back(connection: Connection, entry_ids: Collection[str]) -> list[tuple[str, str, ErasureScope, list[str]]]:
    """Those of these complaints of which more stands in the table than their erasure left: one that was set aside until
    its key came back, say. Id, receipt number, what is to be erased, and what names the citizen."""
    widest = dict[str, ErasureScope]()
    for each in erasures_of(connection, entry_ids):
        widest[each.complaint_id] = max(each.scope, widest.get(each.complaint_id, each.scope), key=_is_wide)
    found = list[tuple[str, str, ErasureScope, list[str]]]()
    for wanted in among(connection, _K.entry_id, widest):
        columns = (_K.entry_id, _K.receipt_number, _K.erased, _K.contact)
        for entry_id, number, erased, contact in connection.execute(select(*columns).where(wanted)).all():
            if erased is None or not ErasureScope(erased).covers(widest[entry_id]):
                values = values_of([opened_contacts(connection, {entry_id: contact})[entry_id]])
                found.append((entry_id, number, widest[entry_id], values))
    return found


def _is_wide(scope: ErasureScope) -> bool:
    return scope is ErasureScope.ALL


def _scrub_steps(connection: Connection, entry_id: str, values: Collection[str], scope: ErasureScope) -> None:
    a = c.complaint_actions
    columns = (a.c.action_id, a.c.action, a.c.content)
    for action_id, action, content in connection.execute(select(*columns).where(a.c.complaint_id == entry_id)).all():
        before: Mapping[str, Any] = dict(content)
        kept = scrubbed(action, before, values, scope)
        if kept != before:
            connection.execute(update(a).where(a.c.action_id == action_id).values(content=kept))


def _forget_mails(connection: Connection, entry_id: str) -> None:
    """A mail that waits in the outbox is not sent, and its address is forgotten."""
    mails = select(c.complaint_mails.c.message_id).where(c.complaint_mails.c.entry_id == entry_id)
    connection.execute(delete(messages).where(messages.c.message_id.in_(mails), messages.c.sent_at.is_(None)))
    connection.execute(update(c.complaint_mails).where(c.complaint_mails.c.entry_id == entry_id).values(over=True))
