"""Compose a page of the snapshot: what changed for this device since its cursor, at most 2,000 rows at a time.

Portraits are larger than any other row: at most 100 of them.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import astuple, replace
from nacl.signing import SigningKey

from kiosk.domain.reference import (
    ENTRIES_OF_5,
    KINDS,
    Audience,
    CounterNotesRow,
    CounterPeriod,
    Portrait,
    Roster,
    TallyRow,
    ThisBox,
)
from kiosk.domain.roster import content_of
from sync.district.domain.deadlines import office_schemes, question_days
from sync.district.reference.cursor import Cursor, decode_cursor, encode_cursor, fingerprint, start
from sync.district.reference.offers import offer_of
from sync.district.reference.sent_settings import settings_for
from sync.district.services import Services
from sync.district.store import reference as store
from sync.district.store.complaint_statuses import receipt_salt
from sync.district.store.counter_notes import counter_notes
from sync.district.store.counter_periods import released_periods
from sync.district.store.devices import RETIRED, Device, box_number
from sync.district.store.district_addresses import newest_address
from sync.district.store.engine import Connection, reading
from sync.district.store.projections import unopened_of
from sync.district.store.reference import Scope
from sync.district.store.revisions import newest_revision
from sync.district.store.rosters import has_roster, people_of, shifts_of
from sync.district.store.sealing_keys import newest_sealing_key
from sync.district.times import local_day, rfc3339
from sync.protocol.chain import sign_counter_notes, sign_placement, sign_portrait
from sync.protocol.snapshot import Change, Placement, SnapshotPage

MAX_ROWS = 2_000
MAX_PORTRAITS = 100
TALLY_DAYS = 14
ROSTER_DAYS = 14
"""So many days ahead a kiosk knows who is on duty, for weeks without a network."""

_REVISED = tuple(name for name, kind in KINDS.items() if kind.audience is not Audience.ONE_KIOSK)


WorkedOut = TallyRow | CounterNotesRow | CounterPeriod | Roster
"""A row of what is worked out for the kiosk that asks."""


class Released(NamedTuple):
    """What is worked out for the kiosk that asks, in the order in which it is sent: from released groups, what its
    counters' staff are told in words, and the duty roster of its unit, if it ever had one."""

    tallies: list[TallyRow]
    notes: list[CounterNotesRow]
    periods: list[CounterPeriod]
    rosters: list[Roster]

    def printed(self, this_box: ThisBox) -> str:
        """Three fingerprints: of the tallies, of the notes, which change once a month, and of the rest."""
        tallies, notes, periods, rosters = ([_printed(row) for row in rows] for rows in self)
        rest = fingerprint([*periods, *rosters, astuple(this_box)])
        return f"{fingerprint(tallies)}.{rest}.{fingerprint(notes)}"

    def changed(self, before: str, now: str) -> list[WorkedOut]:
        """The rows of what is not as it was printed before."""
        old, new = [*before.split("."), "", "", ""], now.split(".")
        rest = [*self.periods, *self.rosters] if old[1] != new[1] else []
        notes = self.notes if old[2] != new[2] else []
        return [*(self.tallies if old[0] != new[0] else ()), *notes, *rest]


def page(services: Services, device: Device, since: str, at: datetime, most: int = MAX_ROWS) -> SnapshotPage:
    """The next page for a device. A cursor this district did not make is answered with a full snapshot.

    ``full`` is set on the first page of a full snapshot only: what the box staged before is void from there on.
    Raises ``StoreUnavailable``.
    """
    key, settings = bytes(services.receipt_key), services.settings
    with reading(services.engine) as connection:
        scope = store.scope_of(connection, device.unit_id)
        today = local_day(at)
        first_day = today - timedelta(days=TALLY_DAYS)
        shown = settings.minimum_n, settings.group_floor
        released = Released(
            sorted(store.released_tallies(connection, scope, first_day), key=_key),
            sorted(counter_notes(connection, device.unit_id, today, settings.group_floor), key=_key),
            sorted(released_periods(connection, scope.counters, today, *shown), key=_key),
            _rosters(connection, device.unit_id, today),
        )  # not in the database's collation, which differs between databases
        cursor, full = start(decode_cursor(since, key), _scope_print(device, scope), newest_revision(connection))
        this_box = ThisBox(
            device.device_id,
            box_number(connection, device.device_id),
            lookup_address(settings.public_url),
            unopened_of(connection, device.device_id),
            b64encode(receipt_salt(connection)).decode(),
            ENTRIES_OF_5,
            question_days(office_schemes(settings.deadlines), today),
        )
        changes, cursor = _revised(connection, scope, cursor, most)
        sealing_key, address = newest_sealing_key(connection), newest_address(connection)
        sent = settings_for(connection, device, services.receipt_key)
        offer = offer_of(connection, services.receipt_key)
    if cursor.table == len(_REVISED):
        changes, cursor = _tallied(changes, cursor, released, this_box, most)
    return SnapshotPage(
        generated_at=rfc3339(at),
        cursor=encode_cursor(cursor, key),
        more=cursor.target is not None,
        full=full,
        changes=tuple(_signed(change, services.receipt_key) for change in changes),
        sealing_key=sealing_key,
        roll_key=device.roll_wanted_at is not None,
        revision=cursor.base if cursor.target is None else cursor.target,
        placement=_placement(device, services.receipt_key),
        address=address,
        retired=device.state == RETIRED,
        settings=sent,
        offer=offer,
    )


