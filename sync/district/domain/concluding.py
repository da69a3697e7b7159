"""Which complaints are concluded, and what waits for that. Pure. ``about``: as the kiosk asked it; what somebody
outside found it to be about takes its place."""

from datetime import date, timedelta

from kiosk.domain.complaint import About
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import REPLIED
from sync.district.domain.conclusion import Conclusion
from sync.district.times import local_day

TIME_FOR_CITIZEN = timedelta(days=7)
"""At least so long the citizen has the answer with its conclusion before an officer is told."""


def is_concluded(about: str, case: Case) -> bool:
    """Whether it is a matter that is concluded: of a citizen who is to have an answer, about somebody's conduct."""
    found = case.classified
    about_conduct = (about if found is None else found.about) == About.CONDUCT
    return not case.anonymous and (about_conduct or bool(found and found.officers))


def to_conclude(about: str, case: Case) -> bool:
    """Whether it is to be concluded, or what was concluded waits for the second person. What was refused, or closed
    before there were conclusions, is not."""
    if case.conclusion is not None:
        return case.concluding is not None or case.conclusion.under_review
    return (case.concluding is not None or case.open) and is_concluded(about, case)


def waits_for_conclusion(about: str, case: Case) -> bool:
    """Whether the answer that waits for approval has to wait for the conclusion, which it tells the citizen."""
    settled = case.conclusion is not None and not case.conclusion.under_review
    return not case.refusing and is_concluded(about, case) and not settled


def notice_from(case: Case) -> date | None:
    """From which local day on officers are told of the conclusion: the first of a month, with all others of that month,
    a week or more after the citizen can read it and was told of it, where they wanted to be; ``None`` before that, and
    when officers are not told."""
    conclusion = case.conclusion
    if conclusion is None or conclusion.approved_at is None or case.answered_at is None or case.to_inform:
        return None
    if not conclusion.counts or not case.answer or case.state not in REPLIED:
        return None
    known = max(conclusion.approved_at, case.answered_at, case.informed_of_all_at or case.answered_at)
    return _next_month(local_day(known) + TIME_FOR_CITIZEN)


def as_shown(case: Case, action_id: int, today: date) -> Conclusion | None:
    """A conclusion, by the step that approved it, as its officer reads it. Whatever handlers do meanwhile changes
    nothing on the officer's page on the day on which they do it: one that another took the place of stays there until
    the next month begins."""
    made = [*case.replaced, *([case.conclusion] if case.conclusion else [])]
    for each, later in zip(made, [*made[1:], None], strict=True):
        if each.action_id == action_id:
            ended = later.approved_at if later else None
            return None if ended is not None and _next_month(local_day(ended)) <= today else each
    return None


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
