"""The sentences of a report: each number once, written as the reader's language writes it. Pure."""

from collections.abc import Iterator

from sync.district.measures.disclosure import Figure
from sync.district.measures.period import asked_by_name, period
from sync.district.measures.reasons import Reason
from sync.district.measures.targets import Targeted
from sync.district.reports.model import Report, period_words
from sync.district.texts import Texts
from sync.district.web.formats import day, number, percent, points_in_words
from sync.district.web.overview import ComparedLine


def opening(report: Report, texts: Texts) -> Iterator[str]:
    """What is reported, and that it is not whole yet where it is not."""
    chosen = report.period
    first = chosen.first or chosen.last
    yield texts(
        "report.opening",
        office=report.office,
        period=period_words(chosen, texts),
        first=day(first),
        last=day(chosen.ends),
    )
    if chosen.runs:
        yield texts("report.so_far", last=day(chosen.last))
    yield mark(report, texts)


def mark(report: Report, texts: Texts) -> str:
    """Whether the figures are closed: nobody takes a draft for the last word, or today's figures for closed ones."""
    closing = report.closing
    if closing is None and report.beside is not None:
        return texts("report.mark.beside", n=report.beside.number, day=day(report.beside.day))
    if closing is None:
        return texts("report.mark.open")
    key = "report.mark.closed" if closing.version == 1 else "report.mark.corrected"
    spelt = " ".join(closing.hash[at : at + 4] for at in range(0, len(closing.hash), 4))
    return texts(key, n=closing.number, times=closing.version - 1, day=day(closing.day), hash=spelt)


def whole(report: Report, texts: Texts) -> Iterator[str]:
    """The result of the unit as a whole."""
    total, share = report.total, report.total.share
    if not total.rated:
        yield texts("report.whole.none")
        return
    if report.coverage is None:
        yield texts("report.whole.rated_only", n=number(total.rated, texts))
    else:
        values = {"visits": number(report.coverage.visits, texts), "coverage": percent(report.coverage.share, texts)}
        yield texts("report.whole.rated", n=number(total.rated, texts), **values)
    if share is None:
        yield _too_few(report, texts)
        return
    yield texts(
        "report.whole.share",
        share=percent(share.value, texts),
        satisfied=number(share.satisfied, texts),
        of=number(share.rated, texts),
        low=percent(share.interval.low, texts),
        high=percent(share.interval.high, texts),
    )
    if report.coverage is not None and report.coverage.silent is not None:
        silent = report.coverage.silent
        yield texts("report.whole.silent", low=percent(silent.low, texts), high=percent(silent.high, texts))
    if report.target is not None:
        yield target_words(report.target, texts)
    if report.before is not None:
        yield _compared(report.before, texts)


def target_words(target: Targeted, texts: Texts) -> str:
    """How the share stands beside what a plan asks for."""
    return texts(f"target.{target.state}", target=percent(target.at_least, texts), source=target.source)


def _too_few(report: Report, texts: Texts) -> str:
    minimum = number(report.total.minimum_n, texts)
    if report.total.counters_too_small:
        return texts("report.whole.too_small_counters", minimum=minimum, floor=number(report.rules.floor, texts))
    return texts("report.whole.too_few", minimum=minimum)


def _compared(other: ComparedLine, texts: Texts) -> str:
    comparison, share = other.comparison, other.figure.share
    assert comparison is not None
    assert share is not None
    which = ("up" if comparison.difference > 0 else "down") if comparison.distinguishable else "same"
    low, high = comparison.interval.low, comparison.interval.high
    if which == "down":  # said of how far it fell
        low, high = -high, -low
    return texts(
        f"report.whole.{which}",
        before=period_words(other.period, texts),
        share=percent(share.value, texts),
        points=points_in_words(abs(comparison.difference), texts),
        low=points_in_words(low, texts),
        high=points_in_words(high, texts),
    )


def _beside(report: Report, texts: Texts) -> Iterator[str]:
    """What the months were closed with, and what came late for the period before."""
    n = report.total.rated or 0
    if report.months is not None:
        key = "report.notes.months_same" if report.months.rated == n else "report.notes.months_differ"
        yield texts(key, months=number(report.months.rated, texts), n=number(n, texts))
    for late in report.late_before:
        words = period_words(period(asked_by_name(late.of), report.period.ends), texts)
        yield texts("report.notes.late_before", n=number(late.rated, texts), before=words)


def cells(figure: Figure, texts: Texts) -> tuple[str, str, str]:
    """How many rated, the share and its interval, or that there are too few."""
    fewer = texts("report.places.fewer", n=number(figure.fewer_than, texts))
    rated = fewer if figure.rated is None else number(figure.rated, texts)
    if figure.share is None:
        return rated, texts("report.places.too_few"), ""
    low, high = (percent(end, texts) for end in (figure.share.interval.low, figure.share.interval.high))
    return rated, percent(figure.share.value, texts), texts("report.places.to", low=low, high=high)


def listed(reasons: tuple[Reason, ...], texts: Texts) -> Iterator[str]:
    """Reasons as the lines of a list, the last with a full stop."""
    for place, reason in enumerate(reasons, 1):
        words = dict(reason.words)
        spelt = words.get(texts.language) or words["vi"]
        yield texts(
            "report.reasons.line",
            words=spelt,
            n=number(reason.n, texts),
            end="." if place == len(reasons) else ";",
        )


def notes(report: Report, texts: Texts) -> Iterator[str]:
    """How it was counted."""
    floor, minimum = number(report.rules.floor, texts), number(report.rules.minimum_n, texts)
    yield texts("report.notes.groups", floor=floor, minimum=minimum)
    yield texts("report.notes.visits")
    yield from _beside(report, texts)
    if report.trees_differ:
        yield texts(f"report.notes.tree_{report.tree}", day=day(report.made_on))
    yield texts("report.notes.name")
    yield texts("report.notes.interval")
