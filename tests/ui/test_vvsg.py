"""The script of VVSG 2.0 says something of every line, and docs/accessibility.md names each that fails."""

from pathlib import Path

from tests import vvsg
from tests.ui.test_layout import PANELS
from tests.vvsg import Verdict

DOCUMENT = (Path(__file__).parents[2] / "docs" / "accessibility.md").read_text("utf-8")


#: the panels on which the lines that fail anywhere fail, and one on which only those of every panel do
MEASURED = ("7 inch tablet", "10 inch tablet upright", "32 inch upright")


def test_what_fails_is_what_is_written_down(window: None) -> None:
    lines = vvsg.report({name: PANELS[name] for name in MEASURED})
    failing = {(line.demand, line.words) for line in lines if line.verdict is Verdict.FAIL}
    table = DOCUMENT.partition("| line | demand |")[2]
    rows = [[cell.strip() for cell in row.split("|")[1:3]] for row in table.splitlines() if row.startswith("| ")]

    assert len(lines) > 30
    assert all(line.found for line in lines)
    assert failing == {(demand, words) for demand, words in rows if demand != "line"}


def test_a_fault_makes_a_line_fail() -> None:
    line = vvsg.judged("7.2-D", "no page has to be scrolled", ["idle: off the screen", "rate: off the screen"], "all")

    assert (line.verdict, line.found) == (Verdict.FAIL, "2: idle: off the screen; rate: off the screen")
    assert vvsg.judged("7.2-D", "no page has to be scrolled", [], "all").verdict is Verdict.PASS
