"""Today's date on the kiosk: its own clocks, corrected by how far the district's clock was last ahead of them.

The distance is kept with the boot in which it was learnt and used in that boot alone: a box without a battery comes
back with any time at all. When the wall clock is set meanwhile, the distance follows, because the time since boot runs
on evenly. Without a distance the box's own clock counts as it is.
"""

from typing import Any

from msgspec.structs import replace

from kiosk.clock import Moment
from kiosk.store import box_state

OFFSET = "clock_offset_ms"
_LEARNT = "clock_learnt"


def learn(tx: Any, moment: Moment, district_time_ms: int) -> None:
    """Keeps how far the district's clock is ahead of this reading; ``district_time_ms`` since 1970 UTC. When that was
    is not kept: it may have been right after a press."""
    box_state.put(tx, OFFSET, district_time_ms - moment.at_ms)
    box_state.put(tx, _LEARNT, {"boot": moment.boot, "booted_ms": moment.at_ms - moment.up_ms})


def offset_ms(tx: Any, moment: Moment) -> int | None:
    """How far the district's clock is ahead of the wall clock now; ``None`` when this boot has not learnt it."""
    learnt, offset = box_state.get(tx, _LEARNT), box_state.get(tx, OFFSET)
    if offset is None or not learnt or learnt["boot"] != moment.boot:
        return None
    wall_clock_was_set_by = moment.at_ms - moment.up_ms - int(learnt["booted_ms"])
    return int(offset) - wall_clock_was_set_by


def corrected(tx: Any, moment: Moment) -> Moment:
    """The same reading with the distance to the district's clock, so that its ``day`` is the office's."""
    return replace(moment, offset_ms=offset_ms(tx, moment))
