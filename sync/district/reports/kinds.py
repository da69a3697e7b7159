"""The kinds of documents, and of which periods each is made. Pure."""

from enum import StrEnum

from sync.district.measures.period import PeriodName


class ReportKind(StrEnum):
    """A document about a unit's period; the value stands in addresses and commands. ``MEETING``: the sheet for the
    monthly meeting. ``SATISFACTION``: the report of how citizens rated. ``LATE``: late dossiers, whether citizens were
    warned and got a written apology. ``COMPLAINTS``: what became of complaints."""

    MEETING = "meeting"
    SATISFACTION = "satisfaction"
    LATE = "late"
    COMPLAINTS = "complaints"


def kinds_of(name: PeriodName) -> tuple[ReportKind, ...]:
    """The documents of a kind of period."""
    every = (ReportKind.SATISFACTION, ReportKind.LATE, ReportKind.COMPLAINTS)
    return (ReportKind.MEETING, *every) if name is PeriodName.MONTH else every
