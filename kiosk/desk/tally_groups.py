"""Release ratings to staff tallies in groups, so that no press can be traced (k-anonymity).

A group is closed by its fifth rating and told only when the next group of that counter is closed too: who watches the
figures while a citizen walks away learns what people said before, never what this one pressed. Groups live in memory,
for one day and one counter; the ledger is the truth, and the district sends the exact counts of finished days.
"""

from collections import Counter
from datetime import date

from msgspec import Struct, field

GROUP = 5


class _OfCounter(Struct, frozen=True):
    forming: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] | None = None


class TallyGroups(Struct, frozen=True):
    """The groups of one day. ``joined`` gives new ones back, to be kept once the COMMIT has succeeded."""

    day: date | None = None
    counters: dict[str, _OfCounter] = field(default_factory=dict)

    def joined(self, counter_id: str, answer: str, day: date) -> tuple["TallyGroups", Counter[str] | None]:
        """With one answer more, and the group that may be told now, if any."""
        counters = self.counters if day == self.day else {}
        was = counters.get(counter_id, _OfCounter())
        forming = was.forming + Counter([answer])
        if forming.total() < GROUP:
            return TallyGroups(day, counters | {counter_id: _OfCounter(forming, was.closed)}), None
        return TallyGroups(day, counters | {counter_id: _OfCounter(closed=forming)}), was.closed
