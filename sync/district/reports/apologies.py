"""Read what was done about late dossiers in a period, once for all units."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from sync.district.measures.apology_figures import ClosedApologies, LateApology, closed_apologies
from sync.district.measures.organisation import Branch, DayView, Path
from sync.district.measures.period import Period
from sync.district.measures.placed import placed_dossiers
from sync.district.store import apologies as store
from sync.district.store.apologised import WITH, WITHOUT, apologised_by_era
from sync.district.store.engine import Connection
from sync.district.store.late_dossiers import list_facts


class ApologyReadings(Struct, frozen=True):
    """Apologies, refused second ones, and late dossiers with and without one, where each belongs by its day."""

    period: Period
    letters: Sequence[tuple[Path, LateApology]]
    seconds: Sequence[Path]
    late: Mapping[Branch, Mapping[str, int]]
    names: Mapping[str, str]

    def figures(self, unit_id: str) -> ClosedApologies:
        """Of a unit with everything below it."""
        late = Counter[str]()
        for (path, _), numbers in self.late.items():
            late.update(numbers if unit_id in path else {})
        found = [each for path, each in self.letters if unit_id in path]
        seconds = sum(unit_id in path for path in self.seconds)
        return closed_apologies(found, late[WITH], late[WITHOUT], seconds, self.names, self.period.last)


def read_apologies(connection: Connection, chosen: Period, view: DayView) -> ApologyReadings:
    """Reads a period, to be added up by the tree of each day."""
    first, last, bounds = chosen.first, chosen.last, view.bounds
    begins = first or date.min
    made = store.apologies_made(connection, None, begins, last)
    listed = list_facts(connection, [each.letter.dossier_code for each in made])
    tries = store.second_tries(connection, None, begins, last)
    units = {each.letter.place.unit_id for each in made}
    known = {unit_id: unit.name for unit_id in units if (unit := view.unit(unit_id)) is not None}

    def path(day: date, unit_id: str) -> Path:
        return view.place(bisect_right(bounds, day), unit_id, "")[0]

    return ApologyReadings(
        chosen,
        [
            (
                path(each.made_on, each.letter.place.unit_id),
                LateApology(each, *listed.get(each.letter.dossier_code, (None, ""))),
            )
            for each in made
        ],
        [path(each.on, each.place.unit_id) for each in tries],
        placed_dossiers(view, apologised_by_era(connection, first, last, bounds)),
        known,
    )
