"""``district import KIND FILE``: import reference data exported by one-stop software, and officers' pictures."""

import argparse
import copy
import sys
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.domain import reference
from kiosk.paths import shown_name
from sync.district.cli.context import Context, Stop, day_of, person_of
from sync.district.cli.projecting import schemes_of
from sync.district.complaints.unlisted import unlisted_years
from sync.district.domain.plan import PlannedImport
from sync.district.reference.columns import shipped_catalogue
from sync.district.reference.files.reading import read_bytes
from sync.district.reference.files.table import Progress, no_progress
from sync.district.reference.folder import lists_in
from sync.district.reference.importing import HOLIDAYS, KINDS, PORTRAITS, import_file
from sync.district.reference.names import plain_name
from sync.district.reference.planning import plan
from sync.district.reference.portraits import import_portraits
from sync.district.reference.report import report
from sync.district.reference.roster_file import import_roster
from sync.district.store.engine import Engine, reading
from sync.district.store.imports import IMPORTED
from sync.district.store.rosters import ROSTER
from sync.district.texts import Texts, languages, load_texts
from sync.district.times import local_day
from sync.district.web.formats import day

OF_A_UNIT = tuple(
    name
    for name, kind in reference.KINDS.items()
    if kind.from_file and name != "units" and "unit_id" in kind.row.__struct_fields__
)

ALL = "all"
WHOLE_LISTS = tuple(name for name, kind in reference.KINDS.items() if kind.from_file and name != "dossiers")
"""A list of dossiers is always of some time."""


def add_parser(subparsers: Any) -> None:
    """Registers the command."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "import",
        help="import reference data from a CSV or XLSX file, or officers' pictures",
        description=(
            "Import reference data: all of a file or nothing. Import units first, then counters, officers, procedures, "
            "dossiers, notices, opening_hours and receptions. A duty roster names a day, a counter and an officer in "
            "each row, and replaces what stood for that counter and day. Importing a file again updates what changed; "
            "rows it lacks stay, and an empty cell takes a known value away only with --allow-emptying, or when "
            "somebody at the terminal agrees. A questionnaire, a year's holidays and a wording (consent, ready "
            "sentences) are TOML. Portraits are a folder or a ZIP of photographs (JPEG, PNG, WebP), each named by an "
            "officer's number, like TP-021.jpg. 'all' imports every list of a folder in this order, each known by the "
            "name of its file (units.csv, opening-hours.xlsx, holidays-2026.toml), and stops at the first that is "
            "refused."
        ),
    )
    parser.add_argument("kind", choices=(ALL, *KINDS), help="what the file holds")
    parser.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="the exported file (.csv, .txt, .xlsx; .toml; folder, .zip)"
    )
    parser.add_argument("--remove", metavar="NUMBER", action="append", default=[], help="take away a portrait")
    parser.add_argument("--sheet", metavar="NAME", action="append", default=[], help="the only sheet to read")
    parser.add_argument(
        "--allow-emptying", action="store_true", help="import also when the file takes away values that are known"
    )
    parser.add_argument(
        "--full", action="store_true", help="the file is the whole list: what it lacks is closed, if somebody agrees"
    )
    parser.add_argument("--allow-closing", action="store_true", help="with --full: agree to it beforehand")
    parser.add_argument(
        "--from",
        dest="holds_from",
        metavar="DAY",
        help="YYYY-MM-DD, from which what the file changes holds (default: its own dates, else today); "
        "a list for a later day is checked now and imported on the morning of that day",
    )
    parser.add_argument("--by", metavar="NAME", help="who brings the file (default: the login name)")
    parser.add_argument("--check", action="store_true", help="only report; change nothing")
    parser.add_argument("--unit", metavar="CODE", help="the unit of every row, when the file has no column for it")
    parser.add_argument(
        "--language", default="vi", choices=languages(), help="the language of the report (default: vi)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Prints the report. 0 when the file was imported (or would be), 1 when nothing changed because of an error, or
    because nobody agreed to what it takes away."""
    texts = load_texts(arguments.language)
    if arguments.kind == ALL:
        return _folder(arguments, context, texts)
    return _one(arguments, context, texts)


def _folder(arguments: argparse.Namespace, context: Context, texts: Texts) -> int:
    """Imports the lists of a folder one after the other. What was imported before one that is refused stays."""
    if arguments.file is None or arguments.full or arguments.holds_from or arguments.remove or arguments.sheet:
        raise Stop("write: district import all FOLDER (--check, --by, --unit and --language go with it)")
    try:
        folder = lists_in(arguments.file)
    except OSError:
        print(texts("import.folder.missing", folder=arguments.file))
        return 1
    for path in folder.unknown:
        print(texts("import.folder.unknown", file=shown_name(path.name), kinds=", ".join(KINDS)))
    if not folder.lists:
        print(texts("import.folder.none", folder=arguments.file))
        return 1
    for n, (kind, path) in enumerate(folder.lists):
        given = copy.copy(arguments)
        given.kind, given.file = kind, path
        if _one(given, context, texts):
            left = [shown_name(each.name) for _, each in folder.lists[n + 1 :]]
            print(texts("import.folder.stopped", file=shown_name(path.name), left=", ".join(left) or "–"))
            return 1
        print()
    print(texts("import.folder.done", n=len(folder.lists)))
    return 0


