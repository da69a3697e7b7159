"""What docs/faults.md says holds a fault is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").partition("| fault |")[2].partition("\n\n")[0]
SOURCES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_[a-z0-9_]+)`", TABLE))))
def test_a_test_named_in_the_table_of_faults_is_there(name: str):
    assert any(f"def {name}(" in source for source in SOURCES.values())


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:tests/[a-z0-9_/]+|test_[a-z0-9_]+)\.py)`", TABLE))))
def test_a_file_named_in_the_table_of_faults_is_there(name: str):
    assert any(path.as_posix().endswith(name) for path in SOURCES)


@pytest.mark.parametrize("number", range(1, 11))
def test_each_promise_has_a_test_of_its_name(number: int):
    assert any(f"def test_promise_{number}_" in source for source in SOURCES.values())


def test_every_row_says_what_each_of_us_sees():
    rows = [line for line in TABLE.splitlines() if line.startswith("|")]

    assert len(rows) > 35
    assert {row.count("|") for row in rows[1:]} == {6}
