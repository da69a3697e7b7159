"""Which way imports point: each room lists the rooms it may import. What is not listed is forbidden."""

import ast
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: A room is a folder or a loose module; the longest name that matches is a module's room. ``kiosk`` and ``sync`` alone
#: are the packages themselves: the version, and nothing else.
ALLOWED: dict[str, set[str]] = {
    "kiosk": set(),
    "kiosk.paths": set(),
    "kiosk.clock": set(),
    "kiosk.domain": set(),
    "kiosk.texts": {"kiosk.paths"},
    "kiosk.vietnamese": {"kiosk.paths"},
    "kiosk.languages": {"kiosk.domain", "kiosk.texts", "kiosk.paths"},
    "kiosk.flow": {"kiosk.domain", "kiosk.vietnamese"},
    "kiosk.settings": {"kiosk.paths", "kiosk.domain", "kiosk.vietnamese", "kiosk.languages"},
    "kiosk.queue": {"kiosk.domain", "kiosk.clock"},
    "kiosk.queue.sources": {"kiosk.domain", "kiosk.clock", "kiosk.settings", "kiosk.hardware", "kiosk.queue"},
    "kiosk.store": {"kiosk.domain", "sync.protocol"},
    "kiosk.hardware": {"kiosk.domain", "kiosk.vietnamese", "kiosk.flow", "kiosk.paths", "kiosk.settings"},
    "kiosk.box": {"kiosk.domain", "kiosk.clock", "kiosk.paths", "kiosk.hardware", "kiosk.store", "sync.protocol"},
    "kiosk.updates": {"kiosk.clock", "kiosk.paths", "kiosk.box", "sync.protocol"},
    "kiosk.shell": {"kiosk.domain", "kiosk.flow"},
    "kiosk.desk": {
        *("kiosk.domain", "kiosk.vietnamese", "kiosk.clock", "kiosk.flow", "kiosk.shell", "kiosk.texts", "kiosk.paths"),
        *(
            "kiosk.settings",
            "kiosk.hardware",
            "kiosk.store",
            "kiosk.box",
            "kiosk.queue",
            "sync.protocol",
            "kiosk.desk.shipped",
            "kiosk.languages",
            "kiosk.queue",
        ),
    },
    "kiosk.desk.shipped": {"kiosk.domain", "kiosk.paths"},
    "kiosk.ui": {
        *("kiosk.domain", "kiosk.vietnamese", "kiosk.flow", "kiosk.shell", "kiosk.texts", "kiosk.paths"),
        *("kiosk.settings", "kiosk.hardware", "kiosk.desk.shipped", "kiosk.languages"),
    },
    "kiosk.cli": {
        *("kiosk", "kiosk.domain", "kiosk.clock", "kiosk.flow", "kiosk.shell", "kiosk.texts", "kiosk.paths"),
        *("kiosk.settings", "kiosk.hardware", "kiosk.store", "kiosk.box", "kiosk.desk", "kiosk.ui", "kiosk.queue"),
        "kiosk.queue.sources",
        *("sync.protocol", "sync.agent", "kiosk.languages", "kiosk.updates"),
    },
    "kiosk.__main__": {
        "kiosk",
        "kiosk.paths",
        "kiosk.cli",
        "kiosk.queue",
        "kiosk.settings",
        "kiosk.domain",
        "kiosk.store",
        "kiosk.box",
    },
    "sync": set(),
    "sync.protocol": {"kiosk.domain"},
    "sync.agent": {
        *("kiosk", "kiosk.domain", "kiosk.clock", "kiosk.settings", "kiosk.hardware", "kiosk.store", "kiosk.box"),
        *("sync.protocol", "kiosk.queue", "kiosk.updates"),
    },
    "sync.__main__": {
        *("kiosk", "kiosk.domain", "kiosk.clock", "kiosk.settings", "kiosk.hardware", "kiosk.store", "kiosk.box"),
        *("kiosk.paths", "kiosk.queue", "kiosk.updates", "sync.agent"),
    },
    "sync.district": set(),
    "sync.district.times": {"kiosk.domain"},
    "sync.district.texts": {"kiosk.paths", "kiosk.texts"},
    "sync.district.verify_public": set(),
    "sync.district.settings": {"kiosk.paths", "kiosk.domain"},
    "sync.district.domain": {
        *("kiosk.domain", "kiosk.vietnamese", "kiosk.paths", "sync.protocol", "sync.district.times"),
    },
    "sync.district.measures": {
        *("kiosk.domain", "kiosk.paths", "sync.protocol", "sync.district.domain", "sync.district.times"),
    },
    "sync.district.keys": {"sync.protocol"},
    "sync.district.store": {
        *("kiosk.domain", "sync.protocol", "sync.district.domain", "sync.district.measures", "sync.district.times"),
    },
    "sync.district.accounts": {"kiosk.domain", "sync.district.domain", "sync.district.store", "sync.district.times"},
    "sync.district.complaints": {
        *("kiosk.domain", "sync.protocol", "sync.district.domain", "sync.district.store", "sync.district.times"),
        "sync.district.texts",
    },
    "sync.district.ingest": {"sync.protocol", "sync.district.domain", "sync.district.store", "sync.district.times"},
    "sync.district.reference": {
        *("kiosk.domain", "kiosk.vietnamese", "kiosk.paths", "sync.protocol", "sync.district.domain"),
        *("sync.district.services", "sync.district.store", "sync.district.texts", "sync.district.times"),
        "sync.district.roster",
    },
    "sync.district.content": {
        *("kiosk.domain", "kiosk.paths", "sync.district.domain", "sync.district.reference", "sync.district.store"),
        "sync.district.times",
    },
    "sync.district.projection": {
        *("kiosk.domain", "sync.protocol", "sync.district.domain", "sync.district.complaints", "sync.district.keys"),
        *("sync.district.measures", "sync.district.store", "sync.district.times"),
    },
    "sync.district.export": {"sync.district.domain", "sync.district.store", "sync.district.times"},
    "sync.district.fleet": {
        *("sync.protocol", "sync.district.domain", "sync.district.ingest", "sync.district.keys"),
        *("sync.district.reference", "sync.district.services", "sync.district.store", "sync.district.times"),
        *("kiosk.domain", "sync.district.measures"),
    },
    "sync.district.services": {
        *(
            "kiosk.domain",
            "sync.district.accounts",
            "sync.district.domain",
            "sync.district.keys",
            "sync.district.settings",
            "sync.district.store",
        ),
    },
    "sync.district.api": {
        *("kiosk.domain", "sync.protocol", "sync.district.domain", "sync.district.fleet", "sync.district.ingest"),
        *("sync.district.keys", "sync.district.reference", "sync.district.services", "sync.district.settings"),
        *("sync.district.store", "sync.district.times"),
    },
    "sync.district.web": {
        *("kiosk.domain", "kiosk.paths", "sync.protocol", "sync.district.accounts", "sync.district.api"),
        *("sync.district.complaints", "sync.district.domain", "sync.district.measures", "sync.district.services"),
        *("sync.district.store", "sync.district.texts", "sync.district.times", "sync.district.settings"),
        *("sync.district.roster", "sync.district.fleet", "sync.district.verify_public", "sync.district.content"),
    },
    "sync.district.roster": {"kiosk.domain", "sync.district.domain", "sync.district.store", "sync.district.times"},
    "sync.district.reports": {
        *("kiosk.domain", "kiosk.paths", "sync.district.accounts", "sync.district.complaints", "sync.district.domain"),
        *("sync.district.measures", "sync.district.services", "sync.district.store", "sync.district.texts"),
        *("sync.district.times", "sync.district.web"),
    },
    "sync.district.alerts": {
        *("sync.district.domain", "sync.district.measures", "sync.district.settings", "sync.district.store"),
        *("sync.district.texts", "sync.district.times", "sync.district.web"),
    },
    "sync.district.app": {
        "sync.district",
        "sync.district.api",
        "sync.district.services",
        "sync.district.web",
        "sync.district.settings",
    },
    "sync.district.cli": {
        *("kiosk", "kiosk.domain", "kiosk.paths", "sync.protocol", "sync.district.accounts", "sync.district.alerts"),
        *("sync.district.api", "sync.district.app", "sync.district.complaints", "sync.district.domain"),
        *("sync.district.fleet",),
        *("sync.district.export", "sync.district.measures", "sync.district.reports"),
        *("sync.district.keys", "sync.district.projection", "sync.district.reference", "sync.district.services"),
        *("sync.district.settings", "sync.district.store", "sync.district.texts", "sync.district.times"),
        *("sync.district.web", "sync.district.verify_public"),
    },
    "sync.district.__main__": {
        *(
            "kiosk.domain",
            "kiosk.paths",
            "sync.district",
            "sync.district.cli",
            "sync.district.keys",
            "sync.district.settings",
        ),
        *("sync.district.store", "sync.district.times"),
    },
}

