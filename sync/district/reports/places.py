"""Where the unit of a report stands. Pure."""

from sync.district.web.counted import name_of
from sync.district.web.overview import Gathered, Overview


def name_above(gathered: Gathered, theirs: Overview) -> str:
    """The name of the unit above the one that is shown, also where the reader's page begins with that one; empty when
    there is none."""
    if len(theirs.path) > 1:
        return theirs.path[-2][1]
    view, unit_id = gathered.view, theirs.unit_id
    above = view.place(len(view.bounds), unit_id, "")[0][:-1] if unit_id else ()
    return name_of(view, above[-1]) if above else ""
