"""What a citizen sees about their own data on the page of their receipt, as values."""

from datetime import date

from msgspec import Struct

from sync.district.complaints.personal import holds_somebody, is_wordless, main_of
from sync.district.domain.erasure import ErasureScope, Why
from sync.district.domain.personal_request import RequestState
from sync.district.domain.personal_rules import PersonalRules, RequestKind
from sync.district.store import personal_requests as store
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.complaints import COMPLAINT
from sync.district.store.engine import Connection
from sync.district.store.erasures import Erasure, erasures_of
from sync.district.times import local_day

OTHER_KINDS = tuple(kind for kind in RequestKind if kind is not RequestKind.WITHDRAW)
OWN_NOTICES = ("not_sure", "nothing")


class OwnRequest(Struct, frozen=True):
    """Something the citizen asked, with its last day."""

    kind: RequestKind
    asked_on: date
    due_on: date
    state: RequestState


class OwnData(Struct, frozen=True):
    """What is there of the citizen. ``erased_as``: a key of the texts, with the day; empty while nothing was erased.
    ``wordless``: the recording is all that tells what the matter is about."""

    may_withdraw: bool
    erased_as: str
    erased_on: date | None
    requests: tuple[OwnRequest, ...]
    wordless: bool


def own_data(connection: Connection, found: ComplaintRecord, rules: PersonalRules) -> OwnData | None:
    """What a citizen may do about a complaint; ``None`` for one that holds nothing about a person."""
    if not holds_somebody(found):
        return None
    entry_id = found.line.entry_id
    erased = erasures_of(connection, [entry_id])
    last = erased[-1] if erased else None
    wordless = found.line.kind == COMPLAINT and is_wordless(connection, found)
    asked = store.requests_of(connection, main_of(connection, entry_id))
    requests = tuple(
        OwnRequest(each.kind, local_day(each.at), each.due_on(rules), each.state)
        for each in asked
        if each.kind is not RequestKind.WITHDRAW or not each.is_erased
    )
    return OwnData(
        may_withdraw=last is None,
        erased_as=_erased_as(last, wordless) if last else "",
        erased_on=local_day(last.at) if last else None,
        requests=requests,
        wordless=wordless,
    )


def _erased_as(last: Erasure, wordless: bool) -> str:
    """Why it was erased, and how much."""
    if last.why is Why.ASKED:
        return "deleted"
    if last.scope is ErasureScope.ALL:
        return "deleted" if last.why is Why.WITHDRAWN else "time_ended_words"
    if last.why is Why.WITHDRAWN:
        return "withdrawn_voice" if wordless else "withdrawn"
    return "time_ended"
