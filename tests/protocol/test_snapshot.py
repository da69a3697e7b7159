"""Pages of reference data: what goes in comes out."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.reference import (
    ComplaintAnswer,
    Counter,
    CounterPeriod,
    CounterPin,
    Dossier,
    HolidayList,
    Notice,
    Officer,
    OfficerPin,
    OpeningHours,
    Portrait,
    Procedure,
    QuestionnaireRow,
    Reception,
    TallyRow,
    ThisBox,
    Unit,
    Wording,
)
from sync.protocol.fields import Malformed
from sync.protocol.message import UnknownVersion
from sync.protocol.snapshot import Change, SnapshotPage, decode_page, encode_page

PLAIN = (
    *(Unit, Counter, Officer, Procedure, Dossier, CounterPin, OpeningHours),
    *(TallyRow, Reception, ComplaintAnswer, ThisBox, Portrait, OfficerPin),
)
ROWS = st.one_of(
    *(st.builds(kind) for kind in PLAIN),
    st.builds(Notice, translations=st.dictionaries(st.text(), st.dictionaries(st.text(), st.text(), max_size=2))),
    st.builds(Wording, content=st.dictionaries(st.text(), st.text())),
    st.builds(CounterPeriod, content=st.dictionaries(st.text(), st.integers())),
    st.builds(HolidayList, st.integers(), st.dictionaries(st.text(), st.text())),
    st.builds(QuestionnaireRow, st.text(), st.integers(), st.dictionaries(st.text(), st.text())),
)
CHANGES = st.lists(st.builds(Change, ROWS, st.booleans()), max_size=12)


def in_order(changes: list[Change]) -> list[tuple[str, str, bool]]:
    return sorted((type(change.row).__name__, repr(change.row), change.removed) for change in changes)


@given(CHANGES, st.booleans(), st.booleans())
def test_a_page_comes_back_as_it_went(changes: list[Change], more: bool, full: bool) -> None:
    page = SnapshotPage("2026-11-21T05:00:00.000Z", "cursor", more, full, tuple(changes))

    back = decode_page(json.loads(json.dumps(encode_page(page))))

    assert in_order(list(back.changes)) == in_order(changes)
    assert (back.generated_at, back.cursor, back.more, back.full) == (page.generated_at, "cursor", more, full)


def test_empty_text_that_a_row_needs_is_sent() -> None:
    page = SnapshotPage("", "c", False, False, (Change(Officer("A1", "H32.13", "")),))

    assert decode_page(encode_page(page)).changes == page.changes


def test_null_fields_cost_nothing() -> None:
    page = SnapshotPage(
        "", "c", False, False, (Change(Dossier("H32.13.02-261121-00001", received_on=date(2026, 11, 21))),)
    )

    assert encode_page(page)["rows"]["dossiers"] == [
        {"dossier_code": "H32.13.02-261121-00001", "received_on": "2026-11-21"}
    ]


def test_tables_and_fields_of_a_later_version_are_passed_over() -> None:
    page: dict[str, Any] = encode_page(
        SnapshotPage("", "c", False, False, (Change(Procedure("1.001612", "Khai sinh")),))
    )
    page["rows"]["procedures"][0]["colour"] = "red"
    page["rows"]["weather"] = [{"rain": True}]

    assert decode_page(page).changes == (Change(Procedure("1.001612", "Khai sinh")),)


@pytest.mark.parametrize(
    "spoil",
    [
        {"rows": []},
        {"rows": {"units": {}}},
        {"rows": {"units": [7]}},
        {"rows": {"units": [{"unit_id": "x"}]}},
        {"rows": {"dossiers": [{"dossier_code": "x", "due_on": "soon"}]}},
        {"rows": {"dossiers": [{"dossier_code": 7}]}},
        {"cursor": None},
    ],
)
def test_what_is_not_a_page_is_malformed(spoil: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        decode_page(encode_page(SnapshotPage("", "c", False, False)) | spoil)


def test_another_version_is_named_as_such() -> None:
    with pytest.raises(UnknownVersion):
        decode_page(encode_page(SnapshotPage("", "c", False, False)) | {"v": 2})
