"""``district retention run | show``: erase what is kept no longer, by the table of keeping times; what was done."""

import shutil
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.district.cli.backing_up import POSTGRESQL_NAME, SQLITE_NAME
from sync.district.cli.context import Context, Stop
from sync.district.complaints.retention import carry_out_times
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.personal_rules import KeptData, PersonalRules, load_personal_rules
from sync.district.keys.files import KeysMissing, load_sealing_keys
from sync.district.projection.emptying import empty_erased
from sync.district.store import retention
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.erasure_list import ErasureList
from sync.district.store.retention import RetentionRun
from sync.district.times import VIETNAM

FILES = "files"
"""The rule by which the database's files forget what was erased; it is noted where that failed."""


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    parser = subparsers.add_parser("retention", help="erase personal data whose time of keeping has ended")
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="do it now; the timer does it each night")
    run.set_defaults(run=run_now)
    show = actions.add_parser("show", help="how long what is kept, and what was done; counts alone")
    show.set_defaults(run=run_show)


def run_now(_arguments: Namespace, context: Context) -> int:
    settings, now = context.settings, context.now()
    engine, rules = context.contact_engine(), _rules(context)
    schemes = load_schemes(settings.deadlines)
    done = carry_out_times(engine, schemes, rules, ErasureList(settings.data), now)
    if settings.personal.backups is not None:
        done.append(_remove_backups(settings.personal.backups, rules, now))
    with writing(engine) as connection:
        retention.note_runs(connection, done)
    _empty(engine, settings.data, now)
    if not retention.give_back(engine):
        done.append(RetentionRun(now, FILES, 0, failed=True))
        with writing(engine) as connection:
            retention.note_runs(connection, done[-1:])
    with reading(engine) as connection:
        waiting = retention.to_empty_left(connection)
    for each in done:
        print(_line(each))
    if waiting:
        print(f"{waiting} entries of the ledger wait for the projector, which holds the key that opens them.")
    return 1 if any(each.failed for each in done) else 0


def run_show(_arguments: Namespace, context: Context) -> int:
    rules = _rules(context)
    for each in rules.keep:
        print(f"{each.what}: {each.days} days")
    with reading(context.engine()) as connection:
        for done in retention.runs(connection):
            print(_line(done))
    return 0


def _rules(context: Context) -> PersonalRules:
    try:
        return load_personal_rules(context.settings.personal.rules)
    except ValueError as error:
        raise Stop(str(error)) from error


def _empty(engine: Engine, data: Path, now: datetime) -> None:
    """Empties the ledger's entries where this machine holds the key that opens them; else the projector does."""
    try:
        keys = load_sealing_keys(data)
    except KeysMissing:
        return
    while empty_erased(engine, keys, now):
        pass


def _remove_backups(folder: Path, rules: PersonalRules, now: datetime) -> RetentionRun:
    """Removes copies that are older than the table says: a folder that ``district backup`` made, and nothing else."""
    oldest = (now - rules.kept_for(KeptData.BACKUPS)).timestamp()
    removed, failed = 0, False
    for made in sorted(folder.iterdir()) if folder.is_dir() else []:
        files = [made / name for name in (SQLITE_NAME, POSTGRESQL_NAME) if (made / name).is_file()]
        if made.is_symlink() or not files or max(each.stat().st_mtime for each in files) >= oldest:
            continue
        try:
            shutil.rmtree(made)
            removed += 1
        except OSError:
            failed = True
    return RetentionRun(now, str(KeptData.BACKUPS), removed, failed or not folder.is_dir())


def _line(done: RetentionRun) -> str:
    failed = "  could not be carried out in full" if done.failed else ""
    return f"{done.at.astimezone(VIETNAM):%Y-%m-%d %H:%M}  {done.rule}  {done.n}{failed}"
