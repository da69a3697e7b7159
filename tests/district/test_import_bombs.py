"""Small files that would take a reader long, or much memory: refused, by the bound they break."""

import time
import zipfile

import pytest

from sync.district.reference.files import worksheet, xml_events
from sync.district.reference.files.reading import read_sheets
from sync.district.reference.files.table import Unreadable
from sync.district.reference.rows import read_rows
from sync.district.reference.toml_file import MAX_DOTS, MAX_TOML, MAX_TOML_LINE, read_toml
from tests.district.test_import_rows import read
from tests.district.web_fixtures import CATALOGUE
from tests.district.workbooks import HEADER, book, parts, row, sheet, zipped

HEAD = row(1, HEADER)
ONE = row(2, ("H35.88.01-261119-0002", "H35.88.01-Q1"))


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_sheets(data)
    return refused.value.key


BOMBS = {
    "a tag that does not end": HEAD + '<row r="2" ' + " ".join(f'a{n}="x>"' for n in range(200_000)) + "></row>",
    "a comment that does not end": HEAD + "<!--" + "-x<" * 500_000 + "-->",
    "an instruction that does not end": HEAD + "<?x " + "<" * 1_500_000 + "?>",
    "tags within tags": HEAD + "<a>" * 1_100_000,
    "tags within tags, and what looks like their ends": HEAD + "<a>/>" * 1_100_000,
    "a cell of many runs": HEAD + '<row r="2"><c r="A2" t="inlineStr"><is>' + "<t>x</t>" * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_part_whose_tags_never_end_is_refused(name):
    assert refusal(book(BOMBS[name])) == "import.file.too_much_text"


def test_a_part_of_more_tags_than_any_list_has_is_refused(monkeypatch):
    monkeypatch.setattr(xml_events, "MAX_TAGS", 10_000)

    assert refusal(book(HEAD + ONE + "<x/>" * 20_000)) == "import.file.too_much_text"


def test_millions_of_empty_cells_are_refused_and_a_frame_around_a_list_is_not(monkeypatch):
    monkeypatch.setattr(worksheet, "MAX_EMPTY", 1_000)
    frame = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 900))

    assert refusal(book(HEAD + ONE + '<row r="3">' + "<c/>" * 2_000 + "</row>")) == "import.file.too_much_text"
    assert len(read_sheets(book(HEAD + ONE + frame))[0].lines) == 2


def test_styles_that_unpack_to_more_than_any_workbook_has_are_refused():
    styles = "<styleSheet><cellXfs>" + '<xf numFmtId="164"/>' * 1_700_000 + "</cellXfs></styleSheet>"

    assert refusal(zipped(parts({"S": sheet(HEAD + ONE)}, styles=styles))) == "import.file.too_much_text"


def test_signs_that_nobody_escaped_are_read():
    """Only < and & must be escaped in a text (XML 1.0, 2.4)."""
    rows = "".join(f'<row r="{n}"><c t="inlineStr"><is><t>a -> b /></t></is></c></row>' for n in range(2, 3_000))

    assert read_sheets(book(HEAD + rows))[0].lines[-1].cells == ("a -> b />",)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_refused_however_it_is_packed(compression):
    text = f"<sst><si><t>{'A' * 20_000_000}</t></si></sst>"

    assert refusal(zipped(parts({"S": sheet(HEAD)}, sharedStrings=text), compression)) == "import.file.too_much_text"


def test_a_text_file_of_one_long_line_or_of_empty_lines_is_refused():
    assert refusal(("Mã hồ sơ,Mã quầy\n" + "x," * 1_100_000).encode()) == "import.file.too_much_text"
    assert refusal(("Mã hồ sơ,Mã quầy\n" + "\n" * 1_100_000).encode()) == "import.file.too_many_rows"


STACKED = "a" + "\u0301\u0323" * 45_000  # to put them in order takes the square of their number


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_text_file_of_marks_upon_marks_is_refused_before_they_are_put_in_order(encoding):
    assert refusal(f"Mã hồ sơ,Mã quầy\n{STACKED},x\n".encode(encoding)) == "import.file.stacked_marks"


@pytest.mark.parametrize("place", [1, 2])
def test_marks_upon_marks_in_a_heading_or_a_cell_of_a_workbook_are_not_put_in_order(place):
    cells = [HEADER, ("H35.88.01-261119-0002", "H35.88.01-Q1")]
    cells[place - 1] = (cells[place - 1][0], STACKED)
    began = time.process_time()
    data = book("".join(row(n, each) for n, each in enumerate(cells, start=1)))
    reading = read_rows(read_sheets(data), "dossiers", CATALOGUE, {})

    assert [problem.key for problem in reading.errors] == ["import.value.hidden_letters"] * (place - 1)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "long", ["bcd" * 10_000 + "?", "a^" * 20_000, " " * 30_000 + "1", "é" * 40_000, "x.www." * 9_000]
)
@pytest.mark.parametrize("kind", ["procedures", "dossiers"])
def test_a_cell_longer_than_any_column_takes_is_refused_unread(kind, long):
    columns = {
        "procedures": "Mã TTHC,Tên thủ tục\n1.000656,",
        "dossiers": "Mã hồ sơ,Ngày tiếp nhận\nH35.88-261119-0002,",
    }
    reading = read(columns[kind] + long + "\n", kind)

    assert [problem.key for problem in reading.errors] == ["import.value.too_long"]


@pytest.mark.parametrize(
    "data",
    [b"year = 2026\n" + b"#\n" * (MAX_TOML // 2), b"a." * (MAX_DOTS + 1) + b"b = 1", b"a = [" + b"[]," * MAX_TOML_LINE],
    ids=["large", "dots", "line"],
)
def test_a_toml_file_larger_than_any_list_is_refused_unread(data):
    with pytest.raises(Unreadable) as refused:
        read_toml(data)

    assert refused.value.key == "import.toml.too_large"
