"""``district report KIND``: write a document of a unit's period as DOCX to sign, or as XLSX to calculate with; and
``district report drafts``: last month's drafts of every unit, for the timer."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.cli.projecting import schemes_of
from sync.district.measures.closed_figures import CLOSABLE, figures_from
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, NotBegun, PeriodName, asked, asked_by_name
from sync.district.reports.complaint_figures import read_complaints
from sync.district.reports.document import document
from sync.district.reports.drafts import write_drafts
from sync.district.reports.files import Made, docx, xlsx
from sync.district.reports.kinds import ReportKind, kinds_of
from sync.district.reports.making import closing_of, report
from sync.district.reports.model import Report, closing_note
from sync.district.reports.period_figures import HowToRead, read_figures
from sync.district.reports.satisfaction import satisfaction_paper
from sync.district.reports.workbook import workbook
from sync.district.store import closings, complaint_register
from sync.district.store.engine import Connection, reading
from sync.district.texts import Texts, load_texts
from sync.district.times import local_day
from sync.district.web.overview import objected_in

_EXAMPLES: Mapping[PeriodName, str] = dict(zip(CLOSABLE, ("2026-10", "2026-Q4", "2026-H2", "2026"), strict=True))
_ABOUT: Mapping[ReportKind, str] = {
    ReportKind.MEETING: "the sheet for a unit's monthly meeting",
    ReportKind.SATISFACTION: "how citizens rated",
    ReportKind.LATE: "late dossiers, warnings and written apologies",
    ReportKind.COMPLAINTS: "what became of complaints, as one person may see them (--for)",
}
_ENDINGS = {".docx": docx, ".xlsx": xlsx}


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    parser = subparsers.add_parser("report", help="write a document of a unit's period as DOCX or XLSX")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name in CLOSABLE:
        of_page = kinds.add_parser(str(name), help=f"today's ratings of a {name}, of one unit or of all")
        of_page.add_argument(
            "--unit", metavar="CODE", help="of which unit, with all below it (default: all units, as a workbook)"
        )
        example = _EXAMPLES[name]
        of_page.add_argument("--period", default="", help=f"such as {example} (default: the {name} released last)")
        _add_file(of_page)
        of_page.set_defaults(run=run_page)
    for kind, about in _ABOUT.items():
        of_unit = kinds.add_parser(str(kind), help=about)
        of_unit.add_argument("--unit", required=True, metavar="CODE", help="of which unit, with all below it")
        of_unit.add_argument("--period", required=True, help="such as 2026-10, 2026-Q4, 2026-H2 or 2026")
        if kind is ReportKind.COMPLAINTS:
            of_unit.add_argument(
                "--for", required=True, dest="reader", metavar="USER", help="whose register is counted"
            )
        else:
            of_unit.add_argument("--open", action="store_true", help="today's figures, though the period is closed")
        _add_file(of_unit)
        of_unit.set_defaults(run=run_kind)
    _add_drafts(kinds)


def _add_file(parser: Any) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file ending in .docx or .xlsx")
    parser.add_argument("--language", default="vi", choices=("vi", "en"), help="of the report (default: vi)")


def _add_drafts(kinds: Any) -> None:
    parser = kinds.add_parser("drafts", help="last month's documents of every unit that has figures, into a folder")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="one folder for each month is made in it"
    )
    parser.add_argument("--period", default="", help="another month, such as 2026-10 (default: the one before this)")
    parser.add_argument("--language", default="vi", choices=("vi", "en"), help="of the documents (default: vi)")
    parser.set_defaults(run=run_drafts)


def run_page(arguments: Namespace, context: Context) -> int:
    _check_ending(arguments.out)
    settings, texts = context.settings, load_texts(arguments.language)
    rules = Rules(settings.minimum_n, settings.group_floor)
    try:
        wanted = asked(arguments.kind, arguments.period)
        about = (rules, context.now(), texts, load_indicator_rules(settings.indicators).satisfied_target)
        made = report(context.engine(), wanted, TreeName.OF_THE_DAY, None, arguments.unit, *about)
    except NotBegun as error:
        raise Stop(str(error)) from error
    except ValueError as error:
        example = _EXAMPLES[PeriodName(arguments.kind)]
        raise Stop(f"{arguments.period} is no {arguments.kind}; write it as {example}") from error
    if made is None:
        raise Stop(_no_unit(arguments.unit))
    as_document = arguments.out.suffix.lower() == ".docx"
    if as_document and not made.unit_id:
        raise Stop("a document is signed by one unit; name it with --unit, or end the file's name in .xlsx")
    _write(arguments.out, _document(made, texts) if as_document else workbook(made, texts))
    print(f"{arguments.out}: {made.total.rated or 0} released ratings.")
    return 0


def run_kind(arguments: Namespace, context: Context) -> int:
    _check_ending(arguments.out)
    kind, texts = ReportKind(arguments.kind), load_texts(arguments.language)
    try:
        wanted = asked_by_name(arguments.period)
    except ValueError as error:
        raise Stop(f"{arguments.period} is no period; write 2026-10, 2026-Q4, 2026-H2 or 2026") from error
    if wanted.name not in CLOSABLE or kind not in kinds_of(wanted.name):
        raise Stop(f"'{kind}' is not made of a {wanted.name}; the sheet for the meeting is made of a month")
    try:
        with reading(context.engine()) as connection:
            made = _made(connection, kind, wanted, arguments, context)
    except NotBegun as error:
        raise Stop(str(error)) from error
    _write(arguments.out, _ENDINGS[arguments.out.suffix.lower()](made, texts))
    closed = f"closing {made.closing.number}" if made.closing else "not closed"
    print(f"{arguments.out}: {kind} of {arguments.period}, {closed}.")
    return 0


def run_drafts(arguments: Namespace, context: Context) -> int:
    settings, texts = context.settings, load_texts(arguments.language)
    rules = Rules(settings.minimum_n, settings.group_floor)
    how = HowToRead(rules, load_indicator_rules(settings.indicators), context.now())
    try:
        wanted = asked(str(PeriodName.MONTH), arguments.period) if arguments.period else None
        written = write_drafts(context.engine(), wanted, arguments.out, how, texts)
    except NotBegun as error:
        raise Stop(str(error)) from error
    except ValueError as error:
        raise Stop(f"{arguments.period} is no month; write it as 2026-10") from error
    except OSError as error:
        raise Stop(f"{error.filename} cannot be written: {error.strerror}") from error
    print(f"{written.folder}: {written.units} units, {written.files} files.")
    return 0


def _made(connection: Connection, kind: ReportKind, wanted: Asked, arguments: Namespace, context: Context) -> Made:
    settings, now, unit = context.settings, context.now(), arguments.unit
    if kind is ReportKind.COMPLAINTS:
        known = complaint_register.people(connection, local_day(now))
        person = next((each for each in known if each.user_name == arguments.reader), None)
        if person is None:
            raise Stop(f"there is no user {arguments.reader}, or they are shut out; see 'district user list'")
        of_register = read_complaints(connection, wanted, unit, person, schemes_of(context), now)
        if of_register is None:
            raise Stop(f"{arguments.reader} may not see the unit {unit}, or there is none")
        return Made(kind, of_register)
    closed = {} if arguments.open else closings.newest(connection, unit, str(wanted.name), [wanted.of])
    if (one := closed.get(wanted.of)) is not None:
        fixed = figures_from(one.content)
        return Made(kind, fixed, closing_note(one), objected=objected_in(connection, fixed.whole_period))
    rules = Rules(settings.minimum_n, settings.group_floor)
    how = HowToRead(rules, load_indicator_rules(settings.indicators), now)
    figures = read_figures(connection, wanted, unit, how)
    if figures is None:
        raise Stop(_no_unit(unit))
    return Made(
        kind,
        figures,
        beside=closing_of(connection, unit, figures.whole_period),
        objected=objected_in(connection, figures.whole_period),
    )


def _document(made: Report, texts: Texts) -> bytes:
    return document(satisfaction_paper(made, texts), texts)


def _check_ending(path: Path) -> None:
    if path.suffix.lower() not in _ENDINGS:
        raise Stop("the report is a document or a workbook; end its name in .docx or .xlsx")


def _no_unit(unit: str) -> str:
    return f"there is no unit {unit}; 'district reference as-of DAY units' lists them"


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from error
