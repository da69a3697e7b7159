"""Each command of the district imports its own module alone."""

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from sync.district import cli
from sync.district.__main__ import GROUPS, _groups


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_adds_the_commands_it_is_listed_with(group: str):
    commands = argparse.ArgumentParser().add_subparsers()

    import_module(f"sync.district.cli.{group}").add_parser(commands)

    assert tuple(commands.choices) == GROUPS[group]


def test_every_module_with_commands_is_listed():
    found = {path.stem for path in Path(cli.__file__).parent.glob("*.py") if "(subparsers: Any)" in path.read_text()}

    assert found == GROUPS.keys()


@pytest.mark.parametrize(
    ("line", "groups"),
    [
        ("verify --head x", ["verifying"]),
        ("--config verify user list", ["user"]),
        ("--config=verify user list", ["user"]),
        ("audit", ["exporting"]),
        ("--help", list(GROUPS)),
        ("", list(GROUPS)),
        ("nonsense verify", list(GROUPS)),
    ],
)
def test_the_module_of_the_command_is_imported_and_else_all(line: str, groups: list[str]):
    assert _groups(line.split()) == groups


def test_a_command_that_serves_nobody_does_not_wait_for_the_web_server_s_libraries():
    program = "import sys; from sync.district.__main__ import main; sys.argv = ['district', 'verify', '--help']\n"
    program += "try: main()\nexcept SystemExit: print('fastapi' in sys.modules or 'jinja2' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.splitlines()[-1] == "False"
