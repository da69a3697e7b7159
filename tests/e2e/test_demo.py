"""``make demo`` without a screen: the scripted citizen's whole day, and the figure that a newcomer is shown."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 900.0
"""Seconds. It takes about two minutes on two cores that do nothing else."""

# 34 citizens with a slip of this counter and one who chose it on the screen; 26 of the 35 touch one of the two best.
FIGURE = "35 rated of 44 dossiers, 74.3% satisfied (95 % interval 57.9% to 85.8%)"


def command_of_the_makefile() -> list[str]:
    """What ``make demo`` runs once everything is installed, as words."""
    # Under another make the words of that one, its directory's among them, do not belong to what is printed here.
    outside_make = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    }
    printed = subprocess.run(
        ["make", "--no-print-directory", "-n", "demo"],
        cwd=ROOT,
        env=outside_make,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    program, *arguments = shlex.split(printed.splitlines()[-1])
    assert program.endswith("/python")
    return [sys.executable, *arguments]


@pytest.mark.slow
def test_the_scripted_citizen_s_day_ends_in_the_figure_of_the_district(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command_of_the_makefile(),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert FIGURE in done.stdout
    assert "entries hold; nothing is wrong." in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("   error")] == []
    pictures = sorted(path.name.partition("-")[2] for path in (tmp_path / "build/demo/screens").glob("*.png"))
    assert {"idle.png", "rate-after-scan.png", "receipt.png", "staff-view.png"} <= set(pictures)
