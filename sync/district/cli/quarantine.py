"""``district quarantine list | replay``: list entries that could not be opened or stored, and retry them."""

from argparse import Namespace
from typing import Any

from sync.district.cli.context import Context
from sync.district.cli.projecting import schemes_of
from sync.district.keys.files import load_sealing_keys
from sync.district.projection.quarantine import replay
from sync.district.store.engine import reading
from sync.district.store.projections import set_aside


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("quarantine", help="entries that could not be opened: list, retry")
    commands = commands.add_subparsers(dest="quarantine_command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="how many, why, and from which kiosks").set_defaults(run=run_list)
    again = commands.add_parser("replay", help="retry after an update or a restored key")
    again.set_defaults(run=run_replay)


def run_list(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        found = set_aside(connection)
    for row in found:
        print(f"{row.n} of {row.device_id}, epoch {row.epoch}, from {row.first_seq}: {row.what}: {row.reason}")
    print(f"In all {sum(row.n for row in found)} entries are set aside.")
    return 0


def run_replay(_arguments: Namespace, context: Context) -> int:
    done = replay(context.contact_engine(), load_sealing_keys(context.settings.data), schemes_of(context))
    print(f"{done.opened} entries could be opened now, {done.left} still cannot: district quarantine list")
    return 0
