"""Write a month's documents of every unit that has figures: drafts for the month's meeting, the work of a timer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from sync.district.measures.closed_figures import PeriodFigures, figures_from
from sync.district.measures.period import Asked, PeriodName, containing
from sync.district.reports.files import Made, docx, xlsx
from sync.district.reports.kinds import ReportKind
from sync.district.reports.model import ClosingNote, closing_note
from sync.district.reports.period_figures import HowToRead, figures_for, read_district
from sync.district.store import closings
from sync.district.store.engine import Connection, Engine, reading
from sync.district.store.imports import unit_parents
from sync.district.texts import Texts
from sync.district.times import local_day

DRAFTED = (ReportKind.MEETING, ReportKind.SATISFACTION, ReportKind.LATE)
"""The kinds that are the same for every reader. Complaints are counted for one person, who asks for it."""


class Written(Struct, frozen=True):
    """What was written."""

    folder: Path
    units: int
    files: int


def write_drafts(engine: Engine, wanted: Asked | None, out: Path, how: HowToRead, texts: Texts) -> Written:
    """Writes the documents of a month, else of the one before this, into a folder of its name; files of an earlier run
    are replaced whole. A closed month's are those of its newest closing. Raises ``NotBegun``, ``OSError`` and
    ``StoreUnavailable``."""
    month = wanted or containing(PeriodName.MONTH, local_day(how.now).replace(day=1) - timedelta(days=1))
    with reading(engine) as connection:
        found = list(_every_unit(connection, month, how))
    folder = out / month.of
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = 0
    for figures, closing in found:
        for name, content in _documents(figures, closing, texts):
            _put(folder / f"{_safe(figures.unit_id)} {name}", content)
            files += 1
    return Written(folder, len(found), files)


def _every_unit(
    connection: Connection, month: Asked, how: HowToRead
) -> Iterator[tuple[PeriodFigures, ClosingNote | None]]:
    """The figures of each unit with something to tell, as they were closed where they were."""
    read = read_district(connection, month, how)
    for unit_id in sorted(unit_parents(connection)):
        closed = closings.newest(connection, unit_id, str(month.name), [month.of]).get(month.of)
        if closed is not None:
            yield figures_from(closed.content), closing_note(closed)
            continue
        figures = figures_for(connection, read, unit_id, how)
        if figures is not None and (figures.total.rated or figures.dossiers.numbers):
            yield figures, None


def _documents(figures: PeriodFigures, closing: ClosingNote | None, texts: Texts) -> Iterator[tuple[str, bytes]]:
    for kind in DRAFTED:
        made = Made(kind, figures, closing)
        name = texts(f"report.kinds.{kind}").replace("/", "-")
        yield f"{name}.docx", docx(made, texts)
        yield f"{name}.xlsx", xlsx(made, texts)


def _put(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.stem}.part")
    part.write_bytes(content)
    part.chmod(0o600)
    part.replace(path)


def _safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-_" else "-" for letter in name)
