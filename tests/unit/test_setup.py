"""What ``.ci/setup`` installs: nothing that is there under another name, and nothing the second time."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / ".ci/setup"
FOR_THE_DEMO = "libegl1 libgl1 libgl1-mesa-dri libmtdev1 xvfb"


class Machine:
    """A folder with the script and stand-ins for the programs that would change this machine; each writes its call."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.calls = folder, folder / "calls"
        (folder / ".ci").mkdir()
        shutil.copy(SETUP, folder / ".ci/setup")
        (folder / "requirements-dev.txt").write_text("one==1\n", encoding="utf-8")
        (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
        self.program("bin/apt-get", 'echo "apt-get $*" >>"$CALLS"')
        self.program("bin/sudo", 'echo "sudo $1" >>"$CALLS"; exec "$@"')
        self.program("bin/debian-python", 'case "$*" in --version) cat "$(dirname "$0")/version" ;; esac')
        self.program(".venv/bin/pip", 'echo "pip ${*: -1}" >>"$CALLS"')
        (folder / "bin/version").write_text("Python 3.13.5\n", encoding="utf-8")
        self.user(0)
        self.packages(*FOR_THE_DEMO.split())

    def program(self, name: str, script: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def user(self, number: int) -> None:
        self.program("bin/id", f"echo {number}")

    def packages(self, *installed: str) -> None:
        """What dpkg knows: names, or whole lines of status, name and what it provides."""
        lines = [line if " " in line else f"installed {line}, " for line in installed]
        (self.folder / "known").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.program("bin/dpkg-query", f"cat {self.folder}/known")

    def set_up(self) -> list[str]:
        """Runs the script; what it called."""
        self.calls.write_text("", encoding="utf-8")
        environment = {
            **os.environ,
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "PYTHON": "debian-python",
            "CALLS": str(self.calls),
        }
        subprocess.run(
            [self.folder / ".ci/setup", "demo"], env=environment, check=True, capture_output=True, timeout=60
        )
        return self.calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def installs(calls: list[str]) -> list[str]:
    return [call.rpartition("--no-install-recommends ")[2] for call in calls if call.startswith("apt-get install")]


def test_a_package_that_is_missing_is_installed_and_no_other(machine: Machine):
    machine.packages("libegl1", "libgl1", "libgl1-mesa-dri", "libmtdev1")

    assert installs(machine.set_up()) == ["xvfb"]


def test_a_package_that_another_provides_is_there(machine: Machine):
    machine.packages("libegl1", "libgl1", "libgl1-mesa-dri", "xvfb", "installed libmtdev1t64, libmtdev1 (= 1.1.7-1)")

    assert not installs(machine.set_up())


def test_a_package_that_was_removed_and_left_its_settings_is_missing(machine: Machine):
    machine.packages("libegl1", "libgl1", "libgl1-mesa-dri", "libmtdev1", "config-files xvfb, ")

    assert installs(machine.set_up()) == ["xvfb"]


def test_a_machine_without_python_is_given_one(machine: Machine):
    python = machine.folder / "bin/debian-python"
    python.rename(machine.folder / "waits")
    machine.program(
        "bin/apt-get", f'echo "apt-get $*" >>"$CALLS"; [ "$1" = update ] || cp {machine.folder}/waits {python}'
    )

    calls = machine.set_up()

    assert installs(calls) == ["python3-venv"]
    assert calls[-2:] == ["pip requirements-dev.txt", "pip ."]


def test_sudo_is_asked_only_for_what_is_missing_and_only_when_not_root(machine: Machine):
    machine.user(1000)
    assert "sudo env" not in machine.set_up()

    machine.packages("xvfb")
    assert "sudo env" in machine.set_up()

    machine.user(0)
    assert "sudo env" not in machine.set_up()


def test_the_second_time_nothing_is_installed(machine: Machine):
    assert machine.set_up() == ["pip requirements-dev.txt", "pip ."]

    assert machine.set_up() == []


def test_a_changed_setting_of_ours_does_not_install_every_package_anew(machine: Machine):
    machine.set_up()
    (machine.folder / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")

    assert machine.set_up() == ["pip ."]


@pytest.mark.parametrize("changed", ["requirements-dev.txt", "bin/version"])
def test_another_pin_or_another_python_installs_every_package(machine: Machine, changed: str):
    machine.set_up()
    (machine.folder / changed).write_text("another\n", encoding="utf-8")

    assert "pip requirements-dev.txt" in machine.set_up()
