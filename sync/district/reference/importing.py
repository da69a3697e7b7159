"""Import a file: it becomes one revision of reference data, or nothing changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.domain.questionnaire import questionnaire_from
from kiosk.domain.wording import SENTENCES
from sync.district.domain.content_change import ContentChange, ContentKind, ContentState
from sync.district.domain.reference_history import begins_anew
from sync.district.reference.columns import Catalogue
from sync.district.reference.files.reading import read_sheets
from sync.district.reference.files.table import Progress, Unreadable, no_progress
from sync.district.reference.held_wording import held_wording
from sync.district.reference.holidays import days_gone, read_holidays, without_substitute
from sync.district.reference.links import KnownReferences, link
from sync.district.reference.merge import merge
from sync.district.reference.problems import FileContent, RowProblem
from sync.district.reference.questionnaire import read_questionnaire
from sync.district.reference.rows import read_rows
from sync.district.reference.translations import gather_translations
from sync.district.reference.wording import read_wording
from sync.district.reference.writing import write
from sync.district.store import content_changes
from sync.district.store import imports as store
from sync.district.store.action_plans import card_codes
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.imports import Origin
from sync.district.store.locks import Lock, hold
from sync.district.store.rosters import ROSTER
from sync.district.times import local_day

QUESTIONNAIRE = "questionnaire"
HOLIDAYS = "holidays"
WORDING = "wording"
PORTRAITS = "portraits"
KINDS = (*store.IMPORTED, QUESTIONNAIRE, HOLIDAYS, WORDING, PORTRAITS, ROSTER)


class Outcome(Struct, frozen=True):
    """What an import did, or with ``checked_only`` would have done. ``revision`` is ``None`` when nothing changed.

    ``emptied`` are the known values it takes away, by column, ``gone`` the days that a list of holidays no longer has,
    ``vanishing`` the rows that a whole list no longer has, which end with the day ``ends_on``. While nobody has agreed
    to that it ``asks``, and nothing changes.
    """

    kind: str
    reading: FileContent
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    revision: int | None = None
    checked_only: bool = False
    removed: int = 0
    emptied: Mapping[str, int] = field(default_factory=dict)
    gone: int = 0
    vanishing: tuple[str, ...] = ()
    ends_on: date | None = None
    asks: bool = False

    @property
    def accepted(self) -> bool:
        return not self.reading.errors and not self.asks


Settle = Callable[[Connection, Outcome], object]
"""What is written together with an import, given its outcome."""


class _File(Struct, frozen=True):
    """A file somebody brought, and what they said about it."""

    kind: str
    data: bytes
    origin: Origin
    fixed: Mapping[str, str]
    sheets: Sequence[str]
    may_empty: bool
    full: bool
    may_close: bool
    progress: Progress

    @property
    def first_day(self) -> date:
        """From which day the whole of it holds."""
        return self.origin.holds_from or local_day(self.origin.at)


class _OnlyChecked(Exception):
    """Ends the transaction of a check without a trace."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def import_file(
    engine: Engine,
    catalogue: Catalogue,
    kind: str,
    data: bytes,
    file_name: str,
    now: datetime,
    *,
    fixed: Mapping[str, str] | None = None,
    sheets: Sequence[str] = (),
    check: bool = False,
    may_empty: bool = False,
    full: bool = False,
    may_close: bool = False,
    person: str | None = None,
    holds_from: date | None = None,
    progress: Progress = no_progress,
    settle: Settle | None = None,
) -> Outcome:
    """Imports one file, all or nothing. ``fixed`` are values for columns the file does not have, ``sheets`` the only
    ones of a workbook to read. Unless it ``may_empty``, a file that takes known values away changes nothing.
    A ``full`` one is the whole list: what it lacks is closed the day before, unless it may not (``may_close``).
    ``person`` brings it; it ``holds_from`` a day, when that is another than its rows tell, or today.

    With ``check`` everything is done and then undone. ``settle`` is done in the same transaction, once the outcome is
    known; what it raises undoes all. Raises ``StoreUnavailable``, and ``ValueError`` for a day after
    today without ``check``: such a file is planned (``sync.district.reference.planning``).
    """
    if holds_from is not None and holds_from > local_day(now) and not check:
        raise ValueError(f"a list that holds from {holds_from} is planned, not imported on {local_day(now)}")
    origin = Origin(file_name, now, person, holds_from=holds_from)
    brought = _File(kind, data, origin, fixed or {}, sheets, may_empty, full, may_close, progress)
    if kind in catalogue.kinds:
        try:
            read = [_read(catalogue, brought)]  # before the transaction: a large file takes seconds, and boxes wait
        except Unreadable as error:
            return unreadable(kind, error, check=check)
        return all_or_nothing(engine, kind, lambda tx: _rows(tx, catalogue, brought, read.pop()), check, settle)
    bring = {QUESTIONNAIRE: _questionnaire, HOLIDAYS: _holidays, WORDING: _wording}[kind]
    return all_or_nothing(engine, kind, lambda tx: bring(tx, brought), check, settle)


