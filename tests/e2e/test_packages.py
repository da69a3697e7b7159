"""The two .deb files: what is in them, what installing them does, and that neither removing nor purging takes data."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from sync.district import __main__ as district_command
from sync.district.domain.release import complete_from

ROOT = Path(__file__).parents[2]
UNITS = {"kiosk": ("display", "kiosk", "sync", "queue", "update", "still"), "district": ("district",)}
TIMERS = {"kiosk": (), "district": ("reports", "retention")}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="packages are built on Debian"),
]


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Requirements that need no download: an empty list, beside the wheel of this checkout."""
    return tmp_path_factory.mktemp("wheels")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory, wheelhouse: Path) -> dict[str, Path]:
    """Both packages, built from a copy of this checkout whose lists of requirements are empty, and unpacked."""
    copy = tmp_path_factory.mktemp("checkout") / "lang-nghe"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*_cache", "__pycache__", ".hypothesis", "tests")
    shutil.copytree(ROOT, copy, ignore=ignored)
    for name in UNITS:
        (copy / f"requirements-{name}.txt").write_text("")
    same = subprocess.run(["/usr/bin/python3", "--version"], capture_output=True, text=True, check=True).stdout
    if same.split()[1].rsplit(".", 1)[0] != f"{sys.version_info.major}.{sys.version_info.minor}":
        pytest.skip("Debian's own Python is another than this one")
    environment = os.environ | {"PYTHON": sys.executable, "WHEELS": str(wheelhouse), "SOURCE_DATE_EPOCH": "1764547200"}
    done = subprocess.run(
        [str(copy / ".ci" / "build-deb")], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    built = [copy / line for line in done.stdout.split()]
    return {name: unpacked(path) for name in UNITS for path in built if f"lang-nghe-{name}_" in path.name}


def unpacked(package: Path) -> Path:
    target = package.with_suffix("")
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(target)], check=True)
    return target


def field(package: Path, name: str) -> str:
    control = (package / "DEBIAN" / "control").read_text("utf-8")
    found = re.search(rf"^{name}: (.*)$", control, re.MULTILINE)
    assert found, control
    return found[1]


@pytest.mark.parametrize("name", UNITS)
def test_a_package_brings_programs_settings_user_and_the_units_of_this_checkout(packages: dict[str, Path], name: str):
    root = packages[name]

    assert (root / "etc" / "lang-nghe" / f"{name}.toml").read_text() == (ROOT / "config" / f"{name}.toml").read_text()
    assert (root / "DEBIAN" / "conffiles").read_text().split() == [f"/etc/lang-nghe/{name}.toml"]
    assert (root / "usr/lib/sysusers.d" / f"lang-nghe-{name}.conf").is_file()
    for unit in UNITS[name]:
        shipped = root / "usr/lib/systemd/system" / f"lang-nghe-{unit}.service"
        assert shipped.read_text("utf-8") == (ROOT / "config/systemd" / shipped.name).read_text("utf-8")


@pytest.mark.parametrize("name", UNITS)
def test_every_page_in_a_package_leads_only_to_pages_and_pictures_that_are_in_it(packages: dict[str, Path], name: str):
    doc = packages[name] / "usr/share/doc" / f"lang-nghe-{name}"
    pages = sorted(doc.glob("*.md"))

    assert {f"runbook-{name}.vi.md", f"runbook-{name}.en.md", "operations.md"} <= {page.name for page in pages}
    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text("utf-8")):
            assert (doc / link).is_file(), f"{page.name}: {link}"


@pytest.mark.parametrize("name", UNITS)
def test_schemes_and_samples_of_the_running_version_stand_where_the_runbook_says(packages: dict[str, Path], name: str):
    link = packages[name] / "usr/share" / f"lang-nghe-{name}" / "config"
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"

    assert str(link.readlink()) == f"../../lib/lang-nghe-{name}/current/lib/{python}/site-packages/kiosk/config"
    wheel = next((packages[name] / "usr/share" / f"lang-nghe-{name}" / "wheels").glob("lang_nghe-*.whl"))
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    page = (ROOT / "docs" / "runbook-district.en.md").read_text("utf-8")
    said = re.findall(r"`((?:samples|schemes|nginx)/[a-z0-9.-]*)`", page)
    assert len(said) == 3
    assert all(any(file.startswith(f"kiosk/config/{each}") for file in names) for each in said)


