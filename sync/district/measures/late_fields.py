"""The shares of late dossiers by field, of those received and of those returned in a period. Pure.

They come from the lists of the one-stop software and tell of no citizen's answer; a share of few dossiers is still
chance more than work, so that below the office's minimum it is said to be too few.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from sync.district.measures.dossier_states import Late
from sync.district.measures.intervals import wilson


class FieldCounts(Struct, frozen=True):
    """Dossiers with a promised date: received in a period, of which late by now; returned in it, of which late."""

    received: int = 0
    received_late: int = 0
    returned: int = 0
    returned_late: int = 0

    def __add__(self, other: "FieldCounts") -> "FieldCounts":
        return FieldCounts(
            self.received + other.received,
            self.received_late + other.received_late,
            self.returned + other.returned,
            self.returned_late + other.returned_late,
        )


class FieldLine(Struct, frozen=True):
    """A field. The shares are ``None`` where there are too few. ``field``: empty for procedures of none."""

    field: str
    counts: FieldCounts
    of_received: Late | None
    of_returned: Late | None


def field_line(field: str, counts: FieldCounts, minimum: int) -> FieldLine:
    """A field with its shares and Wilson's intervals."""
    return FieldLine(
        field,
        counts,
        _share(counts.received_late, counts.received, minimum),
        _share(counts.returned_late, counts.returned, minimum),
    )


def field_lines(found: Mapping[str, FieldCounts], minimum: int) -> tuple[Sequence[FieldLine], FieldLine]:
    """Each field by its name, and all of them together."""
    lines = [field_line(name, counts, minimum) for name, counts in sorted(found.items())]
    return lines, field_line("", sum(found.values(), FieldCounts()), minimum)


def _share(late: int, of: int, minimum: int) -> Late | None:
    return Late(late / of, wilson(late, of), late, of) if of >= max(minimum, 1) else None
