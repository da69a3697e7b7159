"""A file becomes one revision, or nothing changes."""

import argparse

import pytest
from sqlalchemy import select

from sync.district.cli import import_file as command
from sync.district.cli.context import Context
from sync.district.reference.report import report
from sync.district.settings import Settings
from sync.district.store.engine import Engine, reading
from sync.district.store.reference_tables import counters, dossiers, officers, questionnaires, revisions
from sync.district.texts import load_texts
from tests.district.web_fixtures import NOW, SAMPLES, bring, bring_samples

UNITS = "Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\nH35,Tỉnh Lai Châu,Tỉnh,\nH35.88,Xã Bản Mẫu,Xã,H35\n"
COUNTERS = "Mã quầy,Đơn vị,Tên quầy\nQ1,H35.88,Tư pháp – Hộ tịch\nQ2,xã bản mẫu,Đất đai\n"
DOSSIERS = "Mã hồ sơ,Quầy,Ngày nhận,Ngày trả\nH35.88-261105-0001,Q1,05/11/2026,\nH35.88-261105-0002,Q1,05/11/2026,\n"


@pytest.fixture
def district(engine) -> Engine:
    bring(engine, "units", UNITS)
    bring(engine, "counters", COUNTERS)
    return engine


def rows(engine: Engine, table) -> list[dict]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def keys(outcome) -> list[str]:
    return [problem.key for problem in outcome.reading.errors]


def test_the_samples_come_in_whole_and_without_a_warning(engine):
    outcomes = bring_samples(engine)

    assert [outcome.new for outcome in outcomes] == [3, 4, 6, 13, 64]
    assert [outcome.reading.warnings for outcome in outcomes] == [()] * 5


def test_the_sample_dossiers_are_at_least_forty_at_one_counter(engine):
    bring_samples(engine)

    at_counters = [row["counter_id"] for row in rows(engine, dossiers)]
    assert at_counters.count("H35.88.01-Q1") >= 40
    assert len(set(at_counters)) == 4


def test_the_same_file_again_changes_nothing_and_makes_no_revision(engine):
    bring_samples(engine)
    before = rows(engine, revisions)

    outcomes = bring_samples(engine)

    assert [(outcome.new, outcome.changed, outcome.revision) for outcome in outcomes] == [(0, 0, None)] * 5
    assert rows(engine, revisions) == before


def test_only_the_row_that_changed_gets_the_new_revision(district):
    bring(district, "dossiers", DOSSIERS)

    outcome = bring(district, "dossiers", DOSSIERS.replace("0002,Q1,05/11/2026,", "0002,Q1,05/11/2026,06/11/2026"))

    first, second = rows(district, dossiers)
    assert (outcome.new, outcome.changed, outcome.unchanged) == (0, 1, 1)
    assert second["revision"] == outcome.revision == first["revision"] + 1
    assert second["returned_on"].isoformat() == "2026-11-06"


def test_one_bad_row_keeps_all_the_others_out(district):
    before = rows(district, revisions)

    outcome = bring(district, "dossiers", DOSSIERS + "H35.88-261105-0003,Q1,31/02/2026,\n")

    assert keys(outcome) == ["import.value.no_such_date"]
    assert (rows(district, dossiers), rows(district, revisions)) == ([], before)


def test_a_check_reports_and_leaves_no_trace(district):
    before = rows(district, revisions)

    outcome = bring(district, "dossiers", DOSSIERS, check=True)

    assert (outcome.accepted, outcome.new, outcome.revision) == (True, 2, None)
    assert (rows(district, dossiers), rows(district, revisions)) == ([], before)


def test_a_column_the_file_lacks_changes_nothing_and_an_empty_cell_empties(district):
    bring(district, "dossiers", DOSSIERS.replace("0001,Q1,05/11/2026,", "0001,Q1,05/11/2026,06/11/2026"))

    bring(district, "dossiers", "Mã hồ sơ,Ngày nhận\nH35.88-261105-0001,\n", may_empty=True)

    first = rows(district, dossiers)[0]
    assert (first["counter_id"], first["received_on"], str(first["returned_on"])) == ("Q1", None, "2026-11-06")


def test_a_row_the_file_lacks_stays(district):
    bring(district, "dossiers", DOSSIERS)

    bring(district, "dossiers", DOSSIERS.splitlines()[0] + "\nH35.88-261106-0001,Q2,06/11/2026,\n")

    assert [row["dossier_code"][-11:] for row in rows(district, dossiers)] == [
        "261105-0001",
        "261105-0002",
        "261106-0001",
    ]


def test_a_counter_and_a_unit_may_be_given_by_name(district):
    bring(district, "dossiers", DOSSIERS.replace(",Q1,", ",tu phap ho tich,"))

    assert [row["unit_id"] for row in rows(district, counters)] == ["H35.88", "H35.88"]
    assert {row["counter_id"] for row in rows(district, dossiers)} == {"Q1"}


def test_an_unknown_counter_keeps_the_file_out_and_says_what_to_import_first(district):
    outcome = bring(district, "dossiers", DOSSIERS.replace("Q1", "Q9"))

    assert keys(outcome) == ["import.link.counter", "import.link.counter"]
    assert "district import counters" in report(outcome, "hs.csv", load_texts())


def test_everything_wrong_with_a_row_is_said_at_once(district):
    outcome = bring(district, "dossiers", DOSSIERS + "H35.88-261105-0003,Q9,31/02/2026,\n")

    assert keys(outcome) == ["import.value.no_such_date", "import.link.counter"]


