"""Commands whose output somebody reads only in part, as ``| head`` does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("command", [["kiosk", "doctor"], ["sync.district", "key", "list"]], ids=" ".join)
def test_a_command_whose_reader_has_seen_enough_ends_without_a_traceback(command: list[str], tmp_path: Path):
    environment = {**os.environ, "KIOSK_DATA": str(tmp_path / "k"), "DISTRICT_DATA": str(tmp_path / "d")}
    program = [sys.executable, "-u", "-m"]
    if "sync.district" in command:
        subprocess.run([*program, "sync.district", "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [*program, *command], env=environment, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writing)

    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 1
