"""Compare the share of a period with that of another: by how much it differs, and whether chance alone could do that.
Pure."""

from msgspec import Struct

from sync.district.measures.index import Share
from sync.district.measures.intervals import Interval, newcombe, smallest_visible_change


class Comparison(Struct, frozen=True):
    """A share less an earlier one, between -1 and 1, with its 95 % interval; and the smallest difference that so many
    ratings show four times of five."""

    difference: float
    interval: Interval
    smallest_visible: float

    @property
    def distinguishable(self) -> bool:
        """Whether the two differ by more than chance explains: 0 lies outside the interval."""
        return not self.interval.holds(0.0)


def compare(now: Share | None, before: Share | None) -> Comparison | None:
    """``None`` where either is too few to be told."""
    if now is None or before is None:
        return None
    counts = (now.satisfied, now.rated, before.satisfied, before.rated)
    return Comparison(now.value - before.value, newcombe(*counts), smallest_visible_change(*counts))
