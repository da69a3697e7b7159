"""Give opened entries the day on which they really happened, and note when their kiosk's clock was wrong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.entry import EntryType
from sync.district.domain.kiosk_clock import OFFSET_S, Arrival, Corrected, Stamp, correct, stamp_of
from sync.district.domain.rating_body import Sealed
from sync.district.times import local_day

WORTH_A_NOTE_S = 60

Opened = tuple[Sealed, dict[str, Any]]


class Dated(Struct, frozen=True):
    """An opened entry; ``entry.day`` is the real local day. ``note``: the box's clock was wrong or unsure."""

    entry: Sealed
    body: dict[str, Any]
    note: Corrected | None = None

    @property
    def is_day_unsure(self) -> bool:
        """Whether the day is a guess that differs from what the box said; what it said itself it has flagged itself."""
        moved = self.note is not None and self.note.at_s != stamp_of(self.body).at_s
        return moved and self.note is not None and not self.note.is_sure_of_the_day

    @property
    def is_guess(self) -> bool:
        """Whether nobody knows the day, so that it counts in no period until a person says which it was."""
        return self.note is not None and self.note.is_guess

    def surely_at(self, recorded_at: datetime) -> datetime | None:
        """When it happened, as far as that is known to a few minutes; ``recorded_at`` is what the box's clock said."""
        if self.note is None:
            return recorded_at
        sure = self.note.uncertain_s is not None and self.note.uncertain_s <= OFFSET_S
        return happened_at(self.note) if sure else None


def dated(opened: Sequence[Opened], arrivals: Mapping[int, Arrival]) -> Iterator[Dated]:
    """Dates the entries of some batches; those of one batch stand together, in the order of their positions."""
    for batch_id, group in groupby(opened, key=lambda pair: pair[0].batch_id):
        arrival = arrivals.get(batch_id)
        if arrival is None:
            yield from (Dated(*pair) for pair in group)
            continue
        pairs = list(group)
        for part in (_declarations(pairs), [pair for pair in pairs if not _is_declaration(pair)]):
            stamps = [stamp_of(body) for _, body in part]
            for pair, stamp, when in zip(part, stamps, correct(stamps, arrival), strict=True):
                yield _dated(*pair, stamp, when)


def happened_at(when: Corrected) -> datetime:
    """The corrected second as an aware moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=when.at_s)


def _dated(entry: Sealed, body: dict[str, Any], stamp: Stamp, when: Corrected) -> Dated:
    moved = abs(when.at_s - stamp.at_s) > WORTH_A_NOTE_S
    if not moved and when.uncertain_s is not None and when.uncertain_s <= OFFSET_S:
        return Dated(entry, body)
    day: date = local_day(happened_at(when)) if moved else entry.day
    return Dated(replace(entry, day=day), body, when)


def _is_declaration(pair: Opened) -> bool:
    return pair[0].type == EntryType.GAP_DECLARED


def _declarations(pairs: Sequence[Opened]) -> list[Opened]:
    """They open an epoch and stand before the older entries that are issued again in it, so they order nothing."""
    return [pair for pair in pairs if _is_declaration(pair)]
