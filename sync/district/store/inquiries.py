"""Keep and read inquiries of counters."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, insert, select, true

from sync.district.domain.inquiry import STEPS, Inquiry, InquiryAct, InquiryStep
from sync.district.domain.people import Role
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.inquiry_tables import inquiries, inquiry_steps
from sync.district.store.locks import Lock, hold

_I, _S = inquiries.c, inquiry_steps.c
_KNOWN_STEPS = sorted(str(each) for each in STEPS)


def begin(connection: Connection) -> None:
    """Lets one person at a time act on inquiries, until the transaction ends: who acts has read the newest step."""
    hold(connection, Lock.INQUIRIES)


def ask(connection: Connection, unit_id: str, counter_id: str, title: str, step: InquiryStep) -> int:
    """Writes an inquiry with its first step; its number."""
    values = {"unit_id": unit_id, "counter_id": counter_id, "title": title}
    number = int(connection.execute(insert(inquiries).values(values).returning(_I.inquiry_id)).scalar_one())
    add_step(connection, number, step)
    return number


def add_step(connection: Connection, inquiry_id: int, step: InquiryStep) -> None:
    """Writes what somebody did."""
    values = asdict(step) | {"inquiry_id": inquiry_id, "role": str(step.role), "act": str(step.act)}
    connection.execute(insert(inquiry_steps).values(values))


def inquiry(connection: Connection, inquiry_id: int) -> Inquiry | None:
    """One inquiry."""
    return next(iter(_inquiries(connection, _I.inquiry_id == inquiry_id)), None)


def inquiries_of(connection: Connection, units: Collection[str] | None) -> list[Inquiry]:
    """The inquiries of some units (``None``: of all), the oldest first."""
    wanted = [true()] if units is None else among(connection, _I.unit_id, units)
    found = [each for where in wanted for each in _inquiries(connection, where)]
    return sorted(found, key=lambda each: each.inquiry_id)


def _inquiries(connection: Connection, where: ColumnElement[bool]) -> Iterator[Inquiry]:
    joined = inquiry_steps.join(inquiries, _I.inquiry_id == _S.inquiry_id)
    known = _S.act.in_(_KNOWN_STEPS)  # a row that is no step of this release is left out, and breaks no page
    columns = (_S.inquiry_id, _S.at, _S.person, _S.role, _S.act, _S.text)
    steps: dict[int, list[InquiryStep]] = defaultdict(list)
    query = select(*columns).select_from(joined).where(where, known).order_by(_S.step_id)
    for inquiry_id, at, person, role, act, text in connection.execute(query):
        steps[inquiry_id].append(InquiryStep(at, person, Role(role), InquiryAct(act), text))
    for row in connection.execute(select(inquiries).where(where)):
        yield Inquiry(row.inquiry_id, row.unit_id, row.counter_id, row.title, tuple(steps[row.inquiry_id]))
