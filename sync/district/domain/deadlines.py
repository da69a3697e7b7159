"""Compute when the next step is due, in working days. Rules are data: ``config/schemes/complaint-deadlines.toml``."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from msgspec import Struct

from kiosk.domain.calendar import SATURDAY, Holidays
from kiosk.domain.deadlines import (
    EXTEND,
    QUESTION,
    SHIPPED,
    STEPS,
    WAIT,
    Scheme,
    is_working_day,
    scheme_of,
    schemes_from,
    working_days_after,
)
from kiosk.paths import shipped_scheme
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Status
from sync.district.times import local_day

_STEP_OF = {
    Status.NEW: "take",
    Status.TRANSFERRED: "take",
    Status.RECEIVED: "pass_on",
    Status.IN_PROGRESS: "answer",
    Status.AWAITING_APPROVAL: "answer",
    Status.ANSWERED: "publish",
    Status.AWAITING_PUBLICATION: "publish",
}


class BadDeadlines(ValueError):
    """The file cannot be used. The message names it and what is wrong."""


class DueDate(Struct, frozen=True):
    """A date and how it came about: ``working_days`` after ``start``; ``holidays`` of the weekdays between are off, and
    for ``waited`` working days it stood still because the citizen was asked for more (``waiting``: it still does).
    ``extended``: working days that were added once, with a reason the citizen reads."""

    on: date
    start: date
    working_days: int
    holidays: int
    waited: int
    waiting: bool
    extended: int = 0


class Deadlines(Struct, frozen=True):
    """The schemes and the country's holidays."""

    schemes: tuple[Scheme, ...]
    holidays: Holidays

    def answer_due(self, case: Case) -> date | None:
        """By when the citizen has the answer; ``None`` for an anonymous comment, which gets none. While the citizen is
        waited for it is the latest that it can become."""
        explained = self.explain_answer(case)
        return None if explained is None else explained.on

    def explain_answer(self, case: Case) -> DueDate | None:
        """By when the citizen has the answer, and how that date came about."""
        start = local_day(case.asked_at)
        scheme = self._scheme(start)
        if case.anonymous or scheme is None:
            return None
        days = self._days_to_answer(case, scheme, start)
        waited = sum(self._waited(first, last, scheme) for first, last in case.waits)
        extended = scheme.working_days.get(EXTEND, 0) if case.extended else 0
        due = working_days_after(start, days + waited + extended, self.holidays)
        off = weekday_holidays(start, due, self.holidays)
        return DueDate(due, start, days, off, waited, case.state is Status.NEEDS_MORE, extended)

    def _days_to_answer(self, case: Case, scheme: Scheme, start: date) -> int:
        """A question is answered sooner. What is found to be something else before that day has the time of any other
        matter; found so later it has not, since that would hide that the day was missed."""
        usual = scheme.working_days["answer"]
        if not case.is_question or QUESTION not in scheme.working_days:
            return usual
        days = scheme.working_days[QUESTION]
        found = case.no_question_since
        missed = found is None or local_day(found) > working_days_after(start, days, self.holidays)
        return days if missed else usual

    def may_extend(self, case: Case, today: date) -> bool:
        """Whether the table in force knows an extension and the citizen's date has not passed: a date moved afterwards
        would hide that it was missed."""
        scheme, due = self._scheme(local_day(case.asked_at)), self.answer_due(case)
        return scheme is not None and EXTEND in scheme.working_days and due is not None and today <= due

    def next_due(self, case: Case) -> date | None:
        """By when the next step is due, never later than the answer; ``None`` when nothing is, or the office waits for
        nobody. An anonymous comment only has to be taken; who left a telephone alone has to be called within the same
        time. While the citizen is waited for it is the day from which the clock runs again."""
        if case.state is Status.NEEDS_MORE:
            return self._end_of_wait(case)
        step = _STEP_OF.get(case.state)
        if case.incomplete and not case.calls and step in ("pass_on", "answer"):
            step = "take"
        if step is None or (case.anonymous and step != "take") or (case.hidden and step == "publish"):
            return None
        if step == "answer":
            return self.answer_due(case)
        start = case.asked_at
        if step == "publish" and case.answered_at is not None:
            start = case.answered_at
        if case.state is Status.TRANSFERRED and case.moved_at is not None:
            start = case.moved_at
        due, answer = self._due(step, local_day(start)), self.answer_due(case)
        if step == "publish" or due is None or answer is None:
            return due
        return min(due, answer)

    def unlisted_years(self, case: Case) -> tuple[int, ...]:
        """The years its deadlines run into whose holidays nobody imported; in those a deadline may come too early."""
        ends = [day for day in (self.next_due(case), self.answer_due(case)) if day is not None]
        return self.holidays.unlisted(local_day(case.asked_at), max(ends)) if ends else ()

    def longest(self, today: date) -> date:
        """By when the last step of a complaint that arrives today is due."""
        return max((due for step in STEPS if (due := self._due(step, today))), default=today)

    def _due(self, step: str, start: date) -> date | None:
        scheme = self._scheme(start)
        return None if scheme is None else working_days_after(start, scheme.working_days[step], self.holidays)

    def _scheme(self, start: date) -> "Scheme | None":
        return scheme_of(self.schemes, start)

    def _waited(self, first: datetime, last: datetime | None, scheme: "Scheme") -> int:
        """For how many working days a wait stops the clock; one that lasts counts as long as it can get."""
        longest = scheme.working_days.get(WAIT)
        if last is None:
            return longest or 0
        waited = working_days_between(local_day(first), local_day(last), self.holidays)
        return waited if longest is None else min(waited, longest)

    def _end_of_wait(self, case: Case) -> date | None:
        scheme, start = self._scheme(local_day(case.asked_at)), local_day(case.since)
        if scheme is None or case.anonymous or WAIT not in scheme.working_days:
            return self.answer_due(case)
        return working_days_after(start, scheme.working_days[WAIT], self.holidays)


