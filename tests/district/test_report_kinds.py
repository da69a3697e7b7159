"""The kinds of documents: each says the figures it is made from, the same in the document and in the workbook."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from msgspec import convert, json
from msgspec.structs import replace
from openpyxl import load_workbook
from sqlalchemy import event, insert

from sync.district.__main__ import main
from sync.district.domain.apology import (
    ApologyAct,
    ApologyStep,
    Delivery,
    DossierPlace,
    Letter,
    SecondApology,
)
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.measures.closed_figures import (
    FORM,
    ClosedDossiers,
    ClosedFigure,
    ClosedReason,
    ClosedTarget,
    PeriodFigures,
    PeriodSum,
    figures_from,
)
from sync.district.measures.closed_figures import text_of as text_of_figures
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import asked_by_name
from sync.district.reports.closing import close
from sync.district.reports.complaint_figures import ComplaintFigures, read_complaints
from sync.district.reports.drafts import write_drafts
from sync.district.reports.files import Made, docx, name_of_file, xlsx
from sync.district.reports.kinds import ReportKind, kinds_of
from sync.district.reports.late import dossier_sentences
from sync.district.reports.making import report
from sync.district.reports.model import closing_note, report_from
from sync.district.reports.period_figures import HowToRead, read_figures
from sync.district.reports.sentences import notes, opening
from sync.district.store import apologies, tables
from sync.district.store.complaint_register import people
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.texts import load_texts
from sync.district.times import local_day
from tests.district.complaint_office import HEAD, LAN, MINH, SCHEMES, SECOND, Office, open_office
from tests.district.test_closing import KEY, LAW, OCTOBER, RULES, closed, figures_now, office
from tests.district.test_reports import calculated, plain, words
from tests.district.web_fixtures import NOW, bring, empty_district
from tests.district.web_server import Browser, StillClock, add_people, rate, rating, release_all, serving
from tests.support.factories import UNIT

TEXTS, ENGLISH = load_texts("vi"), load_texts("en")
OCTOBERS = asked_by_name("2026-10")
ANSWERED = {("warned", "yes"): 15, ("warned", "no"): 22, ("apology", "yes"): 26, ("apology", "no"): 12}


def dossiers() -> str:
    """Of A: 20 early, 30 on time, 10 late, 5 open and overdue, 3 open in time; two counters."""
    spans = [(3, 2)] * 20 + [(3, 3)] * 30 + [(3, 6)] * 10 + [(3, None)] * 5 + [(40, None)] * 3
    rows = []
    for n, (due, back) in enumerate(spans):
        received = date(2026, 10, 1 + n % 20)
        ends = [date.fromordinal(received.toordinal() + days) if days else None for days in (due, back)]
        cells = [f"{day:%d/%m/%Y}" if day else "" for day in (received, *ends)]
        rows.append(f"A-261001-{n:04},A-{1 + n % 2},{','.join(cells)}")
    return "Mã hồ sơ,Mã quầy,Ngày nhận,Ngày hẹn trả,Ngày trả\n" + "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = office(empty_district(tmp_path_factory.mktemp("kinds")))
    assert bring(engine, "dossiers", dossiers()).accepted
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, OCTOBER)
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, date(2026, 9, 10))
    answer(engine, ANSWERED)
    leaders = [(name, Role.LEADER, unit) for name, unit in (("tinh", None), ("xa.a", "A"), ("xa.b", "B"))]
    add_people(engine, *leaders, ("kt", Role.TECHNICIAN, "A"))
    return engine


def answer(engine: Engine, given: dict[tuple[str, str], int]) -> None:
    """Ratings of October with one answer each."""
    same = ("device_id", "epoch", "seq", "batch_id", "questionnaire", "language", "recorded_at", "received_at")
    with writing(engine) as connection:
        for (question, answered), n in given.items():
            for _ in range(n):
                row = rating("A", "A-2", 3, OCTOBER)
                key = row["entry_id"]
                added = {"entry_id": f"+{key}", "rating_entry_id": key, "spent_ms": {}, "presses": 1, "scans_again": 0}
                told = {"entry_id": f"+{key}", "question_id": question, "answer": answered}
                connection.execute(insert(tables.ratings).values(**row))
                connection.execute(insert(tables.answer_entries).values(**{name: row[name] for name in same}, **added))
                connection.execute(insert(tables.answers).values(**told))
        release_all(connection)


def made(engine: Engine, kind: ReportKind, unit: str = "A", of: str = "2026-10") -> Made:
    return Made(kind, figures_now(engine, of, unit))


def text_of(found: Made, texts: Any = TEXTS) -> str:
    return "\n".join(words(Document(BytesIO(docx(found, texts)))))


def grids(found: Made) -> list[list[list[str]]]:
    """The tables of a document but its head and its signature."""
    tables_of = Document(BytesIO(docx(found, TEXTS))).tables[1:-1]
    return [[[plain(cell.text) for cell in row.cells] for row in table.rows] for table in tables_of]


def book(found: Made) -> Any:
    return load_workbook(BytesIO(xlsx(found, TEXTS)))


# ---- late dossiers and apologies


def test_the_report_of_late_dossiers_says_each_number(engine: Engine) -> None:
    said = text_of(made(engine, ReportKind.LATE))

    assert "đã trả kết quả 60 hồ sơ, gồm: 20 hồ sơ trước hạn, 30 hồ sơ đúng hạn, 10 hồ sơ quá hạn." in said
    assert "Tỷ lệ trả kết quả quá hạn là 16,7 %, tương ứng 10 trên 60 hồ sơ có ngày hẹn trả." in said
    assert "Đến hết ngày 31/10/2026 còn 8 hồ sơ chưa trả kết quả, trong đó 5 hồ sơ đã quá hạn." in said
    assert "Câu hỏi “Hồ sơ trễ hẹn. Ông/Bà có được báo trước không?” có 37 lượt trả lời được công bố" in said
    assert "26 lượt (68,4 %)" in said
    assert "Số liệu chưa chốt, còn có thể thay đổi." in said


def test_its_document_and_its_workbook_hold_the_same_numbers(engine: Engine) -> None:
    found = made(engine, ReportKind.LATE)
    figures = found.figures
    assert isinstance(figures, PeriodFigures)
    rows, _tasks = grids(found)
    sheet = book(found).worksheets[0]
    kept = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=2 + len(figures.dossier_lines))]

    assert len(rows) - 1 == len(kept) == len(figures.dossier_lines) == 2
    for told, of_sheet, line in zip(rows[1:], kept, figures.dossier_lines, strict=True):
        early, on_time, late = of_sheet[3:6]
        assert told[1] == of_sheet[1] == line.name
        assert [int(each) for each in told[2:6]] == [early + on_time + late, early, on_time, late]
        assert told[6] == f"{late / (early + on_time + late) * 100:.1f} %".replace(".", ",")
        assert (int(told[7]), line.counts["open_overdue"]) == (of_sheet[11], of_sheet[11])
    assert "Có 15 hồ sơ quá hạn" in text_of(found), "10 returned late, 5 open and overdue at the end"
    assert "trong đó 0 hồ sơ đã giao văn bản xin lỗi, 15 hồ sơ chưa ghi là đã xin lỗi" in text_of(found)
    counted = {row[0].value: row[1].value for row in book(found).worksheets[2].iter_rows()}
    assert (counted["Đã giao văn bản xin lỗi"], counted["Chưa ghi là đã xin lỗi"]) == (0, 15)
    assert formula(sheet, "H2") == 60
    assert formula(sheet, "J2") == pytest.approx(1 / 6)


def test_apologies_are_told_by_number_the_same_in_the_document_the_workbook_and_what_is_closed(tmp_path: Path) -> None:
    engine = office(empty_district(tmp_path))
    assert bring(engine, "dossiers", dossiers()).accepted
    steps = ((ApologyAct.MAKE, 20), (ApologyAct.SIGN, 21), (ApologyAct.HAND_OVER, 22))
    with writing(engine) as connection:
        for n, (cause, taken) in enumerate((("agency", 3), ("agency", 2), ("handling", 1)), 60):
            code, due = f"A-261001-{n:04}", date(2026, 10, 23)
            place = DossierPlace("A", "A-1")
            letter = Letter(code, place, None, None, None, due, date(2026, 10, 29), cause, "", "Lý do được ghi.")
            first, *more = [
                ApologyStep(NOW, "lan", Role.LEADER, act, date(2026, 10, day)) for act, day in steps[:taken]
            ]
            made_one = apologies.make(connection, letter, first)
            for step in more:
                by_post = Delivery.POST if step.act is ApologyAct.HAND_OVER else None
                made_one = apologies.add_step(connection, made_one, replace(step, delivery=by_post))
        apologies.refuse_second(connection, SecondApology("A-261001-0060", place, NOW - timedelta(days=25), "lan"))
    found = made(engine, ReportKind.LATE)
    said, sheet = text_of(found), book(found).worksheets[2]

    for part in (
        *("trong đó 1 hồ sơ đã giao văn bản xin lỗi, 14 hồ sơ chưa ghi", "đã lập 3 văn bản xin lỗi"),
        *("1 văn bản đã giao, 1 văn bản đã ký, chưa giao, 1 văn bản chưa ký", "1 gửi bưu chính"),
        *("Có 1 trên 1 văn bản được giao trước ngày hẹn", "Có 3 hồ sơ không trả được vào ngày đã hẹn lại"),
        "Có 1 lần định xin lỗi lần thứ hai",
    ):
        assert part in said, part
    _dossiers, by_cause, by_unit, _tasks = grids(found)
    assert by_cause[1:] == [["Cơ quan phối hợp trả lời chậm", "2"], ["Người xử lý để chậm", "1"]]
    assert by_unit[1] == ["Ủy ban nhân dân xã A", "01/2026 đến 03/2026", "3", "1"]
    rows = {row[0].value: [cell.value for cell in row[1:] if cell.value is not None] for row in sheet.iter_rows()}
    assert rows["Ủy ban nhân dân xã A"] == [3, 1, "01/2026 đến 03/2026"]
    assert (rows["Cơ quan phối hợp trả lời chậm"], rows["Đã ký, chưa giao"], rows["Gửi bưu chính"]) == ([2], [1], [1])
    assert (rows["Không giữ được ngày hẹn lại"], rows["Lần thứ hai, đã chặn"]) == ([3], [1])
    totals = [row[0].coordinate for row in sheet.iter_rows() if row[0].value == "Tổng số"]
    assert [formula(sheet, each.replace("A", "B")) for each in totals] == [15, 3, 1, 3]
    assert isinstance(found.figures, PeriodFigures)
    assert figures_from(text_of_figures(found.figures)) == found.figures
    older = json.decode(text_of_figures(found.figures)) | {"apologies": None}
    closed_before = convert(older, PeriodFigures, strict=False, str_keys=True)
    assert "Số văn bản xin lỗi do đơn vị theo dõi" in text_of(Made(ReportKind.LATE, closed_before))
    province, other = (figures_now(engine, "2026-10", unit).apologies for unit in ("T", "B"))
    assert province == found.figures.apologies
    assert other is not None
    assert other.total == 0


def formula(sheet: Any, name: str) -> float:
    """The value of a cell, worked out as a spreadsheet does; words count as nothing in a sum."""
    value = sheet[name].value
    if not isinstance(value, str):
        return float(value or 0)
    if not value.startswith("="):
        return 0.0
    plainly = re.sub(r"SUM\((\w+):(\w+)\)", lambda each: _sum_of(sheet, each[1], each[2]), value[1:])
    spelt = re.sub(r"\$?\b([A-Z])\$?(\d+)\b", lambda each: f"({formula(sheet, each[1] + each[2])!r})", plainly)
    assert re.fullmatch(r"[0-9.e+\-*/() ]+", spelt)
    return float(eval(spelt, {"__builtins__": {}}))


def _sum_of(sheet: Any, first: str, last: str) -> str:
    return repr(sum(formula(sheet, cell.coordinate) for row in sheet[f"{first}:{last}"] for cell in row))


def test_the_answers_stand_in_the_workbook_with_their_shares(engine: Engine) -> None:
    sheet = book(made(engine, ReportKind.LATE)).worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=sheet.max_row)]
    numbers = {(row[0], row[1]): row[2] for row in rows if isinstance(row[2], int)}

    assert sorted(numbers.values()) == sorted(ANSWERED.values())
    assert formula(sheet, "D2") == pytest.approx(15 / 37)
    unsure = next(row for row in rows if row[1] == "Không rõ")
    assert unsure[2:] == ["chưa đủ", None], "0 would tell that nobody waits"


def dossier_words(numbers: dict[str, int], target: str = "") -> list[str]:
    some = figures_of(ClosedDossiers("A", None, "A", numbers))
    if target:
        some = replace(some, target=ClosedTarget(target, "kế hoạch của xã"))
    return [plain(each) for each in dossier_sentences(some, TEXTS)]


def figures_of(dossiers_of: ClosedDossiers) -> PeriodFigures:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    period = (FORM, "month", "2026-10", first, last, last, "A", "Xã A", "", "day", False, 30, 5, {})
    return PeriodFigures(*period, ClosedFigure(0, 0), None, None, (), (), (), dossiers_of, (), (), date(2026, 11, 20))


@pytest.mark.parametrize("kind", [ReportKind.LATE, ReportKind.MEETING])
def test_dossiers_that_no_list_tells_of_are_unknown_and_not_none(engine: Engine, kind: ReportKind) -> None:
    none = made(engine, kind, "B")
    assert isinstance(none.figures, PeriodFigures)
    assert not none.figures.dossiers.counts.known
    said = text_of(none)

    assert "Chưa có danh sách hồ sơ của kỳ này từ phần mềm một cửa" in said
    assert "Trong kỳ không có hồ sơ trả quá hạn" not in said
    assert [row for grid in grids(none) for row in grid if "Hồ sơ đã trả quá hạn" in grid[0] and row[0] == "0"] == []
    if kind is ReportKind.LATE:
        sheet = book(none).worksheets[0]
        assert {cell.value for cell in sheet["C2:L2"][0]} == {"–"}
        assert "chưa biết trong kỳ có hồ sơ trả quá hạn hay không" in said


@pytest.mark.parametrize(
    ("numbers", "target", "says"),
    [
        ({}, "", ["Chưa có danh sách hồ sơ của kỳ này từ phần mềm một cửa, nên chưa biết số hồ sơ đã trả và số hồ sơ "
            "quá hạn."]),
        ({"received": 4, "open_in_time": 4}, "", ["Trong kỳ chưa trả kết quả hồ sơ nào.",
            "Đến hết ngày 31/10/2026 còn 4 hồ sơ chưa trả kết quả, không có hồ sơ nào quá hạn."]),
        ({"on_time": 1}, "", [
            "Trong kỳ đã trả kết quả 1 hồ sơ, gồm: 0 hồ sơ trước hạn, 1 hồ sơ đúng hạn, 0 hồ sơ quá hạn.",
            "Không có hồ sơ nào trả quá hạn, trên 1 hồ sơ có ngày hẹn trả.",
            "Đến hết ngày 31/10/2026 không còn hồ sơ nào chưa trả kết quả."]),
        ({"returned_undated": 3}, "", ["Trong kỳ đã trả kết quả 3 hồ sơ, gồm: 0 hồ sơ trước hạn, 0 hồ sơ đúng hạn, "
            "0 hồ sơ quá hạn, 3 hồ sơ không ghi ngày hẹn trả.",
            "Không hồ sơ nào ghi ngày hẹn trả nên không tính được tỷ lệ quá hạn.",
            "Đến hết ngày 31/10/2026 không còn hồ sơ nào chưa trả kết quả."]),
        ({"late": 1, "on_time": 1233, "open_overdue": 2}, "0.02", [
            "Trong kỳ đã trả kết quả 1.234 hồ sơ, gồm: 0 hồ sơ trước hạn, 1.233 hồ sơ đúng hạn, 1 hồ sơ quá hạn.",
            "Tỷ lệ trả kết quả quá hạn là 0,1 %, tương ứng 1 trên 1.234 hồ sơ có ngày hẹn trả.",
            "So với mức phải dưới 2,0 % (kế hoạch của xã), kỳ này đạt.",
            "Đến hết ngày 31/10/2026 còn 2 hồ sơ chưa trả kết quả, tất cả đã quá hạn."]),
        ({"late": 1, "on_time": 49}, "0.02", [
            "Trong kỳ đã trả kết quả 50 hồ sơ, gồm: 0 hồ sơ trước hạn, 49 hồ sơ đúng hạn, 1 hồ sơ quá hạn.",
            "Tỷ lệ trả kết quả quá hạn là 2,0 %, tương ứng 1 trên 50 hồ sơ có ngày hẹn trả.",
            "So với mức phải dưới 2,0 % (kế hoạch của xã), kỳ này chưa đạt.",
            "Đến hết ngày 31/10/2026 không còn hồ sơ nào chưa trả kết quả."]),
    ],
)  # fmt: skip
def test_sentences_are_right_for_none_one_and_many(numbers: dict[str, int], target: str, says: list[str]) -> None:
    assert dossier_words(numbers, target) == says


def test_too_few_answers_are_said_not_shown(tmp_path: Path) -> None:
    engine = office(empty_district(tmp_path))
    answer(engine, {("apology", "no"): 12})
    found = made(engine, ReportKind.LATE)
    sheet = book(found).worksheets[1]

    assert "“Ông/Bà đã nhận được văn bản xin lỗi chưa?”: chưa đủ 30 lượt trả lời để nêu." in text_of(found)
    assert not [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, int)]


# ---- the sheet for the meeting, and closed figures


def test_the_sheet_for_the_meeting_holds_ratings_and_dossiers(engine: Engine) -> None:
    found = made(engine, ReportKind.MEETING)
    said, sheets = text_of(found), book(found).sheetnames

    for part in ("145 lượt đánh giá", "So với tháng 9 năm 2026 (85,7 %)", "60 hồ sơ"):
        assert part in said
    assert sheets == ["Kết quả chung", "Theo đơn vị, quầy", "Hồ sơ", "Biểu đồ"]
    levels = grids(found)[0]
    assert [int(row[1]) for row in levels[1:6]] == [40, 20, 75, 0, 10]


@pytest.mark.parametrize("kind", [ReportKind.MEETING, ReportKind.SATISFACTION, ReportKind.LATE])
def test_a_closed_document_keeps_its_numbers_and_names_its_closing(tmp_path: Path, kind: ReportKind) -> None:
    engine = office(empty_district(tmp_path))
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, OCTOBER)
    before = figures_now(engine, unit="A")
    one = close(engine, KEY, OCTOBERS, "A", "chutich", HowToRead(RULES, LAW, NOW))
    rate(engine, "A", "A-1", {1: 20}, OCTOBER)
    found = Made(kind, before, closing_note(one))
    said = text_of(found)

    assert "Số liệu đã được chốt ngày 20/11/2026 (bản chốt số 1; mã kiểm tra: " in said
    assert one.hash.hex()[:4] in said
    assert "chưa chốt" not in said
    assert name_of_file(found, TEXTS, "docx").endswith("(bản chốt số 1).docx")
    if kind is not ReportKind.LATE:
        assert "tương ứng 60 trên 70 lượt" in said
    state = [cell.value for row in book(found).worksheets[0].iter_rows() for cell in row if cell.value]
    assert any("bản chốt số 1" in str(each) for each in state)


def test_a_document_of_today_s_figures_names_the_closing_it_is_not_of(tmp_path: Path) -> None:
    engine = office(empty_district(tmp_path))
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, OCTOBER)
    close(engine, KEY, OCTOBERS, "A", "chutich", HowToRead(RULES, LAW, NOW))
    of_page = report(engine, OCTOBERS, TreeName.OF_THE_DAY, None, "A", RULES, NOW, TEXTS)
    assert of_page is not None
    found = Made(ReportKind.LATE, figures_now(engine, unit="A"), beside=of_page.beside)

    for said in ("\n".join(opening(of_page, TEXTS)), text_of(found)):
        assert "đã được chốt ngày 20/11/2026 (bản chốt số 1); văn bản này lấy số liệu hiện tại" in said
        assert "chưa chốt" not in said
    assert name_of_file(found, TEXTS, "docx").endswith("(số liệu hiện tại).docx")


def test_a_correction_is_named_as_one(engine: Engine) -> None:
    one = closed(engine, unit="B")
    found = Made(
        ReportKind.SATISFACTION, figures_now(engine, unit="B"), closing_note(replace(one, number=7, version=3))
    )

    assert "(bản chốt số 7, chỉnh lần 2; mã kiểm tra:" in text_of(found)


def test_a_report_from_the_figures_is_the_report_of_the_page(engine: Engine) -> None:
    for unit in ("A", "T"):
        of_page = report(engine, OCTOBERS, TreeName.OF_THE_DAY, None, unit, RULES, NOW, TEXTS)

        of_figures = report_from(figures_now(engine, unit=unit), TEXTS, {})
        for name in of_figures.__struct_fields__:
            assert getattr(of_figures, name) == getattr(of_page, name), name


def test_months_and_late_ratings_are_told_in_words(engine: Engine) -> None:
    figures = figures_now(engine, unit="A")
    same = replace(figures, months=PeriodSum("x", 145), late_before=())
    other = replace(figures, months=PeriodSum("x", 120), late_before=(PeriodSum("2026-09", 9),))
    of_same, of_other = ("\n".join(notes(report_from(each, TEXTS, {}), TEXTS)) for each in (same, other))

    assert "bằng tổng các tháng đã chốt (145 lượt)" in of_same
    assert "có thêm" not in of_same
    assert "Các tháng đã chốt cộng lại là 120 lượt, số của kỳ này là 145 lượt" in of_other
    assert "Sau khi chốt số liệu tháng 9 năm 2026, có thêm 9 lượt đánh giá" in of_other
    assert "not closed" in " ".join(opening(report_from(figures, ENGLISH, {}), ENGLISH))


@pytest.mark.parametrize("of", ["2026-10", "2026-Q4", "2026-H2", "2026"])
def test_each_kind_is_made_of_each_period_in_both_languages(engine: Engine, of: str) -> None:
    figures = figures_now(engine, of, "A")
    for kind in kinds_of(asked_by_name(of).name):
        if kind is not ReportKind.COMPLAINTS:
            for texts in (TEXTS, ENGLISH):
                assert text_of(Made(kind, figures), texts)
                assert load_workbook(BytesIO(xlsx(Made(kind, figures), texts))).sheetnames


# ---- complaints


@pytest.fixture
def at_work(tmp_path: Path) -> Office:
    """Six matters: one late, two of three days ago (one about an officer), one for the head alone, a comment."""
    return open_office(tmp_path)


def person(one: Office, name: str) -> Person:
    with reading(one.district.engine) as connection:
        return next(each for each in people(connection, local_day(one.district.clock())) if each.user_name == name)


def counted(one: Office, name: str, unit: str = UNIT) -> ComplaintFigures | None:
    with reading(one.district.engine) as connection:
        now = one.district.clock()
        return read_complaints(connection, asked_by_name("2026-11"), unit, person(one, name), SCHEMES, now)


def test_complaints_are_counted_as_the_register_shows_them(at_work: Office) -> None:
    at_work.do(LAN, "late", Action.TAKE)
    at_work.do(LAN, "late", Action.START)
    at_work.do(LAN, "late", Action.DRAFT, text="Hồ sơ của Ông/Bà đã có kết quả, mời đến nhận.")
    at_work.do(HEAD, "late", Action.APPROVE)
    found = counted(at_work, HEAD.user_name)

    assert found is not None
    assert (found.received, found.complaints, found.comments) == (6, 4, 2)
    assert sum(found.about.values()) == 6
    assert (found.about["conduct"], found.about["rule"]) == (1, 1)
    assert found.answered + found.open_in_time + found.open_overdue + found.undated == found.complaints
    assert found.answered == 1


def test_promise_6_nobody_is_told_a_number_they_could_not_count_in_their_register(at_work: Office) -> None:
    at_work.tell("about_lan", text="Cán bộ quầy 2 không giải thích.", about="conduct", officer_number="CB-7")
    at_work.district.clock.pass_by(hours=24)
    by_reader = {who.user_name: counted(at_work, who.user_name) for who in (HEAD, SECOND, MINH, LAN)}

    received = {name: found.received for name, found in by_reader.items() if found is not None}
    assert received[HEAD.user_name] == received[SECOND.user_name] == 7
    assert received[LAN.user_name] < received[MINH.user_name] < 7, "what is for other eyes is in no number"
    assert counted(at_work, HEAD.user_name, "H32") is None
    assert counted(at_work, "tung.tech") is not None
    assert counted(at_work, "tung.tech").received == 0  # type: ignore[union-attr]


def test_what_arrived_today_is_in_no_report(at_work: Office) -> None:
    before = counted(at_work, HEAD.user_name)
    at_work.tell("new", text="Xin thêm ghế.", about="facilities")

    assert counted(at_work, HEAD.user_name) == before


FIGURES = ComplaintFigures(
    "A", "Xã A", "Tỉnh", figures_of(ClosedDossiers("A", None, "A", {})).whole_period, date(2026, 11, 20),
    17, 4, 1, {"conduct": 6, "rule": 6, "facilities": 3, "other": 4, "question": 2}, 11, 2, 3, 1, 0, 1, 2, 3, 1,
    {"satisfied": 7, "not_satisfied": 2, "go_on": 1},
    {"true": 2, "partly": 1, "not_true": 1, "not_verifiable": 1, "slander": 0}, 1,
)  # fmt: skip


def test_the_report_of_complaints_says_each_number_in_both_files() -> None:
    found = Made(ReportKind.COMPLAINTS, FIGURES)
    said, sheets = text_of(found), book(found).worksheets
    about, standing, _tasks = grids(found)

    assert "Tỷ lệ trả lời đúng hạn là 78,6 %, tương ứng 11 trên 14" in said
    assert "21 lượt, gồm 17 phản ánh, kiến nghị cần trả lời và 4 góp ý" in said
    assert "10 người gửi đã đánh giá kết quả trả lời: 7 hài lòng, 2 không hài lòng, 1 cho rằng" in said
    in_sheet = [sheets[0].cell(row, 2).value for row in range(2, 7)]
    assert [int(row[1]) for row in about[1:6]] == in_sheet == [6, 6, 3, 4, 2]
    assert [int(row[1]) for row in standing[1:5]] == [sheets[1].cell(row, 2).value for row in range(2, 6)]
    assert (about[6][1], standing[5][1]) == ("21", "17")
    assert calculated(sheets[0])["Tổng số"] == 21
    assert calculated(sheets[1]) == {"Tổng số": 17, "Tỷ lệ trả lời đúng hạn": pytest.approx(11 / 14)}
    assert calculated(sheets[2]) == {"Tổng số": 10}
    assert calculated(sheets[3]) == {"Tổng số": 5}
    assert "Có 5 phản ánh về hành vi đã được kết luận: 2 đúng, 1 đúng một phần, 1 không đúng, 1 chưa đủ căn cứ" in said
    assert "Còn 1 phản ánh về hành vi chờ kết luận." in said


def test_a_period_without_complaints_says_so() -> None:
    none = dict.fromkeys(("complaints", "comments", "open_comments", "answered_in_time", "answered_late"), 0)
    none |= dict.fromkeys(("open_in_time", "open_overdue", "undated", "refused", "extended", "transferred"), 0)
    empty = replace(FIGURES, **none, reopened=0, conclusions={}, to_conclude=0, about=dict.fromkeys(FIGURES.about, 0),
                    verdicts=dict.fromkeys(FIGURES.verdicts, 0))  # fmt: skip
    said = text_of(Made(ReportKind.COMPLAINTS, empty))

    assert "Trong kỳ không tiếp nhận phản ánh, kiến nghị, góp ý nào." in said
    assert "Trong kỳ không có phản ánh, kiến nghị nào cần trả lời." in said
    assert "Chưa có người gửi nào đánh giá" in said
    assert not [cell for row in book(Made(ReportKind.COMPLAINTS, empty)).worksheets[0].iter_rows() for cell in row
                if str(cell.value).startswith("=B")]  # fmt: skip


def test_one_that_was_looked_at_again_is_open_by_its_new_date(at_work: Office) -> None:
    at_work.do(HEAD, "ramp", Action.TAKE)
    at_work.do(HEAD, "ramp", Action.START)
    at_work.do(HEAD, "ramp", Action.DRAFT, text="Đường dốc sẽ làm xong trong tháng này, mời Ông/Bà xem.")
    at_work.do(SECOND, "ramp", Action.APPROVE)
    answered = counted(at_work, HEAD.user_name)
    at_work.do(HEAD, "ramp", Action.REOPEN, text="Người dân báo chưa làm xong.")
    again = counted(at_work, HEAD.user_name)

    assert answered is not None
    assert again is not None
    assert (answered.answered, again.answered) == (1, 0)
    assert again.open_in_time + again.open_overdue == 4


# ---- pages and commands


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Iterator[Any]:
    with serving(engine, tmp_path, StillClock()) as address:

        def get(name: str, path: str) -> Any:
            browser = Browser(address)
            browser.sign_in(name)
            return browser.get(path)

        yield get


@pytest.mark.parametrize("kind", [*ReportKind])
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_each_sees_the_documents_of_their_own_units(site: Any, kind: ReportKind, ending: str) -> None:
    path = f"/report.{ending}?kind={kind}&period=month&of=2026-10&unit=A"
    own, above, other = (site(name, path) for name in ("xa.a", "tinh", "xa.b"))
    technician = site("kt", path)

    assert (own.status_code, above.status_code, other.status_code) == (200, 200, 404)
    assert technician.status_code == (404 if kind is ReportKind.COMPLAINTS else 200)
    assert own.content[:2] == b"PK"
    assert "filename*=UTF-8''" in own.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "query",
    [
        "kind=x&period=month&of=2026-10&unit=A",
        "kind=meeting&period=quarter&of=2026-Q3&unit=A",
        "kind=late&period=week&of=2026-W41&unit=A",
        "kind=late&period=month&of=2027-10&unit=A",
        "kind=complaints&period=month&of=2027-10&unit=A",
        "kind=late&period=month&of=x&unit=A",
        "kind=late&period=month&of=2026-10",
        "kind=late&period=month&of=2026-10&unit=nowhere",
        "kind=late&closing=99",
        "kind=late&closing=x",
    ],
)
def test_what_is_no_document_is_refused_in_words(site: Any, query: str) -> None:
    answer_of = site("tinh", f"/report.docx?{query}")

    assert answer_of.status_code == 404
    assert "<h1>" in answer_of.text


def test_the_documents_of_a_closing_are_those_of_its_unit(site: Any, engine: Engine) -> None:
    one = closed(engine, "2026-09", "A")
    path = f"/report.docx?kind=satisfaction&closing={one.number}"

    assert site("xa.b", path).status_code == 404
    found = site("xa.a", path)
    assert "bản chốt số" in "\n".join(words(Document(BytesIO(found.content))))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DISTRICT_DATA", str(tmp_path))
    monkeypatch.setattr("sync.district.__main__.utc_now", lambda: NOW)
    assert main(["init"]) == 0
    engine = office(empty_district(tmp_path))
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, OCTOBER)
    add_people(engine, ("chutich", Role.LEADER, "A"))
    return tmp_path


@pytest.mark.parametrize("kind", ["meeting", "satisfaction", "late", "complaints"])
@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_the_command_writes_each_kind(place: Path, kind: str, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / f"x.{ending}"
    more = ["--for", "chutich"] if kind == "complaints" else []

    assert main(["report", kind, "--unit", "A", "--period", "2026-10", "--out", str(out), *more]) == 0
    assert out.read_bytes()[:2] == b"PK"
    assert f"{kind} of 2026-10, not closed." in capsys.readouterr().out


def test_the_command_takes_a_closed_period_as_it_was_closed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["period", "close", "--unit", "A", "--period", "2026-10"]) == 0
    arguments = ["report", "satisfaction", "--unit", "A", "--period", "2026-10", "--out", str(place / "x.docx")]
    assert main(arguments) == 0
    assert main([*arguments, "--open"]) == 0
    said = capsys.readouterr().out

    assert "satisfaction of 2026-10, closing 1." in said
    assert "satisfaction of 2026-10, not closed." in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["meeting", "--unit", "A", "--period", "2026-Q3"], "the sheet for the meeting is made of a month"),
        (["late", "--unit", "A", "--period", "x"], "x is no period"),
        (["late", "--unit", "Z", "--period", "2026-10"], "there is no unit Z"),
        (["late", "--unit", "A", "--period", "2027-10"], "nothing is released"),
        (["complaints", "--unit", "A", "--period", "2026-10", "--for", "nobody"], "there is no user nobody"),
        (["complaints", "--unit", "B", "--period", "2026-10", "--for", "chutich"], "may not see the unit B"),
    ],
)
def test_the_command_says_in_one_sentence_why_not(
    place: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *arguments, "--out", str(place / "x.docx")]) == 1
    assert says in capsys.readouterr().err
    assert not (place / "x.docx").exists()


def test_drafts_are_written_for_every_unit_that_has_figures(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / "drafts"
    assert main(["report", "drafts", "--out", str(out)]) == 0
    first = {path.name: path.read_bytes() for path in (out / "2026-10").iterdir()}
    assert main(["report", "drafts", "--out", str(out)]) == 0

    assert sorted(first) == sorted(path.name for path in (out / "2026-10").iterdir())
    assert {name.split(" ")[0] for name in first} == {"T", "A"}
    assert len(first) == 12
    assert "A Báo cáo mức độ hài lòng.docx" in first
    assert f"{out / '2026-10'}: 2 units, 12 files." in capsys.readouterr().out
    assert {path.stat().st_mode & 0o777 for path in (out / "2026-10").iterdir()} == {0o600}


def test_the_drafts_of_a_closed_month_are_those_of_its_closing(place: Path) -> None:
    assert main(["period", "close", "--unit", "A", "--period", "2026-10"]) == 0
    assert main(["report", "drafts", "--out", str(place / "drafts"), "--period", "2026-10"]) == 0
    said = {
        unit: "\n".join(words(Document(place / "drafts" / "2026-10" / f"{unit} Báo cáo mức độ hài lòng.docx")))
        for unit in "TA"
    }

    assert "bản chốt số 1" in said["A"]
    assert "Số liệu chưa chốt" in said["T"]


def test_what_came_late_is_read_once_for_the_drafts_of_all_units(place: Path) -> None:
    for unit in "TAB":
        assert main(["period", "close", "--unit", unit, "--period", "2026-09"]) == 0
    engine, told = open_engine(f"sqlite:///{place / 'district.sqlite'}"), list[str]()
    event.listen(engine, "before_cursor_execute", lambda *about: told.append(about[2]))
    write_drafts(engine, OCTOBERS, place / "drafts", HowToRead(RULES, LAW, NOW), TEXTS)
    looks = [statement for statement in told if "released_groups.group_id >" in statement]

    assert len(looks) == 1


def test_an_unknown_reason_or_answer_in_another_language_is_read_in_vietnamese(engine: Engine) -> None:
    figures = figures_now(engine, unit="A")
    only_vietnamese = replace(figures, better=(ClosedReason({"vi": "Phải chờ lâu"}, 9),))

    assert "Phải chờ lâu: 9" in text_of(Made(ReportKind.SATISFACTION, only_vietnamese), ENGLISH)


def test_a_reading_for_another_unit_is_none(engine: Engine) -> None:
    with reading(engine) as connection:
        assert read_figures(connection, OCTOBERS, "A", HowToRead(RULES, LAW, NOW, allowed="B")) is None