def all_or_nothing(
    engine: Engine, kind: str, bring: Callable[[Connection], Outcome], check: bool, settle: Settle | None = None
) -> Outcome:
    """Does ``bring``, and ``settle`` with its outcome, in one transaction, alone; with ``check`` it is undone. What
    cannot be read is an outcome too.

    Raises ``StoreUnavailable``.
    """
    try:
        with writing(engine) as connection:
            hold(connection, Lock.REFERENCE)
            outcome = bring(connection)
            if settle is not None:
                settle(connection, outcome)
            if check:
                raise _OnlyChecked(outcome)
    except _OnlyChecked as only:
        return replace(only.outcome, revision=None, checked_only=True)
    except Unreadable as error:
        return unreadable(kind, error, check=check)
    return outcome


def unreadable(kind: str, error: Unreadable, *, check: bool) -> Outcome:
    """What comes of a file that cannot be read."""
    problem = RowProblem(error.key, column=error.place, values=error.values)
    return Outcome(kind, FileContent((), (problem,)), checked_only=check)


def _read(catalogue: Catalogue, brought: _File) -> FileContent:
    sheets, progress = read_sheets(brought.data, brought.progress), brought.progress
    reading = read_rows(sheets, brought.kind, catalogue, brought.fixed, wanted=brought.sheets, progress=progress)
    return gather_translations(reading)


def _rows(connection: Connection, catalogue: Catalogue, brought: _File, reading: FileContent) -> Outcome:
    kind, rules = brought.kind, catalogue.kinds[brought.kind]
    reading = link(reading, kind, rules, known_references(connection))
    if reading.errors:
        return Outcome(kind, reading)
    present = store.rows_by_key(connection, kind, [str(row.values[rules[0].field]) for row in reading.rows])
    merged = merge(kind, reading.rows, present)
    if merged.emptied or brought.may_empty:  # whoever agrees is told of all that goes, apologies too
        merged = merge(kind, reading.rows, present, takes_given=True)
    reading = replace(reading, errors=_too_early(merged.rows, present, reading, brought, rules[0].field))
    if reading.errors:
        return Outcome(kind, reading)
    labels = {rule.field: rule.label for rule in rules}
    emptied = {labels.get(name, name): count for name, count in merged.emptied.items()}
    gone = _vanishing(connection, brought, present)
    ended = [_ended(row, brought.first_day) for row in gone.values()]
    reading = replace(reading, rows=())  # a large file is in memory once, not three times
    outcome = Outcome(kind, reading, merged.new, merged.changed, merged.unchanged, emptied=emptied)
    outcome = replace(outcome, vanishing=_named(gone), ends_on=brought.first_day - timedelta(days=1))
    if (emptied and not brought.may_empty) or (gone and not brought.may_close):
        return replace(outcome, asks=True)
    if not (merged.rows or ended):
        return outcome
    brought.progress("write", len(merged.rows))
    return replace(
        outcome, revision=write(connection, kind, [*merged.rows, *ended], {**present, **gone}, brought.origin)
    )


