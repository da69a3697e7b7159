"""``district import KIND FILE``: reference data from what one-stop software exports."""

import argparse
from pathlib import Path
from typing import Any

from kiosk.paths import shared
from sync.district.cli.context import Context
from sync.district.reference.columns import load_catalogue
from sync.district.reference.importing import KINDS, import_file
from sync.district.reference.report import report
from sync.district.texts import load_texts

COLUMNS = "schemes/import-columns.toml"
OF_A_UNIT = ("counters", "officers", "notices", "opening_hours", "receptions")


def add_parser(subparsers: Any) -> None:
    """Registers the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "import",
        help="import reference data from a CSV or XLSX file",
        description=(
            "Import reference data: all of a file or nothing. Import units first, then counters, officers, procedures, "
            "dossiers, notices, opening_hours and receptions. Importing a file again updates what changed; rows it "
            "lacks stay. A questionnaire, a year's holidays and a wording (consent, ready sentences) are TOML."
        ),
    )
    parser.add_argument("kind", choices=KINDS, help="what the file holds")
    parser.add_argument("file", type=Path, metavar="FILE", help="the exported file (.csv, .txt, .xlsx; .toml)")
    parser.add_argument("--check", action="store_true", help="only report; change nothing")
    parser.add_argument("--unit", metavar="CODE", help="the unit of every row, when the file has no column for it")
    parser.add_argument("--language", default="vi", help="the language of the report (default: vi)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Prints the report. 0 when the file was imported (or would be), 1 when nothing changed because of an error."""
    texts = load_texts(arguments.language)
    try:
        data = arguments.file.read_bytes()
    except OSError:
        print(texts("import.file.missing", file=arguments.file))
        return 1
    outcome = import_file(
        context.engine(),
        load_catalogue(shared("config") / COLUMNS),
        arguments.kind,
        data,
        arguments.file.name,
        context.now(),
        fixed={"unit_id": arguments.unit} if arguments.unit and arguments.kind in OF_A_UNIT else None,
        check=arguments.check,
    )
    print(report(outcome, arguments.file.name, texts))
    return 0 if outcome.accepted else 1
