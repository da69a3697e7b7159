"""A text goes through a file that a spreadsheet may open, and comes back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.domain.spreadsheet import RISKY, guarded, unguarded
from sync.district.reference.files.delimited import delimited

TEXTS = st.text(st.sampled_from("='+-@\t aá1,\";")) | st.text(st.characters(exclude_categories=("Cs", "Cc")))


@given(TEXTS)
def test_every_text_comes_back_and_none_is_a_formula(text):
    cell = guarded(text)

    assert unguarded(cell) == text
    assert not cell.startswith(tuple(each for each in RISKY if each != "'"))


@given(TEXTS)
def test_what_is_printed_guarded_is_read_as_it_was(text):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["code", "name"], ["X1", guarded(text)]])
    comma = next(sheet for sheet in delimited(out.getvalue()) if len(sheet.lines[-1].cells) == 2)

    assert comma.lines[-1].cells == ("X1", text)


@pytest.mark.parametrize("cell", ["'Phòng 3", "'", "Phòng 3", ""])
def test_an_apostrophe_that_guards_nothing_stays(cell):
    assert unguarded(cell) == cell
