"""Decide which ratings count, and how that changes the tallies. Pure, and independent of the order of projecting."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.rating import Flag

OVERALL = "overall"


class Rated(Struct, frozen=True):
    """A rating as the district keeps it: one row of the table ``ratings``. ``batch_id`` is null in no row.
    ``seated_officer``: who sat at its counter by a card or the duty roster, as ``seated_by`` says;
    ``officer_known_by``: how ``officer_number`` was found."""

    entry_id: str
    device_id: str
    epoch: int
    seq: int
    batch_id: int
    unit_id: str
    counter_id: str | None
    officer_number: str | None
    procedure_id: str | None
    dossier_code: str | None
    stage: str
    questionnaire: str
    score: int
    flags: tuple[str, ...]
    language: str
    input: str
    day: date
    recorded_at: datetime
    received_at: datetime
    counted: bool = True
    day_guessed: bool | None = False
    counter_known_by: str | None = None
    seated_officer: str | None = None
    seated_by: str | None = None
    officer_known_by: str | None = None

    @property
    def arrival(self) -> tuple[int, int]:
        return (self.batch_id, self.seq)


class TallyKey(Struct, frozen=True):
    """One answer to one question at one counter on one local day; ``counter_id`` is empty when none was named."""

    day: date
    unit_id: str
    counter_id: str
    question_id: str
    answer: str


class Deduplicated(Struct, frozen=True):
    """The rows to write, and by how much each tally changes."""

    rows: tuple[Rated, ...]
    tallies: dict[TallyKey, int]


def deduplicate(known: Iterable[Rated], arrived: Iterable[Rated]) -> Deduplicated:
    """Decides what counts once ``arrived`` has come.

    ``known`` is every kept row that shares an entry id or a dossier with it, or a dossier with one of these.

    An entry counts once however often it was issued; of the ratings of one dossier at one stage the lowest counts (of
    equal ones the earliest arrived): whoever presses in a citizen's place presses upward. All are kept, those that are
    not the earliest marked as repeats. The result is the same in whatever order batches are projected.
    """
    before = {row.entry_id: row for row in known}
    entries = dict(before)
    for row in arrived:
        held = entries.get(row.entry_id)
        if held is None or row.arrival < held.arrival:
            entries[row.entry_id] = row
    after = _counted_once(entries.values())
    changed = tuple(row for row in after if before.get(row.entry_id) != row)
    tallies: Counter[TallyKey] = Counter()
    for row in changed:
        tallies[_key(row)] += row.counted
        old = before.get(row.entry_id)
        if old is not None:
            tallies[_key(old)] -= old.counted
    return Deduplicated(changed, {key: n for key, n in tallies.items() if n})


def moved(before: Iterable[Rated], after: Iterable[Rated]) -> Deduplicated:
    """The rows that are other than before, and what that changes in the tallies. What counts stays the same."""
    tallies: Counter[TallyKey] = Counter()
    changed = []
    for old, new in zip(before, after, strict=True):
        if old != new:
            changed.append(new)
            tallies[_key(new)] += new.counted
            tallies[_key(old)] -= old.counted
    return Deduplicated(tuple(changed), {key: n for key, n in tallies.items() if n})


def _counted_once(rows: Iterable[Rated]) -> list[Rated]:
    of_one: dict[tuple[str, str], list[Rated]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.arrival):
        of_one[(row.dossier_code or "", row.stage if row.dossier_code else row.entry_id)].append(row)
    return [row for presses in of_one.values() for row in _lowest_counted(presses)]


def _lowest_counted(presses: Sequence[Rated]) -> Iterator[Rated]:
    """The presses on one dossier at one stage, in order of arrival."""
    counted = min(presses, key=lambda row: row.score)
    for number, row in enumerate(presses):
        flags = row.flags if number == 0 or Flag.REPEAT in row.flags else (*row.flags, str(Flag.REPEAT))
        yield replace(row, counted=row is counted, flags=flags)


def _key(row: Rated) -> TallyKey:
    return TallyKey(row.day, row.unit_id, row.counter_id or "", OVERALL, str(row.score))