#: Which files may import a library that belongs to one place.
LIBRARIES = {
    "kivy": ("kiosk/ui/**",),
    "sqlalchemy": ("kiosk/store/**", "sync/district/store/**"),
    "alembic": ("sync/district/store/**",),
    "requests": ("sync/agent/transport.py", "sync/district/alerts/channels.py"),
    "prometheus_client": ("sync/district/web/metrics.py",),
    "serial": ("kiosk/hardware/**",),
    "escpos": ("kiosk/hardware/printer/**",),
    "PIL": ("kiosk/hardware/printer/**", "sync/district/reference/portrait.py"),
    "fastapi": (
        "sync/district/api/**",
        "sync/district/web/**",
        "sync/district/app.py",
        "sync/district/cli/serving.py",
        "sync/district/reports/routes.py",
        "sync/district/reports/period_routes.py",
        "sync/district/reports/apology_routes.py",
        "sync/district/reports/personal_routes.py",
    ),
    "docx": ("sync/district/reports/**",),
    "openpyxl": ("sync/district/reports/**",),
}

#: What a citizen's touch can lead to: everything that ``kiosk run`` imports but the command line itself.
CITIZENS_SIDE = ("kiosk.ui", "kiosk.shell", "kiosk.flow", "kiosk.desk", "kiosk.box", "kiosk.store", "kiosk.hardware")

