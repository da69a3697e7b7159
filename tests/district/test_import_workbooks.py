"""XLSX files as other programs write them, spoilt, enormous or made to harm: read right, or refused by name."""

import contextlib
import random
import time
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.district.reference.files.reading import read_sheets
from sync.district.reference.files.table import Faulty, InFont, Line, Unreadable
from sync.district.reference.importing import Outcome
from sync.district.reference.problems import FileContent
from sync.district.reference.report import report
from sync.district.reference.rows import read_rows
from sync.district.texts import load_texts
from tests.district.web_fixtures import CATALOGUE, SAMPLES
from tests.district.workbooks import HEADER, MAIN, book, cell, parts, row, sheet, zipped

TEXTS = load_texts()
CODE = "H35.88.01-261119-900{}"
HEAD = row(1, HEADER)


def lines(data: bytes) -> list[Line]:
    return list(read_sheets(data)[0].lines)


def cells(data: bytes) -> list[tuple]:
    return [line.cells for line in lines(data)]


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_sheets(data)
    return caught.value.key


def read(data: bytes, kind: str = "dossiers", **wanted: list[str]) -> FileContent:
    return read_rows(read_sheets(data), kind, CATALOGUE, {}, **wanted)


def told(reading: FileContent) -> list[tuple[str, int | None, str]]:
    return [(problem.key, problem.row, problem.column) for problem in reading.errors]


def test_cells_without_places_and_names_with_a_prefix_are_read():
    bare = "<x:row><x:c><x:v>1</x:v></x:c><x:c t='inlineStr'><x:is><x:t>a</x:t></x:is></x:c></x:row>"
    prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{bare}</x:sheetData></x:worksheet>'

    assert cells(zipped(parts({"A": prefixed}))) == [(1, "a")]


def test_shared_texts_with_runs_escapes_and_reading_aids_are_joined():
    texts = "<si><r><t>Hộ </t></r><r><t>tịch</t></r><rPh><t>x</t></rPh></si><si><t>a_x000D_b</t></si>"
    data = book(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>',
        sharedStrings=f'<sst xmlns="{MAIN}">{texts}</sst>',
    )

    assert cells(data) == [("Hộ tịch", "a\rb")]


def test_a_number_is_a_day_by_its_format_alone():
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy"/>'
        '<numFmt numFmtId="165" formatCode="#,##0 &quot;days&quot;"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    row_ = "".join(cell(f"{letter}1", 46345, extra=f' s="{n}"') for n, letter in enumerate("ABCD"))

    day = datetime.fromisoformat("2026-11-19")
    assert cells(book(f'<row r="1">{row_}</row>', styles=styles)) == [(46345, day, 46345, day)]


def test_an_old_font_is_kept_with_the_text_it_draws():
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fonts><font><name val="Arial"/></font><font><name val=".VnTime"/></font></fonts>'
        '<cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>'
    )

    assert cells(
        book(f'<row r="1">{cell("A1", "Hé", extra=" s=" + chr(34) + "1" + chr(34))}</row>', styles=styles)
    ) == [(InFont("Hé", ".VnTime"),)]


def test_an_empty_result_of_a_formula_is_empty_and_a_missing_one_is_a_fault():
    three = '<c r="A1" t="str"><f>B1</f><v></v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v>2</v></c>'

    assert cells(book(f'<row r="1">{three}</row>')) == [(None, Faulty("import.value.formula", "=1+1"), 2)]


def test_a_merged_heading_over_a_group_of_rows_is_no_row():
    rows = HEAD + row(2, ("I. HỘ TỊCH",)) + row(3, (CODE.format(1), "Q1", "19/11/2026"))

    reading = read(book(rows, '<mergeCells><mergeCell ref="A2:C2"/></mergeCells>'))

    assert (told(reading), reading.closing, len(reading.rows)) == ([], 1, 1)