def _one(arguments: argparse.Namespace, context: Context, texts: Texts) -> int:
    if arguments.kind == PORTRAITS:
        return _portraits(arguments, context, texts)
    if arguments.file is None or arguments.remove:
        raise Stop(f"write: district import {arguments.kind} FILE (--remove is for portraits)")
    if arguments.full and arguments.kind not in WHOLE_LISTS:
        raise Stop(f"--full is for {', '.join(WHOLE_LISTS)}")
    try:
        data = read_bytes(arguments.file)
    except OSError:
        print(texts("import.file.missing", file=arguments.file))
        return 1
    return (_roster if arguments.kind == ROSTER else _rows)(arguments, context, texts, data)


def _roster(arguments: argparse.Namespace, context: Context, texts: Texts, data: bytes) -> int:
    """Imports a duty roster: its rows name their days, so it is never planned."""
    if arguments.holds_from:
        raise Stop(f"--from is for {', '.join(IMPORTED)}")
    file_name = shown_name(arguments.file.name)
    outcome = import_roster(
        context.engine(),
        shipped_catalogue(),
        data,
        file_name,
        context.now(),
        fixed={"unit_id": arguments.unit} if arguments.unit else {},
        sheets=tuple(arguments.sheet),
        check=arguments.check,
        person=person_of(arguments),
    )
    print(report(outcome, file_name, texts))
    return 0 if outcome.accepted else 1


def _rows(arguments: argparse.Namespace, context: Context, texts: Texts, data: bytes) -> int:
    """Imports a file, or keeps it for a later day."""
    engine, now, file_name = context.engine(), context.now(), shown_name(arguments.file.name)
    holds_from = day_of(arguments.holds_from) if arguments.holds_from else None
    later = holds_from if holds_from is not None and holds_from > local_day(now) else None
    if later is not None and arguments.kind not in IMPORTED:
        raise Stop(f"--from is for {', '.join(IMPORTED)}")
    given: dict[str, Any] = {
        "fixed": {"unit_id": arguments.unit} if arguments.unit and arguments.kind in OF_A_UNIT else {},
        "sheets": tuple(arguments.sheet),
        "person": person_of(arguments),
        "holds_from": holds_from,
    }
    bring = partial(
        import_file,
        engine,
        shipped_catalogue(),
        arguments.kind,
        data,
        file_name,
        now,
        **given,
        check=arguments.check or later is not None,
        full=arguments.full,
        progress=_progress(texts),
    )
    agreed = {"may_empty": arguments.allow_emptying, "may_close": arguments.allow_closing}
    outcome = bring(**agreed)
    print(report(outcome, file_name, texts))
    if outcome.asks and not arguments.check and _agreed(texts):
        agreed = dict.fromkeys(agreed, True)
        outcome = bring(**agreed)
        print(report(outcome, file_name, texts))
    if not outcome.accepted:
        return 1
    if arguments.kind == HOLIDAYS:
        _warn_of_unlisted_years(context, engine, texts)
    if later is not None and not arguments.check:
        file = {"kind": arguments.kind, "file_name": file_name, "data": data, "is_full": arguments.full}
        number = plan(engine, PlannedImport(**file, **given, **agreed), now)
        print(texts("import.report.planned", day=day(later), number=number))
    return 0


def _progress(texts: Texts) -> Progress:
    """Tells somebody at a terminal how far a large file is; a script's log stays as it was."""
    if not sys.stderr.isatty():
        return no_progress
    return lambda step, rows: print(texts(f"import.report.progress_{step}", n=rows), file=sys.stderr)


def _agreed(texts: Texts) -> bool:
    """Whether somebody at a terminal types the word for yes, with or without its mark."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return plain_name(input(texts("import.report.ask"))) == plain_name(texts("import.report.yes"))
    except EOFError:
        return False


def _warn_of_unlisted_years(context: Context, engine: Engine, texts: Texts) -> None:
    with reading(engine) as connection:
        years = unlisted_years(connection, schemes_of(context), context.now())
    if years:
        print(texts("import.report.unlisted", years=", ".join(map(str, years))))


def _portraits(arguments: argparse.Namespace, context: Context, texts: Texts) -> int:
    path: Path | None = arguments.file
    if path is None and not arguments.remove:
        raise Stop("write: district import portraits FOLDER, or: district import portraits --remove NUMBER")
    try:
        outcome = import_portraits(
            context.engine(), path, context.now(), remove=arguments.remove, check=arguments.check
        )
    except OSError:
        print(texts("import.file.missing", file=path))
        return 1
    print(report(outcome, path.name if path else ", ".join(arguments.remove), texts))
    return 0 if outcome.accepted else 1
