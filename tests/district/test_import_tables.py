"""From bytes to cells: every encoding, delimiter and kind of workbook that one-stop software produces."""

import csv
import io
import unicodedata

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.reference.files.delimited import decode
from sync.district.reference.files.reading import read_sheets
from sync.district.reference.files.table import Line, Unreadable

VIETNAMESE = "Mã hồ sơ;Ngày trả kết quả\nđược, ưỡn ẹo, ngoằn ngoèo, ĐƯỜNG, Ỷ Ẵ ỗ\n"
LETTERS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯYđĐ"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
SYLLABLES = st.tuples(st.sampled_from(LETTERS), st.sampled_from(TONES)).map(
    lambda pair: unicodedata.normalize("NFC", pair[0] + (pair[1] if pair[0] not in "đĐ" else ""))
)
WORDS = st.lists(SYLLABLES | st.sampled_from("bcghklmnpqrstvx 0123456789.-"), min_size=1).map("".join)


def as_windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: the letter, then its tone as a mark of its own where there is no whole letter."""
    written = b""
    for letter in text:
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            tones = [mark for mark in unicodedata.normalize("NFD", letter) if mark in TONES[1:]]
            rest = [mark for mark in unicodedata.normalize("NFD", letter) if mark not in TONES[1:]]
            written += unicodedata.normalize("NFC", "".join(rest)).encode("cp1258") + tones[0].encode("cp1258")
    return written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_unicode_file_is_read_with_or_without_its_bom(encoding):
    assert decode(VIETNAMESE.encode(encoding)) == VIETNAMESE


def test_a_big_endian_file_with_its_bom_is_read():
    assert decode(b"\xfe\xff" + VIETNAMESE.encode("utf-16-be")) == VIETNAMESE


def test_a_windows_1258_file_is_read():
    assert decode(as_windows_1258(VIETNAMESE)) == VIETNAMESE


@given(WORDS)
def test_any_vietnamese_text_survives_windows_1258(text):
    written = as_windows_1258("Đ" + text)

    assert "Đ" + text == decode(written)


def test_marks_that_stand_apart_are_joined():
    assert decode(unicodedata.normalize("NFD", "hồ sơ đã trả").encode()) == "hồ sơ đã trả"


@given(st.lists(st.lists(WORDS | st.sampled_from(['"', "a\nb", "c,d;e\tf", ""]), min_size=2, max_size=4), min_size=1))
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_a_spreadsheet_writes_is_read_back_cell_by_cell(delimiter, table):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerows(table)

    sheets = read_sheets(written.getvalue().encode("utf-8-sig"))

    wanted = tuple(Line(number, tuple(cells)) for number, cells in enumerate(table, start=1) if any(cells))
    assert wanted in [sheet.lines for sheet in sheets]


def test_blank_lines_keep_their_row_numbers():
    sheet = read_sheets(b"a,b\n\n\nc,d\n")[0]

    assert [(line.number, line.cells) for line in sheet.lines if line.cells] == [(1, ("a", "b")), (4, ("c", "d"))]


def test_a_line_break_inside_quotes_is_one_row_as_in_excel():
    sheet = read_sheets(b'a,"b\nc"\nd,e\n')[0]

    assert Line(2, ("d", "e")) == sheet.lines[1]


def test_excels_own_separator_line_is_obeyed_and_not_counted():
    sheets = read_sheets(b"sep=;\r\na;b\r\n")

    assert [(Line(1, ("a", "b")),)] == [sheet.lines for sheet in sheets]


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_sheets(data)
    return caught.value.key


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "import.file.empty"),
        (b" \r\n\r\n", "import.file.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "import.file.old_excel"),
        (b"<html><table><tr><td>1</td></tr></table>", "import.file.html"),
        (b"PK\x03\x04 cut off", "import.file.broken_workbook"),
        (b"a\x00\x01\x02\xd2\xffb", "import.file.encoding"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(data, key):
    assert key == refused(data)


def test_a_zip_that_is_no_workbook_is_refused():
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("letter.txt", "hello")

    assert refused(packed.getvalue()) == "import.file.other_archive"


def test_a_workbook_with_merged_titles_and_gaps_keeps_row_numbers():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "DANH SÁCH"
    sheet.merge_cells("A1:C2")
    sheet["A5"], sheet["B5"] = "a", 3
    saved = io.BytesIO()
    book.save(saved)

    lines = read_sheets(saved.getvalue())[0].lines

    assert lines[0].cells[0] == "DANH SÁCH"
    assert [line.number for line in lines if line.cells[:2] == ("a", 3)] == [5]
