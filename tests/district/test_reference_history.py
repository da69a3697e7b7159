"""Reference data has a history: nothing that was imported is overwritten, and everything can be told and taken back."""

import argparse
import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from alembic import command as alembic
from msgspec.structs import replace
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.receipt import mint
from sync.district.cli import reference
from sync.district.cli.context import Context, Stop
from sync.district.reference import changes
from sync.district.reference.changes import ChangeRefused, rows_on
from sync.district.reference.report import report
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.store.reference_tables import (
    counters,
    dossiers,
    officers,
    reference_versions,
    revisions,
    units,
)
from sync.district.store.reference_versions import whole_history
from sync.district.store.schema import _config, upgrade
from sync.district.texts import load_texts
from tests.district.conftest import District, administer, database
from tests.district.test_import_store import command_line  # noqa: F401 - a fixture
from tests.district.web_fixtures import NOW, bring
from tests.support.factories import COUNTER

HEAD = "Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\n"
UNITS = f"{HEAD}T,Tỉnh,Tỉnh,\nD1,Huyện Một,Huyện,T\nD2,Huyện Hai,Huyện,T\nX1,Xã A,Xã,D1\n"
QUAY = "Mã quầy,Đơn vị,Tên quầy\nQ1,X1,Hộ tịch\nQ2,X1,Đất đai\n"
JULY, TODAY = date(2025, 7, 1), date(2026, 11, 20)
Run = Callable[..., int]
WHO = Origin("", NOW, "Lan", "a test")


@pytest.fixture
def listed(engine: Engine) -> Engine:
    assert bring(engine, "units", UNITS, person="Lan").accepted
    assert bring(engine, "counters", QUAY).accepted
    return engine


def parent(engine: Engine, day: date, unit: str = "X1") -> Any:
    return next(row["parent_id"] for row in rows_on(engine, "units", day) if row["unit_id"] == unit)


def column(engine: Engine, wanted: Any) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.scalars(select(wanted).order_by(wanted)))


# ---- nothing is overwritten


def test_a_second_file_with_a_new_superior_does_not_move_the_past(listed: Engine) -> None:
    bring(listed, "units", f"{HEAD}X1,Xã A,Xã,D2\n")

    assert parent(listed, TODAY) == "D2"
    assert parent(listed, TODAY - timedelta(days=1)) == "D1"


@pytest.mark.parametrize("says", ["--from", "a column of the file"])
def test_a_file_that_says_since_when_moves_what_came_since(listed: Engine, says: str) -> None:
    if says == "--from":
        bring(listed, "units", f"{HEAD}X1,Xã A,Xã,D2\n", holds_from=JULY)
    else:
        bring(listed, "units", f"{HEAD[:-1]},Hiệu lực từ\nX1,Xã A,Xã,D2,01/07/2025\n")

    assert [parent(listed, JULY - timedelta(days=n)) for n in (0, 1)] == ["D2", "D1"]


def test_each_version_tells_who_brought_it_when_and_from_which_file(listed: Engine) -> None:
    bring(listed, "units", f"{HEAD}X1,Xã A,Xã,D2\n", person="Minh", now=NOW + timedelta(days=3))
    with reading(listed) as connection:
        told = [
            connection.execute(
                select(revisions.c.person, revisions.c.file_name, revisions.c.made_at).where(
                    revisions.c.revision == version.revision
                )
            ).one()
            for version in whole_history(connection, "units")["X1"]
        ]

    assert [tuple(row) for row in told] == [
        ("Lan", "units.csv", NOW),
        ("Minh", "units.csv", NOW + timedelta(days=3)),
    ]


def test_a_file_that_changes_nothing_adds_no_version(listed: Engine) -> None:
    before = column(listed, reference_versions.c.revision)

    bring(listed, "units", UNITS)

    assert column(listed, reference_versions.c.revision) == before


