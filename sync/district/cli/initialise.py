"""``district init``: create the database and the keys."""

from argparse import Namespace
from typing import Any

from sync.district.accounts.invitations import first_administrator
from sync.district.accounts.users import BadUser
from sync.district.cli.context import Context, Stop
from sync.district.keys.files import make_keys
from sync.district.texts import load_texts


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("init", help="create the data folder, the keys, the database and an administrator")
    parser.add_argument(
        "--administrator", metavar="NAME", default="quan-tri", help="the first administrator's name (default: quan-tri)"
    )
    parser.set_defaults(run=run)


def run(arguments: Namespace, context: Context) -> int:
    data = context.settings.data
    try:
        made = make_keys(data)
    except OSError as error:
        raise Stop(f"cannot write {data} ({error.strerror}); set DISTRICT_DATA to a folder you own") from error
    engine = context.engine()
    try:
        given = first_administrator(engine, arguments.administrator, context.now())
    except BadUser as error:
        raise Stop(load_texts("en")(str(error))) from error
    finally:
        engine.dispose()
    print(f"{data}: {'new keys' if made else 'the keys are kept'}, the database is ready.")
    if given is not None:
        print(f"Administrator {given.user_name}: open /invitation on this server's pages within 7 days and type")
        print(f"  {given.grouped}")
        print("The code works once and is not shown again; run this command once more when it has expired.")
    print("Now: district key backup FOLDER. Without the sealing key nobody can read what citizens say.")
    return 0