def test_a_value_merged_over_two_columns_is_refused_with_the_second_one():
    rows = HEAD + row(2, (CODE.format(1), "Q1"))

    reading = read(book(rows, '<mergeCells><mergeCell ref="B2:C2"/></mergeCells>'))

    assert told(reading) == [("import.value.merged_across", 2, "Ngày tiếp nhận")]


def test_a_merged_code_is_one_dossier_said_twice():
    rows = HEAD + row(2, (CODE.format(1), "Q1", "19/11/2026")) + row(3, (None, "Q2", "19/11/2026"))

    reading = read(book(rows, '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'))

    assert told(reading) == [("import.row.doubled", 3, "Mã hồ sơ")]


def two_sheets(second: tuple[str, ...], hidden: tuple[str, ...] = ()) -> bytes:
    first = HEAD + row(2, (CODE.format(1), "Q1", "19/11/2026"))
    other = row(1, second) + row(2, (CODE.format(2), "Q1", "19/11/2026"))
    return zipped(parts({"Một": sheet(first), "Hai": sheet(other)}, hidden))


def test_a_second_sheet_with_other_columns_is_refused_and_both_are_named():
    reading = read(two_sheets(("Mã hồ sơ", "Ghi chú")))

    assert told(reading) == [("import.file.several_sheets", None, "")]
    assert reading.errors[0].values["sheets"] == "“Một”, “Hai”"


def beside(second: list[tuple[object, ...]], kind: str = "dossiers") -> FileContent:
    """What is read of a list with another visible sheet beside it."""
    lists = {
        "dossiers": [HEADER, (CODE.format(1), "Q1", "19/11/2026")],
        "counters": [("Mã quầy", "Mã đơn vị", "Tên quầy"), ("Q1", "H35", "Quầy 1")],
    }
    first, other = ("".join(row(n, cells) for n, cells in enumerate(rows, 1)) for rows in (lists[kind], second))
    return read(zipped(parts({"Một": sheet(first), "Hai": sheet(other)})), kind)


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        ([(CODE.format(2), "Q1", "20/11/2026")], "dossiers"),
        ([("Mã hồ sơ 2", "Mã quầy", "Ngày tiếp nhận"), (CODE.format(2), "Q1", "20/11/2026")], "dossiers"),
        ([("Quầy", "Ngày"), ("Q1", "20/11/2026"), ("tiếp theo", CODE.format(2).lower())], "dossiers"),
        ([("Q2", "H35", "Quầy 2"), ("Q3", "H35", "Quầy 3")], "counters"),
        ([("Mã quầy", "Ghi chú"), ("Q2", "mới")], "counters"),
    ],
    ids=["no header", "a misspelt key", "other columns", "no header, short codes", "columns lack"],
)
def test_a_second_sheet_with_rows_that_would_not_be_read_is_refused_and_both_are_named(second, kind):
    reading = beside(second, kind)

    assert told(reading) == [("import.file.several_sheets", None, "")]
    assert reading.errors[0].values["sheets"] == "“Một”, “Hai”"


@pytest.mark.parametrize("second", [[("Hướng dẫn",), ("1. Điền đủ các cột", "2. Lưu lại")], [("Tổng", 12)]])
def test_a_second_sheet_that_holds_something_else_is_named_and_not_read(second):
    reading = beside(second)

    assert (len(reading.rows), told(reading), reading.others) == (1, [], ("Hai",))
    assert "Không đọc trang tính “Hai”" in report(Outcome("dossiers", reading), "a.xlsx", TEXTS)


def test_the_sheet_somebody_chose_is_the_one_that_is_read():
    reading = read(two_sheets(("Mã hồ sơ", "Ghi chú")), wanted=["Hai"])

    assert ([row.values["dossier_code"] for row in reading.rows], told(reading)) == ([CODE.format(2)], [])
    assert told(read(two_sheets(HEADER), wanted=["Ba"])) == [("import.file.no_sheet", None, "")]


