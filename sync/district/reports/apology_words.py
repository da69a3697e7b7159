"""What a report says of written apologies, and the order of their numbers. Pure."""

from collections.abc import Iterator

from sync.district.domain.apology import Delivery
from sync.district.domain.apology_rules import apology_rules
from sync.district.measures.apology_figures import ClosedApologies
from sync.district.reports.paper import Block, Grid, Words
from sync.district.texts import Texts
from sync.district.web.formats import number


def apology_blocks(figures: ClosedApologies, *, known: bool, texts: Texts) -> Iterator[Block]:
    """The part of the report about apologies. ``known``: whether a list told of any dossier."""
    for sentence in _sentences(figures, texts, known=known):
        yield Words(sentence)
    if figures.total:
        yield Grid(
            [texts(f"late.letters.by.{name}") for name in ("cause", "n")],
            [(words, number(n, texts)) for words, n in causes(figures, texts)],
            (130, 35),
        )
        heads = [texts(f"late.letters.by.{name}") for name in ("unit", "numbers", "made", "handed_over")]
        rows = [
            (
                each.name,
                numbers_of(each.first, each.last, texts),
                number(each.made, texts),
                number(each.handed_over, texts),
            )
            for each in figures.lines
        ]
        yield Grid(heads, rows, (70, 45, 25, 25))


def _sentences(figures: ClosedApologies, texts: Texts, *, known: bool) -> Iterator[str]:
    late = figures.apologised + figures.without
    if not known:
        yield texts("late.letters.unknown")
    elif not late:
        yield texts("late.letters.no_late")
    else:
        shown = {"late": late, "given": figures.apologised, "without": figures.without}
        yield texts("late.letters.covered", **{name: number(n, texts) for name, n in shown.items()})
    if not figures.total:
        yield texts("late.letters.none_made")
    else:
        yield texts("late.letters.made", n=number(figures.total, texts), parts=_parts(figures, texts))
        yield from _handed(figures, texts)
    if figures.broken:
        yield texts("late.letters.broken", n=number(figures.broken, texts))
    if figures.seconds:
        yield texts("late.letters.seconds", n=number(figures.seconds, texts))
    if figures.doubled:
        yield texts("late.letters.doubled", n=number(figures.doubled, texts))
    if not (figures.seconds or figures.doubled):
        yield texts("late.letters.no_seconds")


def _parts(figures: ClosedApologies, texts: Texts) -> str:
    states = (("handed_over", figures.handed_over), ("signed", figures.signed), ("made", figures.made))
    return ", ".join(texts(f"late.letters.state.{name}", n=number(n, texts)) for name, n in states if n)


def _handed(figures: ClosedApologies, texts: Texts) -> Iterator[str]:
    if not figures.handed_over:
        return
    ways = [(str(each), figures.deliveries.get(str(each), 0)) for each in Delivery]
    in_words = ", ".join(texts(f"late.letters.way.{name}", n=number(n, texts)) for name, n in ways if n)
    yield texts("late.letters.handed", ways=in_words)
    key = "late.letters.in_time" if figures.in_time else "late.letters.not_in_time"
    yield texts(key, n=number(figures.in_time, texts), of=number(figures.handed_over, texts))


def causes(figures: ClosedApologies, texts: Texts) -> list[tuple[str, int]]:
    """Each cause that was named in words, the most frequent first; one that the rules no longer know by its id."""
    rules = apology_rules()
    found = []
    for cause_id, n in figures.causes.items():
        cause = rules.cause_of(cause_id)
        words = cause_id if cause is None else cause.words.get(texts.language) or cause.words["vi"]
        found.append((words, n))
    return sorted(found, key=lambda each: (-each[1], each[0]))


def numbers_of(first: str, last: str, texts: Texts) -> str:
    """The numbers of a unit's apologies, from the first to the last."""
    return first if first == last else texts("report.places.to", low=first, high=last)
