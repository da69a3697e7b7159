"""Which files the three programs use when nobody names any, and as whom: once installed, and from a checkout."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk import paths
from kiosk.__main__ import main
from kiosk.settings import load
from sync.district.settings import load_settings

SOMEBODY = 54_321
"""A user id without a name."""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of its own: ``etc`` and ``lib`` stand for /etc/lang-nghe and /var/lib."""
    for name in ("etc", "lib", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(paths, "SETTINGS", tmp_path / "etc")
    monkeypatch.setattr(paths, "STATE", tmp_path / "lib")
    monkeypatch.setattr(paths, "is_installed", lambda: True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("KIOSK_CONFIG", "KIOSK_DATA", "DISTRICT_CONFIG", "DISTRICT_DATA"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_an_installed_kiosk_reads_etc_and_keeps_its_data_in_var_lib(installed: Path):
    (installed / "etc" / "kiosk.toml").write_text("[times]\nidle = 77\n")

    settings = load()

    assert (settings.idle_seconds, settings.source) == (77, installed / "etc" / "kiosk.toml")
    assert settings.data == installed / "lib" / "lang-nghe"


def test_an_installed_district_reads_etc_and_keeps_its_data_in_var_lib(installed: Path):
    (installed / "etc" / "district.toml").write_text("[server]\nport = 9999\n")

    settings = load_settings({})

    assert (settings.port, settings.data) == (9999, installed / "lib" / "lang-nghe-district")
    assert str(settings.data) in settings.database_url


def test_what_the_environment_names_goes_before(installed: Path):
    named = {"KIOSK_DATA": str(installed / "mine"), "DISTRICT_DATA": str(installed / "ours")}

    assert load(environment=named).data == installed / "mine"
    assert load_settings(named).data == installed / "ours"


def test_data_an_older_release_kept_in_the_home_stay_in_use(installed: Path):
    old = installed / "home" / ".local/share/lang-nghe/kiosk"
    old.mkdir(parents=True)

    before = load().data
    (installed / "lib" / "lang-nghe").mkdir()

    assert (before, load().data) == (old, installed / "lib" / "lang-nghe")


@needs_root
def test_a_home_that_the_service_may_not_enter_is_no_trouble(somebodys: Path):
    told = in_a_process(
        "from kiosk import paths",
        "paths.is_installed = lambda: True",
        "os.setuid(65534)",
        f"print(paths.data_folder('lang-nghe', Path({str(somebodys / 'home' / 'data')!r})))",
    )

    assert told.strip() == "/var/lib/lang-nghe"


def test_a_checkout_uses_its_examples(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)

    assert load().source == paths.shared("config") / "kiosk.toml"


@pytest.fixture
def somebodys() -> Iterator[Path]:
    """A folder that belongs to a user without a name, reachable by that user."""
    with TemporaryDirectory() as name:
        os.chown(name, SOMEBODY, -1)
        yield Path(name)


def in_a_process(*lines: str) -> str:
    """What some lines print in a process of their own: who a process is cannot be taken back."""
    program = "\n".join(("import os", "from pathlib import Path", "from kiosk.paths import become_owner", *lines))
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout


@needs_root
def test_root_becomes_whose_folder_it_is(somebodys: Path):
    told = in_a_process(
        f"print(os.geteuid(), os.getegid(), repr(become_owner(Path({str(somebodys)!r}))))",
        "print(os.geteuid(), os.getgroups())",
        f"open({str(somebodys / 'made')!r}, 'w').close()",
    )

    assert told.split() == ["0", "0", "''", str(SOMEBODY), "[]"]
    assert (somebodys / "made").stat().st_uid == SOMEBODY


@needs_root
def test_another_user_is_told_whose_folder_it_is(somebodys: Path):
    told = in_a_process("os.setuid(65534)", f"print(become_owner(Path({str(somebodys)!r})))")

    assert told.strip().endswith(
        f"belongs to user {SOMEBODY}; run this command as root, it then works as user {SOMEBODY} by itself"
    )


@needs_root
def test_a_folder_behind_a_closed_door_is_not_taken_for_none(somebodys: Path):
    (somebodys / "data").mkdir()

    told = in_a_process("os.setuid(65534)", f"print(become_owner(Path({str(somebodys / 'data')!r})))")

    assert "Permission denied; run this command as root" in told


def test_a_command_stops_when_the_folder_is_another_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))
    monkeypatch.setattr("kiosk.__main__.become_owner", lambda folder: f"{folder} belongs to lang-nghe")

    assert main(["status"]) == 2
    assert "belongs to lang-nghe" in capsys.readouterr().err
