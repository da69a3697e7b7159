"""What an import may not take on trust: days in other zones, days the code contradicts, values that would vanish."""

import os
import pty
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sync.district.reference.cells import link_of
from sync.district.reference.columns import ColumnRule
from sync.district.reference.contradictions import against_the_code
from sync.district.reference.report import report
from sync.district.reference.values import BadValue, code_of, date_of
from sync.district.store.engine import Engine, reading
from sync.district.store.reference_tables import dossiers
from sync.district.texts import load_texts
from sync.district.times import local_day
from tests.district.test_import_store import COUNTERS, DOSSIERS, UNITS, command_line  # noqa: F401
from tests.district.web_fixtures import CATALOGUE, NOW, bring, import_file

TEXTS = load_texts()
FULL = DOSSIERS.replace("05/11/2026,\n", "05/11/2026,06/11/2026\n")
MOMENTS = st.datetimes(datetime.fromisoformat("2001-01-02"), datetime.fromisoformat("2099-12-30"))
OFFSETS = st.integers(-12 * 60, 14 * 60)


@pytest.fixture
def district(engine) -> Engine:
    bring(engine, "units", UNITS)
    bring(engine, "counters", COUNTERS)
    bring(engine, "dossiers", FULL)
    return engine


def returned(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        wanted = select(dossiers.c.returned_on).order_by(dossiers.c.dossier_code)
        return [str(day) for day in connection.scalars(wanted)]


def rule(kind: str, name: str) -> ColumnRule:
    return next(found for found in CATALOGUE.kinds[kind] if found.field == name)


@given(MOMENTS, OFFSETS)
def test_a_moment_with_its_zone_is_its_day_in_vietnam(moment, minutes):
    told = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))

    assert date_of(told.isoformat()) == local_day(told)
    assert date_of(f"{told:%d/%m/%Y %H:%M:%S %z}") == local_day(told)