def _too_early(
    merged: Sequence[Mapping[str, Any]],
    present: Mapping[str, Mapping[str, Any]],
    reading: FileContent,
    brought: _File,
    key: str,
) -> tuple[RowProblem, ...]:
    """The rows that say of themselves that they become something else only after today: rights would move now."""
    if brought.origin.holds_from is not None:
        return ()
    today = local_day(brought.origin.at)
    days = {
        row[key]: row["valid_from"]
        for row in merged
        if row[key] in present and (row.get("valid_from") or today) > today and begins_anew(present[row[key]], row)
    }
    return tuple(
        RowProblem("import.row.too_early", row.number, values={"day": _written(days[row.values[key]])}, sheet=row.sheet)
        for row in reading.rows
        if row.values[key] in days
    )


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _named(rows: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Each row by its code and what else names it."""
    return tuple(
        f"{key} {row.get('name') or row.get('post') or row.get('title') or ''}".strip() for key, row in rows.items()
    )


def _vanishing(connection: Connection, brought: _File, present: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows that a whole list no longer has; cards of action plans are in no list."""
    if not brought.full:
        return {}
    known = store.open_rows(connection, brought.kind, brought.first_day)
    cards = card_codes(connection) if brought.kind == "notices" else frozenset()
    return {key: row for key, row in known.items() if key not in present and key not in cards}


def _ended(row: Mapping[str, Any], first_day: date) -> dict[str, Any]:
    """The row as it is once a list that holds from ``first_day`` has it no more: closed, or removed where a kind has no
    last day, or where it would end before it began."""
    last_day = first_day - timedelta(days=1)
    begins = row.get("valid_from")
    if "valid_to" not in row or (begins is not None and begins > last_day):
        return {**row, "removed": True}
    return {**row, "valid_to": last_day}


def known_references(connection: Connection) -> KnownReferences:
    """What was imported before, for the rows of a file to refer to."""
    return KnownReferences(
        units=store.names_by_id(connection, "units"),
        counters=store.names_by_id(connection, "counters"),
        procedures=store.names_by_id(connection, "procedures"),
        officers=store.officer_numbers(connection),
        parents=store.unit_parents(connection),
        successors=store.unit_successors(connection),
    )


def _questionnaire(connection: Connection, brought: _File) -> Outcome:
    content = read_questionnaire(brought.data)
    questionnaire = questionnaire_from(content)
    present = store.questionnaire_content(connection, questionnaire.questionnaire_id, questionnaire.version)
    if present == content:
        return Outcome(QUESTIONNAIRE, FileContent(()), unchanged=1)
    if present is not None:
        raise Unreadable("import.questionnaire.published", reference=questionnaire.reference)
    revision = store.write_questionnaire(
        connection,
        questionnaire.questionnaire_id,
        questionnaire.version,
        content,
        brought.origin.file_name,
        brought.origin.at,
    )
    return Outcome(QUESTIONNAIRE, FileContent(()), new=1, revision=revision)


def _holidays(connection: Connection, brought: _File) -> Outcome:
    year, content = read_holidays(brought.data)
    present, reading = store.holidays_content(connection, year), FileContent((), warnings=without_substitute(content))
    if present == content:
        return Outcome(HOLIDAYS, reading, unchanged=1)
    gone = days_gone(present or {}, content)
    outcome = Outcome(HOLIDAYS, reading, int(present is None), int(present is not None), gone=gone)
    if gone and not brought.may_empty:
        return replace(outcome, asks=True)
    origin = brought.origin
    revision = store.write_holidays(connection, year, content, origin.file_name, origin.at, origin.person)
    _keep(connection, ContentKind.HOLIDAYS, str(year), present, content, origin, revision)
    return replace(outcome, revision=revision)


def _wording(connection: Connection, brought: _File) -> Outcome:
    row = read_wording(brought.data)
    present = store.wording_row(connection, row["wording_id"])
    if present == row:
        return Outcome(WORDING, FileContent(()), unchanged=1)
    if present is not None and present["content"] != row["content"]:
        raise Unreadable("import.wording.published", wording=row["wording_id"])
    today, first_day = local_day(brought.origin.at), row["valid_from"]
    held = held_wording(connection, row["kind"], today)
    revision = store.write_wording(connection, row, brought.origin.file_name, brought.origin.at)
    if present is None:
        kind = ContentKind.SENTENCES if row["kind"] == SENTENCES else ContentKind.CONSENT
        content = {name: value for name, value in row["content"].items() if name != "version"}
        later = first_day if first_day is not None and first_day > today else None
        _keep(connection, kind, "", held, content, brought.origin, revision, later)
    return Outcome(
        WORDING, FileContent(()), new=int(present is None), changed=int(present is not None), revision=revision
    )


def _keep(
    connection: Connection,
    kind: ContentKind,
    key: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    origin: Origin,
    revision: int,
    holds_from: date | None = None,
) -> None:
    """What a file brings stands in the history on the pages, beside what people change there."""
    by, at = origin.person or "", origin.at
    change = ContentChange(0, kind, key, None, before, after, origin.file_name, by, at, ContentState.IN_FORCE)
    content_changes.add(connection, replace(change, decided_at=at, revision=revision, holds_from=holds_from))
