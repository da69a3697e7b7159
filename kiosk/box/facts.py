"""Seal facts, and make the kiosk's own ones, such as a boot. Pure, but for the randomness of ids and seals."""

from typing import Any

from kiosk.clock import Moment
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from sync.protocol import attachment
from sync.protocol.chain import Envelope
from sync.protocol.seal import key_id, seal

ANSWERS_CLASS = 704
"""Every answers entry is at least this long, so that neither how much was said nor what shows in its length."""

WORDS_CLASS = 2816
"""Every comment, complaint and supplement is at least this long (about two screens of text), and every verdict and
withdrawal as an answer."""

VISITS_CLASS = 2816
"""Every count of visits is at least this long, so that of how many hours and counters it tells does not show."""

INVITATIONS_CLASS = 256
"""Every count of invitations is at least this long, so that how many digits its numbers have does not show."""

QUEUE_TIMES_CLASS = 5632
"""Every sum of waiting and service times is at least this long, likewise."""

_MIN_CLASS = {
    EntryType.ANSWERS: ANSWERS_CLASS,
    EntryType.VERDICT: ANSWERS_CLASS,
    EntryType.WITHDRAWAL: ANSWERS_CLASS,
    EntryType.COMMENT: WORDS_CLASS,
    EntryType.COMPLAINT: WORDS_CLASS,
    EntryType.SUPPLEMENT: WORDS_CLASS,
    EntryType.ATTACHMENT: attachment.CLASS,
    EntryType.VISITS: VISITS_CLASS,
    EntryType.INVITATIONS: INVITATIONS_CLASS,
    EntryType.QUEUE_TIMES: QUEUE_TIMES_CLASS,
}


def seal_fact(fact: Fact, public_key: bytes) -> Envelope:
    """Closes a fact to the district's key, in memory."""
    return Envelope(
        entry_id=fact.entry_id,
        type=str(fact.type),
        day=fact.day.isoformat(),
        key_id=key_id(public_key),
        sealed=seal(fact.body, public_key, _MIN_CLASS.get(fact.type, 0)),
    )


def box_fact(kind: EntryType, moment: Moment, **details: Any) -> Fact:
    """A fact of the box's own, such as a boot; ``details`` are JSON values without anything personal."""
    body = {"at_s": moment.at_s, "up_s": moment.up_s, "boot": moment.boot, **details}
    return Fact(new_entry_id(moment.day), kind, moment.day, body)
