"""The report of complaints, as the blocks of a document. Pure."""

from collections.abc import Iterator

from kiosk.domain.complaint import About, Verdict
from sync.district.reports.complaint_figures import ComplaintFigures
from sync.district.reports.model import period_words
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.reports.satisfaction import tasks_blocks, words
from sync.district.texts import Texts
from sync.district.web.formats import day, number, percent

OUTCOMES = ("answered_in_time", "answered_late", "open_in_time", "open_overdue", "undated")


def complaints_paper(figures: ComplaintFigures, texts: Texts) -> Paper:
    """The document."""
    return Paper(
        office=figures.office,
        parent=figures.parent,
        kind=texts("report.kind"),
        subject=texts("complaint_report.subject", period=period_words(figures.period, texts)),
        year=figures.made_on.year,
        blocks=tuple(_blocks(figures, texts)),
    )


def _blocks(figures: ComplaintFigures, texts: Texts) -> Iterator[Block]:
    first, last = day(figures.period.first or figures.period.last), day(figures.period.ends)
    spelt = period_words(figures.period, texts)
    yield Words(texts("complaint_report.opening", office=figures.office, period=spelt, first=first, last=last))
    if figures.period.runs:
        yield Words(texts("report.so_far", last=day(figures.period.last)))
    yield Words(texts("complaint_report.as_of", day=day(figures.made_on)))
    yield Heading(texts("complaint_report.received.heading"))
    yield from words(_received(figures, texts))
    if figures.received:
        yield _about(figures, texts)
    yield Heading(texts("complaint_report.answers.heading"))
    yield from words(_answers(figures, texts))
    if figures.complaints:
        yield _outcomes(figures, texts)
        yield from words(_conclusions(figures, texts))
    yield Heading(texts("complaint_report.verdicts.heading"))
    yield from words(_verdicts(figures, texts))
    yield Heading(texts("complaint_report.tasks"))
    yield from tasks_blocks(texts)
    yield Heading(texts("complaint_report.notes.heading"))
    yield from words(texts(f"complaint_report.notes.{name}") for name in ("who", "days", "once"))


def _received(figures: ComplaintFigures, texts: Texts) -> Iterator[str]:
    if not figures.received:
        yield texts("complaint_report.received.none")
        return
    values = {"n": figures.received, "complaints": figures.complaints, "comments": figures.comments}
    yield texts("complaint_report.received.all", **{name: number(n, texts) for name, n in values.items()})
    if figures.open_comments:
        yield texts("complaint_report.received.open_comments", n=number(figures.open_comments, texts))


def _about(figures: ComplaintFigures, texts: Texts) -> Grid:
    rows = [
        (texts(f"complaint_report.about.{each}"), number(figures.about[each], texts), _part(figures, each, texts))
        for each in About
    ]
    rows.append((texts("report.level.total"), number(figures.received, texts), percent(1, texts)))
    heads = [texts(f"complaint_report.about.{name}") for name in ("heading", "n", "share")]
    return Grid(heads, rows, (95, 35, 35))


def _part(figures: ComplaintFigures, about: About, texts: Texts) -> str:
    return percent(figures.about[about] / figures.received, texts)


def _answers(figures: ComplaintFigures, texts: Texts) -> Iterator[str]:
    if not figures.complaints:
        yield texts("complaint_report.answers.none")
        return
    if figures.due:
        share = percent(figures.answered_in_time / figures.due, texts)
        values = {"in_time": figures.answered_in_time, "due": figures.due}
        yield texts("complaint_report.answers.share", share=share, **{k: number(n, texts) for k, n in values.items()})
    else:
        yield texts("complaint_report.answers.none_due")
    for name in ("open_overdue", "refused", "extended", "transferred", "reopened"):
        n = getattr(figures, name)
        if n:
            yield texts(f"complaint_report.answers.{name}", n=number(n, texts))


def _outcomes(figures: ComplaintFigures, texts: Texts) -> Grid:
    rows = [
        (texts(f"complaint_report.outcome.{name}"), number(getattr(figures, name), texts))
        for name in OUTCOMES
        if name != "undated" or figures.undated
    ]
    rows.append((texts("report.level.total"), number(figures.complaints, texts)))
    return Grid([texts("complaint_report.outcome.heading"), texts("complaint_report.about.n")], rows, (115, 50))


def _conclusions(figures: ComplaintFigures, texts: Texts) -> Iterator[str]:
    concluded = sum(figures.conclusions.values())
    if concluded:
        values = {name: number(n, texts) for name, n in figures.conclusions.items()}
        yield texts("complaint_report.conclusions.all", n=number(concluded, texts), **values)
    if figures.to_conclude:
        yield texts("complaint_report.conclusions.wait", n=number(figures.to_conclude, texts))


def _verdicts(figures: ComplaintFigures, texts: Texts) -> Iterator[str]:
    given = sum(figures.verdicts.values())
    if not given:
        yield texts("complaint_report.verdicts.none")
        return
    values = {str(each): number(figures.verdicts[each], texts) for each in Verdict}
    yield texts("complaint_report.verdicts.all", n=number(given, texts), **values)
