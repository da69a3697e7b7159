"""Dossier codes as scanners, receipts and hands produce them."""

from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import settings
from kiosk.domain.dossier_code import DossierCode, DossierCodePattern, DossierCodePatterns, NoCode, patterns_from

TODAY = date(2026, 11, 21)
CASES = Path(__file__).parents[1] / "cases"
CODE = "H35.13.02-261120-0042"
PATTERNS = settings.load(environment={"KIOSK_DATA": "unused"}).code_patterns


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
        ("H35.13.02-261120-0042H35.13.02-261120-0042", "H35.13.02-261120-0042"),
        ("H35.13.02%2D261120%2D0042", CODE),
        ("https%3A%2F%2Fdvc.example.gov.vn%2Ftra-cuu%3Fma%3DH35.13.02-261120-0042%26k%3D1", CODE),
        ("https://x.vn/?u=https%253A%252F%252Fy.vn%252FH35.13.02-261120-0042", CODE),
        ("ma+ho+so%3A+H35.13.02-261120-0042", CODE),
        ("]Q1H35.13.02-261120-0042", CODE),
        ("]C0H35.13.02-261120-0042", CODE),
        ("]C1\x1dH35.13.02-261120-0042", CODE),
        ("]d2000.00.12.H62-201105-0004", "000.00.12.H62-201105-0004"),
        ("]e0\x1dH35.13.02-261120-0042\x1d", CODE),
        ("\x02H35.13.02-261120\x1d-0042\x03", CODE),
        ("H35.13.02\u2013261120\u20130042", CODE),
        ("H35.13.02 \u2014 261120 \u2010 0042", CODE),
        ("H35.13.02\u2212261120\u00ad0042", CODE),
        (
            "\uff28\uff13\uff15\uff0e\uff11\uff13\uff0e\uff10\uff12\uff0d\uff12\uff16\uff11\uff11\uff12\uff10\uff0d\uff10\uff10\uff14\uff12",
            CODE,
        ),
        ("\ufeffH35.\u200b13.02-261120-0042\u200f", CODE),
        ("H#%<!#<)@6@^!!@)6))$@", CODE),  # a scanner set to a French computer, read by a US keyboard
        ("H35.13.02/261120/0042", CODE),  # and one set to a German computer
    ],
)
def test_a_code_is_found_in_what_a_scanner_sends(scanned: str, code: str):
    assert DossierCode(code) == PATTERNS.find(scanned, TODAY)


@pytest.mark.parametrize(
    ("scanned", "reason"),
    [
        ("", NoCode.EMPTY),
        (" \r\n", NoCode.EMPTY),
        ("8934563138165", NoCode.NO_MATCH),
        ("H35.13.02-261131-0042", NoCode.IMPOSSIBLE_DATE),
        ("H35.13.02-250229-0042", NoCode.IMPOSSIBLE_DATE),
        ("H35.13.02-261120-0042,H35.13.02-261120-0043", NoCode.SEVERAL_CODES),
        ("H35.13.02-261120-0042 H35.13.02-261120-0043", NoCode.SEVERAL_CODES),
        ("H35.13.02-261120-0042.H35.13.02-261120-0043", NoCode.SEVERAL_CODES),
        ("]Q1H35.13.02-261120-0042]Q1H35.13.02-261120-0043", NoCode.SEVERAL_CODES),
        ("H35.13.02-261120-0042000.00.12.H62-201105-0004", NoCode.SEVERAL_CODES),
        ("000.00.12.H62-201105-0004H35.13.02-261120-0042", NoCode.SEVERAL_CODES),
        ("H35.13.02-261120-0042" + "x" * 5000, NoCode.TOO_LONG),
        ("H35.13.02-261120-00421234567", NoCode.NO_MATCH),
    ],
)
def test_what_holds_no_single_code_says_why(scanned: str, reason: NoCode):
    assert reason is PATTERNS.find(scanned, TODAY)


def test_a_leap_day_is_a_day():
    assert DossierCode("H35.13-240229-0001") == PATTERNS.find("H35.13-240229-0001", TODAY)


def test_the_rest_of_a_scanned_address_is_discarded():
    found = PATTERNS.find("https://x.vn/?id=H35.13.02-261120-0042&secretKey=TOPSECRET", TODAY)

    assert "SECRET" not in repr(found)


def test_a_typed_code_the_pattern_rejects_is_kept_and_marked():
    assert DossierCode("HS-2026/77".replace("/", ""), verified=False) == PATTERNS.typed("hs-2026/77", TODAY)


def test_a_typed_code_the_pattern_knows_is_verified():
    assert DossierCode("H35.13.02-261120-0042") == PATTERNS.typed("h35.13.02-261120-0042", TODAY)


def test_typing_nothing_is_no_code():
    assert PATTERNS.typed(" .-. ", TODAY) is None


@given(st.text(max_size=300))
def test_no_scan_whatever_breaks_the_box(scanned: str):
    assert isinstance(PATTERNS.find(scanned, TODAY), DossierCode | NoCode)


@given(st.text(max_size=300))
def test_a_typed_code_is_short_and_plain(text: str):
    typed = PATTERNS.typed(text, TODAY)

    assert typed is None or (0 < len(typed.text) <= 64 and typed.text.isascii())


@given(
    unit=st.from_regex(r"[A-Z][0-9]{2}(\.[0-9A-Z]{1,3}){0,5}", fullmatch=True),
    day=st.dates(date(2020, 7, 22), TODAY),
    number=st.integers(0, 9999),
)
def test_every_regular_code_is_found_in_lower_case_inside_an_address(unit: str, day: date, number: int):
    code = f"{unit}-{day:%y%m%d}-{number:04d}"

    assert DossierCode(code) == PATTERNS.find(f"https://tra-cuu.example.vn/hs?ma={code.lower()}&k=1", TODAY)


