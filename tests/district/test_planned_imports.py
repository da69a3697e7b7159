"""A list for a later day is checked when it is brought, and changes nothing before the morning of that day."""

import argparse
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.district.cli import import_file as importing
from sync.district.cli import reference
from sync.district.cli.context import Context
from sync.district.cli.projecting import words_about_plans
from sync.district.domain.plan import PlannedImport, PlanState
from sync.district.projection.loop import TROUBLE_SECONDS, ProjectorLoop
from sync.district.reference import planning
from sync.district.reference.columns import shipped_catalogue
from sync.district.reference.planning import carry_out, plan
from sync.district.settings import Settings
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.plans import end_plan, plan_lines
from sync.district.store.reference import scope_of
from sync.district.store.releases import is_released
from sync.district.texts import load_texts
from sync.district.times import local_day, start_of
from tests.district.conftest import District
from tests.district.web_fixtures import NOW, bring

HEAD = "Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\n"
UNITS = f"{HEAD}T,Tỉnh,Tỉnh,\nD1,Huyện Một,Huyện,T\nD2,Huyện Hai,Huyện,T\nX1,Xã A,Xã,D1\n"
MOVED = f"{HEAD}X1,Xã A,Xã,D2\n"
NEW_YEAR = date(2027, 1, 1)
THE_MORNING = start_of(NEW_YEAR)
Run = Callable[..., int]


@pytest.fixture
def listed(engine: Engine) -> Engine:
    assert bring(engine, "units", UNITS).accepted
    return engine


@pytest.fixture
def district_command(tmp_path: Path, database_url: str) -> Run:
    """Runs ``district import`` and ``district reference`` on the test's database."""
    context = Context(Settings(data=tmp_path, database_url=database_url), lambda: NOW)

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        importing.add_parser(commands)
        reference.add_parser(commands)
        arguments = parser.parse_args(words)
        return int(arguments.run(arguments, context))

    return run


def planned(text: str, **changed: Any) -> PlannedImport:
    said = {
        "kind": "units",
        "file_name": "units.csv",
        "data": text.encode(),
        "fixed": {},
        "sheets": (),
        "is_full": False,
        "may_empty": False,
        "may_close": False,
        "holds_from": NEW_YEAR,
        "person": "Minh",
    }
    return PlannedImport(**(said | changed))


def carried_out(engine: Engine, now: datetime) -> int:
    return carry_out(engine, shipped_catalogue(), now, load_texts("vi"))


def below(engine: Engine, unit_id: str) -> frozenset[str]:
    """The units that somebody of a unit may see, and whose rows its kiosks get."""
    with reading(engine) as connection:
        return scope_of(connection, unit_id).units


def states(engine: Engine) -> list[PlanState]:
    with reading(engine) as connection:
        return [each.state for each in plan_lines(connection, 20)]


def test_a_list_for_the_new_year_moves_no_right_in_november(listed: Engine) -> None:
    plan(listed, planned(MOVED), NOW)

    assert carried_out(listed, THE_MORNING - timedelta(seconds=1)) == 0
    assert below(listed, "D1") == {"D1", "X1"}
    assert carried_out(listed, THE_MORNING) == 1
    assert (below(listed, "D1"), below(listed, "D2")) == ({"D1"}, {"D2", "X1"})
    assert states(listed) == [PlanState.APPLIED]
    assert carried_out(listed, THE_MORNING) == 0


def test_a_district_that_stood_still_on_the_day_imports_it_when_it_runs_again(listed: Engine) -> None:
    plan(listed, planned(MOVED), NOW)

    assert carried_out(listed, THE_MORNING + timedelta(days=9)) == 1
    assert below(listed, "D2") == {"D2", "X1"}


def test_the_projector_imports_it_before_the_day_s_release(district: District) -> None:
    engine = district.engine
    assert bring(engine, "units", UNITS).accepted
    plan(engine, planned(MOVED), NOW)
    moments = [NOW]
    loop = ProjectorLoop(engine, district.keys, now=lambda: moments[-1], daily=[lambda now: carried_out(engine, now)])

    loop.tick()
    assert below(engine, "D2") == {"D2"}
    moments.append(THE_MORNING)
    loop.tick()
    assert below(engine, "D2") == {"D2", "X1"}


@pytest.mark.parametrize("state", [PlanState.CANCELLED, PlanState.APPLIED])
def test_a_plan_that_ended_while_its_day_began_is_not_imported(
    listed: Engine, monkeypatch: pytest.MonkeyPatch, state: PlanState
) -> None:
    """Somebody cancels it, or another projector carries it out, after it was read."""
    number = plan(listed, planned(MOVED), NOW)
    read = planning.find_plan

    def then_ended(connection: Connection, plan_id: int) -> PlannedImport | None:
        found = read(connection, plan_id)
        connection.rollback()
        with writing(listed) as other:
            end_plan(other, number, state, NOW)
        return found

    monkeypatch.setattr(planning, "find_plan", then_ended)

    assert carried_out(listed, THE_MORNING) == 0
    assert below(listed, "D2") == {"D2"}
    assert states(listed) == [state]


