"""``district reference``: what imports changed, what was in force on a day; close or remove a row, undo an import."""

import argparse
import csv
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kiosk.domain.reference import KINDS
from kiosk.domain.reference_fields import fields_of
from sync.district.cli.context import Context, Stop, day_of, person_of
from sync.district.domain.plan import PlanState
from sync.district.domain.spreadsheet import guarded
from sync.district.reference import changes
from sync.district.reference.changes import ChangeRefused, Difference
from sync.district.reference.columns import shipped_catalogue
from sync.district.store import reference_versions as versions
from sync.district.store.engine import reading, writing
from sync.district.store.imports import IMPORTED, Origin
from sync.district.store.plans import end_plan, plan_lines
from sync.district.store.reference_versions import Revision
from sync.district.texts import Texts, languages, load_texts
from sync.district.web.formats import day as shown
from sync.district.web.formats import day_and_clock

Run = Callable[[Namespace, Context, Texts], int]


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    parser = subparsers.add_parser(
        "reference",
        help="units, counters, officers, procedures, dossiers in history: list, diff, as-of, close, undo, planned",
    )
    commands = parser.add_subparsers(dest="reference_command", required=True, metavar="COMMAND")
    listed = _command(commands, "list", "the newest imports and changes, with their numbers", _list)
    listed.add_argument("--most", type=int, default=20, metavar="N", help="how many (default: 20)")
    diff = _command(commands, "diff", "what an import changed, or all imports after one up to another", _diff)
    diff.add_argument("revision", type=int, help="its number, as 'district reference list' prints it")
    diff.add_argument("later", type=int, nargs="?", help="compare with this later one")
    diff.add_argument("--kind", choices=IMPORTED, help="only this kind (needed when two numbers are given)")
    as_of = _command(commands, "as-of", "the rows that were in force on a day, as CSV that can be imported", _as_of)
    as_of.add_argument("day", help="YYYY-MM-DD")
    as_of.add_argument("kind", choices=IMPORTED)
    as_of.add_argument("--revision", type=int, metavar="N", help="by what was known after this import")
    close = _command(commands, "close", "say on which day a row was in force for the last time", _close)
    _one_row(close)
    close.add_argument("--on", required=True, metavar="DAY", help="its last day, YYYY-MM-DD")
    close.add_argument("--successor", metavar="CODE", help="the unit that carries on its work and its figures")
    _one_row(
        _command(commands, "remove", "take away a row that should never have been, and on which nothing hangs", _remove)
    )
    undo = _command(commands, "undo", "take an import back: its rows are again what they were before it", _undo)
    undo.add_argument("revision", type=int)
    planned = _command(commands, "planned", "the lists that were brought before the day from which they hold", _planned)
    planned.add_argument("--most", type=int, default=20, metavar="N", help="how many (default: 20)")
    cancel = _command(commands, "cancel", "take back a planned list before its day", _cancel)
    cancel.add_argument("number", type=int, help="its number, as 'district reference planned' prints it")
    for command in (close, undo, cancel, *(each for name, each in commands.choices.items() if name == "remove")):
        command.add_argument("--by", required=True, metavar="NAME", help="who decides it")
        command.add_argument("--why", required=True, metavar="TEXT", help="why")


def _command(commands: Any, name: str, what: str, run: Run) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    parser.add_argument(
        "--language", default="vi", choices=languages(), help="the language of what is printed (default: vi)"
    )
    parser.set_defaults(run=lambda arguments, context: _carried_out(run, arguments, context))
    return parser


def _one_row(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=IMPORTED)
    parser.add_argument("code", help="its code")


def _carried_out(run: Run, arguments: Namespace, context: Context) -> int:
    texts = load_texts(arguments.language)
    try:
        return run(arguments, context, texts)
    except ChangeRefused as refused:
        print(texts(refused.key, **{name: _word(name, value, texts) for name, value in refused.values.items()}))
        return 1


def _word(name: str, value: object, texts: Texts) -> object:
    if name == "kind":
        return texts(f"import.kind.{value}")
    if name == "what":
        return texts(f"reference.what.{value}")
    return shown(value) if isinstance(value, date) else value


def _list(arguments: Namespace, context: Context, texts: Texts) -> int:
    with reading(context.engine()) as connection:
        found = versions.newest_revisions(connection, list(IMPORTED), max(1, arguments.most))
        gone = versions.undone(connection)
    for each in found:
        print(_headline(each, texts) + (texts("reference.list.undone") if each.revision in gone else ""))
    if not found:
        print(texts("reference.list.none"))
    return 0


def _headline(each: Revision, texts: Texts) -> str:
    what = texts("reference.list.undo", revision=each.undoes) if each.undoes else each.file_name
    words = [
        texts(f"import.kind.{each.kind}"),
        what or texts("reference.list.command"),
        texts("reference.list.rows", n=each.rows),
        day_and_clock(each.made_at),
        *([each.person] if each.person else []),
        *([f"“{each.reason}”"] if each.reason else []),
    ]
    return f"{each.revision}: {' · '.join(_plain(word) for word in words)}"


