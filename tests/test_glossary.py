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


def test_bounds_are_called_max_and_min():
    names = [
        f"{path.relative_to(ROOT)}: {target.id}"
        for path, tree in trees(("kiosk", "sync"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and re.match(r"_?(MOST|LONGEST|LARGEST|LEAST|SHORTEST|SMALLEST)_", target.id)
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


@pytest.mark.parametrize("planted", ["ToldPage", "standing_from", "write_standings", "roll_key", "Finding"])
def test_a_planted_old_word_is_caught(planted: str):
    assert is_forbidden(planted)
