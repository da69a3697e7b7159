"""What was done with a device: enrolled, moved, replaced, retired."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class ChangeKind(StrEnum):
    """``ENROLLED``: whose one-time code it used, and where; ``other_device``: the one whose place it took. ``KNOWN``:
    the device has heard of its newest move. ``REPLACED``: another device took its place."""

    ENROLLED = "enrolled"
    MOVED = "moved"
    KNOWN = "known"
    RETIRED = "retired"
    REPLACED = "replaced"


class DeviceChange(Struct, frozen=True):
    """What was done with a device at a moment (aware UTC): where it stood until then, which device took its place, by
    whose order (empty: the device itself) and why."""

    device_id: str
    at: datetime
    kind: ChangeKind
    unit_id: str
    counter_id: str | None
    other_device: str | None = None
    person: str = ""
    why: str = ""
