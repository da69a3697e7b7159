"""From a table to rows: titles, headers in any dress, totals, duplicates, people's names."""

import io
import unicodedata
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.reference.columns import Header
from sync.district.reference.files.reading import read_sheets
from sync.district.reference.files.table import Line
from sync.district.reference.problems import FileContent
from sync.district.reference.row import RowReader
from sync.district.reference.rows import read_rows
from tests.district.web_fixtures import CATALOGUE

CODE = "H35.88.01-261105-000{}"


def read(text: str, kind: str = "dossiers", encoding: str = "utf-8") -> FileContent:
    return read_rows(read_sheets(text.encode(encoding)), kind, CATALOGUE, {})


def read_book(rows: list[list[object]], merged: tuple[str, ...] = (), kind: str = "dossiers") -> FileContent:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    saved = io.BytesIO()
    book.save(saved)
    return read_rows(read_sheets(saved.getvalue()), kind, CATALOGUE, {})


def codes(reading: FileContent) -> list[object]:
    return [row.values["dossier_code"] for row in reading.rows]


def test_titles_above_the_header_are_passed_over_and_rows_numbered_as_in_excel():
    reading = read(f"UBND XÃ,,\nDANH SÁCH HỒ SƠ,,\n\nMã hồ sơ,Ngày tiếp nhận\n{CODE.format(1)},05/11/2026\n")

    assert [(5, {"dossier_code": CODE.format(1), "received_on": date(2026, 11, 5)})] == [
        (row.number, row.values) for row in reading.rows
    ]


@pytest.mark.parametrize(
    "header", ["Mã hồ sơ", "MÃ HỒ SƠ", "ma ho so", "Ma Ho So", "MA_HO_SO", " Mã  số\nhồ sơ ", "Số hồ sơ (*)", "mã hs"]
)
def test_a_header_is_known_with_and_without_marks_in_any_case(header):
    reading = read(f'"{header.replace("(*)", "")}",Ngày nhận\n{CODE.format(1)},05/11/2026\n')

    assert [CODE.format(1)] == codes(reading)


