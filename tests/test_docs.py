"""What README, CONTRIBUTING and docs name is there: files, functions, commands, targets, tests that hold a fault."""

import argparse
import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kiosk import __main__ as kiosk_command
from sync import __main__ as agent_command
from sync.district import __main__ as district_command

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TABLE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").partition("| fault |")[2].partition("\n\n")[0]
SOURCES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
PROMISED = re.findall(r"^(\d+)\. \*\*", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
#: our own folders and files; ``/etc/…`` and ``build/`` are of the machine a page speaks about
OURS = r"(?:kiosk|sync|tests|config|assets|docs|\.ci)/[\w./-]*"
COMMANDS = {
    "kiosk": kiosk_command._parser(),
    "kiosk-sync": agent_command._parser(),
    "district": district_command._parser(list(district_command.GROUPS)),
}


def said(pattern: str) -> list[tuple[str, ...]]:
    """Each match on each page, with the page before it; once only."""
    found = dict.fromkeys(
        (page.name, *(match if isinstance(match, tuple) else (match,)))
        for page in PAGES
        for match in re.findall(pattern, page.read_text(encoding="utf-8"))
    )
    return list(found)


@pytest.mark.parametrize(("page", "path"), said(rf"[`(]({OURS}\w/?)[`)]"))
def test_a_file_or_folder_named_on_a_page_is_there(page: str, path: str):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("page", "link"), said(r"\]\((?!https?:|#)([^)#]+)"))
def test_a_link_on_a_page_leads_somewhere(page: str, link: str):
    folder = ROOT if (ROOT / page).exists() else ROOT / "docs"

    assert (folder / link).exists()


@cache
def names_in(path: Path) -> frozenset[str]:
    """Functions, classes and values a module defines, methods and nested functions by their dotted name too."""

    def walk(nodes: list[ast.stmt], before: str) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from (node.name, f"{before}{node.name}")
                yield from walk(node.body, f"{before}{node.name}.")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (target.id for target in targets if isinstance(target, ast.Name))

    return frozenset(walk(ast.parse(path.read_text(encoding="utf-8")).body, ""))


@pytest.mark.parametrize(("page", "path", "name"), said(r"`([\w/]+\.py)` · `([\w.]+)`"))
def test_a_function_named_beside_its_file_is_there(page: str, path: str, name: str):
    assert name in names_in(ROOT / path)


def words_of(command: str) -> list[str]:
    """The command's own words: up to the first value, option or joined word."""
    return re.match(r"[a-z][a-z_ -]*", command)[0].split() if command else []


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    actions = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: parser for action in actions for name, parser in action.choices.items()}


def choices_of(parser: argparse.ArgumentParser) -> set[str]:
    return {
        str(choice) for action in parser._actions if not action.option_strings for choice in [*(action.choices or ())]
    }


NAMED = said(r"(?:`|\n|; |\| )((?:kiosk|kiosk-sync|district) [a-z][^`\n;]*)")


@pytest.mark.parametrize(("page", "command"), NAMED)
def test_a_command_named_on_a_page_is_there(page: str, command: str):
    program, *rest = words_of(command)
    parser = COMMANDS[program]
    assert rest[0] in subcommands(parser), command
    while rest and rest[0] in subcommands(parser):
        parser, rest = subcommands(parser)[rest[0]], rest[1:]
    assert not (rest and subcommands(parser)), f"{command}: {rest[0]} is none of {sorted(subcommands(parser))}"
    assert not (rest and choices_of(parser)) or rest[0] in choices_of(parser), command


@pytest.mark.parametrize(
    ("page", "command", "option"),
    [
        (page, command, option)
        for page, command in NAMED
        for option in re.findall(r" (--[a-z-]+)", re.split(r" ; |  +#|\]\(", command)[0])
    ],
)
def test_an_option_named_with_a_command_is_there(page: str, command: str, option: str):
    program, *rest = words_of(command)
    parser, options = COMMANDS[program], set(COMMANDS[program]._option_string_actions)
    while rest and rest[0] in subcommands(parser):
        parser, rest = subcommands(parser)[rest[0]], rest[1:]
        options |= set(parser._option_string_actions)

    assert option in options


@pytest.mark.parametrize(("page", "target"), said(r"(?:`|\n)make ([a-z-]+)"))
def test_a_target_named_on_a_page_is_in_the_makefile(page: str, target: str):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_pages_name_what_this_test_reads():
    assert min(len(said(rf"`({OURS}\w)`")), len(NAMED), len(said(r"\.py` · `(\w+)"))) > 20
    assert len(said(r"(?:`|\n)make ([a-z-]+)")) > 5


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_[a-z0-9_]+)`", TABLE))))
def test_a_test_named_in_the_table_of_faults_is_there(name: str):
    assert any(f"def {name}(" in source for source in SOURCES.values())


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:tests/[a-z0-9_/]+|test_[a-z0-9_]+)\.py)`", TABLE))))
def test_a_file_named_in_the_table_of_faults_is_there(name: str):
    assert any(path.as_posix().endswith(name) for path in SOURCES)


def test_the_promises_are_numbered_and_every_page_says_how_many_there_are():
    assert list(map(int, PROMISED)) == list(range(1, 14))
    assert "thirteen promises" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "Promises 1 to 13" in (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", list(map(int, PROMISED)))
def test_each_promise_has_a_test_of_its_name(number: int):
    assert any(f"def test_promise_{number}_" in source for source in SOURCES.values())


def test_every_row_says_what_each_of_us_sees():
    rows = [line for line in TABLE.splitlines() if line.startswith("|")]

    assert len(rows) > 35
    assert {row.count("|") for row in rows[1:]} == {6}
