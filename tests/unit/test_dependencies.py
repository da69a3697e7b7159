"""What is installed is what pyproject lists, pinned alike for every Python; each half lists what it imports itself."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"kiosk", "sync", "tests"}
ENDS = {
    # requirements file: the lists of pyproject it comes from, and where the imports it must cover begin
    "kiosk": (["kiosk"], ["kiosk/**/*.py", "sync/*.py", "sync/agent/*.py"]),
    "district": (["district"], ["sync/district/**/*.py"]),
    "dev": (["kiosk", "district", "dev"], ["kiosk/**/*.py", "sync/**/*.py", "tests/**/*.py"]),
}


def listed(end: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = project["project"]["optional-dependencies"] | project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *(name for part in ENDS[end][0] for name in lists[part])]
    return {re.split(r"[^A-Za-z0-9-]", requirement)[0] for requirement in wanted}


def pins(text: str) -> dict[str, str]:
    """What a requirements file says of each package: its version, marker, hashes and who wants it."""
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)
    return {block.partition("==")[0]: block for block in blocks if block}


def requirements(end: str) -> str:
    return (ROOT / f"requirements-{end}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("end", ENDS)
def test_the_pinned_packages_come_from_the_lists_in_pyproject(end: str):
    wanted_by_us = {name for name, block in pins(requirements(end)).items() if "lang-nghe (pyproject.toml" in block}

    assert wanted_by_us == listed(end)


@pytest.mark.parametrize("end", ENDS)
def test_every_pin_is_exact_and_hashed(end: str):
    loose = [
        name
        for name, block in pins(requirements(end)).items()
        if not re.match(r"\S+==\S+.*\\\n +--hash=sha256:", block)
    ]

    assert loose == []


@pytest.mark.parametrize("end", ENDS)
def test_no_pin_names_an_address_or_another_system(end: str):
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|win32|darwin", requirements(end))


def test_one_package_has_one_version_everywhere():
    everywhere = pins(requirements("dev"))

    for end in ("kiosk", "district"):
        for name, block in pins(requirements(end)).items():
            assert everywhere[name].splitlines()[0] == block.splitlines()[0]


@cache
def imported(path: Path) -> set[str]:
    """Dotted names of the modules a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def files_of(modules: Iterable[str]) -> set[Path]:
    places = [ROOT / name.replace(".", "/") for name in modules if name.split(".")[0] in OURS]
    return {path for place in places for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()}


def reached(start: Iterable[Path]) -> set[Path]:
    """These files and every file of ours they import, directly or through one another."""
    seen: set[Path] = set()
    new = set(start)
    while new:
        seen |= new
        new = files_of(name for path in new for name in imported(path)) - seen
    return seen


def outside(paths: Iterable[Path]) -> set[str]:
    """The packages (as they are installed) that these files import and that neither we nor Python bring."""
    tops = {name.split(".")[0] for path in paths for name in imported(path)} - set(sys.stdlib_module_names) - OURS
    owners = packages_distributions()
    return {re.sub(r"[-_.]+", "-", owners[top][0]).lower() for top in tops}


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_what_an_end_imports_it_lists(end: str):
    start = [path for pattern in ENDS[end][1] for path in ROOT.glob(pattern)]

    assert outside(reached(start)) - listed(end) == set()


def test_an_import_that_no_list_names_is_caught(tmp_path: Path):
    planted = tmp_path / "planted.py"
    planted.write_text("def late():\n    from PIL import Image\n    import trustme.sub\n", encoding="utf-8")

    assert outside([planted]) - listed("district") == {"trustme"}
