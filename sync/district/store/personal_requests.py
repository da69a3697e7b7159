"""Keep and read requests about personal data; a request is seen with its matter, of one that was merged with the matter
that is answered for it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select

from sync.district.domain.personal_request import PersonalRequest, RequestAct, RequestChannel, RequestStep
from sync.district.domain.personal_rules import RequestKind
from sync.district.domain.rights import Person
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_register import JOINED
from sync.district.store.engine import Connection
from sync.district.store.inbox import visible_to
from sync.district.store.locks import Lock, hold
from sync.district.store.privacy_tables import personal_request_steps, personal_requests

_R, _S, _K = personal_requests.c, personal_request_steps.c, c.complaints.c
_OWN, _HOW = c.complaints.alias("own"), c.complaint_standings.alias("own_standing")
"""The complaint whose receipt the request came with, and how it stands."""


def begin(connection: Connection) -> None:
    """Lets one at a time act on requests, until the transaction ends: who acts has read the newest step."""
    hold(connection, Lock.PERSONAL_REQUESTS)


def add_request(
    connection: Connection, complaint_id: str, kind: RequestKind, channel: RequestChannel, at: datetime, by: str
) -> int:
    """Writes a request down; its number."""
    values = {"complaint_id": complaint_id, "kind": str(kind), "channel": str(channel), "at": at, "by": by}
    return int(connection.execute(insert(personal_requests).values(values).returning(_R.request_id)).scalar_one())


def add_step(connection: Connection, request_id: int, step: RequestStep) -> None:
    """Writes down what was done about it."""
    values = {"at": step.at, "person": step.person, "act": str(step.act), "text": step.text}
    connection.execute(insert(personal_request_steps).values(request_id=request_id, **values))


def requests_seen(connection: Connection, person: Person, before: datetime) -> list[PersonalRequest]:
    """Every request with a matter that a person may know of, the newest first."""
    return sorted(_found(connection, visible_to(person, before)), key=lambda each: -each.request_id)


def request_seen(connection: Connection, person: Person, before: datetime, request_id: int) -> PersonalRequest | None:
    """One request, where a person may know of its matter."""
    return next(_found(connection, visible_to(person, before), _R.request_id == request_id), None)


def requests_of(connection: Connection, complaint_id: str) -> list[PersonalRequest]:
    """The requests about one matter and what is merged into it, the oldest first."""
    return sorted(_found(connection, _K.entry_id == complaint_id), key=lambda each: each.request_id)


def _found(connection: Connection, *wanted: ColumnElement[bool]) -> Iterator[PersonalRequest]:
    joined = JOINED.join(_HOW, func.coalesce(_HOW.c.merged_into, _HOW.c.entry_id) == _K.entry_id)
    joined = joined.join(_OWN, _OWN.c.entry_id == _HOW.c.entry_id)
    joined = joined.join(personal_requests, _R.complaint_id == _OWN.c.entry_id)
    columns = (_R.request_id, _K.entry_id, _OWN.c.receipt_number, _R.kind, _R.channel, _R.at, _R.by)
    rows = connection.execute(select(*columns).select_from(joined).where(*wanted)).all()
    steps = _steps(connection, {row.request_id for row in rows})
    for number, complaint_id, receipt, kind, channel, at, by in rows:
        what = (receipt[-4:], RequestKind(kind), RequestChannel(channel), at, by)
        yield PersonalRequest(number, complaint_id, *what, tuple(steps[number]))


def _steps(connection: Connection, numbers: set[int]) -> dict[int, list[RequestStep]]:
    found: dict[int, list[RequestStep]] = defaultdict(list)
    columns = (_S.request_id, _S.at, _S.person, _S.act, _S.text)
    for wanted in among(connection, _S.request_id, numbers):
        rows = connection.execute(select(*columns).where(wanted).order_by(_S.step_id))
        for number, at, person, act, text in rows:
            found[number].append(RequestStep(at, person, RequestAct(act), text))
    return found