def test_an_unknown_unit_keeps_the_counters_out(district):
    assert keys(bring(district, "counters", COUNTERS.replace("xã bản mẫu", "Xã Khác"))) == ["import.link.unit"]


def test_an_unknown_procedure_is_kept_with_a_warning(district):
    outcome = bring(district, "dossiers", "Mã hồ sơ,Mã TTHC,Số hiệu\nH35.88-261105-0001,1.001193,CB-1\n")

    assert [problem.key for problem in outcome.reading.warnings] == ["import.link.procedure", "import.link.officer"]
    assert [row["procedure_id"] for row in rows(district, dossiers)] == ["1.001193"]


def test_a_procedure_given_by_name_gets_its_code(district):
    bring(district, "procedures", "Mã TTHC,Tên thủ tục\n1.001193,Đăng ký khai sinh\n")

    outcome = bring(
        district,
        "dossiers",
        "Mã hồ sơ,Tên thủ tục\nH35.88-261105-0001,ĐĂNG KÝ  KHAI SINH\nH35.88-261105-0002,Không rõ tên\n",
    )

    assert [row["procedure_id"] for row in rows(district, dossiers)] == ["1.001193", None]
    assert [(p.row, p.key) for p in outcome.reading.warnings] == [(3, "import.link.procedure_name")]


def test_a_unit_above_itself_is_refused(district):
    outcome = bring(district, "units", "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\nH35,Tỉnh Lai Châu,Tỉnh,H35.88\n")

    assert keys(outcome) == ["import.link.loop"]


def test_dates_in_the_wrong_order_are_doubted_not_refused(district):
    outcome = bring(district, "dossiers", DOSSIERS.replace("05/11/2026,\n", "05/11/2026,04/11/2026\n"))

    assert (outcome.accepted, [p.key for p in outcome.reading.warnings]) == (True, ["import.dates.returned_on"] * 2)


def test_the_unit_of_every_row_can_be_said_once(district):
    outcome = bring(district, "officers", "Số hiệu,Chức danh\nCB-1,Công chức\n", unit_id="h35.88")

    assert outcome.accepted
    assert [row["unit_id"] for row in rows(district, officers)] == ["H35.88"]


def test_a_published_questionnaire_is_not_changed(district):
    published = (SAMPLES.parent / "schemes" / "mot-cua.toml").read_bytes()

    first = bring(district, "questionnaire", published)
    again = bring(district, "questionnaire", published)
    changed = bring(district, "questionnaire", published.replace(b"2026-11-29", b"2026-11-30"))

    assert (first.new, again.unchanged, keys(changed)) == (1, 1, ["import.questionnaire.published"])
    assert [row["content"]["questionnaire_id"] for row in rows(district, questionnaires)] == ["mot-cua"]


@pytest.mark.parametrize("data", [b"not = [toml", b'questionnaire_id = "x"', b"\xff\xfe"])
def test_a_questionnaire_that_is_none_is_refused_with_a_reason(district, data):
    outcome = bring(district, "questionnaire", data)

    assert not outcome.accepted
    assert outcome.reading.errors[0].key.startswith(("import.questionnaire.", "import.toml."))


def test_every_problem_has_its_words(district):
    texts = load_texts()
    outcomes = [
        bring(district, "dossiers", "Mã hồ sơ,Quầy,Ngày nhận,Ngày trả\n#N/A,Q9,05/11/26,2/1/2999\n,,13/13/2026,12\n"),
        bring(district, "dossiers", "Mã hồ sơ,Quầy\nA-261105-1,Q1\nA-261105-1,Q2\n" + "A" * 70 + ",Q1\n"),
        bring(district, "dossiers", b""),
        bring(district, "units", "Tên đơn vị,Cấp\nX,Y\n"),
        bring(district, "dossiers", "x\ny\n"),
    ]

    for outcome in outcomes:
        assert texts("import.report.refused") in report(outcome, "hs.csv", texts)


@pytest.fixture
def command_line(tmp_path, database_url):
    """Runs ``district import`` on the test's database."""
    settings = Settings(data=tmp_path, database_url=database_url)

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        arguments = parser.parse_args(["import", *words])
        return arguments.run(arguments, Context(settings, lambda: NOW))

    return run


def test_the_command_exits_1_and_names_the_row_in_vietnamese(tmp_path, command_line, capsys, district):
    exported = tmp_path / "hồ sơ.csv"
    exported.write_text(DOSSIERS.replace("0002,Q1,05/11/2026", "0002,Q1,31/02/2026"), "utf-8")

    exit_code = command_line("dossiers", str(exported))

    assert exit_code == 1
    assert "Dòng 3, cột “Ngày tiếp nhận”: không có ngày 31/02/2026." in capsys.readouterr().out
    assert rows(district, dossiers) == []


def test_the_command_imports_and_exits_0(tmp_path, command_line, capsys, district):
    exported = tmp_path / "hồ sơ.csv"
    exported.write_text(DOSSIERS, "utf-8")

    exit_code = command_line("dossiers", str(exported))

    assert (exit_code, len(rows(district, dossiers))) == (0, 2)
    assert "Đã nhập xong: 2 dòng mới" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said(tmp_path, command_line, capsys):
    assert command_line("dossiers", str(tmp_path / "none.csv")) == 1
    assert "Không mở được tệp" in capsys.readouterr().out
