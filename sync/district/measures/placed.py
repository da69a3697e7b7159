"""Put what was counted on the branches of a unit tree. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TypeVar

from sync.district.measures.index import Counts
from sync.district.measures.organisation import Branch, Path, TreeView
from sync.district.measures.released_counts import ReleasedCounts

Spot = tuple[int, str, str]
"""The part of a period, a unit and a counter (empty when none was named)."""
What = TypeVar("What")


def placed_counts(
    view: TreeView, released: Mapping[Spot, ReleasedCounts], handled: Mapping[Spot, int]
) -> dict[Branch, Counts]:
    """Ratings and dossiers by branch. A dossier of a counter that nobody knows is counted nowhere."""
    ratings: dict[Branch, ReleasedCounts] = defaultdict(ReleasedCounts)
    for (era, unit_id, counter_id), counts in released.items():
        ratings[view.place(era, unit_id, counter_id)].take_in(counts)
    dossiers: Counter[Branch] = Counter()
    for spot, n in handled.items():
        branch = _of_dossier(view, spot)
        if branch is not None:
            dossiers[branch] += n
    return {branch: ratings[branch].counts(dossiers[branch]) for branch in {**ratings, **dossiers}}


def placed(view: TreeView, counted: Mapping[Spot, Mapping[What, int]]) -> dict[Branch, dict[What, int]]:
    """Numbers of anything by branch."""
    found: dict[Branch, Counter[What]] = defaultdict(Counter)
    for (era, unit_id, counter_id), numbers in counted.items():
        found[view.place(era, unit_id, counter_id)].update(numbers)
    return {branch: dict(numbers) for branch, numbers in found.items()}


def placed_dossiers(view: TreeView, stand: Mapping[Spot, Mapping[What, int]]) -> dict[Branch, dict[What, int]]:
    """Numbers of dossiers by branch. One of a counter that nobody knows is counted nowhere."""
    found: dict[Branch, Counter[What]] = defaultdict(Counter)
    for spot, numbers in stand.items():
        branch = _of_dossier(view, spot)
        if branch is not None:
            found[branch].update(numbers)
    return {branch: dict(numbers) for branch, numbers in found.items()}


def _of_dossier(view: TreeView, spot: Spot) -> Branch | None:
    era, unit_id, counter_id = spot
    return view.place(era, unit_id, "") if unit_id else view.of_counter(era, counter_id)


def placed_units(view: TreeView, counted: Mapping[tuple[int, str], int]) -> dict[Path, int]:
    """Numbers of whole units by their path."""
    found: Counter[Path] = Counter()
    for (era, unit_id), n in counted.items():
        found[view.place(era, unit_id, "")[0]] += n
    return dict(found)