@pytest.mark.parametrize("name", TIMERS)
def test_a_package_brings_its_timers_with_what_they_start_and_starts_the_timer_alone(
    packages: dict[str, Path], name: str
):
    root = packages[name]
    shipped = sorted(path.name for path in (root / "usr/lib/systemd/system").glob("*.timer"))
    installing = (root / "DEBIAN" / "postinst").read_text("utf-8")

    assert shipped == [f"lang-nghe-{timer}.timer" for timer in TIMERS[name]]
    for timer in TIMERS[name]:
        for ending in ("timer", "service"):
            unit = root / "usr/lib/systemd/system" / f"lang-nghe-{timer}.{ending}"
            assert unit.read_text("utf-8") == (ROOT / "config/systemd" / unit.name).read_text("utf-8")
    assert f"for unit in {' '.join(f'lang-nghe-{timer}' for timer in TIMERS[name])}; do" in installing
    assert 'begin "$unit.timer"' in installing


def test_the_timer_of_the_drafts_goes_off_for_the_meeting_and_once_the_month_is_complete():
    timer = (ROOT / "config/systemd/lang-nghe-reports.timer").read_text("utf-8")
    service = (ROOT / "config/systemd/lang-nghe-reports.service").read_text("utf-8")
    days = re.search(r"^OnCalendar=\*-\*-([0-9,]+) ", timer, re.MULTILINE)
    command = re.search(r"^ExecStart=/usr/bin/district (.*)$", service, re.MULTILINE)

    assert days
    assert int(days[1].split(",")[-1]) == complete_from(date(2026, 10, 31)).day
    assert "Persistent=true" in timer, "a server that was off that night makes them up"
    assert command
    assert district_command._parser(list(district_command.GROUPS)).parse_args(command[1].split()).kind == "drafts"


@pytest.mark.parametrize("name", UNITS)
def test_what_a_unit_starts_is_in_the_package_or_in_one_it_depends_on(packages: dict[str, Path], name: str):
    root = packages[name]
    for unit in UNITS[name]:
        text = (root / "usr/lib/systemd/system" / f"lang-nghe-{unit}.service").read_text("utf-8")
        program = re.search(r"^ExecStart=(\S+)", text, re.MULTILINE)
        assert program
        if unit == "display":
            assert "xserver-xorg," in field(root, "Depends")
        elif unit == "update":  # the release that was proved last, which the package itself is at first
            assert program[1] == "/usr/lib/lang-nghe-kiosk/updater/bin/kiosk"
            assert "for link in updater current; do" in (root / "DEBIAN" / "postinst").read_text("utf-8")
        elif unit == "still":
            assert program[1] == "/usr/bin/python3"
            assert "python3 (" in field(root, "Depends")
            for path in re.findall(r"/usr/share/\S+", text.partition("ExecStart=")[2].partition("\n")[0]):
                assert Path(str(root) + path).exists(), path
            assert len(list((root / "usr/share/lang-nghe-kiosk/still").glob("*.png"))) >= 5
        else:
            assert os.access(str(root) + program[1], os.X_OK)


