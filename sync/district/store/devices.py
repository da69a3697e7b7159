"""Devices and the one-time codes with which they enrol."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, func, insert, select, update

from kiosk.domain.receipt import FIRST_BOX, LAST_BOX
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.tables import device_keys, devices, enrolment_codes

ACTIVE = "active"
RETIRED = "retired"
REVOKED = "revoked"


class NoNumberLeft(Exception):
    """Every box number was given out; none is ever given to another box, because receipts begin with it."""


class Device(Struct, frozen=True):
    """A box the district knows. ``state`` is ``active``, ``retired`` (what it still sends is kept) or ``revoked``;
    moments are aware UTC. ``moves``: how often it was moved; ``moves_known``: the move that it has heard of."""

    device_id: str
    unit_id: str
    counter_id: str | None
    public_key: bytes
    state: str
    enrolled_at: datetime
    last_contact_at: datetime | None
    health: dict[str, Any]
    roll_wanted_at: datetime | None = None
    moves: int = 0
    moves_known: int = 0


class Sender(Struct, frozen=True):
    """What decides whether a device may send: its state, and the key and the hash of the token it has now."""

    state: str
    public_key: bytes
    token_hash: bytes


class FormerKey(Struct, frozen=True):
    """A device key that gave way at a moment, and the signatures of the old and the new key about it."""

    device_id: str
    public_key: bytes
    until: datetime
    next_key: bytes
    token_hash: bytes
    signature: bytes
    proof: bytes


class EnrolmentCode(Struct, frozen=True):
    """A one-time code; ``device_id`` says which device used it. ``person``: who made it on a page. ``replaces``: the
    device whose place the new one takes, by that person's order and ``why``."""

    code_hash: bytes
    unit_id: str
    counter_id: str | None
    expires_at: datetime
    device_id: str | None = None
    replaces: str | None = None
    person: str | None = None
    why: str | None = None


_COLUMNS = tuple(devices.c[name] for name in Device.__struct_fields__)
_OF_TOKEN = select(*_COLUMNS).where(devices.c.token_hash == bindparam("token_hash"))
_IS_IT = devices.c.device_id == bindparam("device_id")
_LOCK = select(*_COLUMNS).where(_IS_IT).with_for_update()
_LOCK_SENDER = select(*(devices.c[name] for name in Sender.__struct_fields__)).where(_IS_IT).with_for_update()
_CONTACT = update(devices).where(devices.c.device_id == bindparam("of_device"))


def device_of_token(connection: Connection, token_hash: bytes) -> Device | None:
    """The device to which a token belongs, revoked or not."""
    row = connection.execute(_OF_TOKEN, {"token_hash": token_hash}).first()
    return None if row is None else Device(*row)


def device(connection: Connection, device_id: str) -> Device | None:
    """One device."""
    row = connection.execute(select(*_COLUMNS).where(devices.c.device_id == device_id)).first()
    return None if row is None else Device(*row)


def lock_device(connection: Connection, device_id: str) -> Device:
    """The device as it now is, held by this transaction: batches of one device take turns."""
    return Device(*connection.execute(_LOCK, {"device_id": device_id}).one())


def lock_sender(connection: Connection, device_id: str) -> Sender:
    """``lock_device``, but only what a batch is judged by."""
    return Sender(*connection.execute(_LOCK_SENDER, {"device_id": device_id}).one())


def all_devices(connection: Connection) -> list[Device]:
    """Every device, by unit and id."""
    rows = connection.execute(select(*_COLUMNS).order_by(devices.c.unit_id, devices.c.device_id))
    return [Device(*row) for row in rows]


def record_contact(connection: Connection, device_id: str, at: datetime, health: dict[str, Any] | None = None) -> None:
    """Notes that a device was in touch, and its health when it sent any."""
    values: dict[str, Any] = {"of_device": device_id, "last_contact_at": at}
    if health is not None:
        values["health"] = health
    connection.execute(_CONTACT, values)


def revoke(connection: Connection, device_id: str) -> bool:
    """Takes a device's right to send. Returns whether there is such a device."""
    changed = connection.execute(update(devices).where(devices.c.device_id == device_id).values(state=REVOKED))
    return changed.rowcount == 1


def want_rotation(connection: Connection, device_id: str, at: datetime) -> bool:
    """Notes that a device is to roll its key at its next contact. Returns whether there is such an active device."""
    active = (devices.c.device_id == device_id) & (devices.c.state == ACTIVE)
    return connection.execute(update(devices).where(active).values(roll_wanted_at=at)).rowcount == 1


