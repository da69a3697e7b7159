"""Make a report from the database: the page that somebody may see, as the values of a report."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import SatisfiedTarget
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, Period
from sync.district.reports.model import ClosingNote, Report, closing_note, period_words, report_of, state_words
from sync.district.reports.places import name_above
from sync.district.store import closings
from sync.district.store.engine import Connection, Engine, reading
from sync.district.texts import Texts
from sync.district.times import local_day
from sync.district.web.overview import gathered_from, overview


def report(
    engine: Engine,
    wanted: Asked,
    tree: TreeName,
    allowed: str | None,
    unit_id: str | None,
    rules: Rules,
    now: datetime,
    texts: Texts,
    targets: Sequence[SatisfiedTarget] = (),
) -> Report | None:
    """The report of a unit for someone ``allowed`` one unit (or all, ``None``); ``None`` when it is not theirs to see.
    ``targets``: what plans ask for. The figures and the closing beside them are read from one state of the database.
    Raises ``NotBegun`` and ``StoreUnavailable``."""
    with reading(engine) as connection:
        gathered = gathered_from(connection, wanted, local_day(now), tree)
        theirs = overview(gathered, allowed, unit_id, rules, now, targets=targets)
        if theirs is None:
            return None
        made = report_of(theirs, name_above(gathered, theirs), texts)
        return replace(made, beside=closing_of(connection, made.unit_id, made.period))


def closing_of(connection: Connection, unit_id: str, period: Period) -> ClosingNote | None:
    """The newest closing of a unit's period, if it is closed."""
    closed = closings.newest(connection, unit_id, str(period.name), [period.of]).get(period.of)
    return None if closed is None else closing_note(closed)


def file_name(made: Report, texts: Texts, ending: str) -> str:
    """What the file is called: the subject, the unit, and whether its figures are closed."""
    state = state_words(made.closing, made.beside, texts)
    name = f"{texts('report.kind')} {period_words(made.period, texts)} - {made.office} ({state}).{ending}"
    return name.replace("/", "-")
