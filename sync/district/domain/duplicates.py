"""The same matter told twice by the same citizen: when it is suggested, and how one stands that was merged. Pure.

Merging is for one citizen alone. Two people who complain of the same thing stay two: each would read, in an answer that
fits the other, that somebody else complained too.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from msgspec.structs import replace

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.complaint_case import Case
from sync.district.domain.folded import digits_of, folded
from sync.district.domain.rights import Subject, restriction_of

WITHIN = timedelta(days=30)
"""What lies further apart is no slip of the finger: it is told anew because nothing came of it."""
NEAR = 0.6
"""From this share of equal words on, two texts are near the same."""
MAX_WORDS = 300
"""So many words of each text are compared: the time grows with their square."""
_PLACE_OF = {"call": "phone", "sms": "phone", "email": "email", "letter": "address"}
"""Which part of a contact each way of replying needs."""


class Account(StructWithHidden, frozen=True):
    """What of a complaint tells whether it is the same as another: what was said, by whom, about which dossier."""

    unit_id: str
    received_at: datetime
    text: Hidden[str]
    dossier_code: str | None
    name: Hidden[str]
    phone: Hidden[str]
    email: Hidden[str] = ""


def same_citizen(one: Account, other: Account) -> bool:
    """Whether both were told by the same person, as far as they left a trace: nothing that both left differs (a family
    shares a telephone, and two people a name), and it is the same telephone, the same e-mail, or the same name about
    the same dossier."""
    phones, mails = (digits_of(one.phone), digits_of(other.phone)), (folded(one.email), folded(other.email))
    names = folded(one.name), folded(other.name)
    if any(all(pair) and pair[0] != pair[1] for pair in (phones, mails, names)):
        return False
    if all(phones) or all(mails):
        return True
    return all(names) and one.dossier_code is not None and one.dossier_code == other.dossier_code


def reached_alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether both contacts ask for the answer in the same way and at the same place: it is told once."""
    way = one.get("reply_by", "")
    place = _PLACE_OF.get(way, "")
    return way == other.get("reply_by", "") and _packed(one.get(place, "")) == _packed(other.get(place, ""))


def _packed(text: str) -> str:
    return folded(text).replace(" ", "")


def same_matter(one: Account, other: Account) -> bool:
    """Whether both are about the same dossier or in near the same words, at the same office and within a month."""
    if one.unit_id != other.unit_id or abs(one.received_at - other.received_at) > WITHIN:
        return False
    if one.dossier_code is not None and one.dossier_code == other.dossier_code:
        return True
    words = folded(one.text).split()[:MAX_WORDS], folded(other.text).split()[:MAX_WORDS]
    if not all(words):
        return False
    matcher = SequenceMatcher(None, *words, autojunk=False)
    return matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR  # the quick one is never the smaller


def are_duplicates(one: Account, other: Account) -> bool:
    """Whether one citizen told one matter twice."""
    return same_citizen(one, other) and same_matter(one, other)


def kept_from_the_same(one: Subject, other: Subject) -> bool:
    """Whether both are kept from the same people: else whoever one of them is about could come to answer it with the
    other."""
    return (
        one.concerned == other.concerned
        and one.at_counters == other.at_counters
        and restriction_of(one) is restriction_of(other)
    )


def as_merged(own: Case, main: Case) -> Case:
    """How a complaint stands that was merged into another: as that one, whose clock began earlier. What it is about,
    for those it is kept from, stays its own; its citizen is told by way of the other, and nobody has to do anything
    about it."""
    return replace(
        main,
        merged_into=own.merged_into,
        last_action=own.last_action,
        classified=own.classified,
        later_words=own.later_words,
        to_inform=(),
        supplemented_at=None,
        incomplete=False,
        moved_from=None,
        moved_owner=None,
    )
