"""Who this box is: what the district told it at enrolment. The secrets are files of their own (``kiosk.keys``)."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from kiosk.store.tables import identity


@dataclass(frozen=True, slots=True)
class Identity:
    """``counter_id`` is ``None`` for a kiosk of the whole hall. Keys have 32 bytes. ``enrolled_at`` is RFC 3339 UTC."""

    device_id: str
    unit_id: str
    counter_id: str | None
    district_url: str
    sealing_public_key: bytes
    receipt_public_key: bytes
    enrolled_at: str


def load(tx: Connection) -> Identity | None:
    """The identity, or ``None`` for a box that has not been enrolled."""
    row = tx.execute(select(identity)).first()
    return Identity(**row._mapping) if row else None


def keep(tx: Connection, new: Identity) -> None:
    """Keeps the identity. The device id of a box with entries never changes: its ledger belongs to it."""
    tx.execute(delete(identity))
    tx.execute(
        insert(identity).values(
            device_id=new.device_id,
            unit_id=new.unit_id,
            counter_id=new.counter_id,
            district_url=new.district_url,
            sealing_public_key=new.sealing_public_key,
            receipt_public_key=new.receipt_public_key,
            enrolled_at=new.enrolled_at,
        )
    )
