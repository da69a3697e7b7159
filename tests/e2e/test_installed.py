"""The built wheel, in a folder of its own and run from another, is whole: code, words, fonts, settings, migrations."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel was installed, without its dependencies: those come from this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run([*pip, "--target", str(folder / "site"), str(wheel)], cwd=folder)
    return folder / "site"


def run(command: list[str], cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def command(installed: Path, cwd: Path, *words: str) -> str:
    """One of the three installed programs."""
    data = {"KIOSK_DATA": str(cwd / "kiosk"), "DISTRICT_DATA": str(cwd / "district")}
    return run([str(installed / "bin" / words[0]), *words[1:]], cwd, PYTHONPATH=str(installed), **data)


def test_the_code_is_the_installed_one(installed: Path, tmp_path: Path):
    where = run([sys.executable, "-c", "import kiosk, sync; print(kiosk.__file__, sync.__file__)"], tmp_path,
                PYTHONPATH=str(installed))  # fmt: skip

    assert all(path.startswith(str(installed)) for path in where.split())


def test_the_district_is_made_and_takes_the_questionnaire(installed: Path, tmp_path: Path):
    assert "ready" in command(installed, tmp_path, "district", "init")

    scheme = installed / "kiosk/config/schemes/mot-cua.toml"
    assert "1" in command(installed, tmp_path, "district", "import", "questionnaire", str(scheme))


def test_the_kiosk_answers(installed: Path, tmp_path: Path):
    assert '"device_id": null' in command(installed, tmp_path, "kiosk", "status", "--json")


def test_sync_explains_itself(installed: Path, tmp_path: Path):
    assert "once" in command(installed, tmp_path, "kiosk-sync", "--help")


def test_the_window_opens_from_the_installed_files(installed: Path, tmp_path: Path):
    program = (
        "from kiosk.ui.environment import WindowSettings, prepare; prepare(WindowSettings(600, 1024, offscreen=True));"
        "from kiosk.flow.state.lobby import Rules; from kiosk.ui.app import KioskApp, Appearance;"
        "from kivy.clock import Clock;"
        "import kiosk.cli.run as r; from kiosk.settings import load;"
        "app = KioskApp(Rules(), Appearance(), lambda: r.open_desk(load(), r.packs_of(load())));"
        "Clock.schedule_interval(lambda _: type(app.shell.state.place).__name__ == 'Starting' or app.finish(0), 0.1);"
        "code = app.run_kiosk(); print(type(app.shell.state.place).__name__, code)"
    )
    data = {"KIOSK_DATA": str(tmp_path / "kiosk"), "KIVY_HOME": str(tmp_path / "kivy")}

    assert run([sys.executable, "-c", program], tmp_path, PYTHONPATH=str(installed), **data).split() == [
        "OutOfService",
        "0",
    ]
