"""How many were invited to rate as their service ended, how many answered, and where it looks as if only some were
invited. Pure.

All counts are sums of released groups, of which every part is nobody or at least ``K`` (``InvitationSums.parts``). A
counter of which a part is smaller than the office's floor tells nothing and is in no sum, so that nobody finds it by
subtracting the others.

All lines of a page are held to the others at once, so each difference has an interval that is widened for their number
(C. E. Bonferroni, 1936): of twenty pages of honest counters at most one names any.
"""

from collections.abc import Mapping, Sequence
from statistics import NormalDist

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.invitation_day import InvitationSums
from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Measure, Share
from sync.district.measures.intervals import newcombe, wilson
from sync.district.measures.organisation import Branch, TreeView
from sync.district.measures.tree import UnitNode

RESPONSE_RATE = Measure("invitation.response_rate", 1)
"""Invitations that a face followed in the same visit ÷ invitations that were shown; Wilson interval at 95 %."""
ENDED_SHARE = Measure("invitation.ended_share", 1)
"""Tickets that the ticket system said to have ended ÷ tickets served at counters that have a kiosk of their own."""
LEVEL = 0.05
"""The chance that a page on which nobody ends fewer than the others names a counter all the same."""
MAX_LINES = 60
"""More counters than that are told by unit."""


class InvitationFigure(Struct, frozen=True):
    """What may be told. ``sums`` is ``None`` for nothing, or where a part is below ``fewer_than``; a share is ``None``
    below ``minimum_n``. ``fewer_ended``: fewer than chance explains beside the other counters that are shown: it may be
    that an officer ends the service of some citizens only."""

    sums: InvitationSums | None
    response: Share | None
    ended: Share | None
    fewer_than: int
    minimum_n: int
    fewer_ended: bool = False


class InvitationLine(Struct, frozen=True):
    """A counter, or a unit (``counter_id`` is ``None``) where there are many."""

    unit_id: str
    counter_id: str | None
    name: str
    figure: InvitationFigure


class InvitationSection(Struct, frozen=True):
    """Of all units that are shown, and each counter; no ``lines`` for who may not compare counters."""

    total: InvitationFigure
    lines: tuple[InvitationLine, ...]


def invitation_section(
    counts: Mapping[Branch, Mapping[str, int]],
    view: TreeView,
    chosen: Sequence[UnitNode],
    rules: Rules,
    *,
    with_lines: bool,
) -> InvitationSection | None:
    """What is told of some units; ``None`` where nothing is released: most have no ticket system. ``counts`` are named
    as in ``InvitationSums``. ``with_lines``: whether counters and units are told side by side."""
    sums: dict[tuple[str, str], InvitationSums] = {}
    for (path, counter_id), numbers in sorted(counts.items()):
        if any(node.holds(path) for node in chosen):
            at = path[-1], counter_id
            sums[at] = sums.get(at, InvitationSums()) + InvitationSums(**numbers)
    if not sums:
        return None
    shown = {at: found for at, found in sums.items() if found.is_large_enough(rules.floor)}
    total = sum(shown.values(), InvitationSums())
    whole = _figure(total if shown else None, rules)
    if not with_lines:
        return InvitationSection(whole, ())
    by_counter = len(sums) <= MAX_LINES
    lines = _counter_lines(sums, view, rules) if by_counter else _unit_lines(shown, view, rules)
    return InvitationSection(whole, _held_to_each_other(lines, total, rules))


def _counter_lines(
    sums: Mapping[tuple[str, str], InvitationSums], view: TreeView, rules: Rules
) -> tuple[InvitationLine, ...]:
    found = []
    for (unit_id, counter_id), own in sums.items():
        counter = view.counter(counter_id)
        figure = _figure(own if own.is_large_enough(rules.floor) else None, rules)
        found.append(InvitationLine(unit_id, counter_id, counter.name if counter else counter_id, figure))
    return tuple(found)


def _unit_lines(
    shown: Mapping[tuple[str, str], InvitationSums], view: TreeView, rules: Rules
) -> tuple[InvitationLine, ...]:
    by_unit: dict[str, InvitationSums] = {}
    for (unit_id, _), own in shown.items():
        by_unit[unit_id] = by_unit.get(unit_id, InvitationSums()) + own
    found = []
    for unit_id, own in by_unit.items():
        unit = view.unit(unit_id)
        found.append(InvitationLine(unit_id, None, unit.name if unit else unit_id, _figure(own, rules)))
    return tuple(found)


def _held_to_each_other(
    lines: Sequence[InvitationLine], total: InvitationSums, rules: Rules
) -> tuple[InvitationLine, ...]:
    """The lines, with a word where fewer services were ended than chance explains beside all the others."""
    beside = [_beside(line.figure, total, rules) for line in lines]
    z = NormalDist().inv_cdf(1 - LEVEL / 2 / max(1, sum(pair is not None for pair in beside)))
    return tuple(
        replace(line, figure=replace(line.figure, fewer_ended=pair is not None and _is_fewer(*pair, z)))
        for line, pair in zip(lines, beside, strict=True)
    )


def _beside(figure: InvitationFigure, total: InvitationSums, rules: Rules) -> tuple[Share, Share] | None:
    """The share of a line, and that of all the others; ``None`` where either is too few."""
    if figure.sums is None:
        return None
    others = total - figure.sums
    rest = _share(others.ended, others.served, max(rules.minimum_n, rules.floor))
    return (figure.ended, rest) if figure.ended and rest else None


def _is_fewer(own: Share, others: Share, z: float) -> bool:
    return newcombe(own.satisfied, own.rated, others.satisfied, others.rated, z).high < 0


def _figure(sums: InvitationSums | None, rules: Rules) -> InvitationFigure:
    minimum = max(rules.minimum_n, rules.floor)
    if sums is None:
        return InvitationFigure(None, None, None, rules.floor, rules.minimum_n)
    return InvitationFigure(
        sums=sums,
        response=_share(sums.answered, sums.invited, minimum),
        ended=_share(sums.ended, sums.served, minimum),
        fewer_than=rules.floor,
        minimum_n=rules.minimum_n,
    )


def _share(some: int, of: int, minimum: int) -> Share | None:
    return Share(some / of, wilson(some, of), some, of) if of >= max(minimum, 1) else None