def test_a_header_with_marks_standing_apart_is_known():
    reading = read(unicodedata.normalize("NFD", f"Mã hồ sơ,Ngày nhận\n{CODE.format(1)},05/11/2026\n"))

    assert [CODE.format(1)] == codes(reading)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_by_the_header_it_gives(delimiter):
    lines = [["TT", "Mã hồ sơ", "Ngày, giờ nhận; ghi sổ"], ["1", CODE.format(1), "x"]]

    reading = read("\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines))

    assert [CODE.format(1)] == codes(reading)


def test_a_header_of_two_rows_with_merged_groups_is_read():
    reading = read_book(
        [
            ["DANH SÁCH HỒ SƠ"],
            ["STT", "Mã hồ sơ", "Thời gian", None, None],
            [None, None, "Tiếp nhận", "Hẹn trả", "Trả kết quả"],
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
            [1, CODE.format(1), "05/11/2026", "06/11/2026", None],
        ],
        merged=("A1:E1", "C2:E2", "A2:A3", "B2:B3"),
    )

    assert [
        {
            "dossier_code": CODE.format(1),
            "received_on": date(2026, 11, 5),
            "due_on": date(2026, 11, 6),
            "returned_on": None,
        }
    ] == [row.values for row in reading.rows]


def test_blank_lines_totals_group_heads_and_signatures_are_no_data():
    reading = read_book(
        [
            ["STT", "Mã hồ sơ", "Ngày tiếp nhận"],
            ["Lĩnh vực: Hộ tịch"],
            [1, CODE.format(1), "05/11/2026"],
            [None, None, None],
            ["Cộng", 1],
            ["Tổng cộng", "1.234"],
            ["II", None, None],
            [2, CODE.format(2), "05/11/2026"],
            ["Tổng cộng: 2 hồ sơ", None, None],
            [None, "Tổng số", 2],
            ["Người lập biểu"],
        ]
    )

    assert ([CODE.format(1), CODE.format(2)], (), 7) == (codes(reading), reading.errors, reading.closing)


def test_a_name_that_begins_like_a_total_is_data():
    reading = read(
        "Tên thủ tục,Mã TTHC\nTổng hợp hồ sơ hưởng chế độ,1.001193\nCông nhận hộ nghèo,1.011607\n", "procedures"
    )

    assert [row.values["procedure_id"] for row in reading.rows] == ["1.001193", "1.011607"]


def test_a_column_about_a_person_is_named_and_never_read():
    reading = read(
        "Mã hồ sơ,Họ và tên người nộp,Số điện thoại,Số CCCD,Chủ hồ sơ,Ngày tiếp nhận\n"
        f"{CODE.format(1)},Nguyễn Văn Bí Mật,0912345678,012345678901,Lò Thị Kín,05/11/2026\n"
    )

    assert reading.personal == ("Họ và tên người nộp", "Số điện thoại", "Số CCCD", "Chủ hồ sơ")
    for secret in ("Bí Mật", "0912345678", "012345678901", "Kín"):
        assert secret not in repr(reading.rows) + repr(reading.errors) + repr(reading.warnings)


def test_the_same_row_twice_is_kept_once_and_said():
    reading = read(f"Mã hồ sơ,Ngày nhận\n{CODE.format(1)},05/11/2026\n{CODE.format(1).lower()},5/11/2026\n")

    assert ([CODE.format(1)], ()) == (codes(reading), reading.errors)
    assert [(p.row, p.key, p.values["first"]) for p in reading.warnings] == [(3, "import.row.repeated", 2)]


def test_two_different_rows_with_one_code_are_an_error():
    reading = read(f"Mã hồ sơ,Ngày nhận\n{CODE.format(1)},05/11/2026\n{CODE.format(1)},06/11/2026\n")

    assert [(p.row, p.key) for p in reading.errors] == [(3, "import.row.doubled")]


def test_every_bad_cell_is_reported_with_its_row_and_column():
    reading = read(f"Mã hồ sơ,Ngày nhận,Hạn trả\n{CODE.format(1)},32/11/2026,hôm nay\n,05/11/2026,\n")

    assert [(p.row, p.column, p.key) for p in reading.errors] == [
        (2, "Ngày tiếp nhận", "import.value.no_such_date"),
        (2, "Ngày hẹn trả", "import.value.date"),
        (3, "Mã hồ sơ", "import.value.missing"),
    ]


def test_a_missing_column_is_named():
    reading = read("Tên đơn vị,Cấp\nXã Bản Mẫu,Xã\n", "units")

    assert [(p.column, p.key) for p in reading.errors] == [("Mã đơn vị", "import.file.no_column")]


def test_a_file_without_any_known_header_is_refused():
    assert [p.key for p in read("một,hai\n1,2\n").errors] == ["import.file.no_header"]


def test_a_header_without_rows_is_refused():
    assert [p.key for p in read("Mã hồ sơ,Ngày nhận\n\n").errors] == ["import.file.no_rows"]


def test_a_quote_that_never_closes_is_reported_instead_of_swallowing_rows():
    reading = read(f'Mã hồ sơ,Ngày nhận,Ghi chú\n{CODE.format(1)},05/11/2026,"thiếu\n{CODE.format(2)},05/11/2026,\n')

    assert [p.key for p in reading.errors] == ["import.file.quotes"]


def test_dashes_and_words_for_nothing_are_nothing():
    reading = read(f"Mã hồ sơ,Ngày trả,Số hiệu\n{CODE.format(1)},Chưa có,--\n")

    assert [{"dossier_code": CODE.format(1), "returned_on": None, "officer_number": None}] == [
        row.values for row in reading.rows
    ]


def test_a_code_of_another_form_is_kept_with_a_warning():
    reading = read("Mã hồ sơ,Ngày nhận\n2026/HS-7,05/11/2026\nHS-2026-7,05/11/2026\n")

    assert [(p.row, p.key) for p in reading.errors] == [(2, "import.value.shape")]
    assert [(p.row, p.key) for p in reading.warnings] == [(3, "import.value.unusual")]


def test_the_sheet_with_the_header_is_found_behind_a_cover_sheet():
    book = openpyxl.Workbook()
    book.active.append(["Báo cáo tháng 11"])
    data = book.create_sheet("Dữ liệu")
    data.append(["Mã hồ sơ", "Ngày nhận"])
    data.append([CODE.format(1), date(2026, 11, 5)])
    saved = io.BytesIO()
    book.save(saved)

    reading = read_rows(read_sheets(saved.getvalue()), "dossiers", CATALOGUE, {})

    assert ([CODE.format(1)], "Dữ liệu") == (codes(reading), *reading.sheets)


NAMES = st.text('Đăng ký khai sinh, thủ tục; "một" cửa', min_size=1).map(lambda text: "Cấp " + " ".join(text.split()))
PROCEDURES = st.dictionaries(st.integers(0, 999_999).map(lambda n: f"1.{n:06d}"), NAMES, min_size=1, max_size=20)


@given(PROCEDURES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from([",", ";", "\t"]))
def test_procedures_come_back_from_any_text_file(procedures, encoding, delimiter):
    table = [["Mã TTHC", "Tên thủ tục"], *([code, name] for code, name in procedures.items())]
    quoted = [[cell.replace('"', '""') for cell in line] for line in table]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in quoted)

    reading = read(text, "procedures", encoding)

    wanted = {code: " ".join(name.split()) for code, name in procedures.items()}
    assert wanted == {row.values["procedure_id"]: row.values["name"] for row in reading.rows}


CELLS = {
    "dossier_code": ["H35.88.01-261105-0001", "h35.88.01-261105-0001", " H35.88.01–261105-0001", "x", ""],
    "counter_id": ["H35.88.01-Q1", "h35.88.01-q1 ", "", "-", "#REF!"],
    "procedure_id": ["1.000656", "1.00119", "1,00119", "1", ""],
    "received_on": ["05/11/2026", "2026-11-05", "05/11/2026 07:08", "46331", "13/13/2026", "", "5/11/26"],
}


@given(st.data(), st.booleans())
def test_a_value_seen_before_is_read_as_if_it_were_the_first(data, from_1904):
    rules = {rule.field: rule for rule in CATALOGUE.kinds["dossiers"]}
    header = Header(1, {name: place for place, name in enumerate(CELLS)}, (), ())
    several = RowReader(rules, CATALOGUE, {})

    for number in range(2, 14):
        line = Line(number, tuple(data.draw(st.sampled_from(each)) for each in CELLS.values()))
        alone = RowReader(rules, CATALOGUE, {}).read(line, header, from_1904)
        assert several.read(line, header, from_1904) == alone