def succeed(connection: Connection, former: FormerKey) -> None:
    """Puts a device's next key and token in force and keeps the former key with its signature."""
    values = {name: getattr(former, name) for name in FormerKey.__struct_fields__}
    connection.execute(insert(device_keys).values(values))
    connection.execute(
        update(devices)
        .where(devices.c.device_id == former.device_id)
        .values(public_key=former.next_key, token_hash=former.token_hash, roll_wanted_at=None)
    )


def former_keys(connection: Connection, device_id: str) -> list[FormerKey]:
    """The keys a device had before, oldest first: each names the next one, since clocks may be set back. One that
    hangs on no other comes in the order of its time."""
    columns = (device_keys.c[name] for name in FormerKey.__struct_fields__)
    rows = connection.execute(
        select(*columns).where(device_keys.c.device_id == device_id).order_by(device_keys.c.until)
    )
    left = {key.public_key: key for key in (FormerKey(*row) for row in rows)}
    followers = {key.next_key for key in left.values()}
    line: list[FormerKey] = []
    while left:
        following = line[-1].next_key if line else b""
        first = next((name for name in left if name not in followers), next(iter(left)))
        line.append(left.pop(following if following in left else first))
    return line


def token_hash_of(connection: Connection, device_id: str) -> bytes | None:
    """The hash of the token a device has now."""
    return connection.execute(select(devices.c.token_hash).where(devices.c.device_id == device_id)).scalar()


def add_device(connection: Connection, new: Device, token_hash: bytes) -> None:
    """Adds a device and gives it the next box number. Raises ``NoNumberLeft``."""
    hold(connection, Lock.BOX_NUMBER)
    latest = connection.execute(select(func.max(devices.c.box_number))).scalar()
    number = FIRST_BOX if latest is None else latest + 1
    if number > LAST_BOX:
        raise NoNumberLeft(f"all box numbers up to {LAST_BOX} were given out")
    values = {name: getattr(new, name) for name in Device.__struct_fields__}
    connection.execute(insert(devices).values(token_hash=token_hash, box_number=number, **values))


def box_number(connection: Connection, device_id: str) -> int:
    """The number with which the receipts of a device begin; no other device has it."""
    return int(connection.execute(select(devices.c.box_number).where(devices.c.device_id == device_id)).scalar_one())


def add_code(connection: Connection, code: EnrolmentCode) -> None:
    """Adds a one-time code."""
    values = {name: getattr(code, name) for name in EnrolmentCode.__struct_fields__}
    connection.execute(insert(enrolment_codes).values(values))


def codes_waiting(connection: Connection, now: datetime) -> list[EnrolmentCode]:
    """The codes that still enrol a kiosk, those that end first before the others."""
    columns = (enrolment_codes.c[name] for name in EnrolmentCode.__struct_fields__)
    waiting = (enrolment_codes.c.expires_at > now) & enrolment_codes.c.device_id.is_(None)
    found = select(*columns).where(waiting).order_by(enrolment_codes.c.expires_at, enrolment_codes.c.code_hash)
    return [EnrolmentCode(*row) for row in connection.execute(found)]


def end_code(connection: Connection, code_hash: bytes, now: datetime) -> None:
    """Lets a code that nobody used end now."""
    unused = (enrolment_codes.c.code_hash == code_hash) & enrolment_codes.c.device_id.is_(None)
    connection.execute(update(enrolment_codes).where(unused).values(expires_at=now))


def lock_code(connection: Connection, code_hash: bytes) -> EnrolmentCode | None:
    """A one-time code, held by this transaction."""
    columns = (enrolment_codes.c[name] for name in EnrolmentCode.__struct_fields__)
    row = connection.execute(select(*columns).where(enrolment_codes.c.code_hash == code_hash).with_for_update()).first()
    return None if row is None else EnrolmentCode(*row)


def use_code(connection: Connection, code_hash: bytes, device_id: str) -> None:
    """Marks a code as used by a device."""
    connection.execute(
        update(enrolment_codes).where(enrolment_codes.c.code_hash == code_hash).values(device_id=device_id)
    )


def note_contact(engine: Engine, known: Device, at: datetime) -> None:
    """Notes that a device asked for something, at most once a minute: a quiet box is alive too."""
    if known.last_contact_at is None or at - known.last_contact_at > timedelta(minutes=1):
        with writing(engine) as connection:
            record_contact(connection, known.device_id, at)
