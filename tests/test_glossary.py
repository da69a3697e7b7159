"""The names in the code are the words of docs/glossary.md: one word for one thing."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
HALVES = {
    "kiosk": ("kiosk", "sync/agent", "sync/protocol"),
    "district": ("sync/district", "sync/protocol"),
}
#: Words that meant several things once; each has a better one in the glossary.
FORBIDDEN = re.compile(r"(^|_)(told|said|heard|standing|board|roll|finding|succession|brake|caretaker)s?(_|$)")
#: Commands keep their names: ``district key roll``, ``district device roll``.
KEPT = {"run_roll"}
#: Names of SQL tables and columns, of JSON, and of what ``kiosk doctor`` prints.
CONTRACTS = {
    ("sync/district/store/tables.py", "findings"),
    ("sync/district/store/acknowledgements.py", "finding"),
    ("sync/district/store/complaint_tables.py", "complaint_standings"),
    ("sync/district/store/devices.py", "roll_wanted_at"),
    ("sync/district/api/description.py", "roll_key"),
    ("sync/protocol/snapshot.py", "roll_key"),
    ("sync/protocol/health.py", "finding"),
    ("kiosk/cli/checks/check.py", "finding"),
}


def trees(folders: tuple[str, ...]) -> list[tuple[Path, ast.Module]]:
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths if "migrations" not in path.parts]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def is_forbidden(name: str) -> bool:
    return FORBIDDEN.search(snake(name)) is not None and name not in KEPT


def defined_names() -> list[tuple[str, str]]:
    """Where each module, class and function is defined, and its name."""
    found = []
    for path, tree in trees(("kiosk", "sync")):
        where = path.relative_to(ROOT).as_posix()
        found.append((where, path.stem))
        found += [
            (where, node.name)
            for node in ast.walk(tree)
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        ]
    return found


@pytest.mark.parametrize("half", HALVES)
def test_no_class_name_is_defined_in_two_modules_of_one_half(half: str):
    found = defaultdict(list)
    for path, tree in trees(HALVES[half]):
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path.relative_to(ROOT).as_posix())

    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_the_old_words_do_not_come_back():
    assert [f"{where}: {name}" for where, name in defined_names() if is_forbidden(name)] == []


def local_names(tree: ast.Module) -> set[str]:
    """What a module calls its parameters, variables, fields, and what a ``match`` takes apart."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or "")
        elif isinstance(node, ast.MatchAs | ast.MatchStar):
            found.add(node.name or "")
    return found


def test_the_old_words_name_no_parameter_and_no_variable():
    names = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in trees(("kiosk", "sync"))
        for name in sorted(local_names(tree))
        if is_forbidden(name) and (path.relative_to(ROOT).as_posix(), name) not in CONTRACTS
    ]

    assert names == []


def test_bounds_are_called_max_and_min():
    names = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in trees(("kiosk", "sync"))
        for name in sorted(local_names(tree))
        if re.match(r"_?(AT_)?(MOST|LONGEST|LARGEST|LEAST|SHORTEST|SMALLEST)(_|$)", name)
    ]

    assert names == []


def test_each_python_name_in_the_glossary_is_there():
    defined = {name for _, name in defined_names()}
    listed = {
        name
        for line in GLOSSARY.splitlines()
        if line.startswith("| ") and line.count("|") == 6
        for name in re.findall(r"`([A-Z][A-Za-z]+)`", line.split("|")[3])
    }

    assert len(listed) > 40
    assert sorted(listed - defined) == []


def test_a_planted_local_name_is_caught():
    tree = ast.parse("def f(told):\n    match told:\n        case Said(heard):\n            board = heard\n")

    assert {name for name in local_names(tree) if is_forbidden(name)} == {"told", "heard", "board"}


@pytest.mark.parametrize("planted", ["ToldPage", "standing_from", "write_standings", "roll_key", "Finding"])
def test_a_planted_old_word_is_caught(planted: str):
    assert is_forbidden(planted)
