"""Dossier codes as scanners, receipts and hands produce them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import settings
from kiosk.domain.dossier_code import DossierCode, DossierCodePattern, NoCode

TODAY = date(2026, 11, 21)
PATTERN = settings.load(environment={"KIOSK_DATA": "unused"}).code_pattern


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("000.00.12.H62-201105-0004", "000.00.12.H62-201105-0004"),
        ("000.00.16.G04-220324-0020", "000.00.16.G04-220324-0020"),
        ("H15.50.05.13-261008-0975", "H15.50.05.13-261008-0975"),
        ("G15.02-261008-0975123", "G15.02-261008-0975123"),
        ("Mã hồ sơ: H35.13.02-261120-0042.", "H35.13.02-261120-0042"),
        ("ma ho so H35.13.02-261120-0042 ngay 20/11/2026", "H35.13.02-261120-0042"),
        ("H35.13.02-2611 20-0042", "H35.13.02-261120-0042"),
        ("h35.13.02-261120-0042", "H35.13.02-261120-0042"),
        ("  H35.13.02 - 261120 - 0042 \r\n", "H35.13.02-261120-0042"),
        ("H35.13.02-261120-0042\r", "H35.13.02-261120-0042"),
        ("H35.13.02-261120-0042\n", "H35.13.02-261120-0042"),
        ("H35.13.02-261122-0042", "H35.13.02-261122-0042"),
        ("https://dvc.example.gov.vn/tra-cuu/H35.13.02-261120-0042?secretKey=A7F3", "H35.13.02-261120-0042"),
        ("H35.13.02-261120-0042 H35.13.02-261120-0042", "H35.13.02-261120-0042"),
    ],
)
def test_a_code_is_found_in_what_a_scanner_sends(scanned: str, code: str):
    assert DossierCode(code) == PATTERN.find(scanned, TODAY)


@pytest.mark.parametrize(
    ("scanned", "reason"),
    [
        ("", NoCode.EMPTY),
        (" \r\n", NoCode.EMPTY),
        ("8934563138165", NoCode.NO_MATCH),
        ("H35.13.02-261131-0042", NoCode.IMPOSSIBLE_DATE),
        ("H35.13.02-250229-0042", NoCode.IMPOSSIBLE_DATE),
        ("H35.13.02-261123-0042", NoCode.FUTURE_DATE),
        ("H35.13.02-261120-0042,H35.13.02-261120-0043", NoCode.SEVERAL_CODES),
        ("H35.13.02-261120-0042" + "x" * 5000, NoCode.TOO_LONG),
        ("H35.13.02-261120-00421234567", NoCode.NO_MATCH),
    ],
)
def test_what_holds_no_single_code_says_why(scanned: str, reason: NoCode):
    assert reason is PATTERN.find(scanned, TODAY)


def test_a_leap_day_is_a_day():
    assert DossierCode("H35.13-240229-0001") == PATTERN.find("H35.13-240229-0001", TODAY)


def test_the_rest_of_a_scanned_address_is_discarded():
    found = PATTERN.find("https://x.vn/?id=H35.13.02-261120-0042&secretKey=TOPSECRET", TODAY)

    assert "SECRET" not in repr(found)


def test_a_typed_code_the_pattern_rejects_is_kept_and_marked():
    assert DossierCode("HS-2026/77".replace("/", ""), verified=False) == PATTERN.typed("hs-2026/77", TODAY)


def test_a_typed_code_the_pattern_knows_is_verified():
    assert DossierCode("H35.13.02-261120-0042") == PATTERN.typed("h35.13.02-261120-0042", TODAY)


def test_typing_nothing_is_no_code():
    assert PATTERN.typed(" .-. ", TODAY) is None


@given(st.text(max_size=300))
def test_no_scan_whatever_breaks_the_box(scanned: str):
    assert isinstance(PATTERN.find(scanned, TODAY), DossierCode | NoCode)


@given(st.text(max_size=300))
def test_a_typed_code_is_short_and_plain(text: str):
    typed = PATTERN.typed(text, TODAY)

    assert typed is None or (0 < len(typed.text) <= 64 and typed.text.isascii())


@given(
    unit=st.from_regex(r"[A-Z][0-9]{2}(\.[0-9A-Z]{1,3}){0,5}", fullmatch=True),
    day=st.dates(date(2018, 1, 1), TODAY),
    number=st.integers(0, 9999),
)
def test_every_regular_code_is_found_in_lower_case_inside_an_address(unit: str, day: date, number: int):
    code = f"{unit}-{day:%y%m%d}-{number:04d}"

    assert DossierCode(code) == PATTERN.find(f"https://tra-cuu.example.vn/hs?ma={code.lower()}&k=1", TODAY)


@pytest.mark.parametrize("pattern", ["(", "(?P<unit>x)", "abc"])
def test_a_pattern_that_cannot_work_is_refused_with_what_is_missing(pattern: str):
    with pytest.raises(ValueError, match=r"dossier_code\.pattern"):
        DossierCodePattern(pattern)
