"""A failing example of a fuzzer says what it was and how to see it again, on a machine that keeps nothing too."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FAILING = """
from hypothesis import given, reproduce_failure, settings
from hypothesis import strategies as st

{above}
@given(text=st.text("abc"), number=st.integers())
def test_a_property(text, number):
    assert number < 7_000

def test_a_fuzzer_inside_a_test():
    {above}
    @settings(max_examples=200, derandomize=True, database=None)
    @given(number=st.integers())
    def holds(number):
        assert number < 7_000

    holds()
"""
ROOT = Path(__file__).parents[1]
BLOB = re.compile(r"@reproduce_failure\('[\d.]+', b'[^']+'\)")


def run(folder: Path, test: str, above: str) -> str:
    """The output of a run with this repository's settings, on a machine of continuous integration that is new."""
    given_ = folder / "test_given.py"
    given_.write_text(FAILING.format(above=above), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), f"{given_}::{test}"],
        cwd=ROOT,
        env={**os.environ, "CI": "1", "INSIST": "", "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "new")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("test", ["test_a_property", "test_a_fuzzer_inside_a_test"])
def test_a_failing_example_is_printed_with_its_values_and_with_what_replays_it(tmp_path: Path, test: str) -> None:
    first = run(tmp_path, test, "")
    replays = BLOB.findall(first)

    assert "number=7000" in first
    assert len(set(replays)) == 1

    again = run(tmp_path, test, replays[0])

    assert "number = 7000" in again