def test_two_scans_that_came_glued_together_are_several():
    assert PATTERNS.find((CASES / "14-serial.txt").read_text(encoding="utf-8"), TODAY) is NoCode.SEVERAL_CODES


@pytest.mark.parametrize(
    ("receipt", "found"),
    [
        # Giấy tiếp nhận of three provinces (Lai Châu, Đắk Lắk, and the older shape that Thừa Thiên Huế and others keep)
        ("Ma ho so: H35.88.01-261119-0017", "H35.88.01-261119-0017"),
        ("https://dichvucong.example.gov.vn/tra-cuu-ho-so?maHoSo=H15.50.05.13-261008-0975", "H15.50.05.13-261008-0975"),
        ("000.00.16.H57-261105-0008|2.000635|05/11/2026", "000.00.16.H57-261105-0008"),
        # the national portal and ministries: level-1 codes with G, six or seven digits
        ("000.00.16.G04-220324-0020", "000.00.16.G04-220324-0020"),
        (
            "https://dichvucong.gov.vn/p/home/dvc-tra-cuu-ho-so.html?ma_ho_so=G15.02-261008-097512",
            "G15.02-261008-097512",
        ),
    ],
)
def test_receipts_of_the_national_portal_and_of_provinces(receipt: str, found: str):
    assert DossierCode(found) == PATTERNS.find(receipt, TODAY)


def test_a_receipt_that_leads_to_a_page_by_an_id_of_its_own_holds_no_code():
    address = "https://motcua.example.gov.vn/tra-cuu-thong-tin-ho-so/1250904?secretKey=A7F3K2"

    assert PATTERNS.find(address, TODAY) is NoCode.NO_MATCH


@given(st.sampled_from(["", "]Q1", "]C0", "]d1\x1d"]), st.integers(0, 3), st.sampled_from("-\u2010\u2013\u2212\uff0d"))
def test_a_code_is_read_in_every_mixture_of_spellings(symbology: str, encodings: int, dash: str):
    text = CODE.replace("-", dash)
    for _ in range(encodings):
        text = quote(text, safe="")

    assert DossierCode(CODE) == PATTERNS.find(symbology + text, TODAY)


@pytest.mark.parametrize("ahead", ["261123", "261130", "270101"])
def test_a_code_from_the_future_is_unverified_because_the_clock_may_be_slow(ahead: str):
    code = f"H35.13.02-{ahead}-0042"

    assert DossierCode(code, verified=False) == PATTERNS.find(code, TODAY)
    assert DossierCode(code, verified=False) == PATTERNS.typed(code, TODAY)


OLD, NEW = r"(?P<unit>[A-Z]\d\d)-(?P<ymd>\d{6})-(?P<seq>\d{4})", r"(?P<code>(?P<ymd>\d{6})HS[0-9]{6})"


def dated(*formats: tuple[str, date | None, date | None]) -> DossierCodePatterns:
    return DossierCodePatterns(
        patterns_from([{"pattern": pattern, "valid_from": first, "valid_to": last} for pattern, first, last in formats])
    )


def test_two_patterns_hold_at_once_for_months():
    both = dated((OLD, None, date(2026, 12, 31)), (NEW, date(2026, 10, 1), None))

    assert DossierCode("H35-261101-0001") == both.find("H35-261101-0001", TODAY)
    assert DossierCode("261101HS000077") == both.find("x 261101HS000077", TODAY)
    assert both.received_on(DossierCode("261101HS000077")) == date(2026, 11, 1)


def test_a_code_keeps_its_shape_after_the_pattern_has_ended():
    both = dated((OLD, None, date(2026, 10, 31)), (NEW, date(2026, 10, 1), None))

    assert DossierCode("H35-261031-0001") == both.find("H35-261031-0001", TODAY)
    assert DossierCode("H35-261101-0001", verified=False) == both.find("H35-261101-0001", TODAY)
    assert DossierCode("260930HS000001", verified=False) == both.find("260930HS000001", TODAY)


def test_codes_of_two_shapes_glued_together_are_several():
    assert dated((OLD, None, None), (NEW, None, None)).find("261101HS000077H35-261101-0001", TODAY) is (
        NoCode.SEVERAL_CODES
    )


def test_a_code_may_say_nothing_of_its_day():
    undated = dated((r"\bHS(?P<code>\d{8})\b", date(2026, 11, 1), None))

    assert undated.find("HS12345678", TODAY) == DossierCode("12345678")
    assert undated.received_on(DossierCode("12345678")) is None


@pytest.mark.parametrize("pattern", ["(", "(?P<unit>x)", "abc", "(?P<code>x*)"])
def test_a_pattern_that_cannot_work_is_refused_with_what_is_missing(pattern: str):
    with pytest.raises(ValueError, match="pattern of a code"):
        DossierCodePattern(pattern)


@pytest.mark.parametrize(
    "row",
    [{}, {"pattern": 7}, {"pattern": OLD, "valid_from": "soon"}, {"pattern": OLD, "until": date(2027, 1, 1)},
     {"pattern": OLD, "valid_from": date(2027, 1, 1), "valid_to": date(2026, 1, 1)}],
)  # fmt: skip
def test_a_dated_pattern_that_cannot_be_used_is_named(row: dict[str, object]):
    with pytest.raises(ValueError, match="of a code"):
        patterns_from([row])
