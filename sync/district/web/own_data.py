"""What a citizen sees about their own data on the page of their receipt, as values."""

from datetime import date

from msgspec import Struct

from sync.district.complaints.personal import holds_somebody, main_of
from sync.district.domain.erasure import Why
from sync.district.domain.personal_request import RequestState
from sync.district.domain.personal_rules import PersonalRules, RequestKind
from sync.district.store import personal_requests as store
from sync.district.store.complaint_register import ComplaintRecord
from sync.district.store.engine import Connection
from sync.district.store.erasures import erasures_of
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
    """What is there of the citizen. ``erased_as``: a key of the texts, with the day; empty while nothing was erased."""

    may_withdraw: bool
    erased_as: str
    erased_on: date | None
    requests: tuple[OwnRequest, ...]


def own_data(connection: Connection, found: ComplaintRecord, rules: PersonalRules) -> OwnData | None:
    """What a citizen may do about a complaint; ``None`` for one that holds nothing about a person."""
    if not holds_somebody(found):
        return None
    entry_id = found.line.entry_id
    erased = erasures_of(connection, [entry_id])
    last = erased[-1] if erased else None
    words = {Why.WITHDRAWN: "withdrawn", Why.ASKED: "deleted", Why.TIME_ENDED: "time_ended"}
    asked = store.requests_of(connection, main_of(connection, entry_id))
    requests = tuple(
        OwnRequest(each.kind, local_day(each.at), each.due_on(rules), each.state)
        for each in asked
        if each.kind is not RequestKind.WITHDRAW
    )
    return OwnData(
        may_withdraw=last is None,
        erased_as=words[last.why] if last else "",
        erased_on=local_day(last.at) if last else None,
        requests=requests,
    )
