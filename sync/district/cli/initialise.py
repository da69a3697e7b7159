"""``district init``: create the database and the keys."""

from argparse import Namespace
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.keys.files import make_keys


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("init", help="create the data folder, the keys and the database")
    parser.set_defaults(run=run)


def run(_arguments: Namespace, context: Context) -> int:
    data = context.settings.data
    try:
        made = make_keys(data)
    except OSError as error:
        raise Stop(f"cannot write {data} ({error.strerror}); set DISTRICT_DATA to a folder you own") from error
    context.engine().dispose()
    print(f"{data}: {'new keys' if made else 'the keys are kept'}, the database is ready.")
    print("Now: district key backup FOLDER. Without the sealing key nobody can read what citizens say.")
    return 0
