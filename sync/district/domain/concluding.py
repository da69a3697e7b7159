"""Which complaints are concluded, and what waits for that. Pure. ``about``: as the kiosk asked it; what somebody
outside found it to be about takes its place."""

from datetime import date, timedelta

from kiosk.domain.complaint import About
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import REPLIED
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
    is_reviewed = case.conclusion is not None and case.conclusion.under_review
    waits = case.concluding is not None or is_reviewed or (case.open and case.conclusion is None)
    return waits and is_concluded(about, case)


def waits_for_conclusion(about: str, case: Case) -> bool:
    """Whether the answer that waits for approval has to wait for the conclusion, which it tells the citizen."""
    settled = case.conclusion is not None and not case.conclusion.under_review
    return not case.refusing and is_concluded(about, case) and not settled


def notice_from(case: Case) -> date | None:
    """From which local day on officers are told of the conclusion: the first of a month, with all others of that month,
    a week or more after the citizen can read it; ``None`` before that, and when they are not told."""
    conclusion = case.conclusion
    if conclusion is None or conclusion.approved_at is None or case.answered_at is None:
        return None
    if not conclusion.counts or not case.answer or case.state not in REPLIED:
        return None
    known = local_day(max(conclusion.approved_at, case.answered_at)) + TIME_FOR_CITIZEN
    return (known.replace(day=1) + timedelta(days=32)).replace(day=1)
