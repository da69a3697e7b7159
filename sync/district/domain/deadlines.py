"""By when the next step is due, in working days. The rules are data: ``config/schemes/complaint-deadlines.toml``."""

import tomllib
from datetime import date
from pathlib import Path

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.deadlines import SHIPPED, STEPS, Scheme, scheme_of, schemes_from, working_days_after
from kiosk.paths import shipped_scheme
from sync.district.domain.complaint_case import Case, Status
from sync.district.times import local_day

_STEP_OF = {
    Status.NEW: "take",
    Status.TRANSFERRED: "take",
    Status.RECEIVED: "pass_on",
    Status.NEEDS_MORE: "answer",
    Status.IN_PROGRESS: "answer",
    Status.AWAITING_APPROVAL: "answer",
    Status.ANSWERED: "publish",
    Status.AWAITING_PUBLICATION: "publish",
}


class BadDeadlines(ValueError):
    """The file cannot be used. The message names it and what is wrong."""


class Deadlines(Struct, frozen=True):
    """The schemes and the country's holidays."""

    schemes: tuple[Scheme, ...]
    holidays: Holidays

    def answer_due(self, standing: Case) -> date | None:
        """By when the citizen has the answer; ``None`` for an anonymous comment, which gets none."""
        return None if standing.anonymous else self._due("answer", local_day(standing.asked_at))

    def next_due(self, standing: Case) -> date | None:
        """By when the next step is due; ``None`` when nothing is, or the office waits for nobody.

        An anonymous comment only has to be taken.
        """
        step = _STEP_OF.get(standing.state)
        if step is None or (standing.anonymous and step != "take") or (standing.hidden and step == "publish"):
            return None
        start = standing.asked_at
        if step == "publish" and standing.answered_at is not None:
            start = standing.answered_at
        if standing.state is Status.TRANSFERRED and standing.moved_at is not None:
            start = standing.moved_at
        return self._due(step, local_day(start))

    def unlisted_years(self, standing: Case) -> tuple[int, ...]:
        """The years its deadlines run into whose holidays nobody imported; in those a deadline may come too early."""
        ends = [day for day in (self.next_due(standing), self.answer_due(standing)) if day is not None]
        return self.holidays.unlisted(local_day(standing.asked_at), max(ends)) if ends else ()

    def longest(self, today: date) -> date:
        """By when the last step of a complaint that arrives today is due."""
        return max((due for step in STEPS if (due := self._due(step, today))), default=today)

    def _due(self, step: str, start: date) -> date | None:
        scheme = scheme_of(self.schemes, start)
        return None if scheme is None else working_days_after(start, scheme.working_days[step], self.holidays)


def load_schemes(path: Path | None = None) -> tuple[Scheme, ...]:
    """Reads the office's file, or the shipped one. Raises ``BadDeadlines``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8")) if path else shipped_scheme(SHIPPED)
        return schemes_from(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadDeadlines(f"{path or SHIPPED}: not a table of deadlines ({error}); see config/schemes") from error
