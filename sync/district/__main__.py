"""The ``district`` command: compose the server and its tools."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.domain.declared_settings import BadSettings
from kiosk.paths import become_owner, end_quietly, read_command_line
from sync.district.app import software_version
from sync.district.cli import (
    addresses,
    alerts,
    backing_up,
    carrying,
    checkpointing,
    devices,
    exporting,
    import_file,
    initialise,
    keys,
    periods,
    pins,
    projecting,
    quarantine,
    reference,
    reporting,
    serving,
    undated,
    user,
    verifying,
)
from sync.district.cli.context import Context, Stop, private_files
from sync.district.keys.files import KeysMissing
from sync.district.settings import load_settings
from sync.district.store.engine import StoreUnavailable
from sync.district.store.schema import NewerSchema
from sync.district.times import utc_now

GROUPS = (
    *(initialise, serving, projecting, verifying, checkpointing, quarantine, undated, carrying),
    *(backing_up, keys, devices, addresses, alerts, pins, import_file, reference, exporting, reporting, periods, user),
)
"""Each adds its commands with ``add_parser``; a new group is a module in ``sync/district/cli`` and a name here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status; a failure is one sentence on standard error."""
    parsed = read_command_line(_parser(), arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    private_files()
    try:
        context = Context(load_settings(os.environ, parsed.config), utc_now)
        if refused := become_owner(context.settings.data):
            raise Stop(refused)
        return int(parsed.run(parsed, context))
    except (Stop, BadSettings, KeysMissing, NewerSchema) as error:
        print(f"district: {error}", file=sys.stderr)
    except StoreUnavailable as error:
        print(f"district: the database is not available ({error}); check DISTRICT_DATABASE_URL", file=sys.stderr)
    except BrokenPipeError:
        return end_quietly()
    except KeyboardInterrupt:
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="district", description="The district server of Lắng Nghe and its tools.")
    parser.add_argument("--version", action="version", version=f"district {software_version()}")
    parser.add_argument(
        "--config", type=Path, help="settings file; else DISTRICT_CONFIG, else /etc/lang-nghe/district.toml"
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
