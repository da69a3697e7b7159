"""Make a report from the database: the page that somebody may see, as the values of a report."""

from datetime import datetime

from sync.district.measures.disclosure import Rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked
from sync.district.reports.model import Report, period_words, report_of
from sync.district.reports.places import name_above
from sync.district.store.engine import Engine
from sync.district.texts import Texts
from sync.district.times import local_day
from sync.district.web.overview import gather, overview


def report(
    engine: Engine,
    wanted: Asked,
    tree: TreeName,
    allowed: str | None,
    unit_id: str | None,
    rules: Rules,
    now: datetime,
    texts: Texts,
) -> Report | None:
    """The report of a unit for someone ``allowed`` one unit (or all, ``None``); ``None`` when it is not theirs to see.
    Raises ``NotBegun`` and ``StoreUnavailable``."""
    gathered = gather(engine, wanted, local_day(now), tree)
    theirs = overview(gathered, allowed, unit_id, rules, now)
    return None if theirs is None else report_of(theirs, name_above(gathered, theirs), texts)


def file_name(made: Report, texts: Texts, ending: str) -> str:
    """What the file is called: the subject, the unit, and whether its figures are closed."""
    closing = made.closing
    closed = texts("report.mark.name_closed", n=closing.number) if closing else texts("report.mark.name_open")
    name = f"{texts('report.kind')} {period_words(made.period, texts)} - {made.office} ({closed}).{ending}"
    return name.replace("/", "-")