def test_a_plan_that_no_longer_fits_changes_nothing_and_says_why(listed: Engine) -> None:
    plan(listed, planned(f"{HEAD}X1,Xã A,Xã,D9\n"), NOW)
    plan(listed, planned(f"{HEAD}X2,Xã B,Xã,D2\n"), NOW)

    assert carried_out(listed, THE_MORNING) == 1
    assert (below(listed, "D1"), below(listed, "D2")) == ({"D1", "X1"}, {"D2", "X2"})
    with reading(listed) as connection:
        (refused,) = [each for each in plan_lines(connection, 20) if each.state is PlanState.REFUSED]
    assert "D9" in str(refused.outcome)


def test_a_plan_whose_file_cannot_be_read_is_refused(listed: Engine) -> None:
    plan(listed, planned("", data=b"PK\x03\x04 no workbook"), NOW)

    assert carried_out(listed, THE_MORNING) == 0
    assert states(listed) == [PlanState.REFUSED]


def test_a_plan_that_fails_holds_up_neither_the_release_nor_the_answers(
    district: District, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(now: datetime) -> None:
        raise ZeroDivisionError

    loop = ProjectorLoop(district.engine, district.keys, now=lambda: NOW, daily=[fails])

    assert loop.tick() < TROUBLE_SECONDS
    with reading(district.engine) as connection:
        assert is_released(connection, local_day(NOW))
    assert "tried again tomorrow" in caplog.text


def test_a_refused_plan_is_told_at_the_start_until_a_list_is_brought(listed: Engine) -> None:
    plan(listed, planned(f"{HEAD}X1,Xã A,Xã,D9\n"), NOW)
    carried_out(listed, THE_MORNING)

    (words,) = words_about_plans(listed)
    assert "district reference planned" in words
    assert bring(listed, "units", MOVED, now=THE_MORNING + timedelta(hours=1)).accepted
    assert words_about_plans(listed) == []


def test_the_command_checks_now_keeps_the_file_and_lists_it(
    listed: Engine, district_command: Run, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "nam-moi.csv"
    file.write_text(MOVED, "utf-8")

    assert district_command("import", "units", str(file), "--from", "2027-01-01", "--by", "Minh") == 0
    said = capsys.readouterr().out
    assert "1 dòng cập nhật" in said
    assert "sẽ tự nhập vào sáng ngày 01/01/2027 (kế hoạch số 1)" in said
    assert below(listed, "D2") == {"D2"}
    assert district_command("reference", "planned") == 0
    assert "1: đơn vị · nam-moi.csv · sẽ tự nhập vào sáng ngày 01/01/2027" in capsys.readouterr().out
    assert district_command("reference", "cancel", "1", "--by", "Lan", "--why", "hoãn") == 0
    assert carried_out(listed, THE_MORNING) == 0
    assert district_command("reference", "cancel", "1", "--by", "Lan", "--why", "hoãn") == 1
    assert "đang chờ" in capsys.readouterr().out


def test_a_file_with_a_fault_is_not_planned(listed: Engine, district_command: Run, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "nam-moi.csv"
    file.write_text(f"{HEAD}X1,Xã A,Xã,D9\n", "utf-8")

    assert district_command("import", "units", str(file), "--from", "2027-01-01") == 1
    assert "D9" in capsys.readouterr().out
    assert states(listed) == []


def test_a_whole_list_for_a_later_day_asks_now_and_closes_then(
    listed: Engine, district_command: Run, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "nam-moi.csv"
    file.write_text(UNITS.replace("D2,Huyện Hai,Huyện,T\n", ""), "utf-8")
    words = ("import", "units", str(file), "--full", "--from", "2027-01-01")

    assert district_command(*words) == 1
    assert "sẽ kết thúc vào ngày 31/12/2026" in capsys.readouterr().out
    assert district_command(*words, "--allow-closing") == 0
    assert carried_out(listed, THE_MORNING) == 1


def test_rows_that_begin_anew_after_today_are_told_to_wait(listed: Engine) -> None:
    outcome = bring(listed, "units", f"{HEAD[:-1]},Hiệu lực từ\nX1,Xã A,Xã,D2,01/01/2027\nX2,Xã B,Xã,D2,01/01/2027\n")

    (problem,) = outcome.reading.errors
    assert (problem.key, problem.row, problem.values) == ("import.row.too_early", 2, {"day": "01/01/2027"})
    assert below(listed, "D2") == {"D2"}


def test_a_later_day_is_never_imported_at_once(listed: Engine) -> None:
    with pytest.raises(ValueError, match="planned"):
        bring(listed, "units", MOVED, holds_from=NEW_YEAR)
