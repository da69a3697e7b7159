"""The kiosk's identity as the district gave it at enrolment. Secrets are separate files (``kiosk.box.keys``)."""

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.tables import former_keys, identity
from sync.protocol.chain import key_rotation_is_signed
from sync.protocol.key_rotation import KeyRotation


class Identity(Struct, frozen=True):
    """``counter_id`` is ``None`` for a kiosk of the whole hall. Keys have 32 bytes. ``enrolled_at`` is RFC 3339 UTC.
    ``sealing_number`` counts the district's sealing keys, so that none of its former ones comes back; ``moves`` how
    often the kiosk was moved, ``address_number`` the district's addresses, for the same reason."""

    device_id: str
    unit_id: str
    counter_id: str | None
    district_url: str
    sealing_public_key: bytes
    receipt_public_key: bytes
    enrolled_at: str
    sealing_number: int = 1
    moves: int = 0
    address_number: int = 0

    def is_newer_than(self, other: "Identity") -> bool:
        """Whether the district said something of this one after it said ``other``."""
        return (
            self.sealing_number > other.sealing_number
            or self.moves > other.moves
            or self.address_number > other.address_number
        )


def load(tx: Connection) -> Identity | None:
    """The identity, or ``None`` for a box that has not been enrolled."""
    row = tx.execute(select(identity)).first()
    return Identity(**row._mapping) if row else None


def keep(tx: Connection, new: Identity) -> None:
    """Keeps the identity. The device id of a box with entries never changes: its ledger belongs to it."""
    tx.execute(delete(identity))
    tx.execute(insert(identity).values(**asdict(new)))


def keep_former_key(tx: Connection, public_key: bytes, rotation: KeyRotation) -> None:
    """Notes that the device key ``public_key`` gave way to another; it may be noted again."""
    row = {
        "public_key": public_key,
        "next_key": rotation.public_key,
        "token_hash": rotation.token_hash,
        "signature": rotation.signature,
    }
    tx.execute(upsert(former_keys).values(row).on_conflict_do_nothing())


def device_keys(tx: Connection, device_id: str, public_key: bytes) -> tuple[bytes, ...]:
    """The device's key in force and every former one that leads to it by signatures, newest first."""
    known = {row.next_key: row for row in tx.execute(select(former_keys))}
    keys = [public_key]
    while (row := known.pop(keys[-1], None)) is not None:
        if not key_rotation_is_signed(device_id, row.next_key, row.token_hash, row.signature, row.public_key):
            break
        keys.append(row.public_key)
    return tuple(keys)
