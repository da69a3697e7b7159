"""The ``district`` command: compose the server and its tools."""

import argparse
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

from kiosk.domain.declared_settings import BadSettings
from kiosk.paths import become_owner, end_quietly, read_command_line
from sync.district import software_version
from sync.district.cli.context import Context, Stop, private_files
from sync.district.keys.files import KeysMissing
from sync.district.settings import load_settings
from sync.district.store.engine import StoreUnavailable
from sync.district.store.schema import NewerSchema
from sync.district.times import utc_now

GROUPS = {
    "initialise": ("init",),
    "serving": ("serve",),
    "projecting": ("project", "rebuild"),
    "verifying": ("verify", "acknowledge"),
    "checkpointing": ("checkpoint",),
    "quarantine": ("quarantine",),
    "undated": ("undated",),
    "carrying": ("carry",),
    "backing_up": ("backup", "restore"),
    "keys": ("key",),
    "devices": ("device",),
    "addresses": ("address",),
    "kiosk_settings": ("settings",),
    "releases": ("release",),
    "alerts": ("alerts",),
    "pins": ("counter-pin",),
    "import_file": ("import",),
    "reference": ("reference",),
    "exporting": ("export", "audit", "open-export", "auditor-key"),
    "reporting": ("report",),
    "periods": ("period",),
    "retaining": ("retention",),
    "user": ("user",),
}
"""The modules of ``sync/district/cli`` and the commands that each adds with ``add_parser``. Only the module of the
command that is asked for is imported, so that each starts fast."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status; a failure is one sentence on standard error."""
    asked = sys.argv[1:] if arguments is None else arguments
    parsed = read_command_line(_parser(_groups(asked)), arguments)
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


def _groups(arguments: Sequence[str]) -> list[str]:
    """The module of the first word that is a command; all of them where none is, so that the help names every one."""
    by_command = {command: group for group, commands in GROUPS.items() for command in commands}
    words = [word for before, word in zip(("", *arguments), arguments, strict=False) if before != "--config"]
    first = next((word for word in words if not word.startswith("-")), "")
    return [by_command[first]] if first in by_command else list(GROUPS)


def _parser(groups: Iterable[str] = GROUPS) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="district", description="The district server of Lắng Nghe and its tools.")
    parser.add_argument("--version", action="version", version=f"district {software_version()}")
    parser.add_argument(
        "--config", type=Path, help="settings file; else DISTRICT_CONFIG, else /etc/lang-nghe/district.toml"
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in groups:
        import_module(f"sync.district.cli.{group}").add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
