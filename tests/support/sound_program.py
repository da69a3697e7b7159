"""A program of ours in the place of ``aplay``."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def stand_in_for_aplay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bytes]:
    """Returns a function that waits for the next sound and gives what the program was sent."""
    line = folder / "line"
    os.mkfifo(line)
    program = folder / "aplay"
    copy = f"import sys; data = sys.stdin.buffer.read(); open('{line}', 'wb').write(data)"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{copy}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return line.read_bytes