#: Rules that know no clock, disk, network or database: they get what they need as arguments.
PURE = ("kiosk/domain/**", "kiosk/flow/**")
IMPURE = ("os", "socket", "sqlite3", "subprocess", "threading", "time", "requests", "sqlalchemy", "logging", "random")

STANDARD_LIBRARY_ONLY = ("kiosk/domain/**", "kiosk/flow/**", "kiosk/vietnamese/**")
COUNTS_AS_STANDARD = {"kiosk", "msgspec"}

#: A file or function longer than this has two subjects. Migrations are lists of tables, and are never changed again.
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 60
MIGRATIONS = ("sync/district/store/migrations/versions/**",)

VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def sources() -> list[Path]:
    return sorted(path for folder in ("kiosk", "sync") for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """The dotted name of a module or package."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


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


def room_of(name: str) -> str:
    """The longest room that a dotted name lies in; a name from another package stays as it is."""
    return max((room for room in ALLOWED if is_under(name, room)), key=len, default=name)


def breaches(module: str, names: set[str]) -> list[str]:
    room = room_of(module)
    reached = {name: room_of(name) for name in names if is_under(name, "kiosk") or is_under(name, "sync")}
    return [
        f"{module} imports {name}"
        for name, other in sorted(reached.items())
        if other != room and other not in ALLOWED[room]
    ]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_the_right_way(path: Path):
    assert breaches(name_of(path), imports(path)) == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_library_stays_in_its_place(path: Path):
    where = path.relative_to(ROOT).as_posix()
    strays = [
        name
        for name in imports(path)
        for library, places in LIBRARIES.items()
        if is_under(name, library) and not any(fnmatch(where, place) for place in places)
    ]

    assert strays == []


def test_no_two_rooms_import_each_other():
    pairs = {(room, other) for room, others in ALLOWED.items() for other in others}

    assert [(room, other) for room, other in sorted(pairs) if (other, room) in pairs] == []


def test_rooms_stand_in_floors_without_a_circle():
    waiting, floors = dict(ALLOWED), 0
    while waiting:
        ground = {room for room, others in waiting.items() if not others & waiting.keys()}
        assert ground, f"a circle among {sorted(waiting)}"
        waiting = {room: others for room, others in waiting.items() if room not in ground}
        floors += 1

    assert floors <= 14


def test_every_room_there_is_has_a_row():
    folders = {name_of(path.parent / "__init__.py") for path in sources() if path.name == "__init__.py"}

    assert {folder for folder in folders if room_of(folder) in ("kiosk", "sync", "sync.district")} == {
        *("kiosk", "sync", "sync.district")
    }


def test_at_most_six_modules_lie_loose_in_the_kiosk():
    loose = sorted(path.name for path in (ROOT / "kiosk").glob("*.py") if path.name != "__init__.py")

    assert loose == ["__main__.py", "clock.py", "paths.py", "settings.py", "shell.py", "texts.py"]


def test_nothing_on_the_citizens_side_can_reach_the_network():
    reached, waiting = set(), list(CITIZENS_SIDE)
    while waiting:
        room = waiting.pop()
        if room not in reached:
            reached.add(room)
            waiting += ALLOWED[room]

    assert "sync.agent" not in reached
    assert "kiosk.queue.sources" not in reached


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("kiosk.desk.desk", "sync.district.app"),
        ("kiosk.desk.desk", "sync.agent.transport"),
        ("kiosk.flow.step", "kiosk.store.ledger"),
        ("kiosk.store.ledger", "kiosk.box.keys"),
        ("sync.district.app", "kiosk.settings.load"),
        ("sync.district.store.complaints", "sync.district.complaints.recompute"),
        ("sync.protocol.batch", "kiosk.store.ledger"),
        ("kiosk.desk.desk", "kiosk.queue.sources.http_source"),
    ],
)
def test_a_planted_breach_is_caught(module: str, name: str):
    assert breaches(module, {name}) == [f"{module} imports {name}"]


def matching(patterns: tuple[str, ...]) -> list[Path]:
    return [
        path for path in sources() if any(fnmatch(path.relative_to(ROOT).as_posix(), pattern) for pattern in patterns)
    ]


@pytest.mark.parametrize("path", matching(STANDARD_LIBRARY_ONLY), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_heart_needs_nothing_but_the_standard_library(path: Path):
    outside = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - COUNTS_AS_STANDARD

    assert outside == set()


def says_it_is_pure(path: Path) -> bool:
    first = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.search(r"\bPure(\.|;| arithmetic|, and independent|: no| over)", first) is not None


@pytest.mark.parametrize(
    "path",
    sorted({*matching(PURE), *(path for path in sources() if says_it_is_pure(path))}),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_what_is_pure_imports_no_clock_disk_network_or_database(path: Path):
    names = imports(path)

    assert [name for name in sorted(names) if any(is_under(name, impure) for impure in IMPURE)] == []


def too_long(where: str, source: str) -> list[str]:
    """The file, when it is longer than it may be, and each function that is."""
    found = [where] if source.count("\n") > MAX_FILE_LINES else []
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return found + [
        f"{where}: {node.name}" for node in functions if (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES
    ]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_is_too_long(path: Path):
    where = path.relative_to(ROOT).as_posix()
    if any(fnmatch(where, pattern) for pattern in MIGRATIONS):
        pytest.skip("a list of tables that is never changed again")

    assert too_long(where, path.read_text(encoding="utf-8")) == []


def test_a_planted_length_is_caught():
    long_function = "def f():\n" + "    x = 1\n" * 60

    assert too_long("a.py", long_function) == ["a.py: f"]
    assert too_long("a.py", long_function.replace("    x = 1\n", "", 1)) == []
    assert too_long("a.py", "x = 1\n" * 401) == ["a.py"]


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
