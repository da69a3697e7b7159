"""``district report month | quarter``: write a satisfaction report as DOCX to sign, or as XLSX to calculate with."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.measures.disclosure import Rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import NotBegun, asked
from sync.district.reports.document import document
from sync.district.reports.making import REPORTED, report
from sync.district.reports.workbook import workbook
from sync.district.texts import load_texts

_WRITERS = {".docx": document, ".xlsx": workbook}


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    parser = subparsers.add_parser("report", help="write a report of a month or a quarter as DOCX or XLSX")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, example in zip(REPORTED, ("2026-10", "2026-Q4"), strict=True):
        kind = kinds.add_parser(str(name), help=f"released ratings of a {name}, in the form of Decree 30/2020/ND-CP")
        kind.add_argument(
            "--unit", metavar="CODE", help="of which unit, with all below it (default: all units, as a workbook)"
        )
        kind.add_argument("--period", default="", help=f"such as {example} (default: the {name} released last)")
        kind.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file ending in .docx or .xlsx")
        kind.add_argument("--language", default="vi", choices=("vi", "en"), help="of the report (default: vi)")
        kind.set_defaults(run=run)


def run(arguments: Namespace, context: Context) -> int:
    write = _WRITERS.get(arguments.out.suffix.lower())
    if write is None:
        raise Stop("the report is a document or a workbook; end its name in .docx or .xlsx")
    settings, texts = context.settings, load_texts(arguments.language)
    rules = Rules(settings.minimum_n, settings.group_floor)
    try:
        wanted = asked(arguments.kind, arguments.period)
        made = report(context.engine(), wanted, TreeName.OF_THE_DAY, None, arguments.unit, rules, context.now(), texts)
    except NotBegun as error:
        raise Stop(str(error)) from error
    except ValueError as error:
        raise Stop(
            f"{arguments.period} is no {arguments.kind}; write a month as 2026-10, a quarter as 2026-Q4"
        ) from error
    if made is None:
        raise Stop(f"there is no unit {arguments.unit}; 'district reference as-of DAY units' lists them")
    if write is document and not made.unit_id:
        raise Stop("a document is signed by one unit; name it with --unit, or end the file's name in .xlsx")
    try:
        arguments.out.write_bytes(write(made, texts))
    except OSError as error:
        raise Stop(f"{arguments.out} cannot be written: {error.strerror}") from error
    print(f"{arguments.out}: {made.total.rated or 0} released ratings.")
    return 0