def _rosters(connection: Connection, unit_id: str, today: date) -> list[Roster]:
    """Who is on duty at the unit today and on the days that follow; who has left meanwhile is a gap."""
    if not has_roster(connection, unit_id):
        return []
    last_day, officers = today + timedelta(days=ROSTER_DAYS), people_of(connection, unit_id).officers
    shifts = shifts_of(connection, unit_id, today, last_day)
    there = [each for each in shifts if each.officer_number in officers and officers[each.officer_number].on(each.day)]
    return [Roster(unit_id, today, last_day, content_of(there))]


def knows_its_place(services: Services, device: Device, since: str) -> bool:
    """Whether a device that asks with this cursor has taken over the snapshot that told it of its newest move."""
    cursor = decode_cursor(since, bytes(services.receipt_key))
    if cursor is None or cursor.target is not None:
        return False
    with reading(services.engine) as connection:
        return cursor.scope == _scope_print(device, store.scope_of(connection, device.unit_id))


def etag(encoded: dict[str, Any]) -> str:
    """A weak entity tag (RFC 9110) of an encoded page: the same while nothing but the time has changed."""
    content = {name: value for name, value in encoded.items() if name != "generated_at"}
    return f'W/"{hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]}"'


def lookup_address(public_url: str) -> str:
    """What a receipt's QR code begins with: the public page that takes the token; empty while there is none."""
    return f"{public_url}/tra-cuu" if public_url else ""


def _scope_print(device: Device, scope: Scope) -> str:
    """The tables are part of it: a cursor counts them, and must not outlive a release that adds one. So are the moves:
    a device that was moved gets everything once more."""
    units = [sorted(scope.units), sorted(scope.above), sorted(scope.counters)]
    moved = [device.moves] if device.moves else []
    return fingerprint([device.unit_id, *units, list(_REVISED), *moved])


def _placement(device: Device, key: SigningKey) -> Placement | None:
    """Where the device stands, for one that was moved."""
    if not device.moves:
        return None
    signature = sign_placement(device.device_id, device.moves, device.unit_id, device.counter_id, key)
    return Placement(device.moves, device.unit_id, signature, device.counter_id)


def _revised(connection: Connection, scope: Scope, cursor: Cursor, most: int) -> tuple[list[Change], Cursor]:
    """Rows of the tables that have revisions, from where the cursor stands until the page is full."""
    changes: list[Change] = []
    while cursor.table < len(_REVISED):
        name = _REVISED[cursor.table]
        room = min(most - len(changes), MAX_PORTRAITS if name == "portraits" else most)
        rows = store.changes_of(connection, name, scope, cursor.base, cursor.after, room + 1)
        changes += rows[:room]
        if len(rows) > room:
            after = store.key_of(name, rows[room - 1]) if room else cursor.after
            return changes, replace(cursor, after=after)
        cursor = replace(cursor, table=cursor.table + 1, after=None)
    return changes, cursor


def _signed(change: Change, key: SigningKey) -> Change:
    """A portrait is signed as it leaves, and so are words: nobody on their way, nor on a box, may put one face in place
    of another, or words into a citizen's mouth."""
    row = change.row
    if isinstance(row, CounterNotesRow) and not change.removed:
        signed = sign_counter_notes(row.counter_id, row.content, key)
        return replace(change, row=replace(row, signature=b64encode(signed).decode()))
    if not isinstance(row, Portrait) or not row.picture:
        return change
    signature = sign_portrait(row.officer_number, b64decode(row.picture), key)
    return replace(change, row=replace(row, signature=b64encode(signature).decode()))


def _tallied(
    changes: list[Change], cursor: Cursor, released: Released, this_box: ThisBox, most: int
) -> tuple[list[Change], Cursor]:
    """The tallies, the notes, the periods, the roster and this box, behind everything else: all tallies again when any
    has changed, and all notes, and all of the rest likewise."""
    counted = cursor.counted or released.printed(this_box)
    done = Cursor(base=cursor.target or 0, scope=cursor.scope, tallies=counted)
    if counted == cursor.tallies:
        return changes, done
    left = [row for row in released.changed(cursor.tallies, counted) if _key(row) > (cursor.after or ())]
    room = most - len(changes)
    changes = changes + [Change(row) for row in left[:room]]
    if len(left) < room:
        return [*changes, Change(this_box)], done
    after = _key(left[min(room, len(left)) - 1]) if room and left else cursor.after
    return changes, replace(cursor, after=after, counted=counted)


def _key(row: WorkedOut) -> tuple[str, ...]:
    """Where a row stands among all: the tallies come first, the roster last."""
    if isinstance(row, CounterNotesRow):
        return ("notes", row.counter_id)
    if isinstance(row, Roster):
        return ("roster", row.unit_id)
    if isinstance(row, CounterPeriod):
        return ("period", row.counter_id, row.period)
    return (row.day.isoformat(), row.counter_id, row.question_id, row.answer)


def _printed(row: WorkedOut) -> list[Any]:
    """A row as the fingerprint sees it."""
    return [each.isoformat() if isinstance(each, date) else each for each in astuple(row)]