def test_a_fault_on_one_of_two_sheets_says_which():
    first = HEAD + row(2, (CODE.format(1), "Q1", "19/11/2026"))
    other = HEAD + row(2, (CODE.format(2), "Q1", "31/02/2026"))

    reading = read(zipped(parts({"Một": sheet(first), "Hai": sheet(other)})))

    assert [(problem.sheet, problem.row) for problem in reading.errors] == [("Hai", 2)]


def test_rows_that_a_filter_hides_are_read_and_said():
    rows = HEAD + row(2, (CODE.format(1), "Q1", "19/11/2026"), extra=' hidden="1"')

    reading = read(book(rows))

    assert (len(reading.rows), [problem.key for problem in reading.warnings]) == (1, ["import.file.hidden_rows"])


def test_two_filled_columns_of_one_name_are_refused_unless_they_say_the_same():
    head = row(1, ("Mã hồ sơ", "Ngày nhận", "Ngày nhận"))

    differing = read(book(head + row(2, (CODE.format(1), "19/11/2026", "20/11/2026"))))
    same = read(book(head + row(2, (CODE.format(1), "19/11/2026", "19/11/2026"))))

    assert told(differing) == [("import.file.same_column", 1, "Ngày tiếp nhận")]
    assert differing.errors[0].values == {"places": "B, C"}
    assert told(same) == []


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (book('<row r="999999999"><c r="A999999999"><v>1</v></c></row>'), "import.file.broken_workbook"),
        (book('<row r="2"/><row r="1"/>'), "import.file.broken_workbook"),
        (book('<row r="1"><c r="B2"><v>1</v></c></row>'), "import.file.broken_workbook"),
        (book('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "import.file.broken_workbook"),
        (book('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "import.file.broken_workbook"),
        (book('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "import.file.broken_workbook"),
        (book('<row r="1"><c r="A1"><v>nan</v></c></row>'), "import.file.broken_workbook"),
        (book('<row r="1"><c r="ZZ1"><v>1</v></c></row>'), "import.file.too_wide"),
        (book(HEAD, '<mergeCells><mergeCell ref="C3:A1"/></mergeCells>'), "import.file.broken_workbook"),
        (zipped(parts({"A": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'})), "import.file.broken_workbook"),
        (zipped(parts({"A": "<worksheet>"})), "import.file.broken_workbook"),
        (zipped({"content.xml": "", "mimetype": "application/vnd.oasis.opendocument"}), "import.file.other_archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "import.file.password"),
        (book(row(1, ("a" * 200_000,))), "import.file.too_much_text"),
    ],
)  # fmt: skip
def test_a_workbook_that_contradicts_itself_is_refused_by_name(data, key):
    assert key == refused(data)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_damaged_archive_is_refused_however_it_is_packed(compression):
    whole = zipped(parts({"A": sheet(HEAD * 1)}), compression)
    assert read_sheets(whole)

    for place in range(60, len(whole) - 200, 7):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        with contextlib.suppress(Unreadable):
            read_sheets(bytes(spoilt))


def test_far_rows_and_enormous_merges_cost_nothing():
    began = time.process_time()
    rows = HEAD + row(2, (CODE.format(1), "Q1", "19/11/2026")) + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'

    data = book(rows, '<mergeCells><mergeCell ref="B2:B1048575"/></mergeCells>' + "<x/>" * 1000)

    merged = '<mergeCell ref="A2:XFD1048576"/>' * 9
    assert refused(book(rows, f"<mergeCells>{merged}</mergeCells>")) == "import.file.too_many_merges"
    assert len(read_sheets(data)[0].lines) == 3
    assert time.process_time() - began < 5


def test_too_many_rows_are_refused_before_they_are_kept(monkeypatch):
    monkeypatch.setattr("sync.district.reference.files.worksheet.MAX_ROWS", 50)
    monkeypatch.setattr("sync.district.reference.files.delimited.MAX_ROWS", 50)

    assert refused(book("".join(row(n, (n,)) for n in range(1, 60)))) == "import.file.too_many_rows"
    assert refused(b"a,b\n" * 60) == "import.file.too_many_rows"


def test_a_part_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("sync.district.reference.files.workbook.MAX_PART", 10_000)

    assert refused(book(HEAD, " " * 20_000)) == "import.file.too_much_text"


WORDS = st.sampled_from(
    ["Mã hồ sơ", "Hộ tịch", "§¨ng ký", "??ng", "\x1b[31m", "\u202eabc", "A" * 300, "=1+1", "", "-", "_xD800_"]
)
VALUES = WORDS | st.integers(-(10**18), 10**18) | st.floats() | st.none()
PLACES = st.sampled_from(["A1", "B1", "A2", "XFD1", "A1048577", "", "1A", "AAAA1", "a1", "É1"])
NUMBERS = st.sampled_from(["", "0", "1", "-1", "1e400", "99999999", "x", "46345"])
KINDS = st.sampled_from(["n", "s", "str", "inlineStr", "b", "e", "d", "x"])
SPOILT_CELLS = st.builds(
    lambda place, kind, style, value, formula: (
        f'<c r="{place}" t="{kind}" s="{style}">{"<f>A1</f>" if formula else ""}<v>{value}</v></c>'
    ),
    PLACES, KINDS, st.integers(-2, 99), NUMBERS, st.booleans(),
)  # fmt: skip
ROWS = st.lists(st.lists(VALUES, max_size=4).map(tuple), max_size=6)
MERGES = st.lists(st.sampled_from(["A1:B2", "A2:A9", "B1", "A1:XFD1048576", "B2:A1", "", "A0:A1"]), max_size=3)


def xml_of(rows: list[tuple], spoilt: list[str]) -> str:
    whole = "".join(row(n, tuple(_writable(value) for value in values)) for n, values in enumerate(rows, start=1))
    return whole + (f'<row r="{len(rows) + 1}">{"".join(spoilt)}</row>' if spoilt else "")


def _writable(value: object) -> object:
    return value.replace("\x1b", "_x001B_") if isinstance(value, str) else value


def nothing_but_a_report(data: bytes) -> None:
    """Reading ends with rows and problems, or with a reason that has its words."""
    for kind in ("dossiers", "procedures"):
        try:
            reading = read(data, kind)
        except Unreadable as error:
            TEXTS(error.key, **error.values)
            continue
        for problem in (*reading.errors, *reading.warnings):
            TEXTS(problem.key, **problem.values)


@given(ROWS, st.lists(SPOILT_CELLS, max_size=3), MERGES)
@settings(deadline=None)
def test_any_workbook_is_read_or_refused(rows, spoilt, merges):
    merged = "".join(f'<mergeCell ref="{reference}"/>' for reference in merges)

    nothing_but_a_report(book(xml_of([HEADER, *rows], spoilt), f"<mergeCells>{merged}</mergeCells>"))


@given(st.integers(0, 10**9), st.integers(1, 40))
@settings(deadline=None)
def test_any_damage_to_a_real_workbook_is_read_or_refused(seed, hits):
    chance = random.Random(seed)
    spoilt = bytearray((SAMPLES / "procedures.xlsx").read_bytes())
    for _ in range(hits):
        spoilt[chance.randrange(4, len(spoilt))] = chance.randrange(256)

    nothing_but_a_report(bytes(spoilt))


@given(
    st.integers(0, 10**9),
    st.sampled_from(["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "_rels/.rels"]),
)
@settings(deadline=None)
def test_any_change_inside_a_part_is_read_or_refused(seed, name):
    chance = random.Random(seed)
    content = parts({"Ho so": sheet(HEAD + row(2, (CODE.format(1), "Q1", 46345)))})
    text = content[name]
    start = chance.randrange(len(text))
    content[name] = (
        text[:start] + chance.choice(["", "<c/>", "&#0;", '"', "x" * 99, "<row>"]) + text[start + chance.randrange(9) :]
    )

    nothing_but_a_report(zipped(content))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data):
    nothing_but_a_report(data)
    nothing_but_a_report("Mã hồ sơ,Quầy\n".encode() + data)
