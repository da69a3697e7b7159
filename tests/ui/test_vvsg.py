"""The script of VVSG 2.0 says something of every line, and docs/accessibility.md names each that fails."""

from pathlib import Path

import pytest

from tests import vvsg
from tests.ui.test_layout import PANELS
from tests.vvsg import Verdict

DOCUMENT = (Path(__file__).parents[2] / "docs" / "accessibility.md").read_text("utf-8")


@pytest.mark.parametrize("panel", ["7 inch tablet", "32 inch upright"])
def test_every_line_that_fails_is_written_down(window: None, panel: str) -> None:
    lines = vvsg.report({panel: PANELS[panel]})
    failing = [line for line in lines if line.verdict is Verdict.FAIL]

    assert len(lines) > 30
    assert all(line.found for line in lines)
    assert [line.words for line in failing if f"| {line.demand} | {line.words} |" not in DOCUMENT] == []


def test_a_fault_makes_a_line_fail() -> None:
    line = vvsg.judged("7.2-D", "no page has to be scrolled", ["idle: off the screen", "rate: off the screen"], "all")

    assert (line.verdict, line.found) == (Verdict.FAIL, "2: idle: off the screen; rate: off the screen")
    assert vvsg.judged("7.2-D", "no page has to be scrolled", [], "all").verdict is Verdict.PASS
