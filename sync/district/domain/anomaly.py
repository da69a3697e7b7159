"""Anomalies of a kiosk's ledger, each with a name a person understands."""

from enum import StrEnum

from msgspec import Struct


class AnomalyKind(StrEnum):
    """The closed set of findings. The value stands in the database, in answers and in texts for people."""

    ENTRY_CHANGED = "entry_changed"
    ENTRY_REMOVED = "entry_removed"
    ENTRY_INSERTED = "entry_inserted"
    REORDERED = "reordered"
    ROLLED_BACK = "rolled_back"
    FORK = "fork"
    CLONED = "cloned"
    LATE_STICK = "late_stick"
    NEW_EPOCH = "new_epoch"
    CHAIN_BROKEN = "chain_broken"
    HEAD_UNSIGNED = "head_unsigned"
    WRONG_START = "wrong_start"
    KEY_REPLACED = "key_replaced"
    HOLE = "hole"
    ELSEWHERE = "elsewhere"


MEANING: dict[AnomalyKind, str] = {
    AnomalyKind.ENTRY_CHANGED: "the box sent an entry again with another content",
    AnomalyKind.ENTRY_REMOVED: "the box sent its ledger again with an entry left out",
    AnomalyKind.ENTRY_INSERTED: "the box sent its ledger again with an entry put in between",
    AnomalyKind.REORDERED: "the box sent its ledger again in another order",
    AnomalyKind.ROLLED_BACK: (
        "the box writes other entries where the district already holds some: an older copy was restored"
    ),
    AnomalyKind.FORK: "the entries do not continue the ledger the district holds: there are two histories",
    AnomalyKind.CLONED: "two histories of this device both grow: two boxes write as one",
    AnomalyKind.LATE_STICK: (
        "a stick brought entries of an epoch that the box has left: it was written before and came late, or a copy of "
        "the box goes on writing to sticks; find out where the stick was"
    ),
    AnomalyKind.NEW_EPOCH: "the box opened a new epoch because the district held more than it did",
    AnomalyKind.CHAIN_BROKEN: "the entries do not lead to the signed head",
    AnomalyKind.HEAD_UNSIGNED: "the head is not signed with the device's key",
    AnomalyKind.WRONG_START: "the first entry does not start from the epoch's beginning",
    AnomalyKind.KEY_REPLACED: (
        "the head is signed with a key that gave way to another; the box sends these entries again"
    ),
    AnomalyKind.HOLE: "entries are missing between two held runs",
    AnomalyKind.ELSEWHERE: (
        "entries name a unit or counter that the device was not enrolled for; they are kept, not counted"
    ),
}

TAMPERING = frozenset(AnomalyKind) - {AnomalyKind.NEW_EPOCH, AnomalyKind.KEY_REPLACED}
"""Everything a person has to look into; a new epoch alone is the box's honest answer to a restored disk, and a head
under a replaced key comes from a stick that was written before the roll."""


class Anomaly(Struct, frozen=True):
    """One finding about a device's ledger; ``seq`` is the first position it is about."""

    device_id: str
    epoch: int
    seq: int
    kind: AnomalyKind
