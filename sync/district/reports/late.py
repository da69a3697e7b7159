"""The report of late dossiers, of warnings and of written apologies, as the blocks of a document. Pure."""

from collections.abc import Iterator

from sync.district.measures.closed_figures import ClosedDossiers, ClosedQuestion, PeriodFigures
from sync.district.measures.dossier_states import DossierState, late_share
from sync.district.reports.apology_words import apology_blocks
from sync.district.reports.model import Report, period_words
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.reports.satisfaction import tasks_blocks, words
from sync.district.reports.sentences import mark
from sync.district.texts import Texts
from sync.district.web.formats import day, number, percent

_STATES = (DossierState.EARLY, DossierState.ON_TIME, DossierState.LATE)


def late_paper(report: Report, figures: PeriodFigures, texts: Texts) -> Paper:
    """The document."""
    return Paper(
        office=report.office,
        parent=report.parent,
        kind=texts("report.kind"),
        subject=texts("late.subject", period=period_words(report.period, texts)),
        year=report.made_on.year,
        blocks=tuple(_blocks(report, figures, texts)),
    )


def _blocks(report: Report, figures: PeriodFigures, texts: Texts) -> Iterator[Block]:
    values = {"first": day(figures.first), "last": day(figures.ends), "period": period_words(report.period, texts)}
    yield Words(texts("late.opening", office=report.office, **values))
    if report.period.runs:
        yield Words(texts("report.so_far", last=day(figures.last)))
    yield Words(mark(report, texts))
    yield Heading(texts("late.dossiers.heading"))
    yield from words(dossier_sentences(figures, texts))
    yield from dossier_grid(figures, texts)
    yield Heading(texts("late.asked.heading"))
    yield from asked_blocks(figures, texts)
    yield Heading(texts("late.letters.heading"))
    yield from _letters(figures, texts)
    yield Heading(texts("late.tasks"))
    yield from tasks_blocks(texts)
    yield Heading(texts("late.notes.heading"))
    yield Words(texts("late.notes.dates"))
    yield Words(texts("late.notes.asked", minimum=number(figures.minimum_n, texts)))


def dossier_sentences(figures: PeriodFigures, texts: Texts) -> Iterator[str]:
    """How many dossiers were returned, how many of them late, and how many are still open."""
    counts = figures.dossiers.counts
    if not counts.known:
        yield texts("late.dossiers.none")
        return
    if counts.returned:
        yield texts("late.dossiers.returned", n=number(counts.returned, texts), parts=_parts(figures.dossiers, texts))
        yield from _share(figures, texts)
    else:
        yield texts("late.dossiers.none_returned")
    yield _still_open(figures, texts)


def _parts(dossiers: ClosedDossiers, texts: Texts) -> str:
    counts = dossiers.counts
    undated = counts[DossierState.RETURNED_UNDATED]
    found = [texts(f"late.dossiers.{state}", n=number(counts[state], texts)) for state in _STATES]
    found += [texts("late.dossiers.undated", n=number(undated, texts))] if undated else []
    return ", ".join(found)


def _share(figures: PeriodFigures, texts: Texts) -> Iterator[str]:
    share = late_share(figures.dossiers.counts)
    if share is None:
        yield texts("late.dossiers.no_share")
        return
    yield texts(
        "late.dossiers.share" if share.late else "late.dossiers.none_late",
        share=percent(share.value, texts),
        late=number(share.late, texts),
        judged=number(share.judged, texts),
    )
    if figures.target is not None:
        below = float(figures.target.below)
        key = "late.dossiers.within" if share.value < below else "late.dossiers.beyond"
        yield texts(key, target=percent(below, texts), source=figures.target.source)


def _still_open(figures: PeriodFigures, texts: Texts) -> str:
    counts, last = figures.dossiers.counts, day(figures.last)
    if not counts.still_open:
        return texts("late.dossiers.none_open", last=last)
    overdue = counts[DossierState.OPEN_OVERDUE]
    key = "late.dossiers.open" if overdue else "late.dossiers.open_in_time"
    key = "late.dossiers.all_overdue" if overdue == counts.still_open else key
    return texts(key, last=last, n=number(counts.still_open, texts), overdue=number(overdue, texts))


def dossier_grid(figures: PeriodFigures, texts: Texts) -> Iterator[Block]:
    """Each unit or counter right below, where there is any."""
    if not figures.dossier_lines:
        return
    heads = [texts("report.places.number"), texts("report.places.name")]
    heads += [texts(f"late.heads.{name}") for name in ("returned", "early", "on_time", "late", "share", "overdue")]
    rows = [(str(place), *_row(line, texts)) for place, line in enumerate(figures.dossier_lines, 1)]
    yield Grid(heads, rows, (13, 45, 18, 18, 17, 17, 18, 19), named=1)


def _row(line: ClosedDossiers, texts: Texts) -> tuple[str, ...]:
    counts, share = line.counts, late_share(line.counts)
    return (
        line.name or texts("report.places.without_counter"),
        number(counts.returned, texts),
        *(number(counts[state], texts) for state in _STATES),
        percent(share.value, texts) if share else "–",
        number(counts[DossierState.OPEN_OVERDUE], texts),
    )


def asked_blocks(figures: PeriodFigures, texts: Texts) -> Iterator[Block]:
    """What citizens whose dossier was late said."""
    if not figures.questions:
        yield Words(texts("late.asked.never"))
    for question in figures.questions:
        yield from words(_answers(question, figures, texts))


def _answers(question: ClosedQuestion, figures: PeriodFigures, texts: Texts) -> Iterator[str]:
    spelt = _spelt(question.words, texts)
    if not question.lines:
        yield texts("late.asked.few", words=spelt, minimum=number(figures.minimum_n, texts))
        return
    yield texts("late.asked.told", words=spelt, n=number(question.n, texts))
    for place, line in enumerate(question.lines, 1):
        yield texts(
            "late.asked.line" if line.n else "late.asked.line_few",  # never 0: some may still wait for their group
            words=_spelt(line.words, texts),
            n=number(line.n, texts),
            share=percent(line.n / question.n, texts),
            end="." if place == len(question.lines) else ";",
        )


def _letters(figures: PeriodFigures, texts: Texts) -> Iterator[Block]:
    """What the register of apologies tells; of what was closed before there was one, the office fills it in."""
    if figures.apologies is not None:
        yield from apology_blocks(figures.apologies, known=figures.dossiers.counts.known, texts=texts)
        return
    counts = figures.dossiers.counts
    late = counts[DossierState.LATE]
    if counts.known and not late:
        yield Words(texts("late.letters.none"))
        return
    if not counts.known:
        yield Words(texts("late.letters.unknown"))
    yield Words(texts("late.letters.intro"))
    heads = [texts(f"late.letters.{name}") for name in ("late", "sent", "again", "why")]
    returned_late = number(late, texts) if counts.known else "–"
    yield Grid(heads, [(returned_late, "", "", "")], (35, 40, 40, 50), named=3)


def _spelt(wording: object, texts: Texts) -> str:
    assert isinstance(wording, dict)
    return str(wording.get(texts.language) or wording["vi"])
