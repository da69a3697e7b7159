"""How many were invited to rate as their service ended, how many answered, and where it looks as if only some were
invited. Pure.

All counts are sums of released groups, of which every part is nobody or at least ``K`` (``InvitationSums.parts``). A
counter of which a part is smaller than the office's floor tells nothing and is in no sum, so that nobody finds it by
subtracting the others.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from sync.district.domain.invitation_day import InvitationSums
from sync.district.measures.comparison import compare
from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Measure, Share
from sync.district.measures.intervals import wilson
from sync.district.measures.organisation import Branch, TreeView
from sync.district.measures.tree import UnitNode

RESPONSE_RATE = Measure("invitation.response_rate", 1)
"""Invitations that a face followed in the same visit ÷ invitations that were shown; Wilson interval at 95 %."""
ENDED_SHARE = Measure("invitation.ended_share", 1)
"""Tickets that the ticket system said to have ended ÷ tickets served at counters that have a kiosk of their own."""
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
    """Of all units that are shown, and each counter."""

    total: InvitationFigure
    lines: tuple[InvitationLine, ...]


def invitation_section(
    counts: Mapping[Branch, Mapping[str, int]], view: TreeView, chosen: Sequence[UnitNode], rules: Rules
) -> InvitationSection | None:
    """What is told of some units; ``None`` where nothing is released: most have no ticket system. ``counts`` are named
    as in ``InvitationSums``."""
    sums: dict[tuple[str, str], InvitationSums] = {}
    for (path, counter_id), numbers in sorted(counts.items()):
        if any(node.holds(path) for node in chosen):
            at = path[-1], counter_id
            sums[at] = sums.get(at, InvitationSums()) + InvitationSums(**numbers)
    if not sums:
        return None
    shown = {at: found for at, found in sums.items() if found.is_large_enough(rules.floor)}
    total = sum(shown.values(), InvitationSums())
    by_counter = len(sums) <= MAX_LINES
    lines = _counter_lines(sums, total, view, rules) if by_counter else _unit_lines(shown, total, view, rules)
    return InvitationSection(_figure(total if shown else None, rules), lines)


def _counter_lines(
    sums: Mapping[tuple[str, str], InvitationSums], total: InvitationSums, view: TreeView, rules: Rules
) -> tuple[InvitationLine, ...]:
    found = []
    for (unit_id, counter_id), own in sums.items():
        counter = view.counter(counter_id)
        figure = _figure(own if own.is_large_enough(rules.floor) else None, rules, total)
        found.append(InvitationLine(unit_id, counter_id, counter.name if counter else counter_id, figure))
    return tuple(found)


def _unit_lines(
    shown: Mapping[tuple[str, str], InvitationSums], total: InvitationSums, view: TreeView, rules: Rules
) -> tuple[InvitationLine, ...]:
    by_unit: dict[str, InvitationSums] = {}
    for (unit_id, _), own in shown.items():
        by_unit[unit_id] = by_unit.get(unit_id, InvitationSums()) + own
    found = []
    for unit_id, own in by_unit.items():
        unit = view.unit(unit_id)
        found.append(InvitationLine(unit_id, None, unit.name if unit else unit_id, _figure(own, rules, total)))
    return tuple(found)


def _figure(sums: InvitationSums | None, rules: Rules, total: InvitationSums | None = None) -> InvitationFigure:
    minimum = max(rules.minimum_n, rules.floor)
    if sums is None:
        return InvitationFigure(None, None, None, rules.floor, rules.minimum_n)
    ended = _share(sums.ended, sums.served, minimum)
    others = total - sums if total else InvitationSums()
    beside = compare(ended, _share(others.ended, others.served, minimum))
    return InvitationFigure(
        sums=sums,
        response=_share(sums.answered, sums.invited, minimum),
        ended=ended,
        fewer_than=rules.floor,
        minimum_n=rules.minimum_n,
        fewer_ended=beside is not None and beside.distinguishable and beside.difference < 0,
    )


def _share(some: int, of: int, minimum: int) -> Share | None:
    return Share(some / of, wilson(some, of), some, of) if of >= max(minimum, 1) else None
