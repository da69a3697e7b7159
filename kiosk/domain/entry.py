"""An entry: one fact in a kiosk's ledger. Its type and day are in clear, its body is sealed."""

import secrets
import uuid
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class EntryType(StrEnum):
    """The closed set of facts a box records. The first group is said by citizens, the second by the box itself."""

    RATING = "rating"
    ANSWERS = "answers"
    COMMENT = "comment"
    COMPLAINT = "complaint"
    APOLOGY_CHECK = "apology_check"
    WITHDRAWAL = "withdrawal"
    VERDICT = "verdict"
    ATTACHMENT = "attachment"
    SUPPLEMENT = "supplement"

    BOOT = "boot"
    CLOCK_CHANGED = "clock_changed"
    STAFF_SIGNED_IN = "staff_signed_in"
    STAFF_REFUSED = "staff_refused"
    CONFIG_APPLIED = "config_applied"
    DEVICE_FAILED = "device_failed"
    DEVICE_BACK = "device_back"
    GAP_DECLARED = "gap_declared"
    STAFF_SIGNED_OUT = "staff_signed_out"
    MOVED = "moved"
    VISITS = "visits"
    INVITATIONS = "invitations"
    QUEUE_TIMES = "queue_times"


FROM_CITIZENS = frozenset(
    {
        EntryType.RATING,
        EntryType.ANSWERS,
        EntryType.COMMENT,
        EntryType.COMPLAINT,
        EntryType.APOLOGY_CHECK,
        EntryType.WITHDRAWAL,
        EntryType.VERDICT,
        EntryType.ATTACHMENT,
        EntryType.SUPPLEMENT,
    }
)

OF_A_PLACE = FROM_CITIZENS | {EntryType.INVITATIONS, EntryType.QUEUE_TIMES}
"""Types of entries that count at the unit and the counters their bodies name: these must be their device's."""


class Fact(Struct, frozen=True):
    """A checked fact, not yet sealed. ``body`` holds JSON values only; ``day`` is the office's local date."""

    entry_id: str
    type: EntryType
    day: date
    body: dict[str, Any]


def new_entry_id(day: date) -> str:
    """A UUIDv7 (RFC 9562) whose time is the start of ``day``, never the moment: the id stands in clear on the box.

    RFC 9562 section 6.1 lets an implementation coarsen the timestamp; the exact time is inside the sealed body.
    """
    milliseconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    value = (
        (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    )
    return str(uuid.UUID(int=value))
