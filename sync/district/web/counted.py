"""What was counted in a period, read from one state of the database and put into a unit tree."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sync.district.measures.dossier_states import DossierCounts
from sync.district.measures.index import Counts
from sync.district.measures.organisation import (
    Branch,
    DayView,
    Organisation,
    TodayView,
    TreeName,
    TreeView,
    places_below,
)
from sync.district.measures.period import Period
from sync.district.measures.placed import placed_counts, placed_dossiers
from sync.district.measures.tree import UnitNode, find, unit_trees
from sync.district.store import dossier_states
from sync.district.store import figures as store
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import EVERYTHING, Only


class Counted(Struct, frozen=True):
    """Ratings of a period by branch of the tree that adds them up, and how its dossiers stand where that was read.
    ``only``: where it was looked for."""

    period: Period
    view: TreeView
    counts: Mapping[Branch, Counts]
    dossiers: Mapping[Branch, DossierCounts] = {}
    only: Only = EVERYTHING


def view_of(known: Organisation, chosen: Period, today: date, tree: TreeName) -> TreeView:
    """The tree by which a period is added up."""
    if tree is TreeName.OF_TODAY:
        return TodayView(known, today)
    return DayView(known, chosen.first, chosen.last, today)


def counted(
    connection: Connection, known: Organisation, chosen: Period, today: date, tree: TreeName, within: str | None = None
) -> Counted:
    """Reads the ratings of a period. ``within``: the unit whose own places are shown alone; of the others nothing, or
    only a part, is read."""
    view = view_of(known, chosen, today, tree)
    only = Only(None if within is None else places_below(known, view, within))
    span = (chosen.first, chosen.last, view.bounds, only)
    counts = placed_counts(view, store.released_by_era(connection, *span), store.handled_by_era(connection, *span))
    return Counted(chosen, view, counts, only=only)


def with_dossiers(connection: Connection, found: Counted, *, with_open: bool = False) -> Counted:
    """Reads how the dossiers of a period stand too. ``with_open``: also those that were open when it ended."""
    chosen, view = found.period, found.view
    stand = dossier_states.served_by_era(connection, chosen.first, chosen.last, view.bounds, found.only)
    if with_open:
        for spot, numbers in dossier_states.open_by_era(connection, chosen.last, view.bounds).items():
            stand.setdefault(spot, {}).update(numbers)
    placed = placed_dossiers(view, stand)
    return replace(found, dossiers={branch: DossierCounts(numbers) for branch, numbers in placed.items()})


def chosen_units(found: Counted, allowed: str | None, wanted: str | None, *, also_empty: bool = True) -> list[UnitNode]:
    """The unit somebody wanted, or all they may see, as trees. Empty: it was not there, or is not theirs to see.
    Without ``also_empty`` only what was counted is in them: enough for a sum, and quicker."""
    trees = unit_trees(found.view, found.counts, also_empty=also_empty)
    tops = trees if allowed is None else alone(trees, allowed)
    return tops if wanted is None else alone(tops, wanted)


def alone(nodes: Sequence[UnitNode], unit_id: str) -> list[UnitNode]:
    """The unit with this id, alone in a list; empty when it is not there."""
    found = find(nodes, unit_id)
    return [] if found is None else [found]


def path_to(node: UnitNode, allowed: str | None, view: TreeView) -> tuple[tuple[str, str], ...]:
    """From the top of what somebody may see down to a unit; where it stood at last, when it stood in several places."""
    last = view.place(len(view.bounds), node.unit_id, "")[0]
    path = last if last in node.paths else node.paths[-1]
    begin = path.index(allowed) if allowed in path else 0
    names = [(unit_id, view.unit(unit_id)) for unit_id in path[begin:]]
    return tuple((unit_id, unit.name if unit else unit_id) for unit_id, unit in names)


def name_of(view: TreeView, unit_id: str | None) -> str:
    """The name of somebody's unit that has no place in this tree; empty for several units."""
    unit = view.unit(unit_id) if unit_id is not None else None
    return unit.name if unit is not None else ""
