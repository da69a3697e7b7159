"""The use case: a file becomes one revision of reference data, or nothing changes."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.questionnaire import questionnaire_from
from sync.district.reference.columns import Catalogue
from sync.district.reference.holidays import read_holidays
from sync.district.reference.links import Known, link
from sync.district.reference.merge import merge
from sync.district.reference.questionnaire import read_questionnaire
from sync.district.reference.rows import Problem, Reading, read_rows
from sync.district.reference.table import Unreadable, read_sheets
from sync.district.reference.translations import gather_translations
from sync.district.reference.wording import read_wording
from sync.district.store import imports as store
from sync.district.store import portraits, projections
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.locks import Lock, hold

QUESTIONNAIRE = "questionnaire"
HOLIDAYS = "holidays"
WORDING = "wording"
PORTRAITS = "portraits"
KINDS = (*store.IMPORTED, QUESTIONNAIRE, HOLIDAYS, WORDING, PORTRAITS)


class Outcome(Struct, frozen=True):
    """What an import did, or with ``checked_only`` would have done. ``revision`` is ``None`` when nothing changed."""

    kind: str
    reading: Reading
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    revision: int | None = None
    checked_only: bool = False
    removed: int = 0

    @property
    def accepted(self) -> bool:
        return not self.reading.errors


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
    check: bool = False,
) -> Outcome:
    """Imports one file, all or nothing. ``fixed`` are values for columns the file does not have.

    With ``check`` everything is done and then undone. Raises ``StoreUnavailable``.
    """

    def bring(connection: Connection) -> Outcome:
        if kind == QUESTIONNAIRE:
            return _questionnaire(connection, data, file_name, now)
        if kind == HOLIDAYS:
            return _holidays(connection, data, file_name, now)
        if kind == WORDING:
            return _wording(connection, data, file_name, now)
        return _rows(connection, catalogue, kind, data, file_name, now, fixed or {})

    return all_or_nothing(engine, kind, bring, check=check)


def all_or_nothing(engine: Engine, kind: str, bring: Callable[[Connection], Outcome], *, check: bool) -> Outcome:
    """Does ``bring`` in one transaction, alone; with ``check`` it is undone. What cannot be read is an outcome too.

    Raises ``StoreUnavailable``.
    """
    try:
        with writing(engine) as connection:
            hold(connection, Lock.REFERENCE)
            outcome = bring(connection)
            if check:
                raise _OnlyChecked(outcome)
    except _OnlyChecked as only:
        return replace(only.outcome, revision=None, checked_only=True)
    except Unreadable as error:
        return Outcome(kind, Reading((), (Problem(error.key, values=error.values),)), checked_only=check)
    return outcome


def _rows(
    connection: Connection,
    catalogue: Catalogue,
    kind: str,
    data: bytes,
    file_name: str,
    now: datetime,
    fixed: Mapping[str, str],
) -> Outcome:
    reading = gather_translations(read_rows(read_sheets(data), kind, catalogue, fixed))
    reading = link(reading, kind, catalogue.kinds[kind], _known(connection))
    if reading.errors:
        return Outcome(kind, reading)
    key = catalogue.kinds[kind][0].field
    present = store.rows_by_key(connection, kind, [str(row.values[key]) for row in reading.rows])
    merged = merge(kind, reading.rows, present)
    revision = None
    if merged.rows:
        revision = store.write_rows(connection, kind, merged.rows, set(present), file_name, now)
        if kind == "officers":
            portraits.send_again(connection, (str(row[key]) for row in merged.rows), revision)
        _attribute_again(connection, kind, {str(row[key]) for row in merged.rows})
    return Outcome(kind, reading, merged.new, merged.changed, merged.unchanged, revision)


def _attribute_again(connection: Connection, kind: str, keys: set[str]) -> None:
    """Ratings that were given before their dossier was known, or its counter, get them now."""
    if kind not in ("dossiers", "counters"):
        return
    hold(connection, Lock.PROJECTION)
    codes = keys if kind == "dossiers" else projections.dossiers_at(connection, keys)
    projections.attribute_again(connection, codes)


def _known(connection: Connection) -> Known:
    return Known(
        units=store.names_by_id(connection, "units"),
        counters=store.names_by_id(connection, "counters"),
        procedures=store.names_by_id(connection, "procedures"),
        officers=store.officer_numbers(connection),
        parents=store.unit_parents(connection),
    )


def _questionnaire(connection: Connection, data: bytes, file_name: str, now: datetime) -> Outcome:
    content = read_questionnaire(data)
    questionnaire = questionnaire_from(content)
    present = store.questionnaire_content(connection, questionnaire.questionnaire_id, questionnaire.version)
    if present == content:
        return Outcome(QUESTIONNAIRE, Reading(()), unchanged=1)
    if present is not None:
        raise Unreadable("import.questionnaire.published", reference=questionnaire.reference)
    revision = store.write_questionnaire(
        connection, questionnaire.questionnaire_id, questionnaire.version, content, file_name, now
    )
    return Outcome(QUESTIONNAIRE, Reading(()), new=1, revision=revision)


def _holidays(connection: Connection, data: bytes, file_name: str, now: datetime) -> Outcome:
    year, content = read_holidays(data)
    present = store.holidays_content(connection, year)
    if present == content:
        return Outcome(HOLIDAYS, Reading(()), unchanged=1)
    revision = store.write_holidays(connection, year, content, file_name, now)
    return Outcome(HOLIDAYS, Reading(()), new=int(present is None), changed=int(present is not None), revision=revision)


def _wording(connection: Connection, data: bytes, file_name: str, now: datetime) -> Outcome:
    row = read_wording(data)
    present = store.wording_row(connection, row["wording_id"])
    if present == row:
        return Outcome(WORDING, Reading(()), unchanged=1)
    if present is not None and present["content"] != row["content"]:
        raise Unreadable("import.wording.published", wording=row["wording_id"])
    revision = store.write_wording(connection, row, file_name, now)
    return Outcome(WORDING, Reading(()), new=int(present is None), changed=int(present is not None), revision=revision)
