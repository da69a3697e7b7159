"""Which way imports point, as a table. A room may not know what its row forbids."""

import ast
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FORBIDDEN = [
    # who, may not import, except in
    ("kiosk/**", "sync.district", ()),
    ("**", "kivy", ("kiosk/ui/**",)),
    ("**", "sqlalchemy", ("kiosk/store/**", "sync/district/store/**")),
    ("**", "alembic", ("sync/district/store/**",)),
    ("**", "requests", ("sync/agent/transport.py",)),
    ("**", "serial", ("kiosk/device/**",)),
    ("**", "escpos", ("kiosk/device/**",)),
    ("**", "PIL", ("kiosk/device/**", "sync/district/reference/portrait.py")),
    ("**", "fastapi", ("sync/district/**",)),
    ("kiosk/domain/**", "kiosk", ("kiosk.domain",)),
    ("kiosk/flow/**", "kiosk", ("kiosk.flow", "kiosk.domain", "kiosk.vietnamese")),
    ("kiosk/vietnamese/**", "kiosk", ("kiosk.vietnamese", "kiosk.paths")),
    ("kiosk/ui/**", "kiosk.store", ()),
    ("kiosk/ui/**", "kiosk.desk.desk", ()),
    ("kiosk/ui/**", "sync", ()),
    ("kiosk/store/**", "kiosk.desk.desk", ()),
    ("kiosk/store/**", "kiosk.ui", ()),
    ("kiosk/desk/desk.py", "kiosk.ui", ()),
    ("kiosk/shell.py", "kiosk.store", ()),
    ("sync/protocol/batch.py", "kiosk", ("kiosk.domain",)),
    ("sync/protocol/enrolment.py", "kiosk", ("kiosk.domain",)),
    ("sync/protocol/seal.py", "kiosk", ()),
    ("sync/protocol/chain.py", "kiosk", ()),
    ("sync/district/**", "sync.agent", ()),
    ("sync/district/web/**", "sync.district.accounts.sign_in.Role", ()),  # who may what: complaints/rights.py
    ("sync/district/**", "sync.agent.transport", ()),
    ("sync/district/**", "sync.agent.policy", ()),
    (
        "sync/district/**",
        "kiosk",
        ("kiosk.domain", "kiosk.vietnamese", "kiosk.paths", "kiosk.texts", "kiosk.__version__"),
    ),
]

VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")

STANDARD_LIBRARY_ONLY = ("kiosk/domain/**", "kiosk/flow/**", "kiosk/vietnamese/**")


def sources() -> list[Path]:
    return sorted(path for folder in ("kiosk", "sync") for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Dotted names, one for each imported thing, so that ``from kiosk import store`` counts as ``kiosk.store``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_under(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def breaches(where: str, names: set[str]) -> list[str]:
    found = []
    for who, what, but in FORBIDDEN:
        if not fnmatch(where, who) or any(fnmatch(where, pattern) for pattern in but):
            continue
        found += [
            f"{where} imports {name}"
            for name in sorted(names)
            if is_under(name, what) and not any(is_under(name, allowed) for allowed in but)
        ]
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_the_right_way(path: Path):
    assert breaches(path.relative_to(ROOT).as_posix(), imports(path)) == []


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("kiosk/desk/desk.py", "sync.district.app"),
        ("kiosk/flow/step.py", "kiosk.store.ledger"),
        ("sync/agent/agent.py", "requests.get"),
        ("sync/district/app.py", "kiosk.settings.load"),
        ("kiosk/cli/run.py", "kivy.app.App"),
    ],
)
def test_a_planted_breach_is_caught(where: str, name: str):
    assert breaches(where, {name}) == [f"{where} imports {name}"]


def heart() -> list[Path]:
    return [
        path
        for path in sources()
        if any(fnmatch(path.relative_to(ROOT).as_posix(), row) for row in STANDARD_LIBRARY_ONLY)
    ]


@pytest.mark.parametrize("path", heart(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_heart_needs_nothing_but_the_standard_library_and_msgspec(path: Path):
    """msgspec counts as one with the standard library: its frozen Struct is what a value is made of."""
    outside = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"kiosk", "msgspec"}

    assert outside == set()


def words_in_code(tree: ast.Module) -> list[int]:
    """Lines with a Vietnamese string that is no docstring. The product's own name may stand anywhere."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
        and VIETNAMESE & set(node.value.replace("Lắng Nghe", "").lower())
    ]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_for_a_citizen_stands_in_code(path: Path):
    if "vietnamese" in path.parts:
        pytest.skip("the letters themselves are its subject")

    assert words_in_code(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_planted_word_is_caught():
    assert words_in_code(ast.parse('"""Tiếng Việt."""\nx = 1\ny = "Cảm ơn"')) == [3]
