"""Reports: the document and the workbook say what the page says, in the form that the law asks for."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Pt
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from sync.district.__main__ import main
from sync.district.domain.people import Role
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import SatisfiedTarget
from sync.district.measures.intervals import wilson
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import asked
from sync.district.measures.targets import TargetState
from sync.district.reports.document import document as written
from sync.district.reports.form import load_form
from sync.district.reports.making import report
from sync.district.reports.model import LEVELS, Report
from sync.district.reports.satisfaction import satisfaction_paper
from sync.district.reports.workbook import workbook
from sync.district.store.engine import Engine, reading
from sync.district.texts import load_texts
from sync.district.web.formats import points_in_words
from sync.district.web.overview import gather, gathered_from, overview
from tests.district.web_fixtures import NOW, bring, empty_district
from tests.district.web_server import Browser, StillClock, add_people, explain, rate, serving

TEXTS, RULES = load_texts("vi"), Rules(30, 5)
UNITS = """Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên
T,Ủy ban nhân dân tỉnh Thử,Tỉnh,
X,Ủy ban nhân dân xã Nà Hẩu,Xã,T
Y,UBND xã Yên,Xã,T
"""
COUNTERS = "Mã quầy,Đơn vị,Tên quầy\nX-1,X,Quầy 1\nX-2,X,Quầy 2\nX-3,X,Quầy 3\nY-1,Y,Quầy 1\n"
DOSSIERS = "Mã hồ sơ,Quầy,Ngày nhận,Ngày trả\n" + "".join(
    f"X-26{month:02}{1 + n % 12:02}-{n:04},X-{1 + n % 2},{1 + n % 12:02}/{month}/2026,{2 + n % 12:02}/{month}/2026\n"
    for month in (10, 11)
    for n in range(90)
)
OCTOBER, NOVEMBER = date(2026, 10, 15), date(2026, 11, 12)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = empty_district(tmp_path_factory.mktemp("reports"))
    for kind, rows in (("units", UNITS), ("counters", COUNTERS), ("dossiers", DOSSIERS)):
        assert bring(engine, kind, rows).accepted
    rate(engine, "X", "X-1", {5: 40, 4: 20, 3: 3, 2: 12, 1: 5}, OCTOBER)
    rate(engine, "X", "X-1", {5: 50, 4: 30, 3: 5, 2: 2, 1: 1}, NOVEMBER)
    rate(engine, "X", "X-2", {5: 6, 1: 2}, NOVEMBER)
    rate(engine, "Y", "Y-1", {5: 1_300, 4: 50, 1: 4}, NOVEMBER)
    explain(engine, "X", "X-2", {("bad", "waiting"): 9, ("bad", "papers"): 6})
    return engine


def made(engine: Engine, of: str = "2026-11", unit: str | None = "X", kind: str = "month") -> Report:
    found = report(engine, asked(kind, of), TreeName.OF_THE_DAY, None, unit, RULES, NOW, TEXTS)
    assert found is not None
    return found


def document(found: Report, texts: Any) -> bytes:
    return written(satisfaction_paper(found, texts), texts)


def words(found: Any) -> list[str]:
    """Every paragraph of a document and of its tables, in any order."""
    cells = [cell for table in found.tables for row in table.rows for cell in row.cells]
    return [plain(each.text) for part in (found, *cells) for each in part.paragraphs if each.text.strip()]


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ").strip()


def test_the_document_has_the_measures_of_the_decree(engine: Engine) -> None:
    found, form = Document(BytesIO(document(made(engine), TEXTS))), load_form()
    section, by_text = found.sections[0], {}
    cells = [cell for table in found.tables for row in table.rows for cell in row.cells]
    for paragraph in (each for part in (found, *cells) for each in part.paragraphs):
        by_text.setdefault(paragraph.text, paragraph)

    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    page = form.page
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    assert [round(length.mm) for length in sides] == [page.top, page.bottom, page.left, page.right]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert found.styles["Normal"].font.name == "Times New Roman"
    for text, style in (
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "nation"),
        ("Độc lập - Tự do - Hạnh phúc", "motto"),
        ("ỦY BAN NHÂN DÂN TỈNH THỬ", "parent"),
        ("ỦY BAN NHÂN DÂN XÃ NÀ HẨU", "office"),
        ("BÁO CÁO", "kind"),
        ("I. KẾT QUẢ CHUNG", "heading"),
        ("Nơi nhận:", "recipients_head"),
        ("- Lưu: VT.", "recipients"),
        ("THỦ TRƯỞNG ĐƠN VỊ", "signer"),
    ):
        run, letters = by_text[text].runs[0], form.styles[style]
        assert (run.font.size, run.bold, run.italic) == (Pt(letters.size), letters.bold, letters.italic), text
    body = next(each for text, each in by_text.items() if text.startswith("Tỷ lệ hài lòng (gồm"))
    assert (body.alignment, body.runs[0].font.size) == (ALIGN.JUSTIFY, Pt(14))
    assert body.paragraph_format.first_line_indent.mm == pytest.approx(12.7, abs=0.1)
    assert body.paragraph_format.space_after == Pt(6)


@pytest.mark.parametrize("part", ["page", "styles"])
def test_the_form_stays_within_what_the_decree_allows(part: str) -> None:
    form, page = load_form(), load_form().page
    if part == "page":
        assert 20 <= page.top <= 25
        assert 20 <= page.bottom <= 25
        assert 30 <= page.left <= 35
        assert 15 <= page.right <= 20
        assert page.number_size in (13, 14)
        assert form.paragraph.first_line in (10, 12.7)
        assert form.paragraph.after_points >= 6
        return
    ranges = {"nation": (12, 13), "motto": (13, 14), "parent": (12, 13), "office": (12, 13), "number": (13, 13)}
    ranges |= dict.fromkeys(("place", "kind", "subject", "body", "heading", "signer"), (13, 14))
    ranges |= {"recipients_head": (12, 12), "recipients": (11, 11)}
    for name, (least, most) in ranges.items():
        assert least <= form.styles[name].size <= most, name


def test_the_document_says_the_figures_of_the_page(engine: Engine) -> None:
    found = made(engine)
    said = "\n".join(words(Document(BytesIO(document(found, TEXTS)))))

    assert found.total.share is not None
    assert (found.total.rated, found.total.share.satisfied, found.total.share.rated) == (111, 86, 111)
    assert "tháng 11 năm 2026" in said
    assert "Trong kỳ có 111 lượt đánh giá đã đủ điều kiện công bố, trên 180 lượt" in said
    assert "77,5 %, tương ứng 86 trên 111 lượt đánh giá" in said
    assert "So với tháng 10 năm 2026 (75,0 %), mức thay đổi chưa phân biệt được" in said
    assert "Phải chờ lâu: 9 lượt;" in said
    assert "Đòi thêm giấy tờ: 6 lượt." in said
    assert "(từ ngày 01/11/2026 đến hết ngày 30/11/2026)" in said
    assert "tính đến hết ngày 20/11/2026" in said


def test_both_files_hold_the_same_numbers(engine: Engine) -> None:
    for unit, kind, of in (("X", "month", "2026-11"), ("X", "month", "2026-10"), (None, "quarter", "2026-Q4")):
        found = made(engine, of, unit, kind)
        doc = Document(BytesIO(document(found, TEXTS)))
        book = load_workbook(BytesIO(workbook(found, TEXTS)))
        rows = [[plain(cell.text) for cell in row.cells] for row in doc.tables[2].rows][1:]
        sheet = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]

        assert len(rows) == len(sheet) == len(found.lines) > 0
        for told, kept, line in zip(rows, sheet, found.lines, strict=True):
            of_share = (kept[3], kept[4])
            assert told[1] == kept[1].strip() == line.name
            assert told[2] == (f"{kept[2]:,}".replace(",", ".") if isinstance(kept[2], int) else kept[2])
            if line.figure.share is None:
                assert (of_share, told[3:], kept[5]) == ((None, None), ["chưa đủ", ""], "chưa đủ")
                continue
            assert of_share == (line.figure.share.rated, line.figure.share.satisfied)
            interval = wilson(kept[4], kept[3])
            shown = [f"{value * 100:.1f} %".replace(".", ",") for value in (kept[4] / kept[3], *_ends(interval))]
            assert told[3:] == [shown[0], f"{shown[1]} đến {shown[2]}"]


def _ends(interval: Any) -> tuple[float, float]:
    return interval.low, interval.high


def test_the_formulas_of_the_workbook_give_the_shares_of_the_page(engine: Engine) -> None:
    found = made(engine)
    sheet = load_workbook(BytesIO(workbook(found, TEXTS))).worksheets[0]
    values = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(1, sheet.max_row + 1)}
    computed = calculated(sheet)

    assert found.total.share is not None
    assert found.coverage is not None
    assert [values[TEXTS(f"report.level.{level}")] for level in LEVELS] == [found.scores.get(n, 0) for n in LEVELS]
    assert computed[TEXTS("report.level.total")] == found.total.share.rated
    assert computed[TEXTS("report.sheet.coverage")] == pytest.approx(found.coverage.share)
    assert computed[TEXTS("report.places.share")] == pytest.approx(found.total.share.value)
    assert computed[TEXTS("report.places.low")] == pytest.approx(found.total.share.interval.low)
    assert computed[TEXTS("report.places.high")] == pytest.approx(found.total.share.interval.high)


def calculated(sheet: Any) -> dict[str, float]:
    """The formulas of the second column worked out, as a spreadsheet does with +, -, *, /, ^, SUM and SQRT."""

    def cell(name: str) -> float:
        value = sheet[name].value
        assert not isinstance(value, ArrayFormula)
        return worked_out(value) if isinstance(value, str) else float(value)

    def worked_out(formula: str) -> float:
        text = re.sub(r"SUM\(([A-Z])(\d+):\1(\d+)\)", _spread, formula.lstrip("=")).replace("^", "**")
        text = re.sub(r"\$?\b([A-Z])\$?(\d+)\b", lambda each: f"({cell(each[1] + each[2])!r})", text)
        text = text.replace("SQRT", "sqrt")
        assert re.fullmatch(r"[0-9.e+\-*/() sqrt]+", text)
        return float(eval(text, {"__builtins__": {}, "sqrt": lambda value: value**0.5}))

    rows = range(1, sheet.max_row + 1)
    return {
        sheet.cell(row, 1).value: worked_out(sheet.cell(row, 2).value)
        for row in rows
        if str(sheet.cell(row, 2).value).startswith("=")
    }


def _spread(found: re.Match[str]) -> str:
    column, first, last = found[1], int(found[2]), int(found[3])
    return "(" + "+".join(f"{column}{row}" for row in range(first, last + 1)) + ")"


def test_the_workbook_has_charts_of_the_cells_beside_them(engine: Engine) -> None:
    """Nothing is drawn that stands in no cell, and no line without a share has a bar."""
    found = made(engine, "2026-Q4", None, "quarter")
    whole, places, drawn = load_workbook(BytesIO(workbook(found, TEXTS))).worksheets
    (levels,), (shares,) = whole._charts, drawn._charts

    names, numbers = (each.f.replace("$", "").partition("!")[2] for each in _sources(levels))
    assert [row[0].value for row in whole[names]] == [TEXTS(f"report.level.{n}") for n in LEVELS]
    assert [row[0].value for row in whole[numbers]] == [found.scores[n] for n in LEVELS]
    with_share = [row for row, line in enumerate(found.lines, 2) if line.figure.share]
    last = len(with_share) + 1
    assert 1 < len(with_share) < len(found.lines)
    assert [row[1].value for row in drawn.iter_rows(min_row=2)] == [f"='{places.title}'!F{row}" for row in with_share]
    assert [each.f for each in _sources(shares)] == [f"'{drawn.title}'!${name}$2:${name}${last}" for name in "AB"]
    whiskers = shares.series[0].errBars
    ends = [each.numRef.f for each in (whiskers.minus, whiskers.plus)]
    assert ends == [f"'{drawn.title}'!${name}$2:${name}${last}" for name in "CD"]
    parts = ZipFile(BytesIO(workbook(found, TEXTS)))
    inside = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert ["errDir" in each for each in inside] == [False, False], "a direction is no part of a chart of bars"
    assert sorted(0 < each.find("<plus>") < each.find("<minus>") for each in inside) == [False, True]
    assert drawn["C2"].value == f"='{places.title}'!F{with_share[0]}-'{places.title}'!G{with_share[0]}"


def _sources(chart: Any) -> tuple[Any, Any]:
    (series,) = chart.series
    return series.cat.numRef or series.cat.strRef, series.val.numRef


def test_a_target_stands_in_both_files_with_what_it_says_of_the_share(engine: Engine) -> None:
    target = SatisfiedTarget(0.6, "Kế hoạch 12/KH-UBND", date(2026, 1, 1))
    at = (TreeName.OF_THE_DAY, None, "X", RULES, NOW, TEXTS, [target])
    found = report(engine, asked("month", "2026-11"), *at)
    assert found is not None
    assert found.target is not None
    said = "\n".join(words(Document(BytesIO(document(found, TEXTS)))))
    sheet = load_workbook(BytesIO(workbook(found, TEXTS))).worksheets[0]

    assert found.target.state is TargetState.REACHED
    assert "Tính trên những lượt đã đánh giá, đạt mục tiêu từ 60,0 % trở lên (Kế hoạch 12/KH-UBND)." in said.replace(
        "\u00a0", " "
    )
    assert ["Mục tiêu", 0.6, "Kế hoạch 12/KH-UBND"] in [[cell.value for cell in row[:3]] for row in sheet.iter_rows()]


def test_the_target_of_an_office_does_not_judge_the_counters_of_one_reader(engine: Engine) -> None:
    gathered, targets = (
        gather(engine, asked("month", "2026-11"), NOW.date()),
        [SatisfiedTarget(0.6, "Kế hoạch", OCTOBER)],
    )

    whole = overview(gathered, None, "X", RULES, NOW, targets=targets)
    own = overview(gathered.at(frozenset({"X-1"})), None, "X", RULES, NOW, targets=targets)

    assert whole is not None
    assert own is not None
    assert (whole.target is not None, own.target) == (True, None)
    assert own.total.share is not None


@pytest.mark.parametrize(("counters", "units", "drawn"), [(38, 2, 40), (39, 2, 2), (0, 41, 0)])
def test_of_more_than_forty_places_the_units_are_drawn_or_a_sentence_says_why_none(
    engine: Engine, counters: int, units: int, drawn: int
) -> None:
    found = made(engine, unit="T")
    unit = next(line for line in found.lines if line.counter_id is None and line.figure.share)
    many = replace(found, lines=(*[replace(unit, counter_id="q")] * counters, *[unit] * units))

    sheet = load_workbook(BytesIO(workbook(many, TEXTS)))["Biểu đồ"]

    assert sheet.max_row == 1 + drawn
    assert (sheet["A1"].value.startswith("Có hơn 40 đơn vị, quầy nên không vẽ biểu đồ")) is (drawn == 0)


def test_documents_read_no_cuts_which_none_of_them_prints(engine: Engine) -> None:
    about = asked("month", "2026-11"), NOW.date()

    with reading(engine) as connection:
        assert gathered_from(connection, *about).cuts == {}
    assert gather(engine, *about).cuts != {}


def test_a_small_counter_is_in_no_file(engine: Engine) -> None:
    found = made(engine, "2026-10")
    said = "\n".join(words(Document(BytesIO(document(found, TEXTS)))))
    sheet = load_workbook(BytesIO(workbook(found, TEXTS))).worksheets[1]

    assert {line.counter_id for line in found.lines if line.figure.rated == 0} == {"X-2", "X-3"}
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == [80, None, None]
    assert "75,0 %" in said


def test_a_month_without_figures_says_so_and_tells_no_share(engine: Engine) -> None:
    found = made(engine, "2026-09")
    said = "\n".join(words(Document(BytesIO(document(found, TEXTS)))))

    assert "Trong kỳ chưa có lượt đánh giá nào đủ điều kiện công bố." in said
    assert "tương ứng" not in said


MOVING = """Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên
T,Ủy ban nhân dân tỉnh Thử,Tỉnh,
A,Ủy ban nhân dân huyện A,Huyện,T
B,Ủy ban nhân dân huyện B,Huyện,T
C,Ủy ban nhân dân xã C,Xã,B
"""


@pytest.fixture
def moved(tmp_path: Path) -> Engine:
    """A commune that moved from one district to another in the month: 40 content before, 40 not content after."""
    engine = empty_district(tmp_path)
    assert bring(engine, "units", MOVING).accepted
    assert bring(engine, "counters", "Mã quầy,Đơn vị,Tên quầy\nC-1,C,Quầy 1\n").accepted
    assert bring(engine, "units", MOVING.replace("Xã,B", "Xã,A"), holds_from=date(2026, 11, 8)).accepted
    rate(engine, "C", "C-1", {5: 40}, date(2026, 11, 4))
    rate(engine, "C", "C-1", {1: 40}, date(2026, 11, 12))
    return engine


@pytest.mark.parametrize(
    ("allowed", "unit", "share", "of", "parent"),
    [
        ("A", "C", 0.0, 40, "Ủy ban nhân dân huyện A"),
        ("B", "C", 1.0, 40, "Ủy ban nhân dân huyện B"),
        ("A", None, 0.0, 40, "Ủy ban nhân dân tỉnh Thử"),
        ("C", None, 0.5, 80, "Ủy ban nhân dân huyện A"),
        (None, "C", 0.5, 80, "Ủy ban nhân dân huyện A"),
        (None, "T", 0.5, 80, ""),
    ],
)
def test_a_report_of_a_unit_that_moved_says_what_the_reader_s_page_says(
    moved: Engine, allowed: str | None, unit: str | None, share: float, of: int, parent: str
) -> None:
    wanted = asked("month", "2026-11")
    page = overview(gather(moved, wanted, NOW.date()), allowed, unit, RULES, NOW)
    found = report(moved, wanted, TreeName.OF_THE_DAY, allowed, unit, RULES, NOW, TEXTS)

    assert page is not None
    assert found is not None
    assert (found.total, found.lines) == (page.total, page.lines)
    assert found.total.share is not None
    assert (found.total.share.value, found.total.share.rated, found.parent) == (share, of, parent)


def said(found: Report) -> str:
    return "\n".join(words(Document(BytesIO(document(found, TEXTS)))))


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        (TreeName.OF_THE_DAY, "số liệu của mỗi ngày được cộng theo tổ chức của ngày đó."),
        (TreeName.OF_TODAY, "số liệu được cộng theo tổ chức ngày 20/11/2026."),
    ],
)
def test_a_report_says_by_which_organisation_it_is_added_up_where_that_matters(
    moved: Engine, engine: Engine, tree: TreeName, sentence: str
) -> None:
    of_moved, of_another = (
        report(each, asked("month", "2026-11"), tree, None, "T", RULES, NOW, TEXTS) for each in (moved, engine)
    )

    assert of_moved is not None
    assert of_another is not None
    assert (of_moved.tree, of_moved.trees_differ, of_another.trees_differ) == (tree, True, False)
    assert sentence in said(of_moved)
    assert "cộng theo tổ chức" not in said(of_another)


def test_a_report_says_why_there_is_no_share_though_there_are_ratings(tmp_path: Path) -> None:
    engine = empty_district(tmp_path)
    counters = "".join(f"X-{n},X,Quầy {n}\n" for n in range(4))
    for kind, rows in (("units", UNITS), ("counters", f"Mã quầy,Đơn vị,Tên quầy\n{counters}")):
        assert bring(engine, kind, rows).accepted
    for n in range(4):
        rate(engine, "X", f"X-{n}", {5: 12}, NOVEMBER)
    rules, wanted = Rules(30, 20), asked("month", "2026-11")
    page = overview(gather(engine, wanted, NOW.date()), None, "X", rules, NOW)
    found = report(engine, wanted, TreeName.OF_THE_DAY, None, "X", rules, NOW, TEXTS)

    assert page is not None
    assert found is not None
    assert (page.total.rated, page.total.share, page.total.counters_too_small) == (48, None, True)
    assert "Chỉ quầy có từ 20 lượt trở lên mới được tính vào tỷ lệ" in said(found)
    assert "chưa đủ 30 lượt nên báo cáo" in said(found)
    assert "Số lượt đánh giá chưa đủ" not in said(found)


def test_a_name_that_begins_as_a_formula_stays_a_name(tmp_path: Path) -> None:
    engine, trap = empty_district(tmp_path), '=HYPERLINK("http://example.test")'
    quoted = '"' + trap.replace('"', '""') + '"'
    assert bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp\nX,{quoted},Xã\n").accepted
    assert bring(engine, "counters", f"Mã quầy,Đơn vị,Tên quầy\nX-1,X,{quoted}\n").accepted
    rate(engine, "X", "X-1", {5: 40}, NOVEMBER)

    book = load_workbook(BytesIO(workbook(made(engine), TEXTS)))

    names = [book.worksheets[0]["A1"], book.worksheets[1]["B2"]]
    assert [(cell.value, cell.data_type) for cell in names] == [(trap, "s")] * 2


def test_nobody_is_asked_to_sign_for_several_units(tmp_path: Path) -> None:
    engine = empty_district(tmp_path)
    assert bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp\nX,Xã X,Xã\nY,Xã Y,Xã\n").accepted
    rate(engine, "X", "", {5: 40}, NOVEMBER)
    add_people(engine, ("tinh", Role.LEADER, None))
    with serving(engine, tmp_path, StillClock()) as address:
        browser = Browser(address)
        browser.sign_in("tinh")
        pages = [browser.get(f"/?period=month&of=2026-11{unit}").text for unit in ("", "&unit=X")]
        answers = [
            browser.get(f"/report.{kind}?period=month&of=2026-11{unit}")
            for kind, unit in (("docx", ""), ("xlsx", ""), ("docx", "&unit=X"))
        ]

    assert ["/report.docx" in page for page in pages] == [False, True]
    assert ["/report.xlsx" in page for page in pages] == [True, True]
    assert [answer.status_code for answer in answers] == [404, 200, 200]
    assert "Xin chọn một đơn vị" in answers[0].text


def test_the_command_writes_no_document_for_several_units_to_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISTRICT_CONFIG", raising=False)
    monkeypatch.delenv("DISTRICT_DATABASE_URL", raising=False)
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path))
    engine = empty_district(tmp_path)
    assert bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp\nX,Xã X,Xã\nY,Xã Y,Xã\n").accepted
    engine.dispose()

    def command(file: str, *more: str) -> int:
        return main(["report", "month", "--period", "2020-01", "--out", str(tmp_path / file), *more])

    assert (command("all.docx"), command("all.xlsx"), command("x.docx", "--unit", "X")) == (1, 0, 0)
    assert "name it with --unit" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.glob("*.*x")) == ["all.xlsx", "x.docx"]


def test_points_are_written_as_people_write_them() -> None:
    assert [points_in_words(value, TEXTS) for value in (0.1234, -0.05, -0.0001)] == ["12,3", "−5,0", "0,0"]


def test_the_page_leads_to_its_files_and_each_sees_their_own(engine: Engine, tmp_path: Path) -> None:
    add_people(engine, ("tinh", Role.LEADER, None), ("xa.yen", Role.LEADER, "Y"))
    with serving(engine, tmp_path, StillClock()) as address:
        leader, other = Browser(address), Browser(address)
        assert leader.get("/report.docx").status_code == 303  # to the sign-in page
        leader.sign_in("tinh")
        other.sign_in("xa.yen")
        page = leader.get("/?period=month&of=2026-11&unit=X").text
        docx = leader.get("/report.docx?period=month&of=2026-11&unit=X")
        xlsx = leader.get("/report.xlsx?period=quarter&of=2026-Q4")
        refused = [other.get(f"/report.docx?period=month&of=2026-11&unit={unit}").status_code for unit in ("X", "T")]
        own = other.get("/report.docx?period=month&of=2026-11")
        wrong = [leader.get(f"/report.xlsx?{query}").status_code for query in ("period=day", "period=month&of=2027-01")]

    assert 'href="/report.docx?period=month&amp;of=2026-11&amp;unit=X"' in page
    assert "filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20th%C3%A1ng%2011" in docx.headers["Content-Disposition"]
    assert any("111 lượt" in text for text in words(Document(BytesIO(docx.content))))
    assert load_workbook(BytesIO(xlsx.content)).sheetnames == ["Kết quả chung", "Theo đơn vị, quầy", "Biểu đồ"]
    assert (refused, wrong) == ([404, 404], [404, 404])
    assert "UBND XÃ YÊN" in words(Document(BytesIO(own.content)))


def test_the_same_document_has_the_same_bytes_whenever_it_is_made(engine, monkeypatch: pytest.MonkeyPatch):
    found = made(engine)
    first = document(found, TEXTS)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    assert document(found, TEXTS) == first
