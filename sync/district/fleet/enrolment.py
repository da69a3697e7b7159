"""Enrol a kiosk: its one-time code makes it a device of a unit."""

import hashlib
import secrets
from datetime import datetime, timedelta

from msgspec.structs import replace

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.keys.files import device_token, token_hash
from sync.district.services import Services
from sync.district.store import audit, device_changes
from sync.district.store import devices as store
from sync.district.store.complaint_statuses import receipt_salt
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.reference import counter_unit, unit_is_known
from sync.district.store.sealing_keys import newest_sealing_key
from sync.protocol.enrolment import Enrolment, Welcome

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, 1, I and L, U and V: what is read aloud over a telephone must arrive."""


class UnknownPlace(Exception):
    """There is no such unit or counter. The message says what to import."""


class CodeRefused(Exception):
    """The code does not enrol this box: ``unknown``, ``expired`` or ``used``. Ask the district for a new one."""


def draw_code() -> str:
    """A new code such as ``7KQM-4XTP-9RWD``: 58 bits, for one use within hours."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def code_hash(code: str) -> bytes:
    """What the database keeps of a code. Case, hyphens and spaces do not matter."""
    return hashlib.sha256("".join(char for char in code.upper() if char.isalnum()).encode()).digest()


def issue_code(
    engine: Engine,
    code: str,
    unit_id: str,
    counter_id: str | None,
    valid: timedelta,
    now: datetime,
    person: str | None = None,
) -> None:
    """Lets one box enrol for a unit, or for one counter of it; ``person``: who wants it. Raises ``UnknownPlace`` or
    ``StoreUnavailable``."""
    with writing(engine) as connection:
        insist_on_a_place(connection, unit_id, counter_id)
        made = store.EnrolmentCode(code_hash(code), unit_id, counter_id, now + valid, person=person)
        store.add_code(connection, made)
        note_code(connection, "code_given", unit_id, person, now)


def end_code(connection: Connection, code: store.EnrolmentCode, person: str, now: datetime) -> None:
    """Lets a code that nobody used end now, by somebody's order."""
    store.end_code(connection, code.code_hash, now)
    note_code(connection, "code_withdrawn", code.unit_id, person, now)


def note_code(connection: Connection, did: str, unit_id: str, person: str | None, now: datetime) -> None:
    """Notes in the audit list that a code for a unit was given or withdrawn, and by whom."""
    detail = {"did": did, "unit": unit_id}
    audit.note(connection, AuditEntry(now, person or "", Audited.ENROLMENT, detail))


def insist_on_a_place(connection: Connection, unit_id: str, counter_id: str | None) -> None:
    """Raises ``UnknownPlace`` when there is no such unit, or no such counter of it."""
    if not unit_is_known(connection, unit_id):
        raise UnknownPlace(f"there is no unit {unit_id}; import it with 'district import units FILE'")
    if counter_id is not None and counter_unit(connection, counter_id) != unit_id:
        raise UnknownPlace(f"unit {unit_id} has no counter {counter_id}; see 'district import counters --help'")


def enrol(services: Services, enrolment: Enrolment) -> Welcome:
    """Makes a box a device. The same code with the same public key gets the same answer again, until it expires.

    Raises ``CodeRefused``, ``NoNumberLeft`` or ``StoreUnavailable``.
    """
    now, hashed = services.now(), code_hash(enrolment.code)
    with writing(services.engine) as connection:
        code = store.lock_code(connection, hashed)
        if code is None:
            raise CodeRefused("unknown")
        if code.expires_at <= now:
            raise CodeRefused("expired")
        if code.device_id is None:
            before = store.lock_device(connection, code.replaces) if code.replaces else None
            device = _new_device(code if before is None else _with_place_of(before, code), enrolment, now)
            token = device_token(services.receipt_key, device.device_id, hashed, enrolment.public_key)
            store.add_device(connection, device, token_hash(token))
            store.use_code(connection, hashed, device.device_id)
            device_changes.note_enrolled(connection, _enrolled(device, code))
            if before is not None:
                _take_over(connection, before, device, code)
        else:
            device = store.lock_device(connection, code.device_id)
            if device.public_key != enrolment.public_key or device.state != store.ACTIVE:
                raise CodeRefused("used")
            token = device_token(services.receipt_key, device.device_id, hashed, enrolment.public_key)
        newest, number = newest_sealing_key(connection), store.box_number(connection, device.device_id)
        salt = receipt_salt(connection)
    sealing_key = newest.public_key if newest else services.sealing_public_key
    return _welcome(services, device, token, sealing_key, number, salt)


def _with_place_of(before: store.Device, code: store.EnrolmentCode) -> store.EnrolmentCode:
    """The code for where the device to be replaced stands now: it may have been moved since the code was made."""
    return replace(code, unit_id=before.unit_id, counter_id=before.counter_id)


def _enrolled(device: store.Device, code: store.EnrolmentCode) -> DeviceChange:
    return DeviceChange(
        device_id=device.device_id,
        at=device.enrolled_at,
        kind=ChangeKind.ENROLLED,
        unit_id=device.unit_id,
        counter_id=device.counter_id,
        other_device=code.replaces,
        person=code.person or "",
        why=code.why or "",
    )


def _take_over(connection: Connection, before: store.Device, device: store.Device, code: store.EnrolmentCode) -> None:
    """The device before is taken out of use. Raises ``CodeRefused`` when another one took its place already."""
    done = device_changes.changes_of(connection, [before.device_id]).get(before.device_id, [])
    if any(change.kind is ChangeKind.REPLACED for change in done):
        raise CodeRefused("used")
    order = DeviceChange(
        device_id=before.device_id,
        at=device.enrolled_at,
        kind=ChangeKind.REPLACED,
        unit_id=before.unit_id,
        counter_id=before.counter_id,
        other_device=device.device_id,
        person=code.person or "",
        why=code.why or "",
    )
    note = device_changes.retire if before.state == store.ACTIVE else device_changes.note_replaced
    note(connection, order)


def _new_device(code: store.EnrolmentCode, enrolment: Enrolment, now: datetime) -> store.Device:
    return store.Device(
        device_id=f"box-{secrets.token_hex(6)}",
        unit_id=code.unit_id,
        counter_id=code.counter_id,
        public_key=enrolment.public_key,
        state=store.ACTIVE,
        enrolled_at=now,
        last_contact_at=None,
        health={"software": enrolment.software},
    )


def _welcome(
    services: Services, device: store.Device, token: str, sealing_public_key: bytes, box_number: int, salt: bytes
) -> Welcome:
    return Welcome(
        device_id=device.device_id,
        token=token,
        unit_id=device.unit_id,
        counter_id=device.counter_id,
        sealing_public_key=sealing_public_key,
        receipt_public_key=bytes(services.receipt_key.verify_key),
        box_number=box_number,
        receipt_salt=salt,
    )
