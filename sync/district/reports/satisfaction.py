"""The report of how citizens rated, as the blocks of a document. Pure."""

from collections.abc import Iterable, Iterator

from sync.district.reports.model import LEVELS, Report, name_of_line, period_words
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.reports.sentences import cells, listed, notes, opening, whole
from sync.district.texts import Texts
from sync.district.web.formats import number, percent

TASK_LINES = 4


def satisfaction_paper(report: Report, texts: Texts) -> Paper:
    """The document of a report."""
    return Paper(
        office=report.office,
        parent=report.parent,
        kind=texts("report.kind"),
        subject=texts("report.subject", period=period_words(report.period, texts)),
        year=report.made_on.year,
        blocks=tuple(_blocks(report, texts)),
    )


def words(sentences: Iterable[str]) -> Iterator[Block]:
    """Sentences as paragraphs."""
    return (Words(sentence) for sentence in sentences)


def _blocks(report: Report, texts: Texts) -> Iterator[Block]:
    yield from words(opening(report, texts))
    yield Heading(texts("report.whole.heading"))
    yield from whole_blocks(report, texts)
    yield Heading(texts("report.places.heading"))
    yield from places_blocks(report, texts)
    yield Heading(texts("report.reasons.heading"))
    yield from reasons_blocks(report, texts)
    yield Heading(texts("report.tasks.heading"))
    yield from tasks_blocks(texts)
    yield Heading(texts("report.notes.heading"))
    yield from words(notes(report, texts))


def whole_blocks(report: Report, texts: Texts) -> Iterator[Block]:
    """The result of the unit as a whole, with its five levels."""
    yield from words(whole(report, texts))
    share = report.total.share
    if share is None:
        return
    yield Words(texts("report.whole.levels"))
    rows = [
        (texts(f"report.level.{level}"), number(n, texts), percent(n / share.rated, texts))
        for level, n in ((level, report.scores.get(level, 0)) for level in LEVELS)
    ]
    rows.append((texts("report.level.total"), number(share.rated, texts), percent(1, texts)))
    yield Grid([texts(f"report.level.{name}") for name in ("heading", "n", "share")], rows, (80, 40, 40))


def places_blocks(report: Report, texts: Texts) -> Iterator[Block]:
    """Each unit and counter below."""
    if not report.lines:
        yield Words(texts("report.places.none"))
        return
    heads = [texts(f"report.places.{name}") for name in ("number", "name", "rated", "share", "interval")]
    rows = [
        (str(place), "\u2003" * line.depth + name_of_line(report, line, texts), *cells(line.figure, texts))
        for place, line in enumerate(report.lines, 1)
    ]
    yield Grid(heads, rows, (13, 56, 25, 26, 45), named=1)


def reasons_blocks(report: Report, texts: Texts) -> Iterator[Block]:
    """What citizens named most often."""
    reasons = report.reasons
    if not reasons:
        yield Words(texts("report.reasons.none"))
    for side, found in (("better", reasons.better), ("good", reasons.good)):
        if found:
            yield from words([texts(f"report.reasons.{side}"), *listed(found, texts)])


def tasks_blocks(texts: Texts) -> Iterator[Block]:
    """Room for what is to be done."""
    yield Words(texts("report.tasks.intro"))
    heads = [texts("report.places.number"), *(texts(f"report.tasks.{name}") for name in ("task", "owner", "due"))]
    yield Grid(heads, [(str(n), "", "", "") for n in range(1, TASK_LINES + 1)], (14, 81, 40, 30), named=1)