def answered_on(case: Case) -> date | None:
    """The day on which it was answered; ``None`` when it was not, or was opened anew since."""
    if case.answered_at is None or case.answered_at <= case.asked_at:
        return None
    return local_day(case.answered_at)


def working_days_between(start: date, end: date, holidays: Holidays) -> int:
    """How many working days lie behind ``start`` up to ``end``; negative when ``end`` comes first."""
    if end < start:
        return -working_days_between(end, start, holidays)
    return sum(is_working_day(start + timedelta(days=n), holidays) for n in range(1, (end - start).days + 1))


def days_left(today: date, due_on: date, holidays: Holidays) -> int:
    """Working days until a date: 0 on that day alone, at least one either side of it."""
    days = working_days_between(today, due_on, holidays)
    return days or ((due_on > today) - (due_on < today))


def weekday_holidays(start: date, end: date, holidays: Holidays) -> int:
    """How many days from Monday to Friday behind ``start`` up to ``end`` are off."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.isoweekday() < SATURDAY and holidays.is_off(day) for day in days)


def question_days(schemes: Sequence[Scheme], day: date) -> int:
    """Within how many working days a question told on a day is answered; 0 where it has no time of its own."""
    scheme = scheme_of(schemes, day)
    return scheme.working_days.get(QUESTION, 0) if scheme else 0


@cache
def office_schemes(path: Path | None) -> tuple[Scheme, ...]:
    """What ``load_schemes`` read when it was first asked for; a changed file counts from the next start."""
    return load_schemes(path)


def load_schemes(path: Path | None = None) -> tuple[Scheme, ...]:
    """Reads the office's file, or the shipped one. Raises ``BadDeadlines``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8")) if path else shipped_scheme(SHIPPED)
        return schemes_from(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDeadlines(f"{path or SHIPPED}: not a table of deadlines ({error}); see config/schemes") from error