@pytest.fixture
def run_script(packages: dict[str, Path], tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """Runs a package's script, from a line on, where systemd runs but nothing of it is asked: gives what would be."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("deb-systemd-helper", "deb-systemd-invoke", "systemctl", "udevadm"):
        (tools / tool).write_text(f'#!/bin/sh\necho {tool} "$@" >>{tmp_path}/asked\n', "utf-8")
        (tools / tool).chmod(0o755)

    def run(package: str, script: str, from_line: str) -> list[str]:
        text = (packages[package] / "DEBIAN" / script).read_text("utf-8")
        text = text[text.index(from_line) :].replace("/run/systemd/system", str(tmp_path))
        environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
        subprocess.run(["sh", "-es", "remove"], input=text, env=environment, text=True, check=True)
        return (tmp_path / "asked").read_text("utf-8").splitlines()

    return run


@pytest.mark.parametrize("name", UNITS)
def test_what_failed_too_often_is_started_by_a_mended_package(
    run_script: Callable[[str, str, str], list[str]], name: str
):
    asked = run_script(name, "postinst", "enable() {")

    started = [line.split()[-1] for line in asked if line.startswith("deb-systemd-invoke restart ")]
    assert {f"lang-nghe-{unit}.service" for unit in UNITS[name] if unit not in ("still", "update")} <= set(started)
    for unit in started:
        at = asked.index(f"deb-systemd-invoke restart {unit}")
        assert asked[at - 1] == f"systemctl --system reset-failed {unit}"


def test_a_package_does_not_wait_for_a_release_that_was_handed_over_nor_keeps_what_was_taken_of_one(
    packages: dict[str, Path], run_script: Callable[[str, str, str], list[str]], tmp_path: Path
):
    asked = run_script("kiosk", "postinst", "enable() {")

    assert "deb-systemd-helper enable lang-nghe-update.service" in asked
    assert "deb-systemd-invoke restart lang-nghe-update.service" not in asked
    assert "deb-systemd-invoke restart lang-nghe-update.path" in asked
    state = tmp_path / "lang-nghe-kiosk-update"
    for name in ("incoming", "unpacked"):
        (state / name).mkdir(parents=True)
    (state / "journal.json").touch()
    script = (packages["kiosk"] / "DEBIAN" / "postinst").read_text("utf-8")
    (line,) = (line for line in script.splitlines() if "journal.json" in line)
    subprocess.run(["sh", "-e"], input=line.replace("/var/lib", str(tmp_path)), text=True, check=True)
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("name", UNITS)
def test_removing_a_package_stops_every_unit_and_the_still_picture_before_the_screen(
    run_script: Callable[[str, str, str], list[str]], name: str
):
    asked = run_script(name, "prerm", "#!/bin/sh")

    stopped = [unit for line in asked for unit in line.removeprefix("deb-systemd-invoke stop ").split()]
    wanted = {f"lang-nghe-{unit}.service" for unit in (*UNITS[name], *TIMERS[name])}
    wanted |= {"lang-nghe-update.path"} if name == "kiosk" else set()
    assert set(stopped) == wanted | {f"lang-nghe-{timer}.timer" for timer in TIMERS[name]}
    if name == "kiosk":
        assert stopped[:2] == ["lang-nghe-update.path", "lang-nghe-still.service"]


def test_a_unit_that_others_start_is_not_enabled_or_started_at_the_installation(packages: dict[str, Path]):
    installing = (packages["kiosk"] / "DEBIAN" / "postinst").read_text("utf-8")

    assert "lang-nghe-kiosk" in installing
    assert "lang-nghe-still" not in installing


@pytest.mark.parametrize("name", UNITS)
def test_every_wheel_is_pinned_by_its_hash_and_none_is_fetched(packages: dict[str, Path], name: str):
    share = packages[name] / f"usr/share/lang-nghe-{name}"
    installing = (packages[name] / "DEBIAN" / "postinst").read_text("utf-8")

    assert [path.name for path in (share / "wheels").iterdir()] == ["lang_nghe-0.1.0-py3-none-any.whl"]
    assert re.fullmatch(
        r"lang-nghe==\S+ \\\n    --hash=sha256:[0-9a-f]{64}\n", (share / "requirements.txt").read_text()
    )
    assert "--no-index" in installing
    assert "--require-hashes" in installing
    assert "http" not in installing


@pytest.mark.parametrize("name", UNITS)
def test_a_package_is_for_the_one_python_its_wheels_are_for(packages: dict[str, Path], name: str):
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    after = f"{sys.version_info.major}.{sys.version_info.minor + 1}"

    assert f"python3 (>= {here}~), python3 (<< {after}~)" in field(packages[name], "Depends")
    assert "@" not in field(packages[name], "Version") + field(packages[name], "Depends")


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize(("wish", "kept"), [("", True), ("yes", False)])
def test_purging_keeps_the_data_unless_it_is_asked_for(
    packages: dict[str, Path], tmp_path: Path, name: str, wish: str, kept: bool
):
    data = tmp_path / "data"
    data.mkdir()
    (data / "kiosk.sqlite3").touch()
    script = (packages[name] / "DEBIAN" / "postrm").read_text("utf-8")
    here = re.sub(r"/var/lib/lang-nghe(-district)?\b", str(data), script).replace("deb-systemd-helper", "true")

    done = subprocess.run(
        ["sh", "-s", "purge"], input=here, env=os.environ | {"LANG_NGHE_PURGE_DATA": wish}, text=True, check=True,
        capture_output=True,
    )  # fmt: skip

    assert (data / "kiosk.sqlite3").exists() == kept
    assert (str(data) in done.stdout) == kept


@pytest.mark.parametrize("unit", ["kiosk", "sync", "queue", "still", "district", "reports", "update"])
def test_a_service_is_sandboxed(unit: str, tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    copy = shutil.copy(ROOT / "config" / "systemd" / f"lang-nghe-{unit}.service", tmp_path)

    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(copy)], capture_output=True, text=True, check=False
    )

    level = re.search(r"Overall exposure level for \S+ ([0-9.]+)", done.stdout)
    if level is None:
        pytest.skip(f"systemd-analyze cannot judge units here: {done.stderr.strip()}")
    assert float(level[1]) <= 2.0


def test_lintian_finds_no_error(packages: dict[str, Path]):
    if shutil.which("lintian") is None:
        pytest.skip("lintian is not on this machine")
    built = [str(next(iter(root.parent.glob(f"{root.name}.deb")))) for root in packages.values()]

    done = subprocess.run(["lintian", "--fail-on", "error", *built], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
