"""The register of requests about personal data, as the page shows it."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from sync.district.domain.personal_request import PersonalRequest, RequestAct, RequestState
from sync.district.domain.personal_rules import PersonalRules


class RequestLine(Struct, frozen=True):
    """A request with its days. ``acknowledge_by`` is ``None`` once it was acknowledged."""

    request: PersonalRequest
    office: str
    due_on: date
    is_overdue: bool
    acknowledge_by: date | None
    is_acknowledged_late: bool

    def acts_of(self, person: str) -> tuple[RequestAct, ...]:
        """What a person may write down about it now."""
        return tuple(act for act in RequestAct if self.request.allows_by(act, person))

    def waits_for_another(self, person: str) -> bool:
        """Whether it is to be erased, and not by this person, who recorded it."""
        return self.request.allows(RequestAct.ERASE) and not self.request.allows_by(RequestAct.ERASE, person)


def lines_of(
    found: Sequence[PersonalRequest],
    offices: Mapping[str, str],
    rules: PersonalRules,
    holidays: Holidays,
    today: date,
) -> list[RequestLine]:
    """What waits first, by its day, then what is over. ``offices``: by complaint, who holds it."""
    lines = [_line(each, offices.get(each.complaint_id, ""), rules, holidays, today) for each in found]
    return sorted(lines, key=lambda line: (line.request.state is not RequestState.OPEN, line.due_on))


def _line(each: PersonalRequest, office: str, rules: PersonalRules, holidays: Holidays, today: date) -> RequestLine:
    is_open = each.state is RequestState.OPEN
    by = each.acknowledge_by(rules, holidays) if is_open and not each.acknowledged else None
    due = (each.due_on(rules), each.is_overdue(rules, today))
    return RequestLine(each, office, *due, by, by is not None and by < today)
