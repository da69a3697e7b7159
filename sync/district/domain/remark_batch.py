"""Decide which remarks are released, together and in which order. Pure.

Whoever sits at a counter knows who came when, and may have friends who write. So remarks come out in batches, at fixed
times, without a day or an hour, in an order that says nothing, and only where many people wrote: see "Remarks" in
docs/decisions.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.released import K, Waiting, is_large_enough
from sync.district.domain.remark import RemarkAbout

ACCOMPLICES = 3
"""So many people who tell each other what they wrote are reckoned with."""
MIN_SOURCES = K + ACCOMPLICES
"""A batch tells of at least so many different dossiers, or days where no dossier was named, so that the remarks of
``K`` of them are left when somebody takes away what they know."""


class Releasable(StructWithHidden, frozen=True):
    """A remark that two people have confirmed and that is in no batch yet. ``counter_id``: empty when the citizen named
    none, or it is not sure which. ``day``: when it counts, as the ledger says."""

    entry_id: str
    unit_id: str
    counter_id: str
    dossier_code: str | None
    day: date
    about: RemarkAbout
    is_thanks: bool
    words: Hidden[str]

    @property
    def waiting(self) -> Waiting:
        return Waiting(self.entry_id, self.dossier_code, self.day)


class RemarkBatch(Struct, frozen=True):
    """Remarks that are released together, in the order in which they are read. ``counter_id``: empty for those of a
    whole unit, which stand at no counter."""

    unit_id: str
    counter_id: str
    remarks: tuple[Releasable, ...]


Shuffle = Callable[[list[Releasable]], None]
"""Puts a list into an order that nobody can foresee."""


def batches(confirmed: Iterable[Releasable], shuffle: Shuffle) -> list[RemarkBatch]:
    """The batches that may be released now: one of each counter where enough people wrote, and one of each unit of all
    that is left there, with the same bound. What is in none of them goes on waiting."""
    at_counter: dict[tuple[str, str], list[Releasable]] = defaultdict(list)
    of_unit: dict[str, list[Releasable]] = defaultdict(list)
    for each in confirmed:
        at_counter[each.unit_id, each.counter_id].append(each)
    made = []
    for (unit_id, counter_id), remarks in sorted(at_counter.items()):
        if counter_id and _are_enough(remarks):
            made.append(_batch(unit_id, counter_id, remarks, shuffle))
        else:
            of_unit[unit_id] += remarks
    return made + [
        _batch(unit_id, "", remarks, shuffle) for unit_id, remarks in sorted(of_unit.items()) if _are_enough(remarks)
    ]


def _are_enough(remarks: Iterable[Releasable]) -> bool:
    return is_large_enough((each.waiting for each in remarks), MIN_SOURCES)


def _batch(unit_id: str, counter_id: str, remarks: list[Releasable], shuffle: Shuffle) -> RemarkBatch:
    ordered = sorted(remarks, key=lambda each: each.entry_id)
    shuffle(ordered)
    return RemarkBatch(unit_id, counter_id, tuple(ordered))
