"""The sheet for the monthly meeting of a unit, as the blocks of a document: ratings, what citizens named, dossiers, and
what is to be done. Pure."""

from collections.abc import Iterator

from sync.district.measures.closed_figures import PeriodFigures
from sync.district.reports.late import dossier_grid, dossier_sentences
from sync.district.reports.model import Report, period_words
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.reports.satisfaction import places_blocks, reasons_blocks, tasks_blocks, whole_blocks, words
from sync.district.reports.sentences import mark
from sync.district.texts import Texts
from sync.district.web.formats import day

GIVEN_LINES = 3


def meeting_paper(report: Report, figures: PeriodFigures, texts: Texts) -> Paper:
    """The document."""
    return Paper(
        office=report.office,
        parent=report.parent,
        kind=texts("report.kind"),
        subject=texts("meeting.subject", period=period_words(report.period, texts)),
        year=report.made_on.year,
        blocks=tuple(_blocks(report, figures, texts)),
    )


def _blocks(report: Report, figures: PeriodFigures, texts: Texts) -> Iterator[Block]:
    values = {"first": day(figures.first), "last": day(figures.ends), "period": period_words(report.period, texts)}
    yield Words(texts("meeting.opening", office=report.office, **values))
    if report.period.runs:
        yield Words(texts("report.so_far", last=day(figures.last)))
    yield Words(mark(report, texts))
    yield Heading(texts("meeting.ratings"))
    yield from whole_blocks(report, texts)
    yield Heading(texts("meeting.places"))
    yield from places_blocks(report, texts)
    yield Heading(texts("meeting.reasons"))
    yield from reasons_blocks(report, texts)
    yield Heading(texts("meeting.dossiers"))
    yield from words(dossier_sentences(figures, texts))
    yield from dossier_grid(figures, texts)
    yield Heading(texts("meeting.before"))
    heads = [texts("report.places.number"), *(texts(f"meeting.{name}") for name in ("given", "done"))]
    yield Grid(heads, [(str(n), "", "") for n in range(1, GIVEN_LINES + 1)], (13, 82, 70), named=1)
    yield Heading(texts("meeting.tasks"))
    yield from tasks_blocks(texts)
    yield Words(texts("report.notes.name"))