def _diff(arguments: Namespace, context: Context, texts: Texts) -> int:
    engine, first = context.engine(), arguments.revision
    with reading(engine) as connection:
        found = versions.find_revision(connection, first)
    if found is None or found.kind not in IMPORTED:
        raise ChangeRefused("reference.refused.no_revision", revision=first)
    if arguments.later is None:
        print(_headline(found, texts))
        _print_differences(changes.differences(engine, found.kind, first - 1, first), found.kind, texts)
        return 0
    kind = arguments.kind or found.kind
    if arguments.later < first:
        raise Stop("write the earlier number first")
    print(texts("reference.diff.between", kind=texts(f"import.kind.{kind}"), first=first, later=arguments.later))
    _print_differences(changes.differences(engine, kind, first, arguments.later), kind, texts)
    return 0


def _print_differences(found: list[Difference], kind: str, texts: Texts) -> None:
    labels = {rule.field: rule.label for rule in shipped_catalogue().kinds[kind]}
    for each in found:
        since = texts("reference.diff.since", day=shown(each.holds_from)) if each.holds_from else ""
        if each.before is None or each.after is None:
            key = "reference.diff.appears" if each.before is None else "reference.diff.vanishes"
            print("  " + texts(key, code=each.row_key, name=_plain(_name(each.after or each.before or {}))) + since)
            continue
        print(f"  {each.row_key} {_plain(_name(each.after))}{since}")
        for name in each.fields:
            values = (
                _plain(_read(kind, name, row)) or texts("reference.diff.empty") for row in (each.before, each.after)
            )
            print(f"    {labels.get(name, name)}: {' → '.join(values)}")
    print(texts("reference.diff.rows", n=len(found)))


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("post") or row.get("title") or "")


def _read(kind: str, name: str, row: Mapping[str, Any]) -> str:
    """A field as people read it."""
    value = row.get(name)
    is_day = any(field.name == name and field.type is date for field in fields_of(KINDS[kind].record))
    return shown(date.fromisoformat(value)) if is_day and value is not None else _cell(value)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    """Nothing that moves the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def _as_of(arguments: Namespace, context: Context, _texts: Texts) -> int:
    fields = KINDS[arguments.kind].record.__struct_fields__
    rows = changes.rows_on(context.engine(), arguments.kind, day_of(arguments.day), arguments.revision)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(fields)
    out.writerows([guarded(_cell(row.get(name))) for name in fields] for row in rows)
    return 0


def _origin(arguments: Namespace, context: Context, **more: Any) -> Origin:
    reason = arguments.why.strip()
    if not reason:
        raise Stop("say why (--why TEXT)")
    return Origin("", context.now(), person_of(arguments), reason, **more)


def _close(arguments: Namespace, context: Context, texts: Texts) -> int:
    last, successor = day_of(arguments.on), arguments.successor and arguments.successor.upper()
    code = arguments.code.upper()
    revision = changes.close(context.engine(), arguments.kind, code, last, successor, _origin(arguments, context))
    print(texts("reference.done.close", code=code, day=shown(last), revision=revision))
    return 0


def _remove(arguments: Namespace, context: Context, texts: Texts) -> int:
    code = arguments.code.upper()
    revision = changes.remove(context.engine(), arguments.kind, code, _origin(arguments, context))
    print(texts("reference.done.remove", code=code, revision=revision))
    return 0


def _planned(arguments: Namespace, context: Context, texts: Texts) -> int:
    with reading(context.engine()) as connection:
        found = plan_lines(connection, max(1, arguments.most))
    for each in found:
        words = [
            texts(f"import.kind.{each.kind}"),
            each.file_name,
            texts(f"reference.planned.{each.state}", day=shown(each.holds_from), revision=each.revision or "–"),
            day_and_clock(each.ended_at or each.planned_at),
            *([each.person] if each.person else []),
        ]
        print(f"{each.plan_id}: {' · '.join(_plain(word) for word in words)}")
        for line in (each.outcome or "").splitlines():
            print(f"   {_plain(line)}".rstrip())
    if not found:
        print(texts("reference.planned.none"))
    return 0


def _cancel(arguments: Namespace, context: Context, texts: Texts) -> int:
    origin = _origin(arguments, context)
    words = f"{origin.person or ''}: {origin.reason}".removeprefix(": ")
    with writing(context.engine()) as connection:
        ended = end_plan(connection, arguments.number, PlanState.CANCELLED, origin.at, outcome=words)
    if not ended:
        raise ChangeRefused("reference.refused.no_plan", number=arguments.number)
    print(texts("reference.done.cancel", number=arguments.number))
    return 0


def _undo(arguments: Namespace, context: Context, texts: Texts) -> int:
    origin = _origin(arguments, context, undoes=arguments.revision)
    revision = changes.undo(context.engine(), arguments.revision, origin)
    print(texts("reference.done.undo", undone=arguments.revision, revision=revision))
    return 0