@given(MOMENTS)
def test_a_moment_in_utc_is_its_day_in_vietnam_however_utc_is_written(moment):
    day = local_day(moment.replace(tzinfo=UTC))

    for written in ("%Y-%m-%dT%H:%M:%S.000Z", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%M UTC", "%d/%m/%Y %I:%M %p GMT"):
        assert date_of(moment.strftime(written)) == day


@pytest.mark.parametrize("written", ["2026-11-19T00:00:00+99:00", "2026-11-19T25:00:00Z", "2026-11-19T10:00:00+7"])
def test_a_zone_that_is_none_is_refused(written):
    with pytest.raises(BadValue):
        date_of(written)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_day_and_month_that_only_fit_the_code_when_exchanged_are_refused(day):
    if day.day > 12 or day.day == day.month:
        return
    values = {"dossier_code": f"H35.88-{day:%y%m%d}-0001", "received_on": date(day.year, day.day, day.month)}

    assert [problem.key for problem in against_the_code(2, values, {})] == ["import.dates.exchanged"]
    assert against_the_code(2, {**values, "received_on": day}, {}) == []


def test_a_day_of_receipt_far_from_the_code_is_doubted(district):
    outcome = bring(district, "dossiers", "Mã hồ sơ,Ngày nhận\nH35.88-261105-0003,25/12/2026\n")

    assert [problem.key for problem in outcome.reading.warnings] == ["import.dates.far"]


def test_a_number_whose_last_digits_excel_lost_is_no_code():
    with pytest.raises(BadValue) as caught:
        code_of(12345678901234567, rule("officers", "officer_number"))

    assert caught.value.key == "import.value.long_number"


@pytest.mark.parametrize(
    "link",
    [
        "https://dichvucong.gov.vn@evil.example/a",
        "https://a:b@c.vn",
        "https://a.vn\\@b.vn/x",
        "https://dichvucong.gov.vn\uff20evil.example/",  # a phone reads the wide sign as the narrow one
        "https://dichvucong.gov.vn\u2100evil.example/",  # ... and this one as a/c
        "https://dichvucong.gov.vn\uff0fevil.example/",
    ],
)
def test_a_link_that_names_one_site_and_leads_to_another_is_refused(link):
    with pytest.raises(BadValue) as caught:
        link_of(link, rule("notices", "link"))

    assert caught.value.key == "import.value.link_user"


def test_a_link_with_an_at_sign_in_its_path_is_a_link():
    assert link_of("https://a.vn/@xa", rule("notices", "link")) == "https://a.vn/@xa"


EMPTYING = "Mã hồ sơ,Quầy,Ngày trả\nH35.88-261105-0001,,\nH35.88-261105-0002,Q1,\n"


def test_a_file_that_empties_known_values_changes_nothing_and_counts_them(district):
    outcome = bring(district, "dossiers", EMPTYING)

    assert (outcome.accepted, outcome.asks, outcome.revision) == (False, True, None)
    assert outcome.emptied == {"Mã quầy": 1, "Ngày trả kết quả": 2}
    assert returned(district) == ["2026-11-06"] * 2
    said = report(outcome, "hs.csv", TEXTS)
    assert "cột “Ngày trả kết quả”: 2 ô đang có giá trị sẽ thành trống" in said
    assert "--allow-emptying" in said


def test_a_check_says_what_an_import_would_empty(district):
    outcome = bring(district, "dossiers", EMPTYING, check=True)

    assert (outcome.asks, outcome.checked_only, sum(outcome.emptied.values())) == (True, True, 3)


def test_new_rows_and_cells_that_were_empty_before_empty_nothing(district):
    outcome = bring(district, "dossiers", "Mã hồ sơ,Hẹn trả\nH35.88-261105-0001,\nH35.88-261105-0009,\n")

    assert (outcome.accepted, outcome.emptied) == (True, {})


def test_a_notice_that_loses_its_english_words_asks(district):
    head = "Mã thẻ,Đơn vị,Loại,Tiêu đề,Tiêu đề (Anh)\n"
    bring(district, "notices", head + "T1,H35,Thông báo,Chào,Hello\n")

    outcome = bring(district, "notices", head + "T1,H35,Thông báo,Chào,\n")

    assert (outcome.asks, outcome.emptied) == (True, {"Tiêu đề (Anh)": 1})


def test_the_command_refuses_and_with_the_flag_imports(tmp_path, command_line, capsys, district):  # noqa: F811
    exported = tmp_path / "hs.csv"
    exported.write_text(EMPTYING, "utf-8")

    assert command_line("dossiers", str(exported)) == 1
    assert returned(district) == ["2026-11-06"] * 2
    assert command_line("dossiers", str(exported), "--allow-emptying") == 0
    assert returned(district) == ["None"] * 2


@pytest.mark.parametrize(("typed", "code", "left"), [("có\n", 0, "None"), ("CO\n", 0, "None"), ("\n", 1, "2026-11-06")])
def test_somebody_at_a_terminal_is_asked(tmp_path, command_line, district, monkeypatch, typed, code, left):  # noqa: F811
    exported = tmp_path / "hs.csv"
    exported.write_text(EMPTYING, "utf-8")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r+b", buffering=0) as raw, os.fdopen(ours, "wb", buffering=0) as keys:
        keys.write(typed.encode())
        with open(raw.fileno(), closefd=False) as given_, open(raw.fileno(), "w", closefd=False) as shown:
            monkeypatch.setattr(sys, "stdin", given_)
            monkeypatch.setattr(sys, "stdout", shown)
            assert command_line("dossiers", str(exported)) == code

    assert returned(district) == [left] * 2


def test_a_report_cannot_move_the_cursor_of_a_terminal(district):
    outcome = bring(district, "dossiers", "Mã hồ sơ,Ghi chú \x1b[2J\nH35.88-261105-0009,x\n")

    assert "\x1b" not in report(outcome, "a\x1b]0;b\x07.csv", TEXTS)


def test_a_large_file_says_how_far_it_is(monkeypatch, district):
    monkeypatch.setattr("sync.district.reference.files.delimited.PROGRESS_EVERY", 2)
    monkeypatch.setattr("sync.district.reference.rows.PROGRESS_EVERY", 2)
    steps: list[tuple[str, int]] = []
    rows = "".join(f"H35.88-261105-1{n:03},Q1\n" for n in range(4))
    data = f"Mã hồ sơ,Quầy\n{rows}".encode()
    import_file(district, CATALOGUE, "dossiers", data, "a.csv", NOW, progress=lambda *step: steps.append(step))

    assert steps == [("read", 2), ("read", 4), ("check", 2), ("check", 4), ("write", 4)]
    assert all(TEXTS(f"import.report.progress_{step}", n=rows) for step, rows in steps)
