"""Inquiries as pages show them. Pure."""

from collections.abc import Collection, Mapping
from datetime import date

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from sync.district.domain.inquiry import Inquiry, InquiryState, waits_for
from sync.district.domain.rights import Person


class InquiryLine(Struct, frozen=True):
    """A line of the list. ``due_on``: while it waits for an answer."""

    inquiry: Inquiry
    unit_name: str
    counter_name: str
    due_on: date | None
    is_overdue: bool


class ToAnswer(Struct, frozen=True):
    """How many inquiries wait for somebody, and how many of these are past their day."""

    waiting: int
    overdue: int

    def __bool__(self) -> bool:
        return bool(self.waiting)


def lines_of(
    inquiries: Collection[Inquiry],
    units: Mapping[str, str],
    counters: Mapping[str, str],
    holidays: Holidays,
    today: date,
) -> list[InquiryLine]:
    """The lines of a list: what waits first, what is due first before; then the newest first."""
    lines = [
        InquiryLine(
            each,
            units.get(each.unit_id, each.unit_id),
            counters.get(each.counter_id, each.counter_id),
            each.due_on(holidays) if each.state is InquiryState.WAITING else None,
            each.is_overdue(holidays, today),
        )
        for each in inquiries
    ]
    waiting = sorted(
        (line for line in lines if line.due_on is not None),
        key=lambda line: (line.due_on or date.max, line.inquiry.inquiry_id),
    )
    over = sorted((line for line in lines if line.due_on is None), key=lambda line: -line.inquiry.inquiry_id)
    return [*waiting, *over]


def to_answer(inquiries: Collection[Inquiry], person: Person, holidays: Holidays, today: date) -> ToAnswer:
    """What waits for somebody."""
    theirs = waits_for(inquiries, person)
    return ToAnswer(len(theirs), sum(each.is_overdue(holidays, today) for each in theirs))