@pytest.mark.parametrize("change", ["UPDATE {} SET removed = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_a_version(listed: Engine, change: str) -> None:
    false = "false" if listed.dialect.name == "postgresql" else "0"

    with pytest.raises(DatabaseError, match="append-only"), writing(listed) as connection:
        connection.execute(text(change.format("reference_versions", false)))


def test_what_was_known_at_an_earlier_import_can_still_be_told(listed: Engine) -> None:
    first = max(column(listed, revisions.c.revision))
    bring(listed, "units", f"{HEAD}X1,Xã A,Xã,D2\n", holds_from=JULY)

    (then,) = [row for row in rows_on(listed, "units", TODAY, first) if row["unit_id"] == "X1"]
    assert (then["parent_id"], parent(listed, TODAY)) == ("D1", "D2")


# ---- hours and minutes

DOSSIERS = "Mã hồ sơ,Quầy,Ngày nhận,Hẹn trả,Ngày trả\n"


def times(engine: Engine) -> tuple[Any, ...]:
    with reading(engine) as connection:
        d = dossiers.c
        return tuple(
            connection.execute(
                select(d.received_on, d.received_time, d.due_on, d.due_time, d.returned_on, d.returned_time)
            ).one()
        )


def test_hours_and_minutes_of_received_due_and_returned_are_kept(listed: Engine) -> None:
    bring(listed, "dossiers", f"{DOSSIERS}T.1-251105-0001,Q1,05/11/2025 07:35:12,2 giờ 30 ch 07/11/2025,2025-11-06\n")

    day = date(2025, 11, 5)
    assert times(listed) == (day, "07:35", day + timedelta(days=2), "14:30", day + timedelta(days=1), None)


def test_a_later_file_without_the_time_keeps_it_unless_the_day_is_another(listed: Engine) -> None:
    bring(listed, "dossiers", f"{DOSSIERS}T.1-251105-0001,Q1,05/11/2025 07:35,07/11/2025 16:00,\n")

    outcome = bring(listed, "dossiers", f"{DOSSIERS}T.1-251105-0001,Q1,05/11/2025,10/11/2025,\n")

    assert outcome.accepted
    assert times(listed)[1:4] == ("07:35", date(2025, 11, 10), None)


# ---- a whole list

LESS = UNITS.replace("X1,Xã A,Xã,D1\n", "")


def test_what_a_whole_list_no_longer_has_is_named_and_closed_only_when_somebody_agrees(listed: Engine) -> None:
    asked = bring(listed, "units", LESS.replace("D2,Huyện Hai,Huyện,T\n", ""), full=True)
    said = report(asked, "units.csv", load_texts("vi"))

    assert (asked.asks, asked.revision, asked.vanishing) == (True, None, ("D2 Huyện Hai", "X1 Xã A"))
    assert "2 đơn vị không còn trong danh sách mới, sẽ kết thúc vào ngày 19/11/2026:" in said
    assert "--allow-closing" in said
    assert column(listed, units.c.valid_to) == [None] * 4

    done = bring(listed, "units", LESS, full=True, may_close=True)

    assert (done.accepted, done.vanishing) == (True, ("X1 Xã A",))
    with reading(listed) as connection:
        assert connection.scalar(select(units.c.valid_to).where(units.c.unit_id == "X1")) == date(2026, 11, 19)
    ids = [[row["unit_id"] for row in rows_on(listed, "units", day)] for day in (date(2026, 11, 19), TODAY)]
    assert ids == [["D1", "D2", "T", "X1"], ["D1", "D2", "T"]]


def test_what_was_closed_does_not_vanish_again(listed: Engine) -> None:
    bring(listed, "units", LESS, full=True, may_close=True)

    again = bring(listed, "units", LESS, full=True)

    assert (again.accepted, again.vanishing, again.revision) == (True, (), None)


def test_a_list_that_is_not_whole_closes_nothing(listed: Engine) -> None:
    assert bring(listed, "units", LESS).vanishing == ()
    assert column(listed, units.c.valid_to) == [None] * 4


def test_units_that_succeed_each_other_in_a_circle_keep_the_file_out(listed: Engine) -> None:
    head = "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị kế tục\n"

    outcome = bring(listed, "units", f"{head}D1,Huyện Một,Huyện,D2\nD2,Huyện Hai,Huyện,D1\n")

    assert [problem.key for problem in outcome.reading.errors] == ["import.link.successor_loop"] * 2


def test_the_command_takes_a_whole_list_with_its_day_and_who_brings_it(
    listed: Engine,
    tmp_path: Any,
    command_line: Run,  # noqa: F811
    capsys: Any,
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LESS, "utf-8")
    words = ("units", str(file), "--full", "--from", "2025-07-01", "--by", "Minh")

    assert command_line(*words) == 1
    assert "1 đơn vị không còn trong danh sách mới, sẽ kết thúc vào ngày 30/06/2025:" in capsys.readouterr().out
    assert command_line(*words, "--allow-closing") == 0
    assert "Đã kết thúc 1 dòng không còn trong danh sách." in capsys.readouterr().out
    assert date(2025, 6, 30) in column(listed, units.c.valid_to)
    with reading(listed) as connection:
        newest = select(revisions.c.person).order_by(revisions.c.revision.desc()).limit(1)
        assert connection.scalar(newest) == "Minh"
    with pytest.raises(Stop, match="--full is for"):
        command_line("dossiers", str(file), "--full")


# ---- by command


def test_a_closed_unit_stays_in_its_past_and_names_its_successor(listed: Engine) -> None:
    changes.close(listed, "units", "X1", date(2025, 6, 30), "D2", WHO)

    ids = [[row["unit_id"] for row in rows_on(listed, "units", JULY - timedelta(days=n))] for n in (0, 1)]
    assert ["X1" in found for found in ids] == [False, True]
    (row,) = [row for row in rows_on(listed, "units", date(2025, 6, 30)) if row["unit_id"] == "X1"]
    assert (row["valid_to"], row["successor_id"], row["parent_id"]) == ("2025-06-30", "D2", "D1")


def test_what_something_hangs_on_is_not_removed(listed: Engine) -> None:
    with pytest.raises(ChangeRefused) as caught:
        changes.remove(listed, "units", "X1", WHO)

    assert (caught.value.key, caught.value.values) == (
        "reference.refused.used",
        {"code": "X1", "what": "counters", "n": 2},
    )
    changes.remove(listed, "counters", "Q2", WHO)
    assert [row["counter_id"] for row in rows_on(listed, "counters", TODAY)] == ["Q1"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda engine: changes.close(engine, "units", "NO", TODAY, None, WHO), "unknown"),
        (lambda engine: changes.close(engine, "units", "X1", TODAY, "NO", WHO), "unknown"),
        (lambda engine: changes.close(engine, "units", "X1", TODAY, "X1", WHO), "circle"),
        (lambda engine: changes.close(engine, "counters", "Q1", TODAY, "Q2", WHO), "no_successor"),
        (lambda engine: changes.undo(engine, 99, replace(WHO, undoes=99)), "no_revision"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_what_to_do(
    listed: Engine, change: Callable[[Engine], object], why: str
) -> None:
    with pytest.raises(ChangeRefused) as caught:
        change(listed)

    assert caught.value.key == f"reference.refused.{why}"


# ---- taking back


def undo(engine: Engine, revision: int | None) -> int:
    assert revision is not None
    return changes.undo(engine, revision, replace(WHO, undoes=revision))


def test_a_taken_back_import_is_as_if_it_had_never_been(listed: Engine) -> None:
    wrong = bring(listed, "units", f"{HEAD}X1,Xã Sai,Xã,D2\nX9,Xã Lạ,Xã,D2\n", holds_from=JULY)

    undo(listed, wrong.revision)

    assert [parent(listed, day) for day in (TODAY, JULY)] == ["D1", "D1"]
    with reading(listed) as connection:
        now = {
            row[0]: tuple(row[1:]) for row in connection.execute(select(units.c.unit_id, units.c.name, units.c.removed))
        }
    assert (now["X1"], now["X9"]) == (("Xã A", False), ("Xã Lạ", True))


def test_taking_back_can_be_taken_back(listed: Engine) -> None:
    moved = bring(listed, "units", f"{HEAD}X1,Xã A,Xã,D2\n", holds_from=JULY)

    undo(listed, undo(listed, moved.revision))

    assert [parent(listed, JULY - timedelta(days=n)) for n in (0, 1)] == ["D2", "D1"]
    with pytest.raises(ChangeRefused, match=r"changed_since|undone"):
        undo(listed, max(column(listed, revisions.c.revision)) - 1)


def test_rows_that_were_changed_since_are_not_taken_back(listed: Engine) -> None:
    first = bring(listed, "units", f"{HEAD}X1,Xã A,Xã,D2\n")
    second = bring(listed, "units", f"{HEAD}X1,Xã A mới,Xã,D2\n")

    with pytest.raises(ChangeRefused) as caught:
        undo(listed, first.revision)

    assert caught.value.values == {"revision": first.revision, "later": str(second.revision)}


def test_a_taken_back_list_of_dossiers_takes_its_attribution_back(district: District) -> None:
    box = district.box(counter=None)
    box.rate(4, "H32.13-261120-0001", counter_id=None)
    district.accept(box)
    district.project()
    brought = bring(district.engine, "dossiers", f"{DOSSIERS}H32.13-261120-0001,H32.13-q2,20/11/2026,,\n")
    attributed = district.rows("ratings", "counter_id")

    undo(district.engine, brought.revision)

    assert (attributed, district.rows("ratings", "counter_id")) == ([("H32.13-q2",)], [(None,)])


def test_taking_back_a_seat_lifts_nobody_s_exclusion(district: District) -> None:
    box = district.box()
    box.tell(mint().number, counter_id=COUNTER)
    district.accept(box)
    district.project()
    head = "Số hiệu,Đơn vị,Chức danh,Quầy\n"
    seated = bring(district.engine, "officers", f"{head}CB9,H32.13,Chuyên viên,H32.13-q1\n")
    before = district.rows("complaint_subjects", "kind", "value")

    undo(district.engine, seated.revision)

    assert ("officer", "CB9") in before
    assert district.rows("complaint_subjects", "kind", "value") == before
    assert column(district.engine, officers.c.removed) == [True]


# ---- old databases


def test_a_database_of_an_older_release_begins_its_history_with_what_it_knows(
    request: Any, tmp_path: Any, engine: Engine
) -> None:
    old = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}") if engine.dialect.name == "sqlite" else _older(request)
    with writing(old) as connection:
        alembic.upgrade(_config(connection), "0015_rating_circumstances")
        told = "VALUES ('units', '', 1, '2026-01-01 00:00:00+00')"
        connection.execute(text(f"INSERT INTO revisions (kind, file_name, rows, made_at) {told}"))
        connection.execute(
            text(
                "INSERT INTO units (unit_id, name, level, valid_from, revision, removed) "
                "VALUES ('X1', 'Xã A', 'xã', '2020-01-02', 1, :no)"
            ),
            {"no": False},
        )
        values = {"counter_id": "Q1", "unit_id": "X1", "name": "Quầy", "field": "", "revision": 1, "removed": False}
        connection.execute(insert(counters).values(**values))
    upgrade(old)

    ((unit,), (counter,)) = (rows_on(old, kind, TODAY) for kind in ("units", "counters"))
    outcome = bring(old, "units", f"{HEAD}X1,Xã B,Xã,\n")
    assert outcome.accepted, outcome

    assert (unit["name"], unit["valid_from"], counter["unit_id"]) == ("Xã A", "2020-01-02", "X1")
    names = [row["name"] for day in (TODAY, TODAY - timedelta(days=1)) for row in rows_on(old, "units", day)]
    assert names == ["Xã B", "Xã A"]
    old.dispose()


def _older(request: Any) -> Engine:
    server = request.getfixturevalue("postgresql")
    administer(server, "DROP DATABASE IF EXISTS older")
    administer(server, "CREATE DATABASE older")
    return open_engine(database(server, "older"))


# ---- the commands


@pytest.fixture
def run(district: District) -> Run:
    """``district reference …`` on a district with the lists of this module."""
    bring(district.engine, "units", UNITS)
    bring(district.engine, "counters", QUAY)
    parser = argparse.ArgumentParser()
    reference.add_parser(parser.add_subparsers())
    context = Context(district.services.settings, lambda: NOW)

    def run(*words: str) -> int:
        parsed = parser.parse_args(["reference", *words])
        return int(parsed.run(parsed, context))

    return run


BY = ("--by", "Lan", "--why", "quyết định 12")


def test_the_commands_tell_the_history_and_take_back(district: District, run: Run, capsys: Any) -> None:
    bring(district.engine, "units", f"{HEAD}X1,Xã A,Xã,D2\n", holds_from=JULY, person="Minh")
    number = str(max(column(district.engine, revisions.c.revision)))

    assert run("diff", number) == 0
    shown = capsys.readouterr().out
    assert "đơn vị · units.csv · 1 dòng · 10:00 20/11/2026 · Minh" in shown
    assert "X1 Xã A  (từ ngày 01/07/2025)" in shown
    assert "Mã đơn vị cấp trên: D1 → D2" in shown

    assert run("close", "units", "x1", "--on", "2026-10-31", "--successor", "d2", *BY) == 0
    assert "X1 hoạt động đến hết ngày 31/10/2026" in capsys.readouterr().out
    assert run("diff", str(int(number) + 1)) == 0
    assert "Hiệu lực đến: (trống) → 31/10/2026" in capsys.readouterr().out
    assert run("undo", number, *BY) == 1
    assert "xin hoàn tác lần sau trước" in capsys.readouterr().out.lower()
    assert run("undo", str(int(number) + 1), *BY) == 0
    assert run("undo", number, *BY) == 0
    assert run("list", "--most", "3") == 0
    assert capsys.readouterr().out.count("(đã hoàn tác)") == 1
    assert parent(district.engine, TODAY) == "D1"


def test_what_as_of_prints_can_be_imported(district: District, run: Run, capsys: Any) -> None:
    assert run("as-of", "2026-11-01", "units") == 0
    printed = capsys.readouterr().out

    assert next(csv.reader(io.StringIO(printed)))[:4] == ["unit_id", "name", "level", "parent_id"]
    again = bring(district.engine, "units", printed)
    assert (again.accepted, again.new, again.changed) == (True, 0, 0)


def test_no_spreadsheet_runs_what_as_of_prints_and_it_is_imported_as_it_was(
    district: District, run: Run, capsys: Any
) -> None:
    name = "=HYPERLINK(1)"
    changed = f"unit_id,name,level,parent_id\nX9,{name},commune,D1\n"
    assert bring(district.engine, "units", changed).accepted
    capsys.readouterr()
    assert run("as-of", TODAY.isoformat(), "units") == 0
    printed = capsys.readouterr().out
    again = bring(district.engine, "units", printed)

    assert f",'{name}," in printed
    assert not re.search(r"(?m)(^|,)=", printed)
    assert (again.accepted, again.changed) == (True, 0)


def test_a_refusal_says_why_and_what_to_do(run: Run, capsys: Any) -> None:
    assert run("remove", "units", "X1", *BY) == 1
    assert "còn 2 quầy thuộc về mã này" in capsys.readouterr().out
    assert run("remove", "units", "X1", *BY, "--language", "en") == 1
    assert "2 counters still belong to it" in capsys.readouterr().out
