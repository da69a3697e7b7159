"""A run that insists on a kind of test fails when none of it passed, however many processes share the run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
PASSES = "def test_it():\n    pass\n"
SKIPS = "import pytest\n\n\ndef test_it():\n    pytest.skip('no display')\n"


def run(folder: Path, window: str, processes: str) -> subprocess.CompletedProcess[str]:
    """A suite of two files, one of them a window test with this text."""
    for name, text in (("flow/test_step.py", PASSES), ("ui/test_window.py", window)):
        path = folder / "tests" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(CONFTEST, folder / "tests/conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", processes, "-p", "no:cacheprovider"],
        cwd=folder,
        env=os.environ | {"INSIST": "ui"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_in_which_every_window_test_was_skipped_fails(tmp_path: Path, processes: str):
    done = run(tmp_path, SKIPS, processes)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "this run insists on them: ui" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_in_which_a_window_test_passed_is_green(tmp_path: Path, processes: str):
    done = run(tmp_path, PASSES, processes)

    assert (done.returncode, "2 passed" in done.stdout.splitlines()[-1]) == (0, True)
